from django.db import migrations


class Migration(migrations.Migration):
    """What each facility did on each day, in figures."""

    dependencies = [("facilities", "0004_rest_days"), ("staff", "0006_rota")]

    operations: list[migrations.operations.base.Operation] = []
