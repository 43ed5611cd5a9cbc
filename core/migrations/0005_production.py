from django.db import migrations


class Migration(migrations.Migration):
    """What production keeps of itself."""

    dependencies = [("core", "0004_job_runs")]

    operations: list[migrations.operations.base.Operation] = []
