from django.db import migrations, models


class Migration(migrations.Migration):
    """A working day may be swapped into a rest day."""

    dependencies = [("facilities", "0003_emergency_card")]

    operations = [
        migrations.RemoveConstraint(model_name="holiday", name="facilities_holiday_kind_known"),
        migrations.AddConstraint(
            model_name="holiday",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["holiday", "working_day", "rest_day"])),
                name="facilities_holiday_kind_known",
            ),
        ),
    ]
