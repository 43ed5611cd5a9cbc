from pathlib import Path

from django.db import migrations

from core.tables import readable_by_the_ledger, sql_file, written_by_the_ledger_only


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial"), ("core", "0002_guards")]

    operations = [
        written_by_the_ledger_only(
            facts=["inventory_act", "inventory_movement", "inventory_chainlink"],
            moving=["inventory_balance", "inventory_chainhead"],
        ),
        readable_by_the_ledger(
            "facilities_facility", "inventory_item", "inventory_lot", "inventory_bottle", "inventory_account"
        ),
        sql_file(Path(__file__).parent.parent / "sql" / "0002_ledger.sql"),
    ]
