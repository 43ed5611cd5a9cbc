"""Whether a site can reach a physician on the coming weekend (domain 12.4): planned, by phone only, or nobody known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

DAY: Final = timedelta(days=1)
SATURDAY: Final = 6
_SQL: Final = """
SELECT f.id, f.name,
       (SELECT count(DISTINCT r.day) FROM staff_rotaduty r
         WHERE r.facility_id IN (f.id, s.main_clinic_id) AND r.role = 'physician' AND r.ended_at IS NULL
           AND r.day BETWEEN %(first)s AND %(last)s),
       coalesce((SELECT e.physician_phone FROM facilities_emergencycard e
                  WHERE e.facility_id = f.id ORDER BY e.id DESC LIMIT 1), '') <> ''
  FROM facilities_facility f
  LEFT JOIN facilities_supervision s ON s.satellite_id = f.id AND s.starts_on <= %(today)s
   AND (s.ended_on IS NULL OR s.ended_on >= %(today)s)
 WHERE f.id = ANY(%(facilities)s)
 ORDER BY f.name, f.id
"""


@dataclass(frozen=True)
class Weekend:
    """The coming Saturday and Sunday, or the one that runs. `planned`: a physician stands in the rota of the site or
    its main clinic on both days; `by_phone`: none does, the site has a number; `nobody`: names of the others."""

    first: date
    last: date
    planned: int
    by_phone: tuple[str, ...]
    nobody: tuple[str, ...]


def weekend(facility_ids: Collection[int], *, today: date) -> Weekend:
    """One statement, whatever the number of sites."""
    first = today + (SATURDAY - today.isoweekday()) * DAY if today.isoweekday() <= SATURDAY else today - DAY
    last = first + DAY
    values: dict[str, Any] = {"facilities": list(facility_ids), "first": first, "last": last, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return Weekend(
        first,
        last,
        planned=sum(days == 2 for _pk, _name, days, _phone in rows),
        by_phone=tuple(name for _pk, name, days, phone in rows if days < 2 and phone),
        nobody=tuple(name for _pk, name, days, phone in rows if days < 2 and not phone),
    )
