from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dispensing", "0004_what_goes_wrong")]

    operations = []
