"""Asking for a safe journey before a consignment leaves, and what the managers answered.

Asking never holds a journey up. What was refused, and what nobody answered before the boxes left, stays to be seen
beside the losses.
"""

from django.db import models
from django.db.models import Q

from core.constraints import different, one_of, paired
from core.tables import Kept
from inventory.models.custody import Consignment
from inventory.rules.transport import TransportItem
from staff.models import Person


class TransportRequest(models.Model):
    """One thing asked for one journey: a vehicle, a second person, a lock box. Answered once, granted or refused."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    consignment = models.ForeignKey(
        Consignment, on_delete=models.PROTECT, related_name="transport_requests", db_index=False
    )
    item = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, null=True)  # noqa: DJ001  null until it is answered

    class Meta:
        constraints = [
            one_of("inventory_transportrequest", "item", TransportItem),
            models.UniqueConstraint(fields=["consignment", "item"], name="inventory_transportrequest_once"),
            paired("inventory_transportrequest", "answered_at", "answered_by", "granted", "answer"),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted=True) | ~Q(answer=""),
                name="inventory_transportrequest_refusal_says_why",
            ),
            different("inventory_transportrequest", "asked_by", "answered_by"),
        ]
