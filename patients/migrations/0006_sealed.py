from django.db import migrations


class Migration(migrations.Migration):
    """Identities are sealed."""

    dependencies = [("patients", "0005_places")]

    operations: list[migrations.operations.base.Operation] = []
