from django.db import migrations, models

from tests.production.next_release import last


class Migration(migrations.Migration):
    dependencies = [("patients", last("patients"))]
    operations = [
        migrations.AddField("patient", "written_by", models.CharField(max_length=9, null=True)),
        migrations.AddField("patient", "weight", models.PositiveSmallIntegerField(db_default=1)),
    ]
