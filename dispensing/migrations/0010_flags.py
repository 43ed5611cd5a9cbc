import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import core.ids
import facilities.models
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """Who stays away: flags, attempts to reach them, announced absences, sites cut off, confirmed drop-outs."""

    dependencies = [
        ("dispensing", "0009_elsewhere"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("level", models.CharField(max_length=12)),
                ("since", models.DateField()),
                ("figures", models.JSONField(default=dict)),
                ("raised_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(null=True)),
                ("cleared_why", models.CharField(max_length=12, null=True)),
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="flags", to="patients.patient"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=["facility"],
                        name="dispensing_flag_site",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["missed", "pattern", "weekday"])),
                        name="dispensing_flag_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["alert", "reason", "check", "order", "main_clinic", "dropped_out"])
                        ),
                        name="dispensing_flag_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cleared_why__in",
                                ["came_back", "other_level", "corrected", "answered", "faded", "moved", "left"],
                            )
                        ),
                        name="dispensing_flag_cleared_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cleared_at__isnull", True), ("cleared_why__isnull", True)),
                            models.Q(("cleared_at__isnull", False), ("cleared_why__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_flag_cleared_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cleared_at__isnull", True), ("cleared_at__gte", models.F("raised_at")), _connector="OR"
                        ),
                        name="dispensing_flag_cleared_at_after_raised_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "missed"), models.Q(("level", "alert"), _negated=True)),
                            models.Q(models.Q(("kind", "missed"), _negated=True), ("level", "alert")),
                            _connector="OR",
                        ),
                        name="dispensing_flag_level_fits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("patient", "kind"),
                        name="dispensing_flag_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DropOut",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=300)),
                ("figures", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
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
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "status_change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.statuschange"
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensing.flag",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="dispensing_dropout_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="dispensing_dropout_digest_whole"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("reason", models.CharField(max_length=10)),
                ("told_by", models.CharField(max_length=16)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "cancelled_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="patients.patient",
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["work", "family", "travel", "hospital", "other"])),
                        name="dispensing_absence_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told_by__in", ["patient", "family", "health_worker"])),
                        name="dispensing_absence_told_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_day__isnull", True), ("until_day__gte", models.F("from_day")), _connector="OR"
                        ),
                        name="dispensing_absence_until_day_after_from_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", True), ("cancelled_by__isnull", True)),
                            models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_absence_cancelled_at_paired",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("cancelled_at__isnull", True)),
                        expressions=[
                            ("patient", "="),
                            (
                                facilities.models.DateRange(
                                    "from_day",
                                    "until_day",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(True, True),
                                ),
                                "&&",
                            ),
                        ],
                        name="dispensing_absence_one_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("how", models.CharField(max_length=16)),
                ("result", models.CharField(max_length=16)),
                ("words", models.CharField(blank=True, max_length=300)),
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
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="patients.patient",
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
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-at"], name="dispensing_contact_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["phone", "visit", "family", "health_worker", "other"])),
                        name="dispensing_contactattempt_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "result__in",
                                ["will_come", "not_reached", "in_hospital", "moved", "detained", "died", "other"],
                            )
                        ),
                        name="dispensing_contactattempt_result_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("at__lte", models.F("recorded_at"))),
                        name="dispensing_contactattempt_not_ahead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result", "other"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_contactattempt_other_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CutOff",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("cause", models.CharField(max_length=12)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["road", "closed"])), name="dispensing_cutoff_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["storm", "flood", "landslide", "cold", "power", "other"])),
                        name="dispensing_cutoff_cause_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_day__isnull", True), ("until_day__gte", models.F("from_day")), _connector="OR"
                        ),
                        name="dispensing_cutoff_until_day_after_from_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_on__isnull", True)
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("ended_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_cutoff_ended_on_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True), ("ended_on__lt", models.F("until_day")), _connector="OR"
                        ),
                        name="dispensing_cutoff_ended_early",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "other"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_cutoff_other_says_what",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("facility", "="),
                            (
                                models.Case(
                                    models.When(
                                        ended_on__lt=models.F("from_day"),
                                        then=models.Value(
                                            "empty", output_field=django.contrib.postgres.fields.ranges.DateRangeField()
                                        ),
                                    ),
                                    default=facilities.models.DateRange(
                                        "from_day",
                                        django.db.models.functions.comparison.Coalesce("ended_on", "until_day"),
                                        django.contrib.postgres.fields.ranges.RangeBoundary(True, True),
                                    ),
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="dispensing_cutoff_one_a_day",
                    ),
                ],
            },
        ),
        append_only("dispensing_contactattempt", "dispensing_dropout"),
        set_once("dispensing_flag", ["cleared_at", "cleared_why"]),
        set_once("dispensing_absence", ["cancelled_at", "cancelled_by_id"]),
        set_once("dispensing_cutoff", ["ended_on", "ended_at", "ended_by_id"]),
    ]
