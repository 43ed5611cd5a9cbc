from django.db import migrations


class Migration(migrations.Migration):
    """The numbers of our own printed bottle labels: eight digits, never used twice."""

    dependencies = [("inventory", "0003_guards")]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE inventory_bottle_label MINVALUE 1 MAXVALUE 99999999 NO CYCLE",
            reverse_sql="DROP SEQUENCE inventory_bottle_label",
        ),
    ]
