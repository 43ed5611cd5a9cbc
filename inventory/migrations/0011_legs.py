from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_transport")]

    operations = []
