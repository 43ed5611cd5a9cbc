from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0005_channels")]

    operations = []
