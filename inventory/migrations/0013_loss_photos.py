import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The digests of the photos that a loss was reported with."""

    dependencies = [("inventory", "0012_inspection")]

    operations = [
        migrations.AddField(
            model_name="lossreport",
            name="photos",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
    ]
