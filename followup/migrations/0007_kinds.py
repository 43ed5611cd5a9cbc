from django.db import migrations


class Migration(migrations.Migration):
    """Further kinds of task."""

    dependencies = [("followup", "0006_kinds")]

    operations: list[migrations.operations.base.Operation] = []
