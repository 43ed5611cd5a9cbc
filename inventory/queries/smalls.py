"""The differences that a site's measures found new, as far as a pattern depends on them."""

from datetime import datetime
from itertools import groupby

from core.clock import local_day
from inventory.models import BottleMeasure
from inventory.queries.measures import known_bias_ppm
from inventory.rules.measures import Past, drifts
from inventory.rules.patterns import Small


def smalls(*, facility_id: int, since: datetime, zone: str) -> list[Small]:
    """Oldest first, from that moment on: what each measure found beyond the one before and beyond what the device
    explains, where its method can tell it from nothing. Three statements, whatever the history.
    """
    lately = BottleMeasure.objects.filter(facility_id=facility_id, measured_at__gte=since).values("bottle_id")
    rows = BottleMeasure.objects.filter(facility_id=facility_id, bottle_id__in=lately)
    bias = known_bias_ppm(facility_id=facility_id)
    found: list[tuple[datetime, Small]] = []
    ordered = rows.order_by("bottle_id", "as_of", "recorded_at", "pk")
    for _bottle, of_bottle in groupby(ordered, key=lambda row: row.bottle_id):
        measures = list(of_bottle)
        past = [_past(row, zone) for row in measures]
        for row, (day, drift) in zip(measures, drifts(past, bias), strict=True):
            if row.measured_at >= since and abs(drift) > row.uncertainty_ul:
                found.append((row.measured_at, Small(day, row.bottle_id, row.measured_by_id, drift)))
    return [small for _moment, small in sorted(found, key=lambda each: each[0])]


def _past(row: BottleMeasure, zone: str) -> Past:
    return Past(local_day(row.measured_at, zone), row.measured_ul, row.book_ul, row.act_id is not None)
