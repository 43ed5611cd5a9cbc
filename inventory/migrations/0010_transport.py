import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import set_once


class Migration(migrations.Migration):
    """What was asked for to make a journey safe, and the answers."""

    dependencies = [
        ("inventory", "0009_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TransportRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("item", models.CharField(max_length=20)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("granted", models.BooleanField(null=True)),
                ("answer", models.CharField(max_length=300, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consignment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transport_requests",
                        to="inventory.consignment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("item__in", ["vehicle", "second_person", "lock_box"])),
                        name="inventory_transportrequest_item_known",
                    ),
                    models.UniqueConstraint(fields=("consignment", "item"), name="inventory_transportrequest_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__isnull", True),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("granted__isnull", True),
                            ),
                            models.Q(
                                ("answer__isnull", False),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("granted__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_transportrequest_answered_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("granted__isnull", True),
                            ("granted", True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_transportrequest_refusal_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", models.F("answered_by")), _negated=True),
                        name="inventory_transportrequest_asked_by_not_answered_by",
                    ),
                ],
            },
        ),
        set_once("inventory_transportrequest", ["answered_at", "answered_by_id", "granted", "answer"]),
    ]
