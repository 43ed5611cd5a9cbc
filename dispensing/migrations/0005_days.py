import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("dispensing", "0004_what_goes_wrong"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DayClose",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("closed_at", models.DateTimeField()),
                ("sequence", models.BigIntegerField()),
                ("chain_hash", models.CharField(max_length=64)),
                ("figures", models.JSONField(default=dict)),
                ("said", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "day"), name="dispensing_dayclose_once"),
                    models.CheckConstraint(
                        condition=models.Q(("closed_at__lte", models.F("recorded_at"))),
                        name="dispensing_dayclose_not_ahead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("chain_hash__regex", "^[0-9a-f]{64}$")),
                        name="dispensing_dayclose_hash_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayOpening",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("on_duty", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("cabinet_locked", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("said", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "day"), name="dispensing_dayopening_once"),
                    models.CheckConstraint(
                        condition=models.Q(("on_duty__len__gte", 1)), name="dispensing_dayopening_somebody_on_duty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opened_at__lte", models.F("recorded_at"))),
                        name="dispensing_dayopening_not_ahead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayOutcome",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("version", models.PositiveSmallIntegerField()),
                ("rules_digest", models.CharField(max_length=16)),
                ("how", models.CharField(max_length=12)),
                ("covered", models.BooleanField()),
                ("swallowed_mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("outcome", models.CharField(blank=True, max_length=30)),
                ("reason_known", models.BooleanField()),
                ("caused_by_patient", models.BooleanField()),
                ("tolerance_gap", models.BooleanField()),
                ("adherence_gap", models.BooleanField()),
                ("why", models.CharField(max_length=12)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="patients.patient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "day"], name="dispensing_dayoutcome_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("how__in", ["dose", "elsewhere", "take_home", "vomited", "nothing", "unknown"])
                        ),
                        name="dispensing_dayoutcome_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["close", "sweep", "late_fact", "void"])),
                        name="dispensing_dayoutcome_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gt", 0)), name="dispensing_dayoutcome_version_positive"
                    ),
                    models.UniqueConstraint(
                        fields=("patient", "day", "version"), name="dispensing_dayoutcome_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("swallowed_mg__gte", 0)), name="dispensing_dayoutcome_mg_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("covered", models.Q(("how__in", ["dose", "elsewhere", "take_home"])))),
                        name="dispensing_dayoutcome_covered_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("covered", False), ("tolerance_gap", False), _connector="OR"),
                        name="dispensing_dayoutcome_covered_is_no_gap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("adherence_gap", False),
                            models.Q(("caused_by_patient", True), ("tolerance_gap", True)),
                            _connector="OR",
                        ),
                        name="dispensing_dayoutcome_adherence_in_tolerance",
                    ),
                ],
            },
        ),
        append_only("dispensing_dayoutcome", "dispensing_dayopening", "dispensing_dayclose"),
    ]
