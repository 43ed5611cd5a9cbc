import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """An overdose: who was found, what was done when, and the written report."""

    dependencies = [
        ("dispensing", "0006_sheets"),
        ("facilities", "0002_guards"),
        ("inventory", "0008_shelf"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OverdoseIncident",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=10)),
                ("place_words", models.CharField(blank=True, max_length=120)),
                ("found_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
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
                    "hold",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overdose",
                        to="dispensing.hold",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overdoses",
                        to="patients.patient",
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
                "indexes": [models.Index(fields=["facility", "-found_at"], name="dispensing_overdose_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["site", "home", "other"])),
                        name="dispensing_overdoseincident_place_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hold__isnull", True), ("patient__isnull", True)),
                            models.Q(("hold__isnull", False), ("patient__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_overdoseincident_patient_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("found_at__lte", models.F("recorded_at"))),
                        name="dispensing_overdoseincident_not_ahead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverdoseEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=300)),
                ("mg", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("route", models.CharField(blank=True, max_length=10)),
                ("response", models.CharField(blank=True, max_length=12)),
                ("ampoules", models.PositiveSmallIntegerField(null=True)),
                ("avpu", models.CharField(blank=True, max_length=12)),
                ("gcs", models.PositiveSmallIntegerField(null=True)),
                ("breaths", models.PositiveSmallIntegerField(null=True)),
                ("spo2", models.PositiveSmallIntegerField(null=True)),
                ("pulse", models.PositiveSmallIntegerField(null=True)),
                ("systolic", models.PositiveSmallIntegerField(null=True)),
                ("diastolic", models.PositiveSmallIntegerField(null=True)),
                ("pupils", models.CharField(blank=True, max_length=10)),
                ("cyanosis", models.BooleanField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "act",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.act"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="dispensing.overdoseincident",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["incident", "at"], name="dispensing_overdose_timeline")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "call",
                                    "airway",
                                    "ventilation",
                                    "oxygen",
                                    "naloxone",
                                    "signs",
                                    "physician",
                                    "clinic",
                                    "transfer",
                                    "family",
                                    "note",
                                ],
                            )
                        ),
                        name="dispensing_overdoseevent_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("mg__gt", 0),
                                ("response__in", ["not_yet", "none", "breathes", "awake", "withdrawal"]),
                                ("route__in", ["im", "iv", "sc", "in", "infusion"]),
                                ("step", "naloxone"),
                            ),
                            models.Q(
                                models.Q(("step", "naloxone"), _negated=True),
                                ("ampoules__isnull", True),
                                ("mg__isnull", True),
                                ("response", ""),
                                ("route", ""),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_overdoseevent_naloxone_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act__isnull", True), ("ampoules__isnull", True), ("lot__isnull", True)),
                            models.Q(("act__isnull", False), ("ampoules__isnull", False), ("lot__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_overdoseevent_ampoules_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ampoules__isnull", True), ("ampoules__gt", 0), _connector="OR"),
                        name="dispensing_overdoseevent_ampoules_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("avpu__in", ["", "alert", "voice", "pain", "unresponsive"]),
                                ("step", "signs"),
                                ("pupils__in", ["", "pinpoint", "normal", "wide"]),
                            ),
                            models.Q(
                                models.Q(("step", "signs"), _negated=True),
                                ("avpu", ""),
                                ("breaths__isnull", True),
                                ("cyanosis__isnull", True),
                                ("diastolic__isnull", True),
                                ("gcs__isnull", True),
                                ("pulse__isnull", True),
                                ("pupils", ""),
                                ("spo2__isnull", True),
                                ("systolic__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_overdoseevent_signs_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("at__lte", models.F("recorded_at"))),
                        name="dispensing_overdoseevent_not_ahead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverdoseReport",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="report",
                        serialize=False,
                        to="dispensing.overdoseincident",
                    ),
                ),
                ("id", models.UUIDField(unique=True)),
                ("last_mg", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("last_dose_at", models.DateTimeField(null=True)),
                ("days_since_start", models.PositiveIntegerField(null=True)),
                ("days_since_change", models.PositiveIntegerField(null=True)),
                ("missed_7", models.PositiveSmallIntegerField(null=True)),
                ("missed_30", models.PositiveSmallIntegerField(null=True)),
                ("take_home", models.CharField(max_length=10)),
                (
                    "substances",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("present", models.CharField(max_length=300)),
                ("physician", models.CharField(blank=True, max_length=120)),
                ("physician_at", models.DateTimeField(null=True)),
                ("hospital", models.CharField(blank=True, max_length=120)),
                ("transport", models.CharField(blank=True, max_length=120)),
                ("transferred_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(max_length=12)),
                ("observed_until", models.DateTimeField(null=True)),
                ("family_told_at", models.DateTimeField(null=True)),
                ("root_cause", models.CharField(max_length=1000)),
                ("digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "wrong_dose",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overdoses",
                        to="dispensing.wrongdose",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("take_home__in", ["yes", "no", "unknown"])),
                        name="dispensing_overdosereport_take_home_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["recovered", "transferred", "left", "died", "unknown"])),
                        name="dispensing_overdosereport_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_dose_at__isnull", True), ("last_mg__isnull", True)),
                            models.Q(("last_dose_at__isnull", False), ("last_mg__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_overdosereport_last_mg_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("physician", ""), ("physician_at__isnull", True)),
                            models.Q(models.Q(("physician", ""), _negated=True), ("physician_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_overdosereport_physician_and_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hospital", ""), ("transferred_at__isnull", True)),
                            models.Q(models.Q(("hospital", ""), _negated=True), ("transferred_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_overdosereport_hospital_and_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("root_cause", ""), _negated=True),
                        name="dispensing_overdosereport_cause_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="dispensing_overdosereport_digest_whole",
                    ),
                ],
            },
        ),
        append_only("dispensing_overdoseevent", "dispensing_overdosereport"),
        set_once("dispensing_overdoseincident", ["patient_id", "hold_id"]),
    ]
