from django.db import migrations

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("core", "0002_guards")]

    operations = [
        set_once("staff_appointment", ["ended_on", "ended_by_id"]),
        append_only("staff_signature", "staff_attestation"),
    ]
