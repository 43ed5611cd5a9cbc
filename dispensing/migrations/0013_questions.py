from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dispensing", "0012_referrals")]

    operations = []
