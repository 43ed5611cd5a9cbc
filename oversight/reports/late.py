"""What was recorded about a period after its report was frozen: how much of what, and since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oversight.reports.ask import rows

WORDS: Final[dict[str, str | Promise]] = {
    "status": _("đổi tình trạng người bệnh"),
    "place": _("đổi nơi uống thuốc"),
    "day": _("xét lại ngày uống thuốc"),
    "take_home": _("cấp thuốc mang về"),
    "test": _("xét nghiệm, khám, tư vấn ghi muộn"),
    "hours": _("giờ làm ghi muộn"),
}

# Each facility sees what is recorded of its own patients, days, acts and people. A day decided before the freeze
# is no late fact: only what came after it counts.
_LATE: Final = """
SELECT what, count(*), min(at) FROM (
    SELECT 'status' AS what, c.recorded_at AS at FROM patients_statuschange c
     WHERE c.recorded_at > %(since)s AND c.from_day <= %(last)s AND EXISTS (
           SELECT FROM patients_placement p WHERE p.patient_id = c.patient_id AND p.facility_id = ANY(%(sites)s))
    UNION ALL
    SELECT 'place', p.recorded_at FROM patients_placement p
     WHERE p.recorded_at > %(since)s AND p.starts_on <= %(last)s AND p.facility_id = ANY(%(sites)s)
    UNION ALL
    SELECT 'day', o.decided_at FROM dispensing_dayoutcome o
     WHERE o.decided_at > %(since)s AND o.day BETWEEN %(first)s AND %(last)s AND o.facility_id = ANY(%(sites)s)
    UNION ALL
    SELECT 'take_home', h.handed_at FROM dispensing_takehome h JOIN inventory_act a ON a.id = h.act_id
     WHERE a.recorded_at > %(since)s AND h.day BETWEEN %(first)s AND %(last)s AND h.facility_id = ANY(%(sites)s)
    UNION ALL
    SELECT 'test', t.recorded_at FROM dispensing_urinetest t
     WHERE t.recorded_at > %(since)s AND t.taken_at::date <= %(last)s AND t.facility_id = ANY(%(sites)s)
    UNION ALL
    SELECT 'test', e.recorded_at FROM dispensing_examination e
     WHERE e.recorded_at > %(since)s AND e.examined_on <= %(last)s AND e.facility_id = ANY(%(sites)s)
    UNION ALL
    SELECT 'test', k.recorded_at FROM dispensing_counselling k
     WHERE k.recorded_at > %(since)s AND k.held_on <= %(last)s AND k.facility_id = ANY(%(sites)s)
    UNION ALL
    SELECT 'hours', d.recorded_at FROM staff_dutyinterval d
     WHERE d.recorded_at > %(since)s AND d.day BETWEEN %(first)s AND %(last)s AND d.facility_id = ANY(%(sites)s)
) late GROUP BY what ORDER BY min(at), what
"""


@dataclass(frozen=True)
class Late:
    """Facts of one sort that came after the freeze: how many, the first of them when."""

    words: str | Promise
    count: int
    first_at: datetime


def late(facility_ids: Collection[int], *, first: date, last: date, since: datetime) -> tuple[Late, ...]:
    """Everything about the period that was recorded since, the earliest first. One statement."""
    found = rows(_LATE, {"sites": list(facility_ids), "first": first, "last": last, "since": since})
    return tuple(Late(WORDS[what], count, at) for what, count, at in found)
