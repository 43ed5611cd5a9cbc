from django.db import migrations

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [("facilities", "0001_initial")]

    operations = [
        set_once("facilities_supervision", ["ended_on"]),
        append_only("facilities_rulesetting"),
    ]
