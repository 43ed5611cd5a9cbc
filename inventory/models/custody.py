"""Consignments between a main clinic and its satellites, and every hand they pass through (docs/custody.md).

What a consignment is and who stood where is set once; what state it is in, its last event says. Events go through one
database function, `inventory_custody`, which ties each into the chain of the facility in whose name it was done.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import different, one_of, paired
from core.tables import Kept
from facilities.models import Facility
from inventory.rules.custody import ConsignmentKind, State, Step, ways
from staff.models import Person


class Consignment(models.Model):
    """Stock that leaves one facility for another in the hands of a named carrier.

    `seals` are those of the boxes; `manifest_digest` is over the lines as packed, which nothing changes afterwards.
    `received_by_carrier`: the carrier was the only person at the site (domain 12.3), so nobody else has seen it arrive
    until the receipt is reviewed. `taken_back_…`: it came back to who sent it. `carrier`, `transport`, `route` and
    `expected_at` are those of the first leg, as it was prepared; what changed on the road stands in its legs.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=10)
    from_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    carrier = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    companion = models.CharField(max_length=80, blank=True)
    transport = models.CharField(max_length=80)
    route = models.CharField(max_length=160)
    expected_at = models.DateTimeField()
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    seals = ArrayField(models.CharField(max_length=40), null=True)
    manifest_digest = models.CharField(max_length=64, null=True)  # noqa: DJ001  null until it is packed
    dispatched_at = models.DateTimeField(null=True)
    dispatched_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    received_second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    received_by_carrier = models.BooleanField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    taken_back_second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("inventory_consignment", "kind", ConsignmentKind),
            models.CheckConstraint(
                condition=Q(number__gt=0, number__lt=100_000_000), name="inventory_consignment_number_fits"
            ),
            different("inventory_consignment", "from_facility", "to_facility"),
            paired("inventory_consignment", "sealed_at", "sealed_by", "seals", "manifest_digest"),
            paired("inventory_consignment", "dispatched_at", "dispatched_by"),
            paired("inventory_consignment", "received_at", "received_by", "received_by_carrier"),
            paired("inventory_consignment", "taken_back_at", "taken_back_by", "taken_back_second"),
            models.CheckConstraint(
                condition=Q(seals__isnull=True) | Q(seals__len__gt=0), name="inventory_consignment_sealed_with_seals"
            ),
            models.CheckConstraint(
                condition=Q(manifest_digest__isnull=True) | Q(manifest_digest__regex="^[0-9a-f]{64}$"),
                name="inventory_consignment_digest_whole",
            ),
            models.CheckConstraint(
                condition=Q(dispatched_at__isnull=True) | Q(sealed_at__isnull=False),
                name="inventory_consignment_dispatched_after_sealed",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, taken_back_at__isnull=True) | Q(dispatched_at__isnull=False),
                name="inventory_consignment_received_after_dispatched",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(taken_back_at__isnull=True),
                name="inventory_consignment_one_end",
            ),
            different("inventory_consignment", "carrier", "dispatched_by"),
            different("inventory_consignment", "received_by", "dispatched_by"),
            models.CheckConstraint(
                condition=Q(received_by__isnull=True) | Q(received_by_carrier=True) | ~Q(received_by=F("carrier")),
                name="inventory_consignment_received_by_not_carrier",
            ),
            models.CheckConstraint(
                condition=Q(received_by__isnull=True) | Q(received_second__isnull=False) | Q(received_by_carrier=True),
                name="inventory_consignment_received_by_two",
            ),
            models.CheckConstraint(
                condition=Q(received_second__isnull=True)
                | Q(received_by__isnull=False) & ~Q(received_second=F("received_by")),
                name="inventory_consignment_two_who_sign_differ",
            ),
            different("inventory_consignment", "received_second", "dispatched_by"),
            different("inventory_consignment", "taken_back_by", "carrier"),
            different("inventory_consignment", "taken_back_by", "taken_back_second"),
        ]
        indexes = [
            models.Index(fields=["from_facility", "-number"], name="inventory_consignment_from"),
            models.Index(fields=["to_facility", "-number"], name="inventory_consignment_to"),
            models.Index(fields=["carrier", "-number"], name="inventory_consignment_carrier"),
        ]


class ConsignmentLine(models.Model):
    """One line of a manifest: a bottle with its own seal, or so much of a lot. An empty bottle goes with quantity 0."""

    kept = Kept.APPEND_ONLY

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, db_index=False)
    lot = models.ForeignKey("inventory.Lot", on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey("inventory.Bottle", on_delete=models.PROTECT, null=True)
    quantity = models.BigIntegerField()
    seal_number = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "position"], name="inventory_consignmentline_position_once"),
            models.UniqueConstraint(
                fields=["consignment", "lot", "bottle"],
                nulls_distinct=False,
                name="inventory_consignmentline_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(quantity=0, bottle__isnull=False),
                name="inventory_consignmentline_holds_something",
            ),
        ]


class CustodyEvent(models.Model):
    """One step of a consignment, in one chain: who, in whose name, when it was and when it was written down.

    `content` is its document, `digest` the sha256 of it (docs/custody.md); `act` is the act of stock that goes with it.
    `before` and `state` are the ends of one way of the transition table.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="events", db_index=False)
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20)
    before = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    side = models.CharField(max_length=10)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_label = models.CharField(max_length=40)
    witness = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    act = models.OneToOneField("inventory.Act", on_delete=models.PROTECT, null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "position"], name="inventory_custodyevent_position_once"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(before=str(before), step=str(step), state=str(state)) for before, step, state in ways()),
                    _connector=Q.OR,
                ),
                name="inventory_custodyevent_known_way",
            ),
            models.CheckConstraint(
                condition=Q(witness__isnull=True) | ~Q(witness=F("actor")),
                name="inventory_custodyevent_witness_not_actor",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="inventory_custodyevent_digest_whole"
            ),
        ]


class ConsignmentLeg(models.Model):
    """A leg after the first: from its event on, this carrier takes these boxes this way, with this expected arrival.

    Written by `inventory_custody` with its event, never otherwise. Who carries on signed it; where that is somebody
    else than before, so did who gave the boxes away.
    """

    kept = Kept.APPEND_ONLY

    event = models.OneToOneField(CustodyEvent, on_delete=models.PROTECT, primary_key=True, related_name="leg")
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="legs", db_index=False)
    position = models.PositiveSmallIntegerField()
    carrier = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    companion = models.CharField(max_length=80, blank=True)
    transport = models.CharField(max_length=80)
    route = models.CharField(max_length=160)
    expected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "position"], name="inventory_consignmentleg_position_once"),
            models.CheckConstraint(condition=Q(position__gte=2), name="inventory_consignmentleg_after_the_first"),
        ]
        indexes = [models.Index(fields=["carrier", "consignment"], name="inventory_leg_carrier")]


__all__ = ["Consignment", "ConsignmentKind", "ConsignmentLeg", "ConsignmentLine", "CustodyEvent", "State", "Step"]
