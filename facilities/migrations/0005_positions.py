from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a facility lies, for the schematic map."""

    dependencies = [("facilities", "0004_rest_days")]

    operations = [
        migrations.AddField(
            model_name="facility",
            name="latitude",
            field=models.DecimalField(decimal_places=5, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="longitude",
            field=models.DecimalField(decimal_places=5, max_digits=8, null=True),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude__isnull", True), ("longitude__isnull", True))
                | models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                name="facilities_facility_latitude_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("latitude__gte", -90), ("latitude__lte", 90), ("longitude__gte", -180), ("longitude__lte", 180)
                ),
                name="facilities_facility_on_the_globe",
            ),
        ),
    ]
