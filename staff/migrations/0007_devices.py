from django.db import migrations


class Migration(migrations.Migration):
    """Devices that were enrolled, and what they may do."""

    dependencies = [("staff", "0006_rota")]

    operations: list[migrations.operations.base.Operation] = []
