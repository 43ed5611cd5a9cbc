"""Alerts that change today's act, what was asked and explained, and in which language."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("effect", models.CharField(blank=True, max_length=20)),
                ("change", models.CharField(blank=True, max_length=10)),
                ("since", models.DateField()),
                ("source", models.CharField(max_length=10)),
                ("recorded_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_why", models.CharField(max_length=10, null=True)),
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="patients.patient"
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["pregnancy", "medicine", "qt", "liver", "epilepsy", "sedatives", "alcohol"])
                        ),
                        name="patients_alert_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["patient", "paper", "clinic"])),
                        name="patients_alert_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_why__in", ["over", "mistake"])),
                        name="patients_alert_ended_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("effect__in", ["raises", "lowers", "unknown"]),
                                ("kind", "medicine"),
                                ("change__in", ["started", "stopped"]),
                            ),
                            models.Q(models.Q(("kind", "medicine"), _negated=True), ("change", ""), ("effect", "")),
                            _connector="OR",
                        ),
                        name="patients_alert_medicine_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True), ("ended_on__gte", models.F("since")), _connector="OR"
                        ),
                        name="patients_alert_ended_on_after_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_by__isnull", True), ("ended_on__isnull", True), ("ended_why__isnull", True)
                            ),
                            models.Q(
                                ("ended_by__isnull", False), ("ended_on__isnull", False), ("ended_why__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="patients_alert_ended_on_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True), models.Q(("kind", "medicine"), _negated=True)),
                        fields=("patient", "kind"),
                        name="patients_alert_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertMedicine",
            fields=[
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="medicine",
                        serialize=False,
                        to="patients.alert",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Explained",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("phrases", models.CharField(max_length=20)),
                ("version", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=40)),
                ("interpreter", models.CharField(max_length=20)),
                ("understood", models.BooleanField()),
                ("explained_at", models.DateTimeField()),
                (
                    "explained_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-explained_at"], name="patients_explained_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("interpreter__in", ["none", "relative", "village_worker", "health_worker", "by_phone"])
                        ),
                        name="patients_explained_interpreter_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__regex", "^[0-9a-f]{64}$")),
                        name="patients_explained_version_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MedicinesAsked",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("asked_on", models.DateField()),
                ("any_new", models.BooleanField()),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-asked_on"], name="patients_asked_last")],
            },
        ),
        migrations.CreateModel(
            name="Speech",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("needs_interpreter", models.BooleanField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        set_once("patients_alert", ["ended_on", "ended_by_id", "ended_why"]),
        append_only("patients_alertmedicine"),
        append_only("patients_medicinesasked"),
        append_only("patients_explained"),
    ]
