import datetime
from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.expressions
from django.db import migrations, models

import facilities.models
from core.tables import sql_file


class Migration(migrations.Migration):
    """Places for some days, and the main clinic's own; an end that may be brought forward, never put off."""

    dependencies = [("patients", "0004_alerts"), ("facilities", "0003_emergency_card")]

    operations = [
        sql_file(Path(__file__).parent.parent / "sql" / "0005_places.sql"),
        migrations.RemoveConstraint(model_name="placement", name="patients_placement_kind_known"),
        migrations.RemoveConstraint(model_name="placement", name="patients_placement_ended_on_after_starts_on"),
        migrations.RemoveConstraint(model_name="placement", name="patients_placement_one_a_day"),
        migrations.AddField(model_name="placement", name="place", field=models.CharField(blank=True, max_length=120)),
        migrations.AddField(model_name="placement", name="words", field=models.CharField(blank=True, max_length=200)),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["home", "guest", "hospital", "detention", "clinic"])),
                name="patients_placement_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True),
                    (
                        "ended_on__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("starts_on"), "-", models.Value(datetime.timedelta(days=1))
                        ),
                    ),
                    _connector="OR",
                ),
                name="patients_placement_ended_on_after_starts_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["guest", "hospital", "detention"]),
                        ("planned_end__isnull", False),
                        ("ended_on__isnull", False),
                        ("planned_end__gte", models.F("starts_on")),
                    ),
                    models.Q(("kind__in", ["home", "clinic"]), ("planned_end__isnull", True)),
                    _connector="OR",
                ),
                name="patients_placement_visit_has_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["hospital", "detention"]), models.Q(("place", ""), _negated=True)),
                    models.Q(models.Q(("kind__in", ["hospital", "detention"]), _negated=True), ("place", "")),
                    _connector="OR",
                ),
                name="patients_placement_place_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("patient", "="),
                    (
                        models.Case(
                            models.When(
                                ended_on__lt=models.F("starts_on"),
                                then=models.Value(
                                    "empty", output_field=django.contrib.postgres.fields.ranges.DateRangeField()
                                ),
                            ),
                            default=facilities.models.DateRange(
                                "starts_on",
                                "ended_on",
                                django.contrib.postgres.fields.ranges.RangeBoundary(True, True),
                            ),
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="patients_placement_one_a_day",
            ),
        ),
    ]
