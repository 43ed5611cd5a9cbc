from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dispensing", "0003_phone_orders")]

    operations = []
