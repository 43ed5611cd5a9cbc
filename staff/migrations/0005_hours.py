import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models

import core.ids
import staff.models.hours
from core.tables import append_only, set_once

# What is approved stands, is the person's own word, and is that person's: so that nobody approves under another name.
_FITS = [
    """
    CREATE FUNCTION staff_approval_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM staff_dutyinterval i
             WHERE i.id = NEW.interval_id
               AND (i.person_id <> NEW.person_id OR i.confirmed_at IS NULL OR i.ended_at IS NOT NULL)
        ) THEN
            RAISE EXCEPTION 'the interval is somebody else''s, not confirmed, or stands no longer'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_dutyapproval_fits',
                      TABLE = 'staff_dutyapproval';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER staff_dutyapproval_fits BEFORE INSERT ON staff_dutyapproval
        FOR EACH ROW EXECUTE FUNCTION staff_approval_fits()
    """,
]
_FITS_NOT = ["DROP TRIGGER staff_dutyapproval_fits ON staff_dutyapproval", "DROP FUNCTION staff_approval_fits()"]
_WHOLE_MINUTES = """
    ALTER TABLE staff_dutyinterval ADD CONSTRAINT staff_dutyinterval_whole_minutes
    CHECK (extract(epoch FROM starts_at) % 60 = 0 AND extract(epoch FROM ends_at) % 60 = 0)
"""


class Migration(migrations.Migration):
    """Working time as it was, what was seen of it, who approved it and what was paid."""

    dependencies = [
        ("staff", "0004_channels"),
        ("facilities", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyInterval",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("source", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(max_length=10, null=True)),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="staff.dutyinterval",
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
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DutyTap",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
        ),
        migrations.CreateModel(
            name="PayBatch",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("reference", models.CharField(max_length=60)),
                ("paid_on", models.DateField()),
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
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="staff.paybatch",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayTerm",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("hourly", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("spared", models.BooleanField(default=False)),
                ("from_day", models.DateField()),
                ("recorded_at", models.DateTimeField()),
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
        ),
        migrations.CreateModel(
            name="SiteCaseload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("patients", models.PositiveIntegerField()),
                ("as_of", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=10)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("as_of", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
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
        ),
        migrations.CreateModel(
            name="DutyApproval",
            fields=[
                (
                    "interval",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="approval",
                        serialize=False,
                        to="staff.dutyinterval",
                    ),
                ),
                ("approved_at", models.DateTimeField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
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
                    "signature",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.signature",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dutyinterval",
            index=models.Index(fields=["person", "day"], name="staff_dutyinterval_person"),
        ),
        migrations.AddIndex(
            model_name="dutyinterval",
            index=models.Index(fields=["facility", "day"], name="staff_dutyinterval_facility"),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["tapped", "typed", "proposed"])),
                name="staff_dutyinterval_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_why__in", ["corrected", "declined", "renewed"])),
                name="staff_dutyinterval_ended_why_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="staff_dutyinterval_takes_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "typed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="staff_dutyinterval_typed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recorded_by__isnull", True), ("source", "proposed")),
                    models.Q(
                        models.Q(("source", "proposed"), _negated=True),
                        ("confirmed_at__isnull", False),
                        ("recorded_by", models.F("person")),
                    ),
                    _connector="OR",
                ),
                name="staff_dutyinterval_said_by_the_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_why__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_why__isnull", False)),
                    _connector="OR",
                ),
                name="staff_dutyinterval_ended_at_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyinterval",
            constraint=ExclusionConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                expressions=[("person", "="), (staff.models.hours.TimeRange("starts_at", "ends_at"), "&&")],
                name="staff_dutyinterval_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutytap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("person",), name="staff_dutytap_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="dutytap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="staff_dutytap_ended_at_after_started_at",
            ),
        ),
        migrations.AddIndex(
            model_name="paybatch",
            index=models.Index(fields=["facility", "month"], name="staff_paybatch_month"),
        ),
        migrations.AddConstraint(
            model_name="paybatch",
            constraint=models.UniqueConstraint(fields=("facility", "reference"), name="staff_paybatch_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="paybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="staff_paybatch_reference_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="paybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="staff_paybatch_month_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="paybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="staff_paybatch_digest_whole"
            ),
        ),
        migrations.AddConstraint(
            model_name="payline",
            constraint=models.UniqueConstraint(fields=("batch", "person"), name="staff_payline_person_once"),
        ),
        migrations.AddConstraint(
            model_name="payline",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes", 0), _negated=True), name="staff_payline_pays_something"
            ),
        ),
        migrations.AddIndex(
            model_name="payterm",
            index=models.Index(fields=["person", "-from_day", "-id"], name="staff_payterm_person"),
        ),
        migrations.AddConstraint(
            model_name="payterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("hourly__gt", 0)), name="staff_payterm_hourly_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitecaseload",
            constraint=models.UniqueConstraint(fields=("facility", "month"), name="staff_sitecaseload_once"),
        ),
        migrations.AddConstraint(
            model_name="sitecaseload",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="staff_sitecaseload_month_begins"
            ),
        ),
        migrations.AddIndex(
            model_name="workevidence",
            index=models.Index(
                condition=models.Q(("proposed_at__isnull", True)), fields=["person"], name="staff_workevidence_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="workevidence",
            constraint=models.UniqueConstraint(
                fields=("person", "day", "facility", "kind"), name="staff_workevidence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["dosing", "typing", "trip"])), name="staff_workevidence_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="workevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_at__isnull", True), ("last_at__gte", models.F("first_at")), _connector="OR"),
                name="staff_workevidence_last_at_after_first_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("person")), _negated=True),
                name="staff_dutyapproval_approved_by_not_person",
            ),
        ),
        migrations.RunSQL(
            sql=_WHOLE_MINUTES,
            reverse_sql="ALTER TABLE staff_dutyinterval DROP CONSTRAINT staff_dutyinterval_whole_minutes",
        ),
        migrations.RunSQL(sql=_FITS, reverse_sql=_FITS_NOT),
        set_once("staff_dutytap", ["ended_at"]),
        set_once("staff_dutyinterval", ["confirmed_at", "ended_at", "ended_why"]),
        append_only("staff_dutyapproval", "staff_payterm", "staff_paybatch", "staff_payline"),
    ]
