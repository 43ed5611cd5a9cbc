from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether an act that was done alone has been looked at: asked of each, so found by its id."""

    dependencies = [("staff", "0007_devices")]

    operations = [
        migrations.AddIndex(
            "attestation",
            models.Index(fields=["act_id"], condition=models.Q(mode="review"), name="staff_attestation_reviewed"),
        ),
    ]
