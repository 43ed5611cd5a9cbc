import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary
from django.db import migrations, models

import core.ids
from core.tables import set_once
from facilities.models import DateRange

# What becomes leave was worked by that person, approved by another, and is no longer than it was.
_FITS = [
    """
    CREATE FUNCTION staff_leave_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM staff_dutyinterval i LEFT JOIN staff_dutyapproval a ON a.interval_id = i.id
             WHERE i.id = NEW.interval_id
               AND (i.person_id <> NEW.person_id OR i.ended_at IS NOT NULL OR a.interval_id IS NULL
                    OR NEW.minutes * 60 > extract(epoch FROM i.ends_at - i.starts_at))
        ) THEN
            RAISE EXCEPTION 'the interval is somebody else''s, not approved, stands no longer, or is shorter'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_leavechoice_fits',
                      TABLE = 'staff_leavechoice';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER staff_leavechoice_fits BEFORE INSERT ON staff_leavechoice
        FOR EACH ROW EXECUTE FUNCTION staff_leave_fits()
    """,
]
_FITS_NOT = ["DROP TRIGGER staff_leavechoice_fits ON staff_leavechoice", "DROP FUNCTION staff_leave_fits()"]


class Migration(migrations.Migration):
    """Who is to be on duty, who is away, certificates, and overtime taken as leave."""

    dependencies = [("staff", "0005_hours"), ("facilities", "0004_rest_days")]

    operations = [
        migrations.CreateModel(
            name="RotaDuty",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("role", models.CharField(max_length=12)),
                ("how", models.CharField(max_length=10)),
                ("planned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(max_length=10, null=True)),
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "day"], name="staff_rotaduty_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["pour", "second", "physician", "carry"])),
                        name="staff_rotaduty_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["tapped", "proposed", "copied", "swapped"])),
                        name="staff_rotaduty_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_why__in", ["changed", "swapped"])),
                        name="staff_rotaduty_ended_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_why__isnull", True)
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("ended_why__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="staff_rotaduty_ended_at_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("facility", "day", "role", "person"),
                        name="staff_rotaduty_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RotaSwap",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("needs_head", models.BooleanField()),
                ("offered_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(max_length=10, null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(max_length=10, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "duty",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.rotaduty",
                    ),
                ),
                (
                    "in_return",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.rotaduty",
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
                (
                    "to",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["to", "-offered_at"], name="staff_rotaswap_to"),
                    models.Index(fields=["person", "-offered_at"], name="staff_rotaswap_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("to")), _negated=True),
                        name="staff_rotaswap_person_not_to",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["approved", "refused"])),
                        name="staff_rotaswap_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__isnull", True), ("answered_at__isnull", True), ("answered_by__isnull", True)
                            ),
                            models.Q(
                                ("answer__isnull", False),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="staff_rotaswap_answered_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True), ("decided_by__isnull", True), ("decision__isnull", True)
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decision__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="staff_rotaswap_decided_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer__isnull", True),
                            models.Q(("answer", "withdrawn"), ("answered_by", models.F("person"))),
                            models.Q(("answer__in", ["accepted", "declined"]), ("answered_by", models.F("to"))),
                            _connector="OR",
                        ),
                        name="staff_rotaswap_agreed_by_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision__isnull", True),
                            models.Q(
                                ("answer", "accepted"),
                                ("needs_head", True),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                                models.Q(("decided_by", models.F("to")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="staff_rotaswap_decided_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("duty",),
                        name="staff_rotaswap_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("number", models.CharField(max_length=60)),
                ("issuer", models.CharField(max_length=120)),
                ("issued_on", models.DateField()),
                ("expires_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(max_length=10, null=True)),
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        condition=models.Q(("kind__in", ["dispensing", "prescribing", "counselling", "overdose"])),
                        name="staff_certificate_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_why__in", ["mistake", "revoked"])),
                        name="staff_certificate_ended_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_why__isnull", True)
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("ended_why__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="staff_certificate_ended_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True), ("expires_on__gte", models.F("issued_on")), _connector="OR"
                        ),
                        name="staff_certificate_expires_on_after_issued_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), _negated=True), models.Q(("issuer", ""), _negated=True)
                        ),
                        name="staff_certificate_document_named",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person", "kind", "number"),
                        name="staff_certificate_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DaysOff",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        condition=models.Q(("kind__in", ["annual", "compensatory", "training", "other"])),
                        name="staff_daysoff_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                        ),
                        name="staff_daysoff_last_day_after_first_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="staff_daysoff_ended_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "compensatory"), ("minutes__gt", 0)),
                            models.Q(models.Q(("kind", "compensatory"), _negated=True), ("minutes", 0)),
                            _connector="OR",
                        ),
                        name="staff_daysoff_minutes_fit",
                    ),
                    ExclusionConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        expressions=[
                            ("person", "="),
                            (DateRange("first_day", "last_day", RangeBoundary(True, True)), "&&"),
                        ],
                        name="staff_daysoff_no_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveChoice",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("minutes", models.PositiveIntegerField()),
                ("earned", models.PositiveIntegerField()),
                ("chosen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "interval",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.dutyinterval",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gt", 0)), name="staff_leavechoice_minutes_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("earned__gt", 0)), name="staff_leavechoice_earned_positive"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("interval",),
                        name="staff_leavechoice_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=_FITS, reverse_sql=_FITS_NOT),
        set_once("staff_rotaduty", ["ended_at", "ended_by_id", "ended_why"]),
        set_once(
            "staff_rotaswap",
            ["answered_at", "answered_by_id", "answer", "decided_at", "decided_by_id", "decision"],
        ),
        set_once("staff_daysoff", ["ended_at", "ended_by_id"]),
        set_once("staff_certificate", ["ended_at", "ended_by_id", "ended_why"]),
        set_once("staff_leavechoice", ["ended_at"]),
    ]
