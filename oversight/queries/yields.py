"""What the bottles of a site gave against their labels, by who poured most of each (domain 12.4): a rate to learn from
with its n, in the order of names, never a league table. One statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

DAYS: Final = 90
LEAST_BOTTLES: Final = 5  # fewer are shown in mL only
_TENTH: Final = Decimal("0.1")
# An emptied bottle with what its settlement found; the one who poured more than half of it, else nobody.
_SQL: Final = """
SELECT coalesce(p.initials, ''), count(*), sum(b.size_ul),
       sum((c.content -> 'found' ->> 'overfill_ul')::bigint), sum((c.content -> 'found' ->> 'underfill_ul')::bigint)
  FROM inventory_act e
  JOIN inventory_document c ON c.act_id = e.id
  JOIN inventory_bottle b ON b.number = (c.content -> 'stated' ->> 'bottle')::bigint
  LEFT JOIN LATERAL (
       SELECT x.poured_by_id FROM (
           SELECT d.poured_by_id, sum(m.quantity) AS ul, sum(sum(m.quantity)) OVER () AS whole
             FROM inventory_movement m JOIN dispensing_dose d ON d.act_id = m.act_id
            WHERE m.bottle_id = b.id GROUP BY 1) x
        WHERE x.ul * 2 > x.whole) most ON true
  LEFT JOIN staff_person p ON p.id = most.poured_by_id
 WHERE e.facility_id = %(facility)s AND e.kind = 'emptying' AND e.recorded_at >= %(since)s
 GROUP BY 1 ORDER BY coalesce(p.initials, '') = '', 1
"""


@dataclass(frozen=True)
class Yield:
    """Of so many emptied bottles. `pourer` is empty where nobody poured more than half of one."""

    pourer: str
    bottles: int
    size_ul: int
    more_ul: int
    less_ul: int

    @property
    def percent(self) -> Decimal | None:
        """What they gave of what their labels said; None of a few bottles."""
        if self.bottles < LEAST_BOTTLES:
            return None
        return (Decimal(100 * (self.size_ul + self.more_ul - self.less_ul)) / self.size_ul).quantize(_TENTH)


def yields(facility_id: int, *, now: datetime) -> tuple[Yield, ...]:
    """The last ninety days."""
    values: dict[str, Any] = {"facility": facility_id, "since": now - timedelta(days=DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return tuple(Yield(row[0], *(int(value) for value in row[1:])) for row in cursor.fetchall())


def whole(found: Iterable[Yield]) -> Yield | None:
    """The site's bottles together; None where none was emptied."""
    rows = list(found)
    if not rows:
        return None
    return Yield(
        "",
        sum(row.bottles for row in rows),
        sum(row.size_ul for row in rows),
        sum(row.more_ul for row in rows),
        sum(row.less_ul for row in rows),
    )
