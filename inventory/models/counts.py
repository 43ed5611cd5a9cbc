"""Counts of everything at a site, spills, losses, recall of a lot, destruction (docs/stock.md).

What moves stock is an act of the ledger that the row names; the act's document is what was signed.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import in_order, one_of, paired, positive
from core.tables import Kept
from facilities.models import Facility
from inventory.models.inspections import Inspection
from inventory.models.measures import BottleMeasure
from inventory.models.stock import Act, Bottle, Item, Lot
from inventory.rules.countkinds import CountWhy, Duty, LossKind, Outcome, SpillKind
from inventory.rules.kinds import AccountKind
from staff.models import Person, Signature


def _person(**more: Any) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **more)


class StockCount(models.Model):
    """Everything at a site counted blind; the act books what differed. `as_of`: the last link of the chain before it.

    `asked_by`: who had it counted by surprise.
    """

    kept = Kept.APPEND_ONLY

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    why = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=120, blank=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, null=True, related_name="counts")
    as_of = models.BigIntegerField()
    agrees = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    counted_by = _person()
    started_at = models.DateTimeField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("inventory_stockcount", "why", CountWhy),
            models.CheckConstraint(
                condition=~Q(why=str(CountWhy.SURPRISE)) | ~Q(asked_by=""), name="inventory_stockcount_surprise_by_whom"
            ),
            models.CheckConstraint(
                condition=~Q(why=str(CountWhy.INSPECTION)) | Q(inspection__isnull=False),
                name="inventory_stockcount_of_an_inspection",
            ),
            in_order("inventory_stockcount", "started_at", "counted_at"),
        ]
        indexes = [models.Index(fields=["facility", "-counted_at"], name="inventory_stockcount_facility")]


class CountLine(models.Model):
    """One bottle, or one lot in one place, as found and as the book had it at link `as_of`; base units of its item.

    A label that is no bottle of this site is kept by its `number` alone.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    count = models.ForeignKey(StockCount, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, null=True)
    number = models.BigIntegerField(null=True)
    found = models.BigIntegerField()
    book = models.BigIntegerField()
    as_of = models.BigIntegerField()
    within = models.BooleanField()
    measure = models.OneToOneField(BottleMeasure, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "position"], name="inventory_countline_position_once"),
            models.UniqueConstraint(
                fields=["count", "bottle"], condition=Q(bottle__isnull=False), name="inventory_countline_bottle_once"
            ),
            one_of("inventory_countline", "place", AccountKind),
            one_of("inventory_countline", "outcome", Outcome),
            models.CheckConstraint(condition=Q(found__gte=0), name="inventory_countline_found_not_negative"),
            models.CheckConstraint(
                condition=Q(lot__isnull=True, number__isnull=False) | Q(lot__isnull=False, number__isnull=True),
                name="inventory_countline_of_something",
            ),
            models.CheckConstraint(
                condition=Q(outcome=str(Outcome.LESS), found__lt=F("book"))
                | Q(outcome=str(Outcome.MISSING), found=0)
                | Q(outcome__in=[str(Outcome.MORE), str(Outcome.EXTRA)], found__gt=F("book"))
                | Q(outcome__in=[str(Outcome.AGREES), str(Outcome.ELSEWHERE)], found=F("book"))
                | Q(outcome=str(Outcome.STRANGE), number__isnull=False),
                name="inventory_countline_outcome_fits",
            ),
        ]


class Spill(models.Model):
    """Spilt or broken, stated at once (biên bản): what, how much, who saw it. Base units of the item.

    `booked` is what the book had of the estimate; `measure` what was measured to be left in an opened bottle.
    `other_witness` signed beside the act's second person; `also_saw` names who has no account.
    """

    kept = Kept.APPEND_ONLY

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10)
    place = models.CharField(max_length=20)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, null=True)
    estimated = models.BigIntegerField()
    booked = models.BigIntegerField()
    measure = models.OneToOneField(BottleMeasure, on_delete=models.PROTECT, null=True)
    words = models.CharField(max_length=500)
    also_saw = models.CharField(max_length=200, blank=True)
    other_witness = _person(null=True)
    other_signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()
    recorded_by = _person()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("inventory_spill", "kind", SpillKind),
            one_of("inventory_spill", "place", AccountKind),
            positive("inventory_spill", "estimated"),
            positive("inventory_spill", "booked"),
            models.CheckConstraint(condition=~Q(words=""), name="inventory_spill_words_given"),
            paired("inventory_spill", "other_witness", "other_signature"),
            models.CheckConstraint(
                condition=Q(other_witness__isnull=True) | ~Q(other_witness=F("recorded_by")),
                name="inventory_spill_witness_not_actor",
            ),
            in_order("inventory_spill", "happened_at", "recorded_at"),
        ]
        indexes = [models.Index(fields=["facility", "-recorded_at"], name="inventory_spill_facility")]


