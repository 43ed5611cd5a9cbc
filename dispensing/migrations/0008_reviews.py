import django.db.models.deletion
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    """The queue of those to look at again, how far the sweep is, and days that turned out not to be due."""

    dependencies = [
        ("dispensing", "0007_overdose"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="dayoutcome", name="dispensing_dayoutcome_how_known"),
        migrations.RemoveConstraint(model_name="dayoutcome", name="dispensing_dayoutcome_why_known"),
        migrations.AddConstraint(
            model_name="dayoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("how__in", ["dose", "elsewhere", "take_home", "vomited", "nothing", "unknown", "not_due"])
                ),
                name="dispensing_dayoutcome_how_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dayoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["close", "sweep", "late_fact", "void", "register"])),
                name="dispensing_dayoutcome_why_known",
            ),
        ),
        migrations.CreateModel(
            name="PatientReview",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("due_since", models.DateTimeField()),
                ("why", models.CharField(max_length=20)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tries", "due_since"], name="dispensing_review_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__in",
                                [
                                    "day",
                                    "void",
                                    "outcome",
                                    "vomit",
                                    "wrong_dose",
                                    "overdose",
                                    "observation",
                                    "hold",
                                    "prescription",
                                    "urine",
                                    "exam",
                                    "counselling",
                                    "absence",
                                    "contact",
                                    "road",
                                    "alert",
                                    "placement",
                                    "status",
                                    "referral",
                                    "elsewhere",
                                    "take_home",
                                    "settings",
                                    "nightly",
                                ],
                            )
                        ),
                        name="dispensing_patientreview_why_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SweptDay",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("first_at", models.DateTimeField(null=True)),
                ("through", models.DateTimeField(null=True)),
                ("final_at", models.DateTimeField(null=True)),
                ("unclosed_told_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("final_at__isnull", True)),
                        fields=["day"],
                        name="dispensing_sweptday_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "day"), name="dispensing_sweptday_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("final_at__isnull", True),
                            models.Q(("first_at__isnull", False), ("through__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_sweptday_final_fits",
                    ),
                ],
            },
        ),
    ]
