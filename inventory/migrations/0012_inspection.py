"""An inspection's end, what bounds its look at identities, and the answer of a site that holds none of a recalled lot."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from core.tables import append_only


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0011_legs"),
        ("facilities", "0002_guards"),
        ("staff", "0003_witness"),
    ]

    operations = [
        migrations.AddField(
            model_name="identitypaper",
            name="scope",
            field=models.CharField(default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="identitypaper",
            name="allowed_by",
            field=models.CharField(default="", max_length=160),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="identitypaper",
            name="until_at",
            field=models.DateTimeField(default=datetime(2026, 11, 22, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="identitypaper",
            constraint=models.CheckConstraint(
                condition=~Q(scope="") & ~Q(allowed_by=""), name="inventory_identitypaper_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="identitypaper",
            constraint=models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("recorded_at")),
                name="inventory_identitypaper_until_at_after_recorded_at",
            ),
        ),
        migrations.CreateModel(
            name="InspectionEnd",
            fields=[
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="end",
                        serialize=False,
                        to="inventory.inspection",
                    ),
                ),
                ("inspector", models.CharField(max_length=120)),
                ("remarks", models.CharField(blank=True, max_length=1000)),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                ("ended_by", _person()),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~Q(inspector=""), name="inventory_inspectionend_named"),
                    models.CheckConstraint(
                        condition=Q(digest__regex="^[0-9a-f]{64}$"), name="inventory_inspectionend_hash_whole"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallAnswer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "recall",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="inventory.recall",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                ("answered_by", _person()),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("recall", "facility"), name="inventory_recallanswer_once"),
                ],
            },
        ),
        append_only("inventory_inspectionend", "inventory_recallanswer"),
    ]
