"""Which patients a person may meet: those of the sites that their permission reaches."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from core.access import Access, Permission
from facilities.models import Facility, FacilityKind
from patients.models import Patient, Placement


def covers_some_day() -> Q:
    """Placements that were not called off before they began."""
    return Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on"))


def not_over_by(day: date) -> Q:
    """Placements in force on the day or beginning after it."""
    return Q(ended_on__isnull=True) | (Q(ended_on__gte=day) & Q(ended_on__gte=F("starts_on")))


def in_force(day: date) -> Q:
    """Placements that cover the day; a patient has one at most."""
    return not_over_by(day) & Q(starts_on__lte=day)


def dosing_facilities() -> QuerySet[Facility]:
    """Where patients can be placed, by name."""
    kinds = [FacilityKind.SATELLITE, FacilityKind.MAIN_CLINIC]
    return Facility.objects.filter(kind__in=kinds).order_by("name", "pk")


def patients_of(facility_ids: Collection[int], *, day: date) -> QuerySet[Patient]:
    """Patients whom one of the facilities doses, will dose, or dosed last."""
    placements = Placement.objects.filter(covers_some_day(), patient_id=OuterRef("pk"))
    last = placements.order_by("-starts_on").values("facility_id")[:1]
    present = placements.filter(not_over_by(day), facility_id__in=facility_ids)
    return Patient.objects.alias(last_facility=Subquery(last)).filter(
        Exists(present) | Q(last_facility__in=facility_ids)
    )


def patients_for(access: Access, permission: Permission, *, day: date) -> QuerySet[Patient]:
    """The patients for whom this person holds the permission."""
    return patients_of(access.reach_by_permission.get(permission, frozenset()), day=day)


def get_patient(patient_id: UUID, *, access: Access, permission: Permission, day: date) -> Patient:
    """The patient; raises Patient.DoesNotExist alike for one that is not there and one of another site."""
    return patients_for(access, permission, day=day).get(pk=patient_id)


def locked_patient(patient_id: UUID, *, access: Access, permission: Permission, day: date) -> Patient:
    """The same, with the row locked until the transaction ends: the lock of every clinical write (lock order,
    first).
    """
    return patients_for(access, permission, day=day).select_for_update(of=("self",)).get(pk=patient_id)
