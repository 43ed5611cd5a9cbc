from django.db import migrations

from core.tables import append_only


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial"), ("core", "0002_guards")]

    operations = [
        append_only("followup_caseevent"),
    ]
