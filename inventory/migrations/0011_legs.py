from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, written_by_the_ledger_only

SQL = Path(__file__).parent.parent / "sql"


def _doors() -> migrations.RunSQL:
    """The door of events with legs, and who may receive. Backwards: the door as 0006 made it."""
    made = (SQL / "0006_custody.sql").read_text(encoding="utf-8")
    start = made.index("CREATE FUNCTION inventory_custody(")
    before = made[start : made.index("END $$;", start)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    return migrations.RunSQL(
        sql=(SQL / "0011_legs.sql").read_text(encoding="utf-8"),
        reverse_sql="DROP TRIGGER inventory_consignment_received_by_no_carrier ON inventory_consignment;"
        f"DROP FUNCTION inventory_received_by_no_carrier(); {before}END $$;",
    )


class Migration(migrations.Migration):
    """Legs: a change of carrier, way or expected arrival on the road, signed by both carriers."""

    dependencies = [
        ("inventory", "0010_transport"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsignmentLeg",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="leg",
                        serialize=False,
                        to="inventory.custodyevent",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("companion", models.CharField(blank=True, max_length=80)),
                ("transport", models.CharField(max_length=80)),
                ("route", models.CharField(max_length=160)),
                ("expected_at", models.DateTimeField()),
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
                    "consignment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="inventory.consignment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["carrier", "consignment"], name="inventory_leg_carrier")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consignment", "position"), name="inventory_consignmentleg_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 2)), name="inventory_consignmentleg_after_the_first"
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="consignment", name="inventory_consignment_received_by_not_carrier"),
        migrations.AddConstraint(
            model_name="consignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_by__isnull", True),
                    ("received_by_carrier", True),
                    models.Q(("received_by", models.F("carrier")), _negated=True),
                    _connector="OR",
                ),
                name="inventory_consignment_received_by_not_carrier",
            ),
        ),
        migrations.RemoveConstraint(model_name="custodyevent", name="inventory_custodyevent_known_way"),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
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
                    models.Q(("before", "handed_over"), ("state", "handed_over"), ("step", "new_leg")),
                    models.Q(("before", "on_road"), ("state", "on_road"), ("step", "new_leg")),
                    models.Q(("before", "returning"), ("state", "returning"), ("step", "new_leg")),
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
        ),
        written_by_the_ledger_only(facts=["inventory_consignmentleg"], moving=[]),
        append_only("inventory_consignmentleg"),
        _doors(),
    ]
