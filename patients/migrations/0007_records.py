import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once

OF_WHO_SOMEBODY_IS = ("patients_identity", "patients_photo", "patients_hivstatus")


def stays_unknown() -> migrations.RunSQL:
    """Nobody writes again who somebody was, once that was removed."""
    return migrations.RunSQL(
        sql=[
            """
            CREATE FUNCTION patients_stays_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT FROM patients_deidentified d WHERE d.retired_id = NEW.patient_id) THEN
                    RAISE EXCEPTION 'this patient was de-identified'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_stays_unknown';
                END IF;
                RETURN NEW;
            END $$
            """,
            *(
                f"CREATE TRIGGER {table}_stays_unknown BEFORE INSERT OR UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION patients_stays_unknown()"
                for table in OF_WHO_SOMEBODY_IS
            ),
        ],
        reverse_sql=[
            *(f"DROP TRIGGER {table}_stays_unknown ON {table}" for table in OF_WHO_SOMEBODY_IS),
            "DROP FUNCTION patients_stays_unknown()",
        ],
    )


class Migration(migrations.Migration):
    """What people ask about their own data, and whose identity was removed by whose signature."""

    dependencies = [
        ("patients", "0006_sealed"),
        ("staff", "0007_devices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RetirementList",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("signed_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "signed_by",
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
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="patients_retirementlist_digest_whole",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Retired",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="retired",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                (
                    "listed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="patients.retirementlist"
                    ),
                ),
                ("ended_on", models.DateField()),
                ("kept_years", models.PositiveSmallIntegerField()),
                ("texts", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Deidentified",
            fields=[
                (
                    "retired",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="done",
                        serialize=False,
                        to="patients.retired",
                    ),
                ),
                ("done_at", models.DateTimeField()),
                ("had_identity", models.BooleanField()),
                ("had_photo", models.BooleanField()),
                ("had_hiv", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("received_on", models.DateField()),
                ("words", models.CharField(blank=True, max_length=300)),
                ("answer_due", models.DateField()),
                ("due", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("extended_to", models.DateField(null=True)),
                ("extended_why", models.CharField(max_length=300, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(max_length=12, null=True)),
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
                    "extended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="data_requests", to="patients.patient"
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
                        condition=models.Q(("kind__in", ["access", "correction", "withdrawal", "objection"])),
                        name="patients_datarequest_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["done", "refused", "taken_back"])),
                        name="patients_datarequest_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due__isnull", True), ("due__gte", models.F("received_on")), _connector="OR"
                        ),
                        name="patients_datarequest_due_after_received_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extended_to__isnull", True), ("extended_to__gte", models.F("due")), _connector="OR"
                        ),
                        name="patients_datarequest_extended_to_after_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_datarequest_answered_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("extended_by__isnull", True),
                                ("extended_to__isnull", True),
                                ("extended_why__isnull", True),
                            ),
                            models.Q(
                                ("extended_by__isnull", False),
                                ("extended_to__isnull", False),
                                ("extended_why__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="patients_datarequest_extended_to_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("outcome__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("outcome__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="patients_datarequest_ended_at_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("patient", "kind"),
                        name="patients_datarequest_open_once",
                    ),
                ],
            },
        ),
        append_only("patients_retirementlist", "patients_retired", "patients_deidentified"),
        set_once(
            "patients_datarequest",
            [
                "answered_at",
                "answered_by_id",
                "extended_to",
                "extended_by_id",
                "extended_why",
                "ended_at",
                "ended_by_id",
                "outcome",
            ],
        ),
        stays_unknown(),
    ]
