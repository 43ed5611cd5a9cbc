import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once

PERSON = settings.AUTH_USER_MODEL
PROTECT = django.db.models.deletion.PROTECT
REASONS = ["no_power", "no_network", "no_device", "server_away", "too_busy", "other"]


class Migration(migrations.Migration):
    dependencies = [
        ("dispensing", "0005_days"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="dose",
            name="poured_by",
            field=models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to=PERSON),
        ),
        migrations.AlterField(
            model_name="dose",
            name="observed_by",
            field=models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to=PERSON),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("poured_by__isnull", False), ("answers__has_key", "poured_by_name"), _connector="OR"
                ),
                name="dispensing_dose_poured_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("observed_by__isnull", False), ("answers__has_key", "observed_by_name"), _connector="OR"
                ),
                name="dispensing_dose_observed_by_somebody",
            ),
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("scan", models.PositiveIntegerField(unique=True)),
                ("for_day", models.DateField()),
                ("why", models.CharField(max_length=20)),
                ("mg_per_ml", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("content", models.JSONField()),
                ("content_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("void_at", models.DateTimeField(null=True)),
                ("void_why", models.CharField(max_length=20, null=True)),
                ("facility", models.ForeignKey(db_index=False, on_delete=PROTECT, to="facilities.facility")),
                ("issued_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=PERSON)),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-for_day"], name="dispensing_sheet_days")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["close", "on_demand"])), name="dispensing_sheet_why_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("void_why__in", ["strength_changed", "replaced"])),
                        name="dispensing_sheet_void_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="dispensing_sheet_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_at__isnull", True), ("void_why__isnull", True)),
                            models.Q(("void_at__isnull", False), ("void_why__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_sheet_void_at_paired",
                    ),
                    models.UniqueConstraint(fields=("facility", "year", "number"), name="dispensing_sheet_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("void_at__isnull", True)),
                        fields=("facility", "for_day"),
                        name="dispensing_sheet_one_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan__gt", 0), ("scan__lt", 100000000)),
                        name="dispensing_sheet_scan_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="dispensing_sheet_digest_whole"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateEntry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("reason", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "dose",
                    models.OneToOneField(null=True, on_delete=PROTECT, related_name="late", to="dispensing.dose"),
                ),
                ("facility", models.ForeignKey(db_index=False, on_delete=PROTECT, to="facilities.facility")),
                (
                    "outcome",
                    models.OneToOneField(null=True, on_delete=PROTECT, related_name="late", to="dispensing.outcome"),
                ),
                ("patient", models.ForeignKey(db_index=False, on_delete=PROTECT, to="patients.patient")),
                ("recorded_by", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to=PERSON)),
                (
                    "sheet",
                    models.ForeignKey(null=True, on_delete=PROTECT, related_name="entries", to="dispensing.sheet"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "day"], name="dispensing_late_site_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", REASONS)), name="dispensing_lateentry_reason_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dose__isnull", False), ("outcome__isnull", True)),
                            models.Q(("dose__isnull", True), ("outcome__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_lateentry_one_fact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recorded_at__gte", models.F("occurred_at"))),
                        name="dispensing_lateentry_after_it_happened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", "other"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_lateentry_other_says_what",
                    ),
                ],
            },
        ),
        set_once("dispensing_sheet", ["void_at", "void_why"]),
        append_only("dispensing_lateentry"),
        migrations.RunSQL(
            sql=[
                "CREATE SEQUENCE dispensing_sheet_scan MINVALUE 1000001 MAXVALUE 99999999",
                "GRANT USAGE, SELECT ON SEQUENCE dispensing_sheet_scan TO tram_app",
            ],
            reverse_sql=["DROP SEQUENCE dispensing_sheet_scan"],
        ),
    ]
