from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dispensing", "0008_reviews")]

    operations = []
