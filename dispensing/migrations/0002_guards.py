from django.db import migrations

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [("dispensing", "0001_initial"), ("core", "0002_guards")]

    operations = [
        append_only("dispensing_dose", "dispensing_dosevoid", "dispensing_outcome", "dispensing_clinictold"),
        set_once("dispensing_prescription", ["ended_on", "end_reason", "ended_by_id", "ended_at"]),
        set_once("dispensing_hold", ["lifted_at", "lifted_by_id", "lift_reason"]),
    ]
