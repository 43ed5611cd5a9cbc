"""Signed orders as other programs read them: those that hold, or will, of the patients within somebody's reach."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import Prescription
from patients.queries.reach import patients_for


def orders_within(by: Access, *, now: datetime, patient_id: UUID | None = None, ended: bool = False) -> Any:
    """Orders that hold today or begin later, by patient and day; with `ended` every one, the newest first.

    One statement for a page of them.
    """
    today = local_day(now, by.zone)
    found = _mine(by, now)
    if patient_id is not None:
        found = found.filter(patient_id=patient_id)
    if ended:
        return found.order_by("-starts_on", "-recorded_at", "pk")
    holds = Q(ended_on__isnull=True) | Q(ended_on__gte=today) & Q(ended_on__gte=F("starts_on"))
    return found.filter(holds, ends_on__gte=today).order_by("patient__code", "starts_on", "pk")


def get_order(order_id: UUID, *, by: Access, now: datetime) -> Prescription:
    """One within reach; raises Prescription.DoesNotExist."""
    order: Prescription = _mine(by, now).get(pk=order_id)
    return order


def _mine(by: Access, now: datetime) -> Any:
    mine = patients_for(by, Permission.VIEW_PRESCRIPTIONS, day=local_day(now, by.zone))
    return Prescription.objects.filter(patient__in=mine).select_related("patient", "facility", "signed_by")
