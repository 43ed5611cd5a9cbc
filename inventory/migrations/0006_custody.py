from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, readable_by_the_ledger, set_once, sql_file, written_by_the_ledger_only

SQL = Path(__file__).parent.parent / "sql"


def _doors() -> migrations.RunSQL:
    """The door of custody events, and the ledger's with consignments. Backwards: the ledger's as it was made first."""
    ours, first = sql_file(SQL / "0006_custody.sql"), sql_file(SQL / "0002_ledger.sql")
    return migrations.RunSQL(sql=ours.sql, reverse_sql=f"{ours.reverse_sql}\n{first.sql}")


class Migration(migrations.Migration):
    """Consignments, their custody events, and the accounts that each consignment has of its own."""

    dependencies = [
        ("inventory", "0005_measures"),
        ("facilities", "0002_guards"),
        ("core", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consignment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("companion", models.CharField(blank=True, max_length=80)),
                ("transport", models.CharField(max_length=80)),
                ("route", models.CharField(max_length=160)),
                ("expected_at", models.DateTimeField()),
                ("prepared_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField(null=True)),
                (
                    "seals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), null=True, size=None
                    ),
                ),
                ("manifest_digest", models.CharField(max_length=64, null=True)),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by_carrier", models.BooleanField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "carrier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispatched_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
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
                (
                    "received_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "received_second",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sealed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_back_second",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["from_facility", "-number"], name="inventory_consignment_from"),
                    models.Index(fields=["to_facility", "-number"], name="inventory_consignment_to"),
                    models.Index(fields=["carrier", "-number"], name="inventory_consignment_carrier"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["supply", "return"])), name="inventory_consignment_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0), ("number__lt", 100000000)),
                        name="inventory_consignment_number_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_facility", models.F("to_facility")), _negated=True),
                        name="inventory_consignment_from_facility_not_to_facility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("manifest_digest__isnull", True),
                                ("sealed_at__isnull", True),
                                ("sealed_by__isnull", True),
                                ("seals__isnull", True),
                            ),
                            models.Q(
                                ("manifest_digest__isnull", False),
                                ("sealed_at__isnull", False),
                                ("sealed_by__isnull", False),
                                ("seals__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_consignment_sealed_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dispatched_at__isnull", True), ("dispatched_by__isnull", True)),
                            models.Q(("dispatched_at__isnull", False), ("dispatched_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="inventory_consignment_dispatched_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("received_at__isnull", True),
                                ("received_by__isnull", True),
                                ("received_by_carrier__isnull", True),
                            ),
                            models.Q(
                                ("received_at__isnull", False),
                                ("received_by__isnull", False),
                                ("received_by_carrier__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_consignment_received_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("taken_back_at__isnull", True),
                                ("taken_back_by__isnull", True),
                                ("taken_back_second__isnull", True),
                            ),
                            models.Q(
                                ("taken_back_at__isnull", False),
                                ("taken_back_by__isnull", False),
                                ("taken_back_second__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_consignment_taken_back_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seals__isnull", True), ("seals__len__gt", 0), _connector="OR"),
                        name="inventory_consignment_sealed_with_seals",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manifest_digest__isnull", True),
                            ("manifest_digest__regex", "^[0-9a-f]{64}$"),
                            _connector="OR",
                        ),
                        name="inventory_consignment_digest_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dispatched_at__isnull", True), ("sealed_at__isnull", False), _connector="OR"
                        ),
                        name="inventory_consignment_dispatched_after_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("taken_back_at__isnull", True)),
                            ("dispatched_at__isnull", False),
                            _connector="OR",
                        ),
                        name="inventory_consignment_received_after_dispatched",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_at__isnull", True), ("taken_back_at__isnull", True), _connector="OR"
                        ),
                        name="inventory_consignment_one_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("carrier", models.F("dispatched_by")), _negated=True),
                        name="inventory_consignment_carrier_not_dispatched_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_by", models.F("dispatched_by")), _negated=True),
                        name="inventory_consignment_received_by_not_dispatched_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_by__isnull", True),
                            models.Q(
                                ("received_by_carrier", False),
                                models.Q(("received_by", models.F("carrier")), _negated=True),
                            ),
                            models.Q(("received_by", models.F("carrier")), ("received_by_carrier", True)),
                            _connector="OR",
                        ),
                        name="inventory_consignment_received_by_not_carrier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_by__isnull", True),
                            ("received_second__isnull", False),
                            ("received_by_carrier", True),
                            _connector="OR",
                        ),
                        name="inventory_consignment_received_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_second__isnull", True),
                            models.Q(
                                ("received_by__isnull", False),
                                models.Q(("received_second", models.F("received_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_consignment_two_who_sign_differ",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received_second", models.F("dispatched_by")), _negated=True),
                        name="inventory_consignment_received_second_not_dispatched_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_back_by", models.F("carrier")), _negated=True),
                        name="inventory_consignment_taken_back_by_not_carrier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_back_by", models.F("taken_back_second")), _negated=True),
                        name="inventory_consignment_taken_back_by_not_taken_back_second",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsignmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("seal_number", models.CharField(blank=True, max_length=40)),
                (
                    "bottle",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.bottle"),
                ),
                (
                    "consignment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.consignment",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consignment", "position"), name="inventory_consignmentline_position_once"
                    ),
                    models.UniqueConstraint(
                        fields=("consignment", "lot", "bottle"),
                        name="inventory_consignmentline_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gt", 0), models.Q(("bottle__isnull", False), ("quantity", 0)), _connector="OR"
                        ),
                        name="inventory_consignmentline_holds_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("before", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=20)),
                ("side", models.CharField(max_length=10)),
                ("actor_label", models.CharField(max_length=40)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                (
                    "act",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.act"),
                ),
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
                    "consignment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="inventory.consignment",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "witness",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consignment", "position"), name="inventory_custodyevent_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", "new"), ("state", "prepared"), ("step", "prepare")),
                            models.Q(("before", "prepared"), ("state", "packed"), ("step", "pack")),
                            models.Q(("before", "prepared"), ("state", "cancelled"), ("step", "cancel")),
                            models.Q(("before", "packed"), ("state", "cancelled"), ("step", "cancel")),
                            models.Q(("before", "packed"), ("state", "handed_over"), ("step", "hand_over")),
                            models.Q(("before", "handed_over"), ("state", "on_road"), ("step", "check_point")),
                            models.Q(("before", "on_road"), ("state", "on_road"), ("step", "check_point")),
                            models.Q(("before", "handed_over"), ("state", "handed_over"), ("step", "incident")),
                            models.Q(("before", "on_road"), ("state", "on_road"), ("step", "incident")),
                            models.Q(("before", "returning"), ("state", "returning"), ("step", "incident")),
                            models.Q(("before", "arrived"), ("state", "arrived"), ("step", "incident")),
                            models.Q(("before", "handed_over"), ("state", "returning"), ("step", "turn_back")),
                            models.Q(("before", "on_road"), ("state", "returning"), ("step", "turn_back")),
                            models.Q(("before", "arrived"), ("state", "returning"), ("step", "turn_back")),
                            models.Q(("before", "handed_over"), ("state", "arrived"), ("step", "arrive")),
                            models.Q(("before", "on_road"), ("state", "arrived"), ("step", "arrive")),
                            models.Q(("before", "arrived"), ("state", "inspected"), ("step", "inspect")),
                            models.Q(("before", "inspected"), ("state", "received"), ("step", "receive")),
                            models.Q(("before", "inspected"), ("state", "partial"), ("step", "receive")),
                            models.Q(("before", "inspected"), ("state", "disputed"), ("step", "receive")),
                            models.Q(("before", "returning"), ("state", "returned"), ("step", "take_back")),
                            models.Q(("before", "returning"), ("state", "disputed"), ("step", "take_back")),
                            models.Q(("before", "handed_over"), ("state", "disputed"), ("step", "not_arrived")),
                            models.Q(("before", "on_road"), ("state", "disputed"), ("step", "not_arrived")),
                            models.Q(("before", "returning"), ("state", "disputed"), ("step", "not_arrived")),
                            models.Q(("before", "arrived"), ("state", "disputed"), ("step", "not_arrived")),
                            models.Q(("before", "partial"), ("state", "disputed"), ("step", "admit")),
                            models.Q(("before", "disputed"), ("state", "disputed"), ("step", "admit")),
                            models.Q(("before", "partial"), ("state", "partial"), ("step", "settle")),
                            models.Q(("before", "partial"), ("state", "settled"), ("step", "settle")),
                            models.Q(("before", "disputed"), ("state", "disputed"), ("step", "settle")),
                            models.Q(("before", "disputed"), ("state", "settled"), ("step", "settle")),
                            models.Q(("before", "received"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "returned"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "settled"), ("state", "closed"), ("step", "close")),
                            _connector="OR",
                        ),
                        name="inventory_custodyevent_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("witness__isnull", True),
                            models.Q(("witness", models.F("actor")), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_custodyevent_witness_not_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="inventory_custodyevent_digest_whole",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="inventory_account_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="inventory_account_once",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="inventory_account_bottles_only_in_places",
        ),
        migrations.AddField(
            model_name="account",
            name="consignment",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="inventory.consignment"
            ),
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
                        ],
                    )
                ),
                name="inventory_account_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("consignment__isnull", True)),
                fields=("facility", "item", "kind"),
                name="inventory_account_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("consignment__isnull", False)),
                fields=("consignment", "item", "kind"),
                name="inventory_account_once_a_consignment",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consignment__isnull", False), ("kind__in", ["discrepancy", "transit"])),
                    models.Q(
                        ("consignment__isnull", True), models.Q(("kind__in", ["discrepancy", "transit"]), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="inventory_account_of_a_consignment",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by_bottle", False),
                    (
                        "kind__in",
                        ["discrepancy", "dispensing", "opened", "quarantine", "storage", "transit", "unreconciled"],
                    ),
                    _connector="OR",
                ),
                name="inventory_account_bottles_only_in_places",
            ),
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE inventory_consignment_number MINVALUE 1 MAXVALUE 99999999 NO CYCLE",
            reverse_sql="DROP SEQUENCE inventory_consignment_number",
        ),
        written_by_the_ledger_only(facts=["inventory_custodyevent"], moving=[]),
        append_only("inventory_consignmentline", "inventory_custodyevent"),
        set_once(
            "inventory_consignment",
            [
                "sealed_at",
                "sealed_by_id",
                "seals",
                "manifest_digest",
                "dispatched_at",
                "dispatched_by_id",
                "received_at",
                "received_by_id",
                "received_second_id",
                "received_by_carrier",
                "taken_back_at",
                "taken_back_by_id",
                "taken_back_second_id",
                "ended_at",
            ],
        ),
        readable_by_the_ledger("inventory_consignment"),
        _doors(),
    ]
