"""The proofs of what a site found: a measure's book is the ledger's, and what was posted for it is what it says."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.db import connection

from core.proofs import Broken
from inventory.rules.kinds import PLACES, AccountKind, ActKind

_BOOKS: Final = [str(kind) for kind in (*PLACES, AccountKind.UNRECONCILED)]

_MEASURES = """
SELECT 'measure ' || m.id,
       'its book says ' || m.book_ul || ', the movements up to link ' || m.as_of || ' leave ' || moved.ul
  FROM inventory_bottlemeasure m
  CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE WHEN t.kind = ANY(%(books)s) AND t.facility_id = m.facility_id THEN v.quantity ELSE 0 END
                        - CASE WHEN s.kind = ANY(%(books)s) AND s.facility_id = m.facility_id THEN v.quantity ELSE 0 END
                      ), 0) AS ul
        FROM inventory_movement v
        JOIN inventory_chainlink l
          ON l.subject_id = v.act_id AND l.facility_id = m.facility_id AND l.sequence <= m.as_of
        JOIN inventory_account s ON s.id = v.source_id
        JOIN inventory_account t ON t.id = v.target_id
       WHERE v.bottle_id = m.bottle_id) AS moved
 WHERE moved.ul <> m.book_ul
 ORDER BY m.recorded_at, m.id
"""
_POSTED = """
WITH booked AS (
    SELECT a.id, a.kind,
           coalesce(sum(CASE WHEN t.kind = ANY(%(books)s) THEN v.quantity ELSE 0 END
                      - CASE WHEN s.kind = ANY(%(books)s) THEN v.quantity ELSE 0 END), 0) AS ul
      FROM inventory_act a
      JOIN inventory_movement v ON v.act_id = a.id
      JOIN inventory_account s ON s.id = v.source_id
      JOIN inventory_account t ON t.id = v.target_id
     WHERE a.kind = ANY(%(kinds)s) GROUP BY a.id, a.kind
), stated AS (
    SELECT act_id, difference_ul AS ul FROM inventory_bottlemeasure WHERE act_id IS NOT NULL
    UNION ALL
    SELECT act_id, -poured_out_ul FROM inventory_devicecheck WHERE act_id IS NOT NULL
)
SELECT 'act ' || coalesce(b.id, s.act_id),
       'it books ' || coalesce(b.ul::text, 'nothing') || ', its finding says ' || coalesce(s.ul::text, 'nothing')
  FROM booked b FULL JOIN stated s ON s.act_id = b.id
 WHERE b.ul IS DISTINCT FROM s.ul
 ORDER BY 1
"""


def _asked(name: str, question: str) -> Iterator[Broken]:
    kinds = [str(ActKind.MEASURE), str(ActKind.PRIMING)]
    with connection.cursor() as cursor:
        cursor.execute(question, {"books": _BOOKS, "kinds": kinds})
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


def books() -> Iterable[Broken]:
    """Every measure stands beside the book that the ledger had at the link it names."""
    return _asked("measures.book", _MEASURES)


def posted() -> Iterable[Broken]:
    """What a measure or the check of a device posted is exactly what it found, and nothing was posted without one."""
    return _asked("measures.posted", _POSTED)


PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {"measures.book": books, "measures.posted": posted}
