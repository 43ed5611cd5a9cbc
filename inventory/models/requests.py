"""Requests (dự trù) of satellites to their main clinic, and the figures that they are proposed from (docs/stock.md).

What a request is, is set once; what state it is in, its last event says. Each event that states quantities has its own
lines: nothing that was asked or approved is ever overwritten.
"""

from django.db import models
from django.db.models import F, Q

from core.constraints import different, one_of, positive
from core.tables import Kept
from facilities.models import Facility
from inventory.models.custody import Consignment
from inventory.models.stock import Item
from inventory.rules.request_table import OF_A_CONSIGNMENT, SIGNED, Side, ways
from staff.models import Person, Signature


class DemandFigure(models.Model):
    """What a site will use of an item: pushed down by the room that knows the orders, and no patient in it.

    `daily_mg` is the sum of the orders in force; `used_daily` the average of the last 30 days, in base units.
    """

    kept = Kept.MUTABLE

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    as_of = models.DateTimeField()
    patients = models.PositiveIntegerField()
    daily_mg = models.DecimalField(max_digits=12, decimal_places=2)
    used_daily = models.BigIntegerField()
    expected_new = models.PositiveIntegerField(default=0)  # as the site last said

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "item"], name="inventory_demandfigure_once"),
            models.CheckConstraint(
                condition=Q(daily_mg__gte=0, used_daily__gte=0), name="inventory_demandfigure_not_negative"
            ),
        ]


class Request(models.Model):
    """What a site asks of its main clinic: for a month (`monthly`), or beside it on any day. `period`: its first day.

    Numbered for each site and year, from 1.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    main_clinic = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    period = models.DateField()
    monthly = models.BooleanField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "year", "number"], name="inventory_request_number_once"),
            positive("inventory_request", "number"),
            different("inventory_request", "facility", "main_clinic"),
            models.CheckConstraint(condition=Q(period__day=1), name="inventory_request_period_a_month"),
            models.UniqueConstraint(
                fields=["facility", "period"],
                condition=Q(monthly=True, cancelled_at__isnull=True),
                name="inventory_request_one_a_month",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(ended_at=F("cancelled_at")),
                name="inventory_request_cancelled_is_ended",
            ),
        ]
        indexes = [models.Index(fields=["main_clinic", "-period"], name="inventory_request_clinic")]


class RequestEvent(models.Model):
    """One step of a request: who, in whose name, and when. `content` is what was stated, `digest` the sha256 of it."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="events", db_index=False)
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20)
    before = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    side = models.CharField(max_length=10)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_label = models.CharField(max_length=40)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="inventory_requestevent_position_once"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(before=str(before), step=str(step), state=str(state)) for before, step, state in ways()),
                    _connector=Q.OR,
                ),
                name="inventory_requestevent_known_way",
            ),
            one_of("inventory_requestevent", "side", Side),
            models.CheckConstraint(
                condition=Q(signature__isnull=False, step__in=[str(step) for step in SIGNED])
                | Q(signature__isnull=True) & ~Q(step__in=[str(step) for step in SIGNED]),
                name="inventory_requestevent_signed",
            ),
            models.CheckConstraint(
                condition=Q(consignment__isnull=False, step__in=[str(step) for step in OF_A_CONSIGNMENT])
                | Q(consignment__isnull=True) & ~Q(step__in=[str(step) for step in OF_A_CONSIGNMENT]),
                name="inventory_requestevent_names_consignment",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["return", "withdraw", "cancel"]) | ~Q(words=""),
                name="inventory_requestevent_words_given",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="inventory_requestevent_digest_whole"
            ),
        ]


class RequestLine(models.Model):
    """So many bottles of one size, or so many units of an item without bottles: proposed, asked, and, in an approval,
    approved. Whoever approves another number says why."""

    kept = Kept.APPEND_ONLY

    event = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    size_ul = models.PositiveBigIntegerField(null=True)
    proposed = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    approved = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "position"], name="inventory_requestline_position_once"),
            models.UniqueConstraint(
                fields=["event", "item", "size_ul"], nulls_distinct=False, name="inventory_requestline_once"
            ),
            models.CheckConstraint(
                condition=Q(size_ul__isnull=True) | Q(size_ul__gt=0), name="inventory_requestline_size_positive"
            ),
            models.CheckConstraint(
                condition=Q(approved__isnull=True) | Q(approved=F("asked")) | ~Q(reason=""),
                name="inventory_requestline_change_has_reason",
            ),
        ]


__all__ = ["DemandFigure", "Request", "RequestEvent", "RequestLine"]
