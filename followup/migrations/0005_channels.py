import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """Messages that leave the product: rows are the queue."""

    dependencies = [("followup", "0004_tasks"), ("staff", "0004_channels")]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=8)),
                ("urgent", models.BooleanField()),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_why", models.CharField(max_length=12, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dropped_at__isnull", True), ("sent_at__isnull", True)),
                        fields=["made_at"],
                        name="followup_message_waiting",
                    ),
                    models.Index(fields=["person", "channel", "-made_at"], name="followup_message_latest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "email"])), name="followup_message_channel_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dropped_why__in", ["read", "unreachable", "tries", "old"])),
                        name="followup_message_dropped_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at__isnull", True), ("dropped_why__isnull", True)),
                            models.Q(("dropped_at__isnull", False), ("dropped_why__isnull", False)),
                            _connector="OR",
                        ),
                        name="followup_message_dropped_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at__isnull", True), ("dropped_at__isnull", True), _connector="OR"),
                        name="followup_message_one_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageAttempt",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("error", models.CharField(max_length=80, null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="followup.message"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="followup_messageattempt_number_positive"
                    ),
                    models.UniqueConstraint(fields=("message", "number"), name="followup_messageattempt_taken_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageNotice",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=8)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="followup.message"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="followup.notice"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "email"])),
                        name="followup_messagenotice_channel_known",
                    ),
                    models.UniqueConstraint(fields=("notice", "channel"), name="followup_messagenotice_goes_once"),
                ],
            },
        ),
        append_only("followup_messagenotice"),
        set_once("followup_message", ["sent_at", "dropped_at", "dropped_why"]),
        set_once("followup_messageattempt", ["error"]),
    ]
