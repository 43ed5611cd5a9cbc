import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only


class Migration(migrations.Migration):
    """How patients are followed: urine tests, examinations, counselling, and how stable each was found."""

    dependencies = [
        ("dispensing", "0010_flags"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Counselling",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("held_on", models.DateField()),
                ("kind", models.CharField(max_length=10)),
                ("counsellor_name", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("took_place", models.BooleanField(default=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="dispensing.counselling",
                    ),
                ),
                (
                    "counsellor",
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
                        related_name="+",
                        to="patients.patient",
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
                "indexes": [models.Index(fields=["patient", "-held_on"], name="dispensing_counselling_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["alone", "group", "family", "phone"])),
                        name="dispensing_counselling_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("counsellor__isnull", False), ("counsellor_name", "")),
                            models.Q(("counsellor__isnull", True), models.Q(("counsellor_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="dispensing_counselling_one_counsellor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("took_place", True), ("corrects__isnull", False), _connector="OR"),
                        name="dispensing_counselling_untrue_names_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Examination",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("examined_on", models.DateField()),
                ("place_words", models.CharField(blank=True, max_length=120)),
                ("physician_name", models.CharField(blank=True, max_length=120)),
                ("next_due", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("took_place", models.BooleanField(default=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="dispensing.examination",
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
                    "physician",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
            options={
                "indexes": [models.Index(fields=["patient", "-examined_on"], name="dispensing_examination_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place__isnull", False), ("place_words", "")),
                            models.Q(("place__isnull", True), models.Q(("place_words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="dispensing_examination_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("physician__isnull", False), ("physician_name", "")),
                            models.Q(("physician__isnull", True), models.Q(("physician_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="dispensing_examination_one_physician",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_due__isnull", True), ("next_due__gt", models.F("examined_on")), _connector="OR"
                        ),
                        name="dispensing_examination_next_is_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("took_place", True), ("corrects__isnull", False), _connector="OR"),
                        name="dispensing_examination_untrue_names_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StabilityAssessment",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("level", models.CharField(max_length=10)),
                ("reasons", models.JSONField(default=list)),
                ("rules_digest", models.CharField(max_length=33)),
                ("why", models.CharField(max_length=30)),
                (
                    "by",
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
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["stable", "watch", "unstable"])),
                        name="dispensing_stabilityassessment_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gt", 0)), name="dispensing_stabilityassessment_version_positive"
                    ),
                    models.UniqueConstraint(
                        fields=("patient", "version"), name="dispensing_stabilityassessment_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level", "stable"), models.Q(("reasons", []), _negated=True), _connector="OR"
                        ),
                        name="dispensing_stabilityassessment_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UrineTest",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("taken_at", models.DateTimeField()),
                ("observed", models.BooleanField()),
                ("asked", models.CharField(max_length=10)),
                ("sample", models.CharField(max_length=10)),
                ("opioids", models.CharField(default="not_tested", max_length=10)),
                ("methadone", models.CharField(default="not_tested", max_length=10)),
                ("amphetamines", models.CharField(default="not_tested", max_length=10)),
                ("benzodiazepines", models.CharField(default="not_tested", max_length=10)),
                ("cannabis", models.CharField(default="not_tested", max_length=10)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("took_place", models.BooleanField(default=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="dispensing.urinetest",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-taken_at"], name="dispensing_urinetest_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asked__in", ["random", "planned", "cause"])),
                        name="dispensing_urinetest_asked_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sample__in", ["given", "refused", "could_not"])),
                        name="dispensing_urinetest_sample_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opioids__in", ["negative", "positive", "invalid", "pending", "not_tested"])
                        ),
                        name="dispensing_urinetest_opioids_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("methadone__in", ["negative", "positive", "invalid", "pending", "not_tested"])
                        ),
                        name="dispensing_urinetest_methadone_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amphetamines__in", ["negative", "positive", "invalid", "pending", "not_tested"])
                        ),
                        name="dispensing_urinetest_amphetamines_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("benzodiazepines__in", ["negative", "positive", "invalid", "pending", "not_tested"])
                        ),
                        name="dispensing_urinetest_benzodiazepines_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cannabis__in", ["negative", "positive", "invalid", "pending", "not_tested"])
                        ),
                        name="dispensing_urinetest_cannabis_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("sample", "given"),
                                models.Q(
                                    ("amphetamines", "not_tested"),
                                    ("benzodiazepines", "not_tested"),
                                    ("cannabis", "not_tested"),
                                    ("methadone", "not_tested"),
                                    ("opioids", "not_tested"),
                                    _negated=True,
                                ),
                            ),
                            models.Q(
                                models.Q(("sample", "given"), _negated=True),
                                ("amphetamines", "not_tested"),
                                ("benzodiazepines", "not_tested"),
                                ("cannabis", "not_tested"),
                                ("methadone", "not_tested"),
                                ("opioids", "not_tested"),
                                ("observed", False),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_urinetest_sample_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_at__lte", models.F("recorded_at"))),
                        name="dispensing_urinetest_not_ahead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("took_place", True), ("corrects__isnull", False), _connector="OR"),
                        name="dispensing_urinetest_untrue_names_what",
                    ),
                ],
            },
        ),
        append_only(
            "dispensing_urinetest",
            "dispensing_examination",
            "dispensing_counselling",
            "dispensing_stabilityassessment",
        ),
    ]
