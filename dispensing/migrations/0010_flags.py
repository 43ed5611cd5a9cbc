from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dispensing", "0009_elsewhere")]

    operations = []
