import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """Doses taken home: what was allowed, what was handed out, the vial of each day, what became of it."""

    dependencies = [
        ("dispensing", "0013_questions"),
        ("facilities", "0003_emergency_card"),
        ("inventory", "0014_take_home"),
        ("patients", "0005_places"),
        ("staff", "0005_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TakeHomeAllowance",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("allowed", models.BooleanField()),
                ("agreed", models.BooleanField()),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("max_days", models.PositiveSmallIntegerField()),
                ("words", models.CharField(blank=True, max_length=300)),
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
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
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
                "indexes": [models.Index(fields=["patient", "-recorded_at"], name="dispensing_takehome_allowed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_day__isnull", True), ("until_day__gte", models.F("from_day")), _connector="OR"
                        ),
                        name="dispensing_takehomeallowance_until_day_after_from_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("allowed", True), ("max_days__gte", 1), ("max_days__lte", 7)),
                            models.Q(("allowed", False), ("max_days", 0)),
                            _connector="OR",
                        ),
                        name="dispensing_takehomeallowance_days_fit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allowed", True), models.Q(("words", ""), _negated=True), _connector="OR"),
                        name="dispensing_takehomeallowance_refusal_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allowed", False), ("agreed", True), _connector="OR"),
                        name="dispensing_takehomeallowance_patient_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TakeHome",
            fields=[
                (
                    "act",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="inventory.act",
                    ),
                ),
                ("day", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("box", models.BooleanField()),
                ("words", models.CharField(blank=True, max_length=300)),
                ("handed_at", models.DateTimeField()),
                (
                    "attestation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.attestation"
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
                    "handed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "prescription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensing.prescription",
                    ),
                ),
                (
                    "allowance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensing.takehomeallowance",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "day"], name="dispensing_takehome_site_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("mg__gt", 0)), name="dispensing_takehome_mg_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 7)), name="dispensing_takehome_days_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TakeHomeVial",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("handed_on", models.DateField()),
                ("day", models.DateField()),
                ("mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("ul", models.PositiveIntegerField()),
                (
                    "bottle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.bottle"
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
                    "take_home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vials", to="dispensing.takehome"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mg__gt", 0)), name="dispensing_takehomevial_mg_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ul__gt", 0)), name="dispensing_takehomevial_ul_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day__gt", models.F("handed_on"))),
                        name="dispensing_takehomevial_day_after_handed_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TakeHomeDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
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
                    "vial",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claim", to="dispensing.takehomevial"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VialReport",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("words", models.CharField(blank=True, max_length=300)),
                ("ul", models.PositiveIntegerField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "act",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.act"
                    ),
                ),
                (
                    "attestation",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.attestation"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="dispensing.vialreport",
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
                (
                    "vial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="dispensing.takehomevial",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("what__in", ["returned_empty", "returned_full", "lost", "broken", "spilt", "not_drunk"])
                        ),
                        name="dispensing_vialreport_what_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("corrects__isnull", True)),
                        fields=("vial",),
                        name="dispensing_vialreport_first_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("what", "returned_empty"), models.Q(("words", ""), _negated=True), _connector="OR"
                        ),
                        name="dispensing_vialreport_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("act__isnull", False),
                                ("attestation__isnull", False),
                                ("ul__gte", 1),
                                ("ul__isnull", False),
                                ("what", "returned_full"),
                            ),
                            models.Q(
                                models.Q(("what", "returned_full"), _negated=True),
                                ("attestation__isnull", True),
                                ("ul__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_vialreport_poured_out_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VialVoid",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=300)),
                ("voided_at", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.act"
                    ),
                ),
                (
                    "attestation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.attestation",
                    ),
                ),
                (
                    "vial",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="void", to="dispensing.takehomevial"
                    ),
                ),
                (
                    "voided_by",
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
                        condition=models.Q(("kind__in", ["never_filled", "given_back", "with_another"])),
                        name="dispensing_vialvoid_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="dispensing_vialvoid_reason_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act__isnull", True), ("kind", "with_another")),
                            models.Q(models.Q(("kind", "with_another"), _negated=True), ("act__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_vialvoid_stock_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "given_back"), _negated=True),
                            ("attestation__isnull", False),
                            _connector="OR",
                        ),
                        name="dispensing_vialvoid_poured_out_attested",
                    ),
                ],
            },
        ),
        append_only(
            "dispensing_takehomeallowance",
            "dispensing_takehome",
            "dispensing_takehomevial",
            "dispensing_vialreport",
            "dispensing_vialvoid",
        ),
    ]
