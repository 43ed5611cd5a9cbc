from django.db import migrations, models


class Migration(migrations.Migration):
    """What was said and vomited at a site, by when and on which day: read by the managers' rows, not by a scan."""

    dependencies = [("dispensing", "0015_started")]

    operations = [
        migrations.AddIndex(
            "outcome", models.Index(fields=["facility", "recorded_at"], name="dispensing_outcome_recorded")
        ),
        migrations.AddIndex(
            "vomitrecord", models.Index(fields=["facility", "day"], name="dispensing_vomitrecord_site")
        ),
    ]
