from django.db import migrations

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_ledger")]

    operations = [
        append_only(
            "inventory_lot",
            "inventory_account",
            "inventory_act",
            "inventory_movement",
            "inventory_chainlink",
            "inventory_document",
        ),
        set_once("inventory_bottle", ["opened_at", "opened_by_id", "emptied_at", "emptied_by_id"]),
        set_once("inventory_measuringdevice", ["retired_on"]),
    ]
