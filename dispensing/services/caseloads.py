"""How many patients each facility doses today, pushed down to the rooms that may not look here."""

from datetime import date, datetime

from django.db.models import Count, Q

from core.clock import local_day
from facilities.models import Facility
from inventory.services import caseloads
from patients.models import Placement, Status
from staff.services import caseloads as of_months

_ON_ROSTER = (Status.IN_TREATMENT, Status.SUSPENDED)


def push(*, now: datetime) -> int:
    """Count who is placed where on each facility's own day and keep the figures; answers how many facilities. A few
    statements for a whole province.
    """
    counted: dict[int, int] = {}
    months: dict[tuple[int, date], int] = {}
    for zone in Facility.objects.order_by("zone").values_list("zone", flat=True).distinct():
        day = local_day(now, zone)
        here = Q(facility__zone=zone, starts_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gte=day))
        rows = Placement.objects.filter(here, patient__status__in=_ON_ROSTER).order_by()
        placed = dict(rows.values_list("facility_id").annotate(Count("patient_id")))
        here_now = {pk: placed.get(pk, 0) for pk in Facility.objects.filter(zone=zone).values_list("pk", flat=True)}
        counted |= here_now
        months |= {(pk, day.replace(day=1)): count for pk, count in here_now.items()}
    of_months.keep(patients=months, now=now)
    return caseloads.keep(patients=counted, now=now)
