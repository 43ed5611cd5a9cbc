from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A new index on a large table, made while everybody goes on writing."""

    atomic = False
    dependencies = [("core", "9001_next")]
    operations = [AddIndexConcurrently("auditevent", models.Index(fields=["action", "at"], name="core_audit_action"))]
