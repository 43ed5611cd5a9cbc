"""Who is asked first at a site: the one who opened its window last, else the dispenser who has served longest."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from core.access import Role
from core.clock import local_day
from dispensing.models import DayOpening
from staff.models import Appointment

_DISPENSERS = (Role.DISPENSER, Role.PHARMACIST)


def dispensers_of(facility_ids: Collection[int], *, now: datetime, zone: str) -> dict[int, int]:
    """A dispenser of each facility today, by facility; none where it has none. Two statements."""
    if not facility_ids:
        return {}
    day = local_day(now, zone)
    serving: dict[int, list[int]] = {}
    appointed = Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=day),
        Q(expires_on__isnull=True) | Q(expires_on__gte=day),
        facility_id__in=facility_ids,
        role__in=_DISPENSERS,
        starts_on__lte=day,
        person__is_active=True,
    )
    for facility_id, person_id in appointed.order_by("starts_on", "person_id").values_list("facility_id", "person_id"):
        serving.setdefault(facility_id or 0, []).append(person_id)
    opened = DayOpening.objects.filter(facility_id__in=serving).order_by("facility_id", "-day").distinct("facility_id")
    on_duty = {opening.facility_id: opening.on_duty for opening in opened}
    return {
        facility_id: next((one for one in on_duty.get(facility_id, ()) if one in people), people[0])
        for facility_id, people in serving.items()
    }