class LossReport(models.Model):
    """Medicine is missing or was taken. `due_at`: by when the authority must have the report (domain 4.6).

    `act` books what is gone, unless a count has booked it already (`line`). `photos`: digests of attachments. The
    police and the report itself are written once, when they are told and sent.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=120)
    words = models.CharField(max_length=1000)
    danger = models.BooleanField()
    danger_words = models.CharField(max_length=300, blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True)
    line = models.ForeignKey(CountLine, on_delete=models.PROTECT, null=True)
    due_at = models.DateTimeField()
    recorded_by = _person()
    recorded_at = models.DateTimeField()
    police_at = models.DateTimeField(null=True)
    police_unit = models.CharField(max_length=160, null=True)  # noqa: DJ001  null until they are told
    police_told_by = _person(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_to = models.CharField(max_length=160, null=True)  # noqa: DJ001  null until it is sent
    report_number = models.CharField(max_length=60, null=True)  # noqa: DJ001  null until it is sent
    sent_by = _person(null=True)

    class Meta:
        constraints = [
            one_of("inventory_lossreport", "kind", LossKind),
            models.CheckConstraint(condition=~Q(found_by="") & ~Q(words=""), name="inventory_lossreport_told"),
            models.CheckConstraint(
                condition=Q(danger=False) | ~Q(danger_words=""), name="inventory_lossreport_danger_told"
            ),
            paired("inventory_lossreport", "police_at", "police_unit", "police_told_by"),
            paired("inventory_lossreport", "sent_at", "sent_to", "report_number", "sent_by"),
            in_order("inventory_lossreport", "found_at", "recorded_at"),
            in_order("inventory_lossreport", "found_at", "due_at"),
        ]
        indexes = [models.Index(fields=["facility", "-recorded_at"], name="inventory_lossreport_facility")]


class Recall(models.Model):
    """A lot is called back, everywhere, once. Who says so and by what paper; nothing lifts it."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    authority = models.CharField(max_length=160)
    paper_number = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    declared_by = _person()
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(authority="") & ~Q(paper_number="") & ~Q(reason=""), name="inventory_recall_said"
            )
        ]


class RecallAct(models.Model):
    """A recall at one facility: the act in its own chain that set apart what it held of the lot."""

    kept = Kept.APPEND_ONLY

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True)
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="acts")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    bottles = models.PositiveIntegerField()
    quantity = models.BigIntegerField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = [positive("inventory_recallact", "quantity")]


class RecallAnswer(models.Model):
    """A facility whose book holds nothing of a lot that is called back has looked, and says that it has none."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="answers", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    answered_by = _person()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "facility"], name="inventory_recallanswer_once")]


class Destruction(models.Model):
    """What a main clinic destroys: list and notice first, days later the committee and its minutes (domain 4.6).

    `earliest_on` is the first day on which the notice has run long enough, as judged when it was planned.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    place = models.CharField(max_length=160)
    method = models.CharField(max_length=160)
    notice_number = models.CharField(max_length=60)
    notice_to = models.CharField(max_length=160)
    notice_on = models.DateField()
    earliest_on = models.DateField()
    planned_on = models.DateField()
    prepared_by = _person()
    prepared_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = _person(null=True)
    minutes = models.CharField(max_length=2000, null=True)  # noqa: DJ001  null until it is done
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = _person(null=True)
    cancelled_why = models.CharField(max_length=300, null=True)  # noqa: DJ001  null unless it is called off

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(notice_number="") & ~Q(notice_to="") & ~Q(place=""), name="inventory_destruction_told"
            ),
            in_order("inventory_destruction", "earliest_on", "planned_on"),
            models.CheckConstraint(
                condition=Q(earliest_on__gt=F("notice_on")), name="inventory_destruction_notice_before"
            ),
            paired("inventory_destruction", "done_at", "done_by", "minutes", "act"),
            paired("inventory_destruction", "cancelled_at", "cancelled_by", "cancelled_why"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True), name="inventory_destruction_one_end"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-prepared_at"], name="inventory_destruction_clinic")]


class DestructionLine(models.Model):
    """One thing on the list: a bottle, or so much of a lot, in quarantine when it was listed."""

    kept = Kept.APPEND_ONLY

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, null=True)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["destruction", "position"], name="inventory_destructionline_position_once"),
            models.UniqueConstraint(
                fields=["destruction", "lot", "bottle"], nulls_distinct=False, name="inventory_destructionline_once"
            ),
            positive("inventory_destructionline", "quantity"),
        ]


class DestructionMember(models.Model):
    """One of the committee, who was there and signed the act's digest with their own PIN."""

    kept = Kept.APPEND_ONLY

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="members", db_index=False)
    person = _person()
    duty = models.CharField(max_length=10)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["destruction", "person"], name="inventory_destructionmember_once"),
            one_of("inventory_destructionmember", "duty", Duty),
        ]
