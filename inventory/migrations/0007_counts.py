from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, set_once, set_once_also

SQL = Path(__file__).parent.parent / "sql"


def _door() -> migrations.RunSQL:
    """The door with bottles that are gone and counts that move nothing. Backwards: its function as 0006 made it."""
    made = (SQL / "0006_custody.sql").read_text(encoding="utf-8")
    start = made.index("CREATE FUNCTION inventory_book(")
    before = made[start : made.index("END $$;", start)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    return migrations.RunSQL(
        sql=(SQL / "0007_counts.sql").read_text(encoding="utf-8"),
        reverse_sql="DROP TRIGGER inventory_account_destroys_at_a_clinic ON inventory_account;"
        f"DROP FUNCTION inventory_destroys_at_a_clinic(); {before}END $$;",
    )


class Migration(migrations.Migration):
    """Counts of a whole site, spills, losses, recall, destruction, inspection."""

    dependencies = [
        ("inventory", "0006_custody"),
        ("facilities", "0002_guards"),
        ("staff", "0003_witness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("as_of", models.BigIntegerField()),
                ("head_hash", models.CharField(max_length=64)),
                ("inspector", models.CharField(max_length=120)),
                ("authority", models.CharField(max_length=160)),
                ("paper_number", models.CharField(max_length=60)),
                ("paper_on", models.DateField()),
                ("pressed_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "pressed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-pressed_at"], name="inventory_inspection_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("inspector", ""), _negated=True),
                            models.Q(("authority", ""), _negated=True),
                            models.Q(("paper_number", ""), _negated=True),
                        ),
                        name="inventory_inspection_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("head_hash__regex", "^[0-9a-f]{64}$")),
                        name="inventory_inspection_hash_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockCount",
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
                ("why", models.CharField(max_length=10)),
                ("asked_by", models.CharField(blank=True, max_length=120)),
                ("as_of", models.BigIntegerField()),
                ("agrees", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("started_at", models.DateTimeField()),
                ("counted_at", models.DateTimeField()),
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
                (
                    "inspection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="inventory.inspection",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-counted_at"], name="inventory_stockcount_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["monthly", "hand_over", "surprise", "inspection"])),
                        name="inventory_stockcount_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("why", "surprise"), _negated=True),
                            models.Q(("asked_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_stockcount_surprise_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("why", "inspection"), _negated=True),
                            ("inspection__isnull", False),
                            _connector="OR",
                        ),
                        name="inventory_stockcount_of_an_inspection",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counted_at__isnull", True), ("counted_at__gte", models.F("started_at")), _connector="OR"
                        ),
                        name="inventory_stockcount_counted_at_after_started_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("place", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=10)),
                ("number", models.BigIntegerField(null=True)),
                ("found", models.BigIntegerField()),
                ("book", models.BigIntegerField()),
                ("as_of", models.BigIntegerField()),
                ("within", models.BooleanField()),
                (
                    "bottle",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.lot"
                    ),
                ),
                (
                    "measure",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottlemeasure"
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.stockcount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("count", "position"), name="inventory_countline_position_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("bottle__isnull", False)),
                        fields=("count", "bottle"),
                        name="inventory_countline_bottle_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                [
                                    "supplier",
                                    "storage",
                                    "dispensing",
                                    "opened",
                                    "quarantine",
                                    "patients",
                                    "poured_out",
                                    "spill",
                                    "loss",
                                    "surplus",
                                    "overfill",
                                    "unreconciled",
                                    "transit",
                                    "discrepancy",
                                    "destroyed",
                                ],
                            )
                        ),
                        name="inventory_countline_place_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["agrees", "less", "more", "missing", "extra", "elsewhere", "strange"])
                        ),
                        name="inventory_countline_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("found__gte", 0)), name="inventory_countline_found_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lot__isnull", True), ("number__isnull", False)),
                            models.Q(("lot__isnull", False), ("number__isnull", True)),
                            _connector="OR",
                        ),
                        name="inventory_countline_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found__lt", models.F("book")), ("outcome", "less")),
                            models.Q(("found", 0), ("outcome", "missing")),
                            models.Q(("found__gt", models.F("book")), ("outcome__in", ["more", "extra"])),
                            models.Q(("found", models.F("book")), ("outcome__in", ["agrees", "elsewhere"])),
                            models.Q(("number__isnull", False), ("outcome", "strange")),
                            _connector="OR",
                        ),
                        name="inventory_countline_outcome_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Destruction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=160)),
                ("method", models.CharField(max_length=160)),
                ("notice_number", models.CharField(max_length=60)),
                ("notice_to", models.CharField(max_length=160)),
                ("notice_on", models.DateField()),
                ("earliest_on", models.DateField()),
                ("planned_on", models.DateField()),
                ("prepared_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("minutes", models.CharField(max_length=2000, null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancelled_why", models.CharField(max_length=300, null=True)),
                (
                    "act",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.act"),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
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
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-prepared_at"], name="inventory_destruction_clinic")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("notice_number", ""), _negated=True),
                            models.Q(("notice_to", ""), _negated=True),
                            models.Q(("place", ""), _negated=True),
                        ),
                        name="inventory_destruction_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("planned_on__isnull", True), ("planned_on__gte", models.F("earliest_on")), _connector="OR"
                        ),
                        name="inventory_destruction_planned_on_after_earliest_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("earliest_on__gt", models.F("notice_on"))),
                        name="inventory_destruction_notice_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("act__isnull", True),
                                ("done_at__isnull", True),
                                ("done_by__isnull", True),
                                ("minutes__isnull", True),
                            ),
                            models.Q(
                                ("act__isnull", False),
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                ("minutes__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_destruction_done_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", True),
                                ("cancelled_by__isnull", True),
                                ("cancelled_why__isnull", True),
                            ),
                            models.Q(
                                ("cancelled_at__isnull", False),
                                ("cancelled_by__isnull", False),
                                ("cancelled_why__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_destruction_cancelled_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"),
                        name="inventory_destruction_one_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DestructionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("quantity", models.BigIntegerField()),
                (
                    "bottle",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"),
                ),
                (
                    "destruction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.destruction",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.lot"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("destruction", "position"), name="inventory_destructionline_position_once"
                    ),
                    models.UniqueConstraint(
                        fields=("destruction", "lot", "bottle"),
                        name="inventory_destructionline_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="inventory_destructionline_quantity_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DestructionMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("duty", models.CharField(max_length=10)),
                (
                    "destruction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="inventory.destruction",
                    ),
                ),
                (
                    "person",
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
                    models.UniqueConstraint(fields=("destruction", "person"), name="inventory_destructionmember_once"),
                    models.CheckConstraint(
                        condition=models.Q(("duty__in", ["chair", "secretary", "member"])),
                        name="inventory_destructionmember_duty_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityPaper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=60)),
                ("issued_on", models.DateField()),
                ("authority", models.CharField(max_length=160)),
                ("recorded_at", models.DateTimeField()),
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
                    "inspection",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="inventory.inspection"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), _negated=True), models.Q(("authority", ""), _negated=True)
                        ),
                        name="inventory_identitypaper_named",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LossReport",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("found_at", models.DateTimeField()),
                ("found_by", models.CharField(max_length=120)),
                ("words", models.CharField(max_length=1000)),
                ("danger", models.BooleanField()),
                ("danger_words", models.CharField(blank=True, max_length=300)),
                ("due_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("police_at", models.DateTimeField(null=True)),
                ("police_unit", models.CharField(max_length=160, null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_to", models.CharField(max_length=160, null=True)),
                ("report_number", models.CharField(max_length=60, null=True)),
                (
                    "act",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.act"),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.countline"),
                ),
                (
                    "police_told_by",
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
                (
                    "sent_by",
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
                "indexes": [models.Index(fields=["facility", "-recorded_at"], name="inventory_lossreport_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["loss", "theft", "robbery"])),
                        name="inventory_lossreport_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found_by", ""), _negated=True), models.Q(("words", ""), _negated=True)
                        ),
                        name="inventory_lossreport_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("danger", False), models.Q(("danger_words", ""), _negated=True), _connector="OR"
                        ),
                        name="inventory_lossreport_danger_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("police_at__isnull", True),
                                ("police_told_by__isnull", True),
                                ("police_unit__isnull", True),
                            ),
                            models.Q(
                                ("police_at__isnull", False),
                                ("police_told_by__isnull", False),
                                ("police_unit__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_lossreport_police_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("report_number__isnull", True),
                                ("sent_at__isnull", True),
                                ("sent_by__isnull", True),
                                ("sent_to__isnull", True),
                            ),
                            models.Q(
                                ("report_number__isnull", False),
                                ("sent_at__isnull", False),
                                ("sent_by__isnull", False),
                                ("sent_to__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_lossreport_sent_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recorded_at__isnull", True), ("recorded_at__gte", models.F("found_at")), _connector="OR"
                        ),
                        name="inventory_lossreport_recorded_at_after_found_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at__isnull", True), ("due_at__gte", models.F("found_at")), _connector="OR"
                        ),
                        name="inventory_lossreport_due_at_after_found_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("authority", models.CharField(max_length=160)),
                ("paper_number", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=300)),
                ("declared_at", models.DateTimeField()),
                (
                    "declared_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("facility", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="facilities.facility")),
                ("lot", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="inventory.lot")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority", ""), _negated=True),
                            models.Q(("paper_number", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="inventory_recall_said",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallAct",
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
                ("bottles", models.PositiveIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("done_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="inventory.recall"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="inventory_recallact_quantity_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Spill",
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
                ("kind", models.CharField(max_length=10)),
                ("place", models.CharField(max_length=20)),
                ("estimated", models.BigIntegerField()),
                ("booked", models.BigIntegerField()),
                ("words", models.CharField(max_length=500)),
                ("also_saw", models.CharField(blank=True, max_length=200)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "bottle",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.item"),
                ),
                (
                    "lot",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.lot"),
                ),
                (
                    "measure",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottlemeasure"
                    ),
                ),
                (
                    "other_signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "other_witness",
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
                "indexes": [models.Index(fields=["facility", "-recorded_at"], name="inventory_spill_facility")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["spill", "breakage"])), name="inventory_spill_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                [
                                    "supplier",
                                    "storage",
                                    "dispensing",
                                    "opened",
                                    "quarantine",
                                    "patients",
                                    "poured_out",
                                    "spill",
                                    "loss",
                                    "surplus",
                                    "overfill",
                                    "unreconciled",
                                    "transit",
                                    "discrepancy",
                                    "destroyed",
                                ],
                            )
                        ),
                        name="inventory_spill_place_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("estimated__gt", 0)), name="inventory_spill_estimated_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booked__gt", 0)), name="inventory_spill_booked_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="inventory_spill_words_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("other_signature__isnull", True), ("other_witness__isnull", True)),
                            models.Q(("other_signature__isnull", False), ("other_witness__isnull", False)),
                            _connector="OR",
                        ),
                        name="inventory_spill_other_witness_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other_witness__isnull", True),
                            models.Q(("other_witness", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_spill_witness_not_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recorded_at__isnull", True),
                            ("recorded_at__gte", models.F("happened_at")),
                            _connector="OR",
                        ),
                        name="inventory_spill_recorded_at_after_happened_at",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="inventory_account_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="bottlemeasure",
            name="inventory_bottlemeasure_posted_outside_only",
        ),
        migrations.AddField(
            model_name="bottle",
            name="gone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="bottle",
            name="gone_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bottle",
            name="gone_how",
            field=models.CharField(max_length=10, null=True),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "supplier",
                            "storage",
                            "dispensing",
                            "opened",
                            "quarantine",
                            "patients",
                            "poured_out",
                            "spill",
                            "loss",
                            "surplus",
                            "overfill",
                            "unreconciled",
                            "transit",
                            "discrepancy",
                            "destroyed",
                        ],
                    )
                ),
                name="inventory_account_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bottle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gone_at__isnull", True), ("gone_by__isnull", True), ("gone_how__isnull", True)),
                    models.Q(("gone_at__isnull", False), ("gone_by__isnull", False), ("gone_how__isnull", False)),
                    _connector="OR",
                ),
                name="inventory_bottle_gone_at_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="bottle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gone_how__isnull", True), ("gone_how__in", ["lost", "broken", "destroyed"]), _connector="OR"
                ),
                name="inventory_bottle_gone_how_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bottlemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("within", models.Q(("act__isnull", True))),
                    models.Q(("why__in", ["count", "hand_over"]), ("within", True)),
                    _connector="OR",
                ),
                name="inventory_bottlemeasure_posted_outside_only",
            ),
        ),
        append_only(
            "inventory_countline",
            "inventory_destructionline",
            "inventory_destructionmember",
            "inventory_identitypaper",
            "inventory_inspection",
            "inventory_recall",
            "inventory_recallact",
            "inventory_spill",
            "inventory_stockcount",
        ),
        set_once(
            "inventory_lossreport",
            [
                "police_at",
                "police_unit",
                "police_told_by_id",
                "sent_at",
                "sent_to",
                "report_number",
                "sent_by_id",
            ],
        ),
        set_once(
            "inventory_destruction",
            [
                "done_at",
                "done_by_id",
                "minutes",
                "act_id",
                "cancelled_at",
                "cancelled_by_id",
                "cancelled_why",
            ],
        ),
        set_once_also(
            "inventory_bottle",
            before=["opened_at", "opened_by_id", "emptied_at", "emptied_by_id"],
            more=["gone_at", "gone_by_id", "gone_how"],
        ),
        _door(),
    ]
