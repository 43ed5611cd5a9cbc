import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """What another book said of each patient on the day that a site began; vials that it had handed out before."""

    dependencies = [
        ("dispensing", "0014_take_home"),
        ("facilities", "0005_positions"),
        ("patients", "0007_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StartRecord",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("first_day", models.DateField()),
                ("missed_7", models.PositiveSmallIntegerField(null=True)),
                ("missed_30", models.PositiveSmallIntegerField(null=True)),
                ("changed_on", models.DateField(null=True)),
                ("dose_before_mg", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("row_key", models.CharField(max_length=64, unique=True)),
                ("row_digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("missed_30__isnull", True), ("missed_7__isnull", True)),
                            models.Q(
                                ("missed_30__isnull", False),
                                ("missed_7__isnull", False),
                                ("missed_30__gte", models.F("missed_7")),
                                ("missed_30__lte", 30),
                                ("missed_7__lte", 7),
                                (
                                    "missed_30__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("missed_7"), "+", models.Value(23)
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_startrecord_missed_fit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed_on__isnull", True), ("changed_on__lte", models.F("first_day")), _connector="OR"
                        ),
                        name="dispensing_startrecord_changed_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dose_before_mg__isnull", True), ("changed_on__isnull", False), _connector="OR"
                        ),
                        name="dispensing_startrecord_before_a_change",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dose_before_mg__gt", 0)),
                        name="dispensing_startrecord_dose_before_mg_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("row_digest__regex", "^[0-9a-f]{64}$"), ("row_key__regex", "^[0-9a-f]{64}$")
                        ),
                        name="dispensing_startrecord_digests_whole",
                    ),
                ],
            },
        ),
        append_only("dispensing_startrecord"),
        # One word more is allowed, and none less.
        migrations.RemoveConstraint(model_name="doseelsewhere", name="dispensing_doseelsewhere_place_kind_known"),
        migrations.AddConstraint(
            model_name="doseelsewhere",
            constraint=models.CheckConstraint(
                condition=models.Q(("place_kind__in", ["hospital", "clinic", "detention", "other", "take_home"])),
                name="dispensing_doseelsewhere_place_kind_known",
            ),
        ),
    ]
