from django.db import migrations, models

from tests.production.next_release import last


class Migration(migrations.Migration):
    dependencies = [("followup", last("followup"))]
    operations = [
        migrations.AddField("case", "written_by", models.CharField(max_length=9, null=True)),
        migrations.AddField("case", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField("task", "weight", models.PositiveSmallIntegerField(db_default=1)),
    ]
