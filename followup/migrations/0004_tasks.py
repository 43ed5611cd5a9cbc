import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0003_emergency_card"),
        ("followup", "0003_kinds"),
        ("staff", "0003_witness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=120)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("data", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-made_at"], name="followup_notice_newest"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["person"], name="followup_notice_unread"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "key"), name="followup_notice_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("kind", ""), _negated=True), models.Q(("key", ""), _negated=True)),
                        name="followup_notice_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("patient_id", models.UUIDField(null=True)),
                ("data", models.JSONField(default=dict)),
                ("due_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("rung", models.PositiveSmallIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=30)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("facility", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="facilities.facility")),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["facility", "due_at"],
                        name="followup_task_open",
                    ),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["owner", "due_at"],
                        name="followup_task_owner",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind", ""), _negated=True), name="followup_task_kind_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("outcome", "")),
                            models.Q(("done_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="followup_task_done_fits",
                    ),
                    models.CheckConstraint(condition=models.Q(("rung__lte", 3)), name="followup_task_rung_known"),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("subject_kind", "subject_id", "kind"),
                        name="followup_task_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskEvent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=1000)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="followup.task"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["task", "at"], name="followup_taskevent_timeline")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["opened", "worse", "note", "handed_on", "escalated", "done"])),
                        name="followup_taskevent_step_known",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="caseevent",
            name="followup_caseevent_step_known",
        ),
        migrations.AddField(
            model_name="case",
            name="rung",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="case",
            name="opened_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(condition=models.Q(("rung__lte", 3)), name="followup_case_rung_known"),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", ["opened", "note", "handed_on", "escalated", "concluded"])),
                name="followup_caseevent_step_known",
            ),
        ),
        append_only("followup_taskevent"),
        set_once("followup_notice", ["read_at"]),
    ]
