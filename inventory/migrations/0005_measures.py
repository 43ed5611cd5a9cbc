from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, sql_file


class Migration(migrations.Migration):
    """What a site finds when it looks at its stock, and the close of its day."""

    dependencies = [
        ("inventory", "0004_labels"),
        ("facilities", "0002_guards"),
        ("followup", "0003_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BottleMeasure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=10)),
                ("method", models.CharField(max_length=10)),
                (
                    "readings",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("tare_g", models.DecimalField(decimal_places=2, max_digits=7, null=True)),
                ("density", models.DecimalField(decimal_places=4, max_digits=6, null=True)),
                ("measured_ul", models.BigIntegerField()),
                ("uncertainty_ul", models.BigIntegerField()),
                ("as_of", models.BigIntegerField()),
                ("book_ul", models.BigIntegerField()),
                ("difference_ul", models.BigIntegerField()),
                ("tolerance_ul", models.BigIntegerField()),
                ("within", models.BooleanField()),
                ("measured_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "act",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.act"),
                ),
                (
                    "bottle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "measured_by",
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
                    models.Index(fields=["bottle", "as_of"], name="inventory_measure_bottle"),
                    models.Index(fields=["facility", "measured_at"], name="inventory_measure_facility"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["opening", "close", "weekly", "hand_over", "count"])),
                        name="inventory_bottlemeasure_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["weigh", "cylinder", "mark"])),
                        name="inventory_bottlemeasure_method_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("density__isnull", True), ("tare_g__isnull", True)),
                            models.Q(("density__isnull", False), ("tare_g__isnull", False)),
                            _connector="OR",
                        ),
                        name="inventory_bottlemeasure_tare_g_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("density__isnull", False), ("method", "weigh")),
                            models.Q(models.Q(("method", "weigh"), _negated=True), ("density__isnull", True)),
                            _connector="OR",
                        ),
                        name="inventory_bottlemeasure_weighed_with_density",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("readings__len__gt", 0)), name="inventory_bottlemeasure_readings_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("as_of__gte", 0),
                            ("measured_ul__gte", 0),
                            ("tolerance_ul__gte", 0),
                            ("uncertainty_ul__gte", 0),
                        ),
                        name="inventory_bottlemeasure_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "difference_ul",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("measured_ul"), "-", models.F("book_ul")
                                ),
                            )
                        ),
                        name="inventory_bottlemeasure_difference_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("within", models.Q(("act__isnull", True)))),
                        name="inventory_bottlemeasure_posted_outside_only",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedCount",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=10)),
                ("found", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("expected", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("agrees", models.BooleanField()),
                ("as_of", models.BigIntegerField()),
                ("counted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "counted_by",
                    models.ForeignKey(
                        db_index=False,
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
            ],
            options={
                "indexes": [models.Index(fields=["facility", "counted_at"], name="inventory_closedcount_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["opening", "close", "weekly", "hand_over", "count"])),
                        name="inventory_closedcount_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agrees", models.Q(("found", models.F("expected"))))),
                        name="inventory_closedcount_agrees_as_found",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceCheck",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("strokes", models.PositiveSmallIntegerField()),
                ("nominal", models.BigIntegerField()),
                ("measured", models.BigIntegerField()),
                ("error_ppm", models.IntegerField()),
                ("limit_ppm", models.PositiveIntegerField()),
                ("passed", models.BooleanField()),
                ("poured_out_ul", models.BigIntegerField(default=0)),
                ("checked_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "act",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.act"),
                ),
                (
                    "bottle",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.measuringdevice"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["device", "checked_at"], name="inventory_devicecheck_device")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("nominal__gt", 0)), name="inventory_devicecheck_nominal_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("strokes__gt", 0)), name="inventory_devicecheck_strokes_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measured__gte", 0), ("poured_out_ul__gte", 0)),
                        name="inventory_devicecheck_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "passed",
                                models.Q(
                                    (
                                        "error_ppm__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("limit_ppm"), "*", models.Value(-1)
                                        ),
                                    ),
                                    ("error_ppm__lte", models.F("limit_ppm")),
                                ),
                            )
                        ),
                        name="inventory_devicecheck_passed_within_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act__isnull", True), ("bottle__isnull", True), ("poured_out_ul", 0)),
                            models.Q(("act__isnull", False), ("bottle__isnull", False), ("poured_out_ul__gt", 0)),
                            _connector="OR",
                        ),
                        name="inventory_devicecheck_poured_out_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyHandover",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("handed_over_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "handed_over_at"], name="inventory_handover_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_by__isnull", True),
                            models.Q(("taken_by", models.F("given_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_dutyhandover_taken_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="inventory_dutyhandover_digest_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sent", models.UUIDField()),
                ("key", models.CharField(max_length=20)),
                ("step", models.CharField(max_length=12)),
                ("envelope_number", models.CharField(blank=True, max_length=40)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "holder_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                "indexes": [models.Index(fields=["facility", "key", "-id"], name="inventory_keyevent_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__in", ["storage", "dispensing", "storage_spare", "dispensing_spare"])),
                        name="inventory_keyevent_key_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["taken", "handed_over", "sealed", "lost"])),
                        name="inventory_keyevent_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder_to__isnull", False), ("step", "taken")),
                            models.Q(
                                ("holder_from__isnull", False),
                                ("holder_to__isnull", False),
                                ("step", "handed_over"),
                                models.Q(("holder_from", models.F("holder_to")), _negated=True),
                            ),
                            models.Q(
                                ("holder_to__isnull", True),
                                ("step", "sealed"),
                                models.Q(("envelope_number", ""), _negated=True),
                            ),
                            models.Q(
                                ("holder_to__isnull", True), ("step", "lost"), models.Q(("words", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="inventory_keyevent_step_fits",
                    ),
                    models.UniqueConstraint(fields=("sent", "key"), name="inventory_keyevent_key_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotDensity",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("g_per_ml", models.DecimalField(decimal_places=4, max_digits=6)),
                ("source", models.CharField(max_length=120)),
                ("stated_at", models.DateTimeField()),
                ("lot", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="inventory.lot")),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("g_per_ml__gte", "0.5"), ("g_per_ml__lte", "2")),
                        name="inventory_lotdensity_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="inventory_lotdensity_source_given"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NaloxoneCheck",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("usable", models.PositiveIntegerField()),
                ("nearest_expiry", models.DateField(null=True)),
                ("book", models.BigIntegerField()),
                ("as_of", models.BigIntegerField()),
                ("checked_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "checked_by",
                    models.ForeignKey(
                        db_index=False,
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
            ],
            options={
                "indexes": [models.Index(fields=["facility", "checked_at"], name="inventory_naloxone_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("nearest_expiry__isnull", True), ("usable", 0)),
                            models.Q(("nearest_expiry__isnull", False), ("usable__gt", 0)),
                            _connector="OR",
                        ),
                        name="inventory_naloxonecheck_expiry_of_some",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NightSeal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40)),
                ("put_on_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "bottle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "put_on_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bottle", "put_on_at"], name="inventory_nightseal_bottle")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="inventory_nightseal_number_given"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealFound",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("state", models.CharField(max_length=10)),
                ("found_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "bottle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.nightseal"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bottle", "found_at"], name="inventory_sealfound_bottle")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["matches", "differs", "none"])),
                        name="inventory_sealfound_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("seal__isnull", False), ("state", "matches"), models.Q(("number", ""), _negated=True)
                            ),
                            ("state", "differs"),
                            models.Q(("number", ""), ("state", "none")),
                            _connector="OR",
                        ),
                        name="inventory_sealfound_state_fits",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="act",
            name="inventory_act_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="measuringdevice",
            name="inventory_measuringdevice_one_in_use",
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "receipt",
                            "to_dispensing",
                            "opening",
                            "dose",
                            "dose_void",
                            "not_swallowed",
                            "emptying",
                            "quarantine",
                            "dispatch",
                            "consignment_receipt",
                            "taken_back",
                            "not_arrived",
                            "admitted",
                            "settled",
                            "measure",
                            "priming",
                            "count",
                            "spill",
                            "breakage",
                            "loss",
                            "recall",
                            "destruction",
                            "ampoules_out",
                        ],
                    )
                ),
                name="inventory_act_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuringdevice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_on__isnull", True), models.Q(("kind", "scale"), _negated=True)),
                fields=("facility",),
                name="inventory_measuringdevice_one_in_use",
            ),
        ),
        append_only(
            "inventory_bottlemeasure",
            "inventory_closedcount",
            "inventory_devicecheck",
            "inventory_dutyhandover",
            "inventory_keyevent",
            "inventory_lotdensity",
            "inventory_naloxonecheck",
            "inventory_nightseal",
            "inventory_sealfound",
        ),
        sql_file(Path(__file__).parent.parent / "sql" / "0005_close.sql"),
    ]
