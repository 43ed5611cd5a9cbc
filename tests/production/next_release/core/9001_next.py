from django.db import migrations, models

from tests.production.next_release import last


class Migration(migrations.Migration):
    dependencies = [("core", last("core"))]
    operations = [
        migrations.AddField("auditevent", "written_by", models.CharField(max_length=9, null=True)),
        migrations.AddField("auditevent", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField("jobrun", "weight", models.PositiveSmallIntegerField(db_default=1)),
    ]
