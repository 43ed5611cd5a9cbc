"""Items, lots, bottles, the ledger. Knows no patient: what was drunk is one account per facility and item.

Every act goes through one door, the database function `inventory_post` (docs/ledger.md): acts, movements,
balances and chain are written there only; the application may only read these tables.
"""

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from core.constraints import different, one_of, paired, positive
from core.tables import Kept
from facilities.models import Facility
from inventory.rules.countkinds import Gone
from inventory.rules.kinds import BOTTLE_ACCOUNTS as BOTTLE_ACCOUNTS
from inventory.rules.kinds import MAY_BE_NEGATIVE as MAY_BE_NEGATIVE
from inventory.rules.kinds import OF_A_CONSIGNMENT
from inventory.rules.kinds import AccountKind as AccountKind
from inventory.rules.kinds import ActKind as ActKind
from inventory.rules.kinds import DeviceKind as DeviceKind
from staff.models import Person


class BaseUnit(StrEnum):
    MICROLITRE = "ul"
    AMPOULE = "ampoule"


class Item(models.Model):
    """What is stocked. Quantities in the ledger are whole numbers of its base unit."""

    kept = Kept.MUTABLE

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    base_unit = models.CharField(max_length=10)
    in_bottles = models.BooleanField()
    controlled = models.BooleanField(default=True)

    class Meta:
        constraints = [one_of("inventory_item", "base_unit", BaseUnit)]


class Lot(models.Model):
    """A maker's lot. The concentration (mg per mL) lives here, not on the item: another strength may come."""

    kept = Kept.APPEND_ONLY

    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    manufacturer = models.CharField(max_length=80)
    registration = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField()
    concentration = models.DecimalField(max_digits=6, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "manufacturer", "number"], name="inventory_lot_number_once"),
            models.CheckConstraint(
                condition=Q(concentration__isnull=True) | Q(concentration__gt=0),
                name="inventory_lot_concentration_positive",
            ),
        ]


class Bottle(models.Model):
    """One bottle under our own printed label (scanned kind 2). Where it is, its balance says.

    `gone_…`: lost, broken or destroyed, so that it stands nowhere; what turns up again has a balance again.
    """

    kept = Kept.SET_ONCE

    number = models.BigIntegerField(unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT)
    size_ul = models.BigIntegerField()
    seal_number = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    emptied_at = models.DateTimeField(null=True)
    emptied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    gone_at = models.DateTimeField(null=True)
    gone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    gone_how = models.CharField(max_length=10, null=True)  # noqa: DJ001  null unless it is gone

    class Meta:
        constraints = [
            positive("inventory_bottle", "size_ul"),
            models.CheckConstraint(
                condition=Q(number__gt=0, number__lt=100_000_000), name="inventory_bottle_number_fits"
            ),
            paired("inventory_bottle", "opened_at", "opened_by"),
            paired("inventory_bottle", "emptied_at", "emptied_by"),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True) | Q(opened_at__isnull=False),
                name="inventory_bottle_emptied_after_opened",
            ),
            paired("inventory_bottle", "gone_at", "gone_by", "gone_how"),
            models.CheckConstraint(
                condition=Q(gone_how__isnull=True) | Q(gone_how__in=[str(how) for how in Gone]),
                name="inventory_bottle_gone_how_known",
            ),
        ]


class Account(models.Model):
    """A place, or a fate, of one item at one facility; or of one consignment, in the books of who sent it."""

    kept = Kept.APPEND_ONLY

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    consignment = models.ForeignKey("inventory.Consignment", on_delete=models.PROTECT, null=True, db_index=False)
    by_bottle = models.BooleanField()
    may_be_negative = models.BooleanField()

    class Meta:
        constraints = [
            one_of("inventory_account", "kind", AccountKind),
            models.UniqueConstraint(
                fields=["facility", "item", "kind"],
                condition=Q(consignment__isnull=True),
                name="inventory_account_once",
            ),
            models.UniqueConstraint(
                fields=["consignment", "item", "kind"],
                condition=Q(consignment__isnull=False),
                name="inventory_account_once_a_consignment",
            ),
            models.CheckConstraint(
                condition=Q(consignment__isnull=False, kind__in=sorted(str(k) for k in OF_A_CONSIGNMENT))
                | Q(consignment__isnull=True) & ~Q(kind__in=sorted(str(k) for k in OF_A_CONSIGNMENT)),
                name="inventory_account_of_a_consignment",
            ),
            models.CheckConstraint(
                condition=Q(may_be_negative=Q(kind__in=sorted(str(k) for k in MAY_BE_NEGATIVE))),
                name="inventory_account_negative_only_outside",
            ),
            models.CheckConstraint(
                condition=Q(by_bottle=False) | Q(kind__in=sorted(str(k) for k in BOTTLE_ACCOUNTS)),
                name="inventory_account_bottles_only_in_places",
            ),
        ]


