from django.db import migrations, models

from core.tables import append_only
from tests.production.next_release import last


class Migration(migrations.Migration):
    dependencies = [("dispensing", last("dispensing"))]
    operations = [
        migrations.CreateModel(
            "DoseEcho",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("dose", models.OneToOneField("dispensing.Dose", models.PROTECT, related_name="+")),
                ("said", models.CharField(max_length=9)),
            ],
        ),
        append_only("dispensing_doseecho"),
        migrations.AddField("dose", "written_by", models.CharField(max_length=9, null=True)),
        migrations.AddField("dose", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField(
            "dose", "heard", models.ForeignKey("dispensing.DoseEcho", models.PROTECT, null=True, related_name="+")
        ),
        migrations.AddField("dose", "echoes", models.ManyToManyField("dispensing.DoseEcho", related_name="+")),
        migrations.AddField("coveredday", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField("dayoutcome", "written_by", models.CharField(max_length=9, null=True)),
        migrations.AddField("dayoutcome", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField("prescription", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField("sweptday", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddField("patientreview", "weight", models.PositiveSmallIntegerField(db_default=1)),
        migrations.AddIndex("dose", models.Index(fields=["recorded_at"], name="dispensing_dose_recorded")),
        migrations.RemoveIndex("dose", "dispensing_dose_site_day"),
        migrations.RemoveConstraint("dose", "dispensing_dose_slot_known"),
        migrations.AlterModelOptions("dose", {"verbose_name": "dose"}),
        migrations.AlterModelManagers("dose", []),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("COMMENT ON TABLE dispensing_dose IS 'of the next release'")]
        ),
    ]
