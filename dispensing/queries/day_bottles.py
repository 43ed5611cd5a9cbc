"""What a day did to the bottles at a site's window, by the book: at its start, poured, and at its end."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from core.scanning import encode
from dispensing.queries.site_days import midnights
from inventory.queries.window import METHADONE
from inventory.rules.scancodes import BOTTLE


@dataclass(frozen=True, slots=True)
class BottleDay:
    """One bottle, whole microlitres. start + opened + beyond = given + elsewhere + end.

    `given` was drunk (a void counts on the day of its dose), `elsewhere` was poured out, lost or set apart, `beyond`
    came out of the bottle though its book had run out.
    """

    bottle_id: int
    label: str
    lot: str
    mg_per_ml: str
    start_ul: int
    opened_ul: int
    given_ul: int
    elsewhere_ul: int
    beyond_ul: int
    end_ul: int

    @property
    def before_ul(self) -> int:
        """What the book had in it before the first dose: as the day began, or as it was opened."""
        return self.start_ul + self.opened_ul

    def stored(self) -> dict[str, Any]:
        """As a close keeps it."""
        return asdict(self)


_SQL = """
WITH place AS (
    SELECT a.id, a.kind FROM inventory_account a JOIN inventory_item i ON i.id = a.item_id
     WHERE a.facility_id = %(facility)s AND i.code = %(item)s
), bottles AS (
    SELECT bal.bottle_id AS id FROM place JOIN inventory_balance bal ON bal.account_id = place.id
     WHERE place.kind = 'opened' AND bal.bottle_id IS NOT NULL
    UNION
    SELECT m.bottle_id FROM inventory_act act JOIN inventory_movement m ON m.act_id = act.id
      JOIN place ON place.id IN (m.source_id, m.target_id) AND place.kind IN ('opened', 'patients')
     WHERE act.facility_id = %(facility)s AND act.recorded_at >= %(from)s - interval '10 minutes'
       AND act.occurred_at >= %(from)s AND act.occurred_at < %(until)s AND m.bottle_id IS NOT NULL
), flow AS (
    SELECT m.bottle_id, coalesce(undone.occurred_at, act.occurred_at) >= %(from)s AS today, act.kind, m.quantity,
           s.kind AS source, t.kind AS target
      FROM bottles
      JOIN inventory_movement m ON m.bottle_id = bottles.id
      JOIN inventory_act act ON act.id = m.act_id AND act.facility_id = %(facility)s
      JOIN inventory_chainlink l ON l.subject_id = act.id
      JOIN place s ON s.id = m.source_id
      JOIN place t ON t.id = m.target_id
      LEFT JOIN inventory_act undone ON undone.id = act.corrects_id
     WHERE coalesce(undone.occurred_at, act.occurred_at) < %(until)s AND l.sequence <= %(sequence)s
)
SELECT b.id, b.number, lot.number, lot.concentration,
       coalesce(sum(CASE WHEN f.target = 'opened' THEN f.quantity ELSE 0 END
                    - CASE WHEN f.source = 'opened' THEN f.quantity ELSE 0 END) FILTER (WHERE NOT f.today), 0),
       coalesce(sum(f.quantity) FILTER (WHERE f.today AND f.kind = 'opening' AND f.target = 'opened'), 0),
       coalesce(sum(CASE WHEN f.target = 'patients' THEN f.quantity WHEN f.source = 'patients' THEN -f.quantity
                         ELSE 0 END) FILTER (WHERE f.today), 0),
       coalesce(sum(CASE WHEN f.source = 'unreconciled' THEN f.quantity WHEN f.target = 'unreconciled' THEN -f.quantity
                         ELSE 0 END) FILTER (WHERE f.today), 0),
       coalesce(sum(CASE WHEN f.target = 'opened' THEN f.quantity ELSE 0 END
                    - CASE WHEN f.source = 'opened' THEN f.quantity ELSE 0 END), 0)
  FROM bottles
  JOIN inventory_bottle b ON b.id = bottles.id
  JOIN inventory_lot lot ON lot.id = b.lot_id
  LEFT JOIN flow f ON f.bottle_id = b.id
 GROUP BY b.id, b.number, lot.number, lot.concentration
HAVING count(f.bottle_id) > 0
 ORDER BY b.opened_at, b.id
"""

WHOLE_CHAIN = 2**62


def bottle_days(*, facility_id: int, day: date, zone: str, sequence: int = WHOLE_CHAIN) -> list[BottleDay]:
    """Every bottle that stood open at the site on that day or gave something; as of this link of the chain.

    One statement; what it reads grows with the lives of these bottles, not with the history of the site.
    """
    begins, ends = midnights(day, zone)
    values: dict[str, Any] = {
        "facility": facility_id,
        "item": METHADONE,
        "from": begins,
        "until": ends,
        "sequence": sequence,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return [_bottle(*row) for row in rows]


def _bottle(
    id_: int, number: int, lot: str, mg_per_ml: Decimal, start: int, opened: int, given: int, beyond: int, end: int
) -> BottleDay:
    start, opened, given, beyond, end = (int(figure) for figure in (start, opened, given, beyond, end))
    return BottleDay(
        bottle_id=id_,
        label=encode(BOTTLE, number),
        lot=lot,
        mg_per_ml=str(mg_per_ml),
        start_ul=start,
        opened_ul=opened,
        given_ul=given,
        elsewhere_ul=start + opened + beyond - given - end,
        beyond_ul=beyond,
        end_ul=end,
    )
