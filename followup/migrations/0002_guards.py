from core.tables import append_only
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [('followup', '0001_initial'), ('core', '0002_guards')]

    operations = [
        append_only("followup_caseevent"),
    ]
