from django.db import migrations


class Migration(migrations.Migration):
    """Who is to be on duty, and certificates."""

    dependencies = [("staff", "0005_hours"), ("facilities", "0004_rest_days")]

    operations: list[migrations.operations.base.Operation] = []
