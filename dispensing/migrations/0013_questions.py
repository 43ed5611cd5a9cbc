import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """Questions to the main clinic, and what was said of each."""

    dependencies = [
        ("dispensing", "0012_referrals"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("topic", models.CharField(max_length=10)),
                ("urgency", models.CharField(max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "closed_by",
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
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient", "-asked_at"], name="dispensing_question_patient"),
                    models.Index(fields=["facility", "-asked_at"], name="dispensing_question_site"),
                    models.Index(fields=["clinic", "-asked_at"], name="dispensing_question_clinic"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("topic__in", ["medicine", "sober", "missed", "dose", "illness", "pregnancy", "other"])
                        ),
                        name="dispensing_question_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["waiting", "today", "days"])),
                        name="dispensing_question_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("facility", models.F("clinic")), _negated=True),
                        name="dispensing_question_facility_not_clinic",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_question_closed_at_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionStep",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("step", models.CharField(max_length=10)),
                ("before", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=10)),
                ("words", models.CharField(blank=True, max_length=1000)),
                ("acting_as", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "actor",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="dispensing.question",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question", "position"), name="dispensing_questionstep_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gt", 0)), name="dispensing_questionstep_position_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", "new"), ("state", "clinic"), ("step", "ask")),
                            models.Q(("before", "clinic"), ("state", "answered"), ("step", "answer")),
                            models.Q(("before", "site"), ("state", "answered"), ("step", "answer")),
                            models.Q(("before", "answered"), ("state", "answered"), ("step", "answer")),
                            models.Q(("before", "clinic"), ("state", "site"), ("step", "ask_back")),
                            models.Q(("before", "clinic"), ("state", "clinic"), ("step", "reply")),
                            models.Q(("before", "site"), ("state", "clinic"), ("step", "reply")),
                            models.Q(("before", "answered"), ("state", "clinic"), ("step", "reply")),
                            models.Q(("before", "clinic"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "site"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "answered"), ("state", "closed"), ("step", "close")),
                            _connector="OR",
                        ),
                        name="dispensing_questionstep_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("step__in", ["answer", "ask", "ask_back", "reply"]), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_questionstep_words_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("step__in", ["ask", "ask_back", "reply"])),
                            models.Q(
                                models.Q(("step__in", ["ask", "ask_back", "reply"]), _negated=True),
                                ("due_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_questionstep_until_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signature__isnull", False), ("step", "answer")),
                            models.Q(models.Q(("step", "answer"), _negated=True), ("signature__isnull", True)),
                            _connector="OR",
                        ),
                        name="dispensing_questionstep_answer_signed",
                    ),
                ],
            },
        ),
        set_once("dispensing_question", ["closed_at", "closed_by_id"]),
        append_only("dispensing_questionstep"),
    ]
