import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """Why somebody looked behind a number at the single incidents."""

    dependencies = [
        ("facilities", "0005_positions"),
        ("oversight", "0002_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncidentLook",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=20)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("why", models.CharField(max_length=20)),
                ("words", models.CharField(max_length=300)),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "facility", "-until"], name="oversight_incidentlook_open")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("what__in", ["turned_away", "near_miss", "wrong_dose", "overdose", "discrepancy"])
                        ),
                        name="oversight_incidentlook_what_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["support", "figure", "case", "complaint", "report"])),
                        name="oversight_incidentlook_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="oversight_incidentlook_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                        ),
                        name="oversight_incidentlook_last_day_after_first_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gte", models.F("opened_at")), _connector="OR"
                        ),
                        name="oversight_incidentlook_until_after_opened_at",
                    ),
                ],
            },
        ),
        append_only("oversight_incidentlook"),
    ]
