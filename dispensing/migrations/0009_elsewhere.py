import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """Doses that other places gave and documented."""

    dependencies = [
        ("dispensing", "0008_reviews"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DoseElsewhere",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("place_kind", models.CharField(max_length=10)),
                ("place", models.CharField(max_length=120)),
                ("slip_number", models.CharField(blank=True, max_length=40)),
                (
                    "photos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("confirmed_by", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("proven", models.BooleanField()),
                ("counts", models.BooleanField()),
                ("findings", models.JSONField(default=list)),
                ("took_place", models.BooleanField(default=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="dispensing.doseelsewhere",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-day"], name="dispensing_doseelsewhere_days")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place_kind__in", ["hospital", "clinic", "detention", "other"])),
                        name="dispensing_doseelsewhere_place_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mg__gt", 0)), name="dispensing_doseelsewhere_mg_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place", ""), _negated=True), name="dispensing_doseelsewhere_says_where"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", ""), _negated=True),
                        name="dispensing_doseelsewhere_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "proven",
                                models.Q(
                                    models.Q(("slip_number", ""), _negated=True),
                                    ("photos__len__gte", 1),
                                    _connector="OR",
                                ),
                            )
                        ),
                        name="dispensing_doseelsewhere_proof_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counts", False), ("took_place", True), _connector="OR"),
                        name="dispensing_doseelsewhere_counts_if_true",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("took_place", True), ("corrects__isnull", False), _connector="OR"),
                        name="dispensing_doseelsewhere_untrue_names_what",
                    ),
                ],
            },
        ),
        append_only("dispensing_doseelsewhere"),
    ]
