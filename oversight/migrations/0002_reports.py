import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """Reports that were frozen and signed."""

    dependencies = [
        ("facilities", "0002_guards"),
        ("oversight", "0001_summaries"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("scope", models.CharField(max_length=10)),
                ("period", models.CharField(max_length=8)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("version", models.SmallIntegerField()),
                ("why", models.CharField(blank=True, max_length=300)),
                ("figures", models.JSONField()),
                ("indicators", models.CharField(max_length=16)),
                ("rules", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.area",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="oversight.report",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.province",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["quarter", "year", "month"])),
                        name="oversight_report_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area__isnull", True),
                                ("facility__isnull", False),
                                ("province__isnull", True),
                                ("scope__in", ["facility", "clinic"]),
                            ),
                            models.Q(
                                ("area__isnull", False),
                                ("facility__isnull", True),
                                ("province__isnull", True),
                                ("scope", "area"),
                            ),
                            models.Q(
                                ("area__isnull", True),
                                ("facility__isnull", True),
                                ("province__isnull", False),
                                ("scope", "province"),
                            ),
                            _connector="OR",
                        ),
                        name="oversight_report_of_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects__isnull", True), ("version", 1), ("why", "")),
                            models.Q(
                                ("corrects__isnull", False),
                                ("version__gt", 1),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="oversight_report_correction_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="oversight_report_ends_on_after_starts_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="oversight_report_digest_whole"
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "period", "scope", "facility", "area", "province", "version"),
                        name="oversight_report_version_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportApproval",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="approval",
                        serialize=False,
                        to="oversight.report",
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
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("made_by")), _negated=True),
                        name="oversight_reportapproval_approved_by_not_made_by",
                    )
                ],
            },
        ),
        append_only("oversight_report", "oversight_reportapproval"),
    ]
