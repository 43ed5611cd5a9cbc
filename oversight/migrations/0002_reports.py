from django.db import migrations


class Migration(migrations.Migration):
    """Reports that were frozen and signed."""

    dependencies = [("oversight", "0001_summaries")]

    operations: list[migrations.operations.base.Operation] = []
