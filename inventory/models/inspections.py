"""An inspection of a site: what it froze, the legal paper for identities, how it ended (domain 12.3)."""

from typing import Any

from django.db import models
from django.db.models import Q

from core.constraints import in_order
from core.tables import Kept
from facilities.models import Facility
from staff.models import Person, Signature


def _person(**more: Any) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **more)


class Inspection(models.Model):
    """An inspection begins: the chain's end of that moment is kept, and dosing goes on (domain 12.3)."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    as_of = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    inspector = models.CharField(max_length=120)
    authority = models.CharField(max_length=160)
    paper_number = models.CharField(max_length=60)
    paper_on = models.DateField()
    pressed_by = _person()
    pressed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(inspector="") & ~Q(authority="") & ~Q(paper_number=""), name="inventory_inspection_named"
            ),
            models.CheckConstraint(
                condition=Q(head_hash__regex="^[0-9a-f]{64}$"), name="inventory_inspection_hash_whole"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-pressed_at"], name="inventory_inspection_facility")]


class IdentityPaper(models.Model):
    """The legal paper by which an inspection may see who the patients are: whose, of what, allowed by whom, until when.

    `allowed_by` names the leader at the place who let it be shown, as written; `recorded_by` signed the row.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT)
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    authority = models.CharField(max_length=160)
    scope = models.CharField(max_length=300)
    allowed_by = models.CharField(max_length=160)
    recorded_by = _person()
    recorded_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(authority=""), name="inventory_identitypaper_named"),
            models.CheckConstraint(condition=~Q(scope="") & ~Q(allowed_by=""), name="inventory_identitypaper_bounded"),
            in_order("inventory_identitypaper", "recorded_at", "until_at"),
        ]


class InspectionEnd(models.Model):
    """How an inspection ended: all that it found, its digest signed by the site; the inspector's name as written."""

    kept = Kept.APPEND_ONLY

    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, primary_key=True, related_name="end")
    inspector = models.CharField(max_length=120)
    remarks = models.CharField(max_length=1000, blank=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    ended_by = _person()
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(inspector=""), name="inventory_inspectionend_named"),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="inventory_inspectionend_hash_whole"
            ),
        ]
