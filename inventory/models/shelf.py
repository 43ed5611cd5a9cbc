"""The emergency shelf of a site: its checks, and the requests for ampoules that run low."""

from django.db import models
from django.db.models import Q

from core.constraints import in_order, one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from facilities.models import Facility
from inventory.models.custody import Consignment
from inventory.models.measures import NaloxoneCheck
from inventory.models.stock import Item
from inventory.rules.shelf_codes import Equipment, Lack, Readiness, RequestEnd
from staff.models import Person, Signature


class Caseload(models.Model):
    """How many patients a site doses: a figure that the room above pushes down, for the minimum of its shelf."""

    kept = Kept.MUTABLE

    facility = models.OneToOneField(Facility, on_delete=models.PROTECT, primary_key=True)
    patients = models.PositiveIntegerField()
    as_of = models.DateTimeField()


class ShelfCheck(models.Model):
    """The whole emergency shelf looked at and signed; the ampoules are a NaloxoneCheck of the same moment."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    naloxone = models.OneToOneField(NaloxoneCheck, on_delete=models.PROTECT, related_name="shelf")
    note = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="inventory_shelfcheck_digest_whole"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-checked_at"], name="inventory_shelfcheck_latest")]


class ShelfLine(models.Model):
    """One thing of the shelf as a check found it; the latest check says how it is."""

    kept = Kept.APPEND_ONLY

    shelf_check = models.ForeignKey(ShelfCheck, on_delete=models.PROTECT, related_name="lines", db_index=False)
    equipment = models.CharField(max_length=20)
    state = models.CharField(max_length=10)

    class Meta:
        constraints = [
            one_of("inventory_shelfline", "equipment", Equipment),
            one_of("inventory_shelfline", "state", Readiness),
            models.UniqueConstraint(fields=["shelf_check", "equipment"], name="inventory_shelfline_once"),
        ]


class RestockRequest(models.Model):
    """A site's ampoules are to be brought up to the target; one open request for each site.

    Raised by whoever's act showed that they run low; nobody named: the nightly job. `usable` and `minimum` are those of
    that moment. Ended by what arrived, or refused with words.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.PositiveIntegerField()
    usable = models.PositiveIntegerField()
    minimum = models.PositiveIntegerField()
    why = models.CharField(max_length=20)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, null=True, related_name="restocks")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_how = models.CharField(max_length=10, null=True)  # noqa: DJ001  set once: null until it ends
    reason = models.CharField(max_length=300, null=True)  # noqa: DJ001  set once: null unless refused

    class Meta:
        constraints = [
            one_of("inventory_restockrequest", "why", Lack),
            positive("inventory_restockrequest", "amount"),
            in_order("inventory_restockrequest", "raised_at", "due_at"),
            paired("inventory_restockrequest", "sent_at", "sent_by"),
            models.CheckConstraint(
                condition=Q(consignment__isnull=True) | Q(sent_at__isnull=False),
                name="inventory_restockrequest_sent_with_consignment",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_how__isnull=True, reason__isnull=True)
                | Q(ended_at__isnull=False, ended_how=str(RequestEnd.RECEIVED), reason__isnull=True)
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    ended_how=str(RequestEnd.REFUSED),
                    reason__isnull=False,
                )
                & ~Q(reason=""),
                name="inventory_restockrequest_end_fits",
            ),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(ended_at__isnull=True), name="inventory_restockrequest_one_open"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-raised_at"], name="inventory_restock_latest")]