class Act(models.Model):
    """One thing that happened to stock, in one chain: who, for whom, when, and the digest of its document."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    actor_label = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    document_digest = models.CharField(max_length=64)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        constraints = [
            one_of("inventory_act", "kind", ActKind),
            models.CheckConstraint(
                condition=Q(document_digest__regex="^[0-9a-f]{64}$"), name="inventory_act_digest_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "recorded_at", "id"], name="inventory_act_book"),
            models.Index(
                fields=["facility", "recorded_at"], condition=Q(kind="opening"), name="inventory_act_openings"
            ),
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="inventory_act_corrected"),
        ]


class Movement(models.Model):
    """A whole quantity of one lot (and bottle) out of one account and into another: nothing is lost."""

    kept = Kept.APPEND_ONLY

    id = models.BigAutoField(primary_key=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="movements", db_index=False)
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, null=True, db_index=False)
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    reason = models.CharField(max_length=30)

    class Meta:
        constraints = [
            positive("inventory_movement", "quantity"),
            different("inventory_movement", "source", "target"),
            models.UniqueConstraint(fields=["act", "position"], name="inventory_movement_position_once"),
        ]
        indexes = [
            models.Index(fields=["bottle", "id"], name="inventory_movement_bottle", condition=Q(bottle__isnull=False))
        ]


class Balance(models.Model):
    """What an account holds of a lot (and bottle) now: a row that moves, never a sum over history.

    A bottle has exactly one row in a place from receipt to emptying: where its row is, it stands, even when
    its book has run out. So the rows are as many as the bottles in hand, whatever the history.
    """

    kept = Kept.MUTABLE

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, null=True, db_index=False)
    quantity = models.BigIntegerField(default=0)
    may_be_negative = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "lot", "bottle"], nulls_distinct=False, name="inventory_balance_key_once"
            ),
            models.UniqueConstraint(
                fields=["bottle"],
                condition=Q(may_be_negative=False),
                name="inventory_balance_bottle_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) | Q(may_be_negative=True),
                name="inventory_balance_never_below_zero",
            ),
        ]


class ChainHead(models.Model):
    """The end of a facility's chain, the row that each of its acts locks; `closed_through` is a day."""

    kept = Kept.MUTABLE

    facility = models.OneToOneField(Facility, on_delete=models.PROTECT, primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.BinaryField()
    closed_through = models.DateField(null=True)


class ChainLink(models.Model):
    """One link: an act (or a custody event) tied to the one before it by its hash (docs/ledger.md)."""

    kept = Kept.APPEND_ONLY

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(unique=True)
    content_digest = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "sequence"], name="inventory_chainlink_sequence_once"),
            models.UniqueConstraint(fields=["facility", "previous_hash"], name="inventory_chainlink_never_forks"),
            positive("inventory_chainlink", "sequence"),
        ]


class MeasuringDevice(models.Model):
    """What a site measures a dose with: step and range in microlitres decide which doses can be poured.

    A scale stands beside it: it weighs bottles and pours nothing.
    """

    kept = Kept.SET_ONCE

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    step_ul = models.PositiveIntegerField()
    min_ul = models.PositiveIntegerField()
    max_ul = models.PositiveIntegerField()
    bias_ppm = models.IntegerField(default=0)
    starts_on = models.DateField()
    retired_on = models.DateField(null=True)

    class Meta:
        constraints = [
            one_of("inventory_measuringdevice", "kind", DeviceKind),
            positive("inventory_measuringdevice", "step_ul"),
            models.CheckConstraint(condition=Q(min_ul__lte=F("max_ul")), name="inventory_measuringdevice_range"),
            models.UniqueConstraint(
                fields=["facility"],
                condition=Q(retired_on__isnull=True) & ~Q(kind=str(DeviceKind.SCALE)),
                name="inventory_measuringdevice_one_in_use",
            ),
        ]


class Document(models.Model):
    """The paper behind an act of stock (delivery, opening, emptying, …): what its digest is made of."""

    kept = Kept.APPEND_ONLY

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True)
    content = models.JSONField()
