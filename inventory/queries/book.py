"""The in-out-balance book of a site (sổ theo dõi xuất, nhập, tồn kho): every act of a month, with the balance after
it.

In the order of recording, as a book is written; an act entered late shows both its times. Loss and surplus have
columns of their own and are never netted: opening + received + surplus - given - sent - poured out - lost = closing
(domain 4.1). What was sent and then lost on the road is no longer sent but lost.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from core.clock import local_day
from inventory.models import Item
from inventory.rules.kinds import PLACES, AccountKind
from inventory.rules.wording import act_words, has_page

PAGE: Final = 100

# What a site holds, by its book: its places, less what bottles gave beyond their label and is not settled yet.
_HELD: Final = [str(kind) for kind in (*PLACES, AccountKind.OVERFILL, AccountKind.UNRECONCILED)]
_MOVED = """
    SELECT act.id, act.kind, act.occurred_at, act.recorded_at, act.actor_label,
           CASE WHEN t.kind = ANY(%(held)s) THEN m.quantity ELSE 0 END
               - CASE WHEN s.kind = ANY(%(held)s) THEN m.quantity ELSE 0 END AS change,
           CASE WHEN t.kind = 'supplier' THEN -m.quantity WHEN s.kind = 'supplier' THEN m.quantity
                WHEN s.consignment_id IS NOT NULL AND t.consignment_id IS NULL AND s.facility_id <> act.facility_id
                THEN m.quantity END AS supplied,
           CASE WHEN s.consignment_id IS NULL AND t.consignment_id IS NOT NULL THEN m.quantity
                WHEN s.consignment_id IS NOT NULL AND t.consignment_id IS NULL AND s.facility_id = act.facility_id
                THEN -m.quantity END AS sent,
           'overfill' IN (s.kind, t.kind) AS surplus,
           CASE WHEN t.kind = 'patients' THEN m.quantity WHEN s.kind = 'patients' THEN -m.quantity END AS given,
           CASE WHEN t.kind IN ('poured_out', 'spill') THEN m.quantity END AS poured,
           CASE WHEN t.kind = 'loss' THEN m.quantity END AS lost
      FROM inventory_act act
      JOIN inventory_movement m ON m.act_id = act.id
      JOIN inventory_account s ON s.id = m.source_id
      JOIN inventory_account t ON t.id = m.target_id
     WHERE act.facility_id = %(facility)s AND m.item_id = %(item)s
       AND act.recorded_at >= %(from)s AND act.recorded_at < %(until)s
"""
_FLOWS = """
    coalesce(sum(supplied) FILTER (WHERE NOT surplus), 0), coalesce(sum(supplied) FILTER (WHERE surplus), 0),
    coalesce(sum(given), 0), coalesce(sum(sent), 0), coalesce(sum(poured), 0), coalesce(sum(lost), 0),
    coalesce(sum(change), 0)
"""
_TOTALS = f"SELECT count(DISTINCT id), {_FLOWS} FROM ({_MOVED}) AS moved"  # noqa: S608  our own text
_LINES = f"""
SELECT *, sum(change) OVER (ORDER BY recorded_at, id) FROM (
    SELECT id, kind, occurred_at, recorded_at, actor_label, {_FLOWS} AS change
      FROM ({_MOVED}) AS moved GROUP BY id, kind, occurred_at, recorded_at, actor_label
) AS acts
 ORDER BY recorded_at, id LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608  our own text
_NOW = """
SELECT coalesce(sum(h.quantity), 0) FROM inventory_balance h JOIN inventory_account a ON a.id = h.account_id
 WHERE a.facility_id = %(facility)s AND a.item_id = %(item)s AND a.kind = ANY(%(held)s)
"""
_FOREVER = datetime(9000, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True)
class Flows:
    """What came and went, in base units."""

    received: int
    surplus: int
    given: int
    sent: int
    poured: int
    lost: int
    change: int

    @property
    def columns(self) -> tuple[int, int, int, int, int, int]:
        """In the order of the paper book: in, out by fate, loss, surplus."""
        return self.received, self.given, self.sent, self.poured, self.lost, self.surplus


@dataclass(frozen=True)
class BookLine:
    """One act in the book, with the balance after it. `late`: written on a later day than it happened."""

    act_id: UUID
    kind: str
    words: str
    has_page: bool
    occurred_at: datetime
    recorded_at: datetime
    by: str
    flows: Flows
    balance: int
    late: bool


@dataclass(frozen=True)
class Book:
    """A month of one item's book at one site; `lines` is one page of it."""

    item: Item
    month: date
    opening: int
    closing: int
    totals: Flows
    lines: tuple[BookLine, ...]
    page: int
    pages: int


def items_of(facility_id: int) -> list[Item]:
    """What this site has accounts of, by name."""
    return list(Item.objects.filter(account__facility_id=facility_id).distinct().order_by("name", "id"))


def month_book(*, item: Item, facility_id: int, month: date, zone: str, page: int = 1, size: int = PAGE) -> Book:
    """One page of the month's book. Four statements whatever its length; `month` is any day of it."""
    first = month.replace(day=1)
    begins, ends = midnight(first, zone), midnight(next_month(first), zone)
    values: dict[str, Any] = {"facility": facility_id, "item": item.pk, "held": _HELD, "from": begins, "until": ends}
    with connection.cursor() as cursor:
        cursor.execute(_NOW, values)
        [now] = cursor.fetchone()
        cursor.execute(_TOTALS, {**values, "from": ends, "until": _FOREVER})
        later = _flows(cursor.fetchone()[1:])
        cursor.execute(_TOTALS, values)
        count, *totals = cursor.fetchone()
        pages = max(1, -(-count // size))
        shown = min(max(page, 1), pages)
        cursor.execute(_LINES, {**values, "limit": size, "offset": (shown - 1) * size})
        rows = cursor.fetchall()
    closing = int(now) - later.change
    opening = closing - _flows(totals).change
    lines = tuple(_line(row, opening, zone) for row in rows)
    return Book(item, first, opening, closing, _flows(totals), lines, shown, pages)


def _flows(row: Any) -> Flows:
    return Flows(*(int(figure) for figure in row))


def _line(row: Any, opening: int, zone: str) -> BookLine:
    act_id, kind, occurred_at, recorded_at, by, *figures, upto = row
    return BookLine(
        act_id=act_id,
        kind=kind,
        words=act_words(kind),
        has_page=has_page(kind),
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        by=by,
        flows=_flows(figures),
        balance=opening + int(upto),
        late=local_day(occurred_at, zone) != local_day(recorded_at, zone),
    )


def midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
