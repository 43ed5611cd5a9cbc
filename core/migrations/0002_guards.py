from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from core.tables import append_only, guard_functions


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        guard_functions(),
        append_only("core_auditevent"),
    ]
