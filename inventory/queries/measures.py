"""What is known of a bottle before it is measured, and its measures after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from core.clock import local_day
from inventory.models import BottleMeasure, DeviceCheck, DeviceKind, LotDensity, MeasuringDevice
from inventory.rules.measures import Past

# What a middle dose of the site takes, from the doses of this bottle and, before it has any, of nothing.
_MEDIAN = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY given) FROM (
    SELECT m.quantity AS given FROM inventory_movement m JOIN inventory_account t ON t.id = m.target_id
     WHERE m.bottle_id = %(bottle)s AND t.kind = 'patients' ORDER BY m.id DESC LIMIT 200
) AS doses
"""


def past_measures(*, bottle_id: int, zone: str, before: UUID | None = None) -> list[Past]:
    """The bottle's measures, oldest first; those before one of them where it is named."""
    rows = BottleMeasure.objects.filter(bottle_id=bottle_id).order_by("as_of", "recorded_at", "pk")
    found = []
    for row in rows:
        if row.pk == before:
            break
        found.append(Past(local_day(row.measured_at, zone), row.measured_ul, row.book_ul, row.act_id is not None))
    return found


def median_dose_ul(*, bottle_id: int) -> int | None:
    """The middle one of the last doses poured from this bottle; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_MEDIAN, {"bottle": bottle_id})
        [median] = cursor.fetchone()
    return median


def density_of(lot_id: int) -> Decimal | None:
    """Grams to a millilitre of this lot, as it was last stated; None where only the setting knows."""
    stated = LotDensity.objects.filter(lot_id=lot_id).order_by("-stated_at", "-pk").first()
    return stated.g_per_ml if stated else None


def known_bias_ppm(*, facility_id: int) -> int:
    """How much more than asked the site's pouring device gives: by its last check that passed, else its own paper."""
    pouring = MeasuringDevice.objects.filter(facility_id=facility_id, retired_on__isnull=True)
    device = pouring.exclude(kind=DeviceKind.SCALE).first()
    if device is None:
        return 0
    last = DeviceCheck.objects.filter(device=device, passed=True).order_by("-checked_at", "-pk").first()
    return last.error_ppm if last else device.bias_ppm


@dataclass(frozen=True)
class ShownMeasure:
    """One measure as its page and its bottle's page show it; who may not see the book sees no figure of it."""

    row: BottleMeasure
    by: str
    witness: str


def last_measured_on(*, bottle_ids: Sequence[int], zone: str) -> dict[int, date]:
    """On which day each of these bottles was measured last."""
    rows = BottleMeasure.objects.filter(bottle_id__in=bottle_ids).order_by("bottle_id", "-measured_at")
    found = rows.distinct("bottle_id").values_list("bottle_id", "measured_at")
    return {bottle_id: local_day(moment, zone) for bottle_id, moment in found}


def measured_today(*, bottle_id: int, now: datetime, zone: str) -> bool:
    """Whether the bottle was measured today: only then is its book shown to who measures it."""
    last = last_measured_on(bottle_ids=[bottle_id], zone=zone).get(bottle_id)
    return last == local_day(now, zone)
