"""Orders carried out in a physician's name: the words over the phone, or an assistant physician's own signature.

Each stays unsigned by the physician until the physician signs it or says that it was never ordered. Nothing here marks
a signature that did not happen.
"""

from django.db import models
from django.db.models import F, Q

from core.constraints import different, in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from dispensing.rules.named_orders import OrderKind
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person, Signature


class Delegation(models.Model):
    """A physician lets an assistant physician act in the physician's name at a facility, for some days.

    Signed by the physician. Either of the two may end it early: it holds until `ended_at`.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    physician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assistant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            different("dispensing_delegation", "assistant", "physician"),
            in_order("dispensing_delegation", "starts_on", "ends_on"),
            paired("dispensing_delegation", "ended_at", "ended_by"),
        ]


class NamedOrder(models.Model):
    """What every order in a physician's name has: what was ordered, and the physician's own word about it later.

    `ordered` holds the figures that the physician is shown and signs (doses as exact text, days as ISO dates) and, as
    `digest`, the digest of the row that carries the order out.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    ordered = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    disowned_at = models.DateTimeField(null=True)
    disowned_words = models.CharField(max_length=300, null=True)  # noqa: DJ001  set once: null until disowned

    class Meta:
        abstract = True


def answered_once(table: str) -> list[models.CheckConstraint]:
    """The physician signs an order or disowns it, each with its moment, never both."""
    return [
        one_of(table, "kind", OrderKind),
        paired(table, "signature", "signed_at"),
        paired(table, "disowned_at", "disowned_words"),
        models.CheckConstraint(
            condition=Q(signed_at__isnull=True) | Q(disowned_at__isnull=True), name=f"{table}_signed_or_disowned"
        ),
        models.CheckConstraint(
            condition=Q(disowned_words__isnull=True) | ~Q(disowned_words=""), name=f"{table}_disowned_with_words"
        ),
    ]


class PhoneOrder(NamedOrder):
    """A physician's words over the phone, taken down and read back, and acted on at once.

    What they order is the row that names this one: a prescription, the lifting of a hold, an order of a single dose.
    """

    kept = Kept.SET_ONCE

    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    words = models.CharField(max_length=500)
    read_back = models.BooleanField()
    taken_down_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *answered_once("dispensing_phoneorder"),
            different("dispensing_phoneorder", "taken_down_by", "ordered_by"),
            models.CheckConstraint(condition=Q(read_back=True), name="dispensing_phoneorder_read_back"),
            models.CheckConstraint(condition=~Q(words=""), name="dispensing_phoneorder_words_given"),
            models.CheckConstraint(
                condition=Q(told_at__lte=F("recorded_at")), name="dispensing_phoneorder_told_before"
            ),
        ]
        indexes = [
            models.Index(
                fields=["facility", "recorded_at"],
                condition=Q(signed_at__isnull=True, disowned_at__isnull=True),
                name="dispensing_phoneorder_unsigned",
            )
        ]


class DelegatedOrder(NamedOrder):
    """What an assistant physician signed under a delegation, for the physician to sign as well."""

    kept = Kept.SET_ONCE

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="orders")
    acting_for = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *answered_once("dispensing_delegatedorder"),
            different("dispensing_delegatedorder", "done_by", "acting_for"),
        ]
        indexes = [
            models.Index(
                fields=["facility", "recorded_at"],
                condition=Q(signed_at__isnull=True, disowned_at__isnull=True),
                name="dispensing_delegated_unsigned",
            )
        ]
