from django.db import migrations

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial"), ("core", "0002_guards")]

    operations = [
        append_only("patients_statuschange"),
        set_once("patients_card", ["revoked_at"]),
        set_once("patients_placement", ["ended_on", "ended_by_id"]),
        set_once("patients_consent", ["withdrawn_at"]),
    ]
