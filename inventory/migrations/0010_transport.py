from django.db import migrations


class Migration(migrations.Migration):
    """Asking for a safe journey, the notices of a late one, and photos of custody events."""

    dependencies = [("inventory", "0009_requests")]

    operations: list[migrations.operations.base.Operation] = []
