"""Overtime that somebody takes as leave is neither payable nor lost: a column of its own, and the sums with it."""

from django.db import migrations, models
from django.db.models import F, Q

NEVER_BELOW = (
    "working", "rest", "holiday", "night", "overtime_working", "overtime_rest", "overtime_holiday", "overtime_night",
    "payable", "leave", "taken_day", "taken_band", "taken_month", "taken_year", "days", "rest_days", "holidays",
    "waiting",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_incident_looks")]

    operations = [
        migrations.AddField("personmonth", "leave", models.IntegerField(default=0, db_default=0)),
        migrations.RemoveConstraint("personmonth", "oversight_personmonth_none_below_zero"),
        migrations.RemoveConstraint("personmonth", "oversight_personmonth_payable_adds_up"),
        migrations.AddConstraint(
            "personmonth",
            models.CheckConstraint(
                condition=Q(**{f"{column}__gte": 0 for column in NEVER_BELOW}),
                name="oversight_personmonth_none_below_zero",
            ),
        ),
        migrations.AddConstraint(
            "personmonth",
            models.CheckConstraint(
                condition=Q(overtime=F("payable") + F("leave") + F("unpaid")),
                name="oversight_personmonth_payable_adds_up",
            ),
        ),
    ]
