from django.contrib.postgres.operations import BtreeGistExtension
from core.tables import append_only, guard_functions
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [('core', '0001_initial')]

    operations = [
        BtreeGistExtension(),
        guard_functions(),
        append_only("core_auditevent"),
    ]
