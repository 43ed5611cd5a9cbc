from django.db import migrations


class Migration(migrations.Migration):
    """Rest days that were swapped for a place."""

    dependencies = [("facilities", "0003_emergency_card")]

    operations: list[migrations.operations.base.Operation] = []
