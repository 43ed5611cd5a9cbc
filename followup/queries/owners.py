"""The people who could own a case of a facility."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from core.access import Role
from facilities.models import Facility, Supervision
from followup.rules.owners import Candidate, Nearness
from staff.models import Appointment

NEARNESS = {
    Role.SITE_HEAD: Nearness.SITE_HEAD,
    Role.CLINIC_HEAD: Nearness.CLINIC_HEAD,
    Role.CLINIC_PHYSICIAN: Nearness.CLINIC_PHYSICIAN,
    Role.PHARMACIST: Nearness.PHARMACIST,
    Role.PHYSICIAN: Nearness.PHYSICIAN,
    Role.AREA_MANAGER: Nearness.AREA_MANAGER,
    Role.PROVINCE_MANAGER: Nearness.PROVINCE_MANAGER,
}
CLINIC_ROLES = (Role.CLINIC_HEAD, Role.CLINIC_PHYSICIAN)
MANAGER_ROLES = (Role.AREA_MANAGER, Role.PROVINCE_MANAGER)


def candidates_by_facility(
    facility_ids: Collection[int], *, first_day: date, last_day: date
) -> dict[int, list[Candidate]]:
    """Everybody who could own a case of these facilities on some day of the span, in one statement.

    The facility's own people, the heads and physicians of the main clinic that supervises it at the time, and last the
    managers of its area and province. Who only runs on after the end of an appointment owns nothing new.
    """
    own = (
        Appointment.objects.filter(
            facility_id__in=facility_ids,
            role__in=list(NEARNESS),
            starts_on__lte=last_day,
            person__is_active=True,
        )
        .annotate(serves_from=F("starts_on"), serves_until=Least("expires_on", "ended_on"))
        .filter(Q(serves_until__isnull=True) | Q(serves_until__gte=first_day))
        .values_list("facility_id", "person_id", "role", "serves_from", "serves_until")
    )
    clinics = (
        Supervision.objects.filter(
            satellite_id__in=facility_ids,
            main_clinic__appointment__role__in=CLINIC_ROLES,
            main_clinic__appointment__starts_on__lte=last_day,
            main_clinic__appointment__person__is_active=True,
        )
        .annotate(
            person=F("main_clinic__appointment__person_id"),
            role=F("main_clinic__appointment__role"),
            serves_from=Greatest("starts_on", "main_clinic__appointment__starts_on"),
            serves_until=Least(
                "ended_on", "main_clinic__appointment__expires_on", "main_clinic__appointment__ended_on"
            ),
        )
        .filter(Q(serves_until__isnull=True) | Q(serves_until__gte=first_day))
        .values_list("satellite_id", "person", "role", "serves_from", "serves_until")
    )
    managers = [
        Facility.objects.filter(
            **{
                "pk__in": facility_ids,
                f"{path}__role__in": MANAGER_ROLES,
                f"{path}__starts_on__lte": last_day,
                f"{path}__person__is_active": True,
            }
        )
        .annotate(
            person=F(f"{path}__person_id"),
            role=F(f"{path}__role"),
            serves_from=F(f"{path}__starts_on"),
            serves_until=Least(f"{path}__expires_on", f"{path}__ended_on"),
        )
        .filter(Q(serves_until__isnull=True) | Q(serves_until__gte=first_day))
        .values_list("pk", "person", "role", "serves_from", "serves_until")
        for path in ("area__appointment", "area__province__appointment")
    ]
    found: dict[int, list[Candidate]] = defaultdict(list)
    for facility_id, person_id, role, serves_from, serves_until in own.union(clinics, *managers, all=True):
        found[facility_id].append(Candidate(person_id, NEARNESS[Role(role)], serves_from, serves_until))
    return found
