import django.db.models.deletion
from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """What each site's overdose card says beside the steps."""

    dependencies = [("facilities", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="EmergencyCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emergency_phone", models.CharField(max_length=30)),
                ("clinic_phone", models.CharField(blank=True, max_length=30)),
                ("physician", models.CharField(blank=True, max_length=60)),
                ("physician_phone", models.CharField(blank=True, max_length=30)),
                ("naloxone_place", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.BigIntegerField()),
                ("recorded_by_label", models.CharField(max_length=40)),
                (
                    "facility",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-id"], name="facilities_emergencycard_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("emergency_phone", ""), _negated=True),
                        name="facilities_emergencycard_phone_given",
                    )
                ],
            },
        ),
        append_only("facilities_emergencycard"),
    ]
