import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
import dispensing.rules.facts
import dispensing.rules.incident_codes
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [
        ("dispensing", "0003_phone_orders"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VomitRecord",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("vomited_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("witnessed", models.BooleanField()),
                ("seen", models.CharField(max_length=20)),
                ("replace_mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("rules_digest", models.CharField(max_length=16)),
                ("recorded_at", models.DateTimeField()),
                (
                    "dose",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vomit", to="dispensing.dose"
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
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "indexes": [models.Index(fields=["patient", "day"], name="dispensing_vomitrecord_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen__in", ["medicine", "food_and_medicine", "little", "not_known"])),
                        name="dispensing_vomitrecord_seen_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("replace_mg__gte", 0)), name="dispensing_vomitrecord_mg_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vomited_at__lte", models.F("recorded_at"))),
                        name="dispensing_vomitrecord_not_ahead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoseOrder",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=20)),
                ("mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "phone_order",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensing.phoneorder",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "vomit",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order",
                        to="dispensing.vomitrecord",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "day"], name="dispensing_doseorder_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["replacement", "supplement"])),
                        name="dispensing_doseorder_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mg__gt", 0), ("mg__lte", 1000)), name="dispensing_doseorder_mg_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone_order__isnull", True), ("signature__isnull", False)),
                            models.Q(("phone_order__isnull", False), ("signature__isnull", True)),
                            _connector="OR",
                        ),
                        name="dispensing_doseorder_signed_or_by_phone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", dispensing.rules.incident_codes.DoseOrderKind["REPLACEMENT"]),
                                ("vomit__isnull", False),
                            ),
                            models.Q(
                                ("kind", dispensing.rules.incident_codes.DoseOrderKind["SUPPLEMENT"]),
                                ("vomit__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_doseorder_replaces_what_was_vomited",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NearMiss",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(max_length=300, null=True)),
                ("noted_at", models.DateTimeField(null=True)),
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
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "indexes": [models.Index(fields=["facility", "at"], name="dispensing_nearmiss_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "nearly_other_person",
                                    "nearly_other_amount",
                                    "nearly_other_bottle",
                                    "nearly_twice",
                                    "nearly_missed_signs",
                                    "other",
                                ],
                            )
                        ),
                        name="dispensing_nearmiss_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("note__isnull", True), ("noted_at__isnull", True), ("noted_by__isnull", True)),
                            models.Q(("note__isnull", False), ("noted_at__isnull", False), ("noted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_nearmiss_note_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("starts_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("check_minutes", models.PositiveSmallIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_how", models.CharField(max_length=20, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
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
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["facility", "until"],
                        name="dispensing_observation_site",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why__in", ["first_dose", "wrong_dose", "intoxicated", "naloxone", "other"])
                        ),
                        name="dispensing_observation_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_how__isnull", True),
                            ("ended_how__in", ["well", "referred", "left", "longer"]),
                            _connector="OR",
                        ),
                        name="dispensing_observation_ended_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_how__isnull", True)
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("ended_how__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_observation_ended_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gte", models.F("starts_at")), _connector="OR"
                        ),
                        name="dispensing_observation_until_after_starts_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("check_minutes__gt", 0)),
                        name="dispensing_observation_check_minutes_positive",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("patient",),
                        name="dispensing_observation_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObservationCheck",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("state", models.CharField(max_length=20)),
                ("breaths", models.PositiveSmallIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "observation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="dispensing.observation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["observation", "at"], name="dispensing_check_timeline")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["alert", "sedated", "slow_breathing", "no_response"])),
                        name="dispensing_observationcheck_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WrongDose",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=20)),
                ("intended_mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("actual_mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("usual_mg", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("found_how", models.CharField(max_length=20)),
                (
                    "advice",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "dose",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_as_wrong",
                        to="dispensing.dose",
                    ),
                ),
                (
                    "drinker",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "drunk",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drunk_as_wrong",
                        to="dispensing.dose",
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
                    "meant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "observation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensing.observation",
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
                "indexes": [models.Index(fields=["facility", "day"], name="dispensing_wrongdose_site_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["other_person", "other_amount"])),
                        name="dispensing_wrongdose_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("found_how__in", ["seen", "patient_said", "owner_came", "measured", "colleague", "other"])
                        ),
                        name="dispensing_wrongdose_found_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("actual_mg__gt", 0)), name="dispensing_wrongdose_actual_mg_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", dispensing.rules.incident_codes.WrongDoseKind["OTHER_PERSON"]),
                                models.Q(
                                    ("drinker__isnull", True),
                                    models.Q(("drinker", models.F("meant")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("dose__isnull", False),
                                ("drinker", models.F("meant")),
                                ("kind", dispensing.rules.incident_codes.WrongDoseKind["OTHER_AMOUNT"]),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_wrongdose_kind_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("drinker__isnull", True), ("drunk__isnull", True)),
                            models.Q(("drinker__isnull", False), ("drunk__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_wrongdose_drunk_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhysicianTold",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("told_at", models.DateTimeField()),
                ("told", models.CharField(max_length=120)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "wrong_dose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="physician_told",
                        to="dispensing.wrongdose",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("told", ""), _negated=True), name="dispensing_physiciantold_told_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told_at__lte", models.F("recorded_at"))),
                        name="dispensing_physiciantold_not_ahead",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="dosevoid",
            name="dispensing_dosevoid_kind_known",
        ),
        migrations.AddConstraint(
            model_name="dosevoid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["never_poured", "poured_not_drunk", "drunk_by_other", "recorded_again"])
                ),
                name="dispensing_dosevoid_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="dose",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="doses",
                to="dispensing.doseorder",
            ),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            [
                                dispensing.rules.facts.DoseKind["REPLACEMENT"],
                                dispensing.rules.facts.DoseKind["SUPPLEMENT"],
                            ],
                        ),
                        ("order__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "kind__in",
                                [
                                    dispensing.rules.facts.DoseKind["REPLACEMENT"],
                                    dispensing.rules.facts.DoseKind["SUPPLEMENT"],
                                ],
                            ),
                            _negated=True,
                        ),
                        ("order__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="dispensing_dose_order_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.UniqueConstraint(
                condition=models.Q(("order__isnull", False)), fields=("order",), name="dispensing_dose_order_once"
            ),
        ),
        append_only(
            "dispensing_doseorder",
            "dispensing_observationcheck",
            "dispensing_physiciantold",
            "dispensing_vomitrecord",
            "dispensing_wrongdose",
        ),
        set_once("dispensing_observation", ["ended_at", "ended_by_id", "ended_how"]),
        set_once("dispensing_nearmiss", ["note", "noted_at", "noted_by_id"]),
    ]
