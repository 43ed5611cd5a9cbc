"""What an inspection froze and what was counted at it: the book of a past link of the chain, bottle by bottle.

The book of then is the book of now less what was written since: as many rows as there are bottles in hand, and the
movements of the hours between, whatever the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.access import Access, Permission
from core.scanning import encode
from inventory.models import AccountKind, BaseUnit, CountLine, Inspection, StockCount
from inventory.queries.count_pages import ShownLine
from inventory.rules.kinds import PLACES, ActKind
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import PLACE_WORDS, act_words, has_page

SHOWN: Final = 50
MOST_ACTS: Final = 300
_PLACES: Final = [str(place) for place in PLACES]

_FROZEN = """
WITH since AS (
    SELECT m.lot_id, m.bottle_id, m.source_id, m.target_id, m.quantity
      FROM inventory_chainlink l JOIN inventory_movement m ON m.act_id = l.subject_id
     WHERE l.facility_id = %(facility)s AND l.sequence > %(as_of)s AND l.kind = 'act'
), own AS (
    SELECT a.id, a.kind, a.item_id FROM inventory_account a
     WHERE a.facility_id = %(facility)s AND (a.kind = ANY(%(places)s) OR a.kind = 'unreconciled')
), parts AS (
    SELECT h.account_id, h.lot_id, h.bottle_id, h.quantity, true AS stands FROM inventory_balance h
     WHERE h.account_id IN (SELECT id FROM own)
    UNION ALL
    SELECT target_id, lot_id, bottle_id, -quantity, false FROM since WHERE target_id IN (SELECT id FROM own)
    UNION ALL
    SELECT source_id, lot_id, bottle_id, quantity, false FROM since WHERE source_id IN (SELECT id FROM own)
), held AS (
    SELECT own.kind, own.item_id, p.lot_id, p.bottle_id, sum(p.quantity) AS quantity,
           bool_or(p.stands) AND count(*) = 1 AS untouched
      FROM parts p JOIN own ON own.id = p.account_id
     GROUP BY own.kind, own.item_id, p.lot_id, p.bottle_id
)
SELECT h.kind, i.name, i.base_unit, l.id, l.number, b.id, b.number, h.quantity, coalesce(-beyond.quantity, 0)
  FROM held h
  JOIN inventory_item i ON i.id = h.item_id
  JOIN inventory_lot l ON l.id = h.lot_id
  LEFT JOIN inventory_bottle b ON b.id = h.bottle_id
  LEFT JOIN held beyond ON beyond.kind = 'unreconciled' AND beyond.item_id = h.item_id AND beyond.lot_id = h.lot_id
        AND beyond.bottle_id IS NOT DISTINCT FROM h.bottle_id
 WHERE h.kind <> 'unreconciled' AND (h.quantity > 0 OR h.bottle_id IS NOT NULL AND h.untouched)
 ORDER BY array_position(%(places)s, h.kind::text), i.name, l.expires_on, l.number, b.number
"""


@dataclass(frozen=True)
class Named:
    """One bottle, or one lot without bottles, by label and place: all that is shown before it is counted."""

    place: AccountKind
    item: str
    lot_number: str
    number: int | None

    @property
    def place_words(self) -> str:
        return str(PLACE_WORDS[self.place])

    @property
    def label(self) -> str:
        return encode(BOTTLE, self.number) if self.number is not None else f"{self.item}, {self.lot_number}"


@dataclass(frozen=True)
class FrozenLine:
    """The same with the book of the frozen link, less what was given beyond it; base units of its item."""

    named: Named
    lot_id: int
    bottle_id: int | None
    in_ml: bool
    book: int

    @property
    def key(self) -> tuple[str, int]:
        """The bottle, or the lot in its place."""
        return ("", self.bottle_id) if self.bottle_id is not None else (str(self.named.place), self.lot_id)


def frozen(*, facility_id: int, as_of: int) -> tuple[FrozenLine, ...]:
    """Everything that stood at the facility at that link of its chain, place by place. One statement.

    A bottle whose book had run out stands among them, unless it was touched since.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FROZEN, {"facility": facility_id, "as_of": as_of, "places": _PLACES})
        rows = cursor.fetchall()
    return tuple(
        FrozenLine(
            Named(AccountKind(kind), item, lot_number, number),
            lot_id,
            bottle_id,
            unit == BaseUnit.MICROLITRE,
            int(quantity) - int(beyond),
        )
        for kind, item, unit, lot_id, lot_number, bottle_id, number, quantity, beyond in rows
    )


def named(*, facility_id: int, as_of: int) -> tuple[Named, ...]:
    """What is to be counted, without a figure of the book. One statement."""
    return tuple(line.named for line in frozen(facility_id=facility_id, as_of=as_of))


@dataclass(frozen=True)
class Compared:
    """One line of the result: the frozen book, the book of the count's link, what was found there.

    `frozen` is None for what came after the freeze, `line` for what was gone before the count.
    """

    label: str
    place_words: str
    in_ml: bool
    frozen: int | None
    line: CountLine | None

    @property
    def since(self) -> int | None:
        """What was written between the freeze and the count; None where either end is missing."""
        if self.frozen is None or self.line is None:
            return None
        return self.line.book - self.frozen

    @property
    def words(self) -> str:
        return ShownLine(self.line).words if self.line else ""

    @property
    def difference(self) -> int | None:
        return self.line.found - self.line.book if self.line else None

    @property
    def agrees(self) -> bool:
        return self.line is not None and ShownLine(self.line).agrees


def compared(stood: tuple[FrozenLine, ...], count: StockCount) -> tuple[Compared, ...]:
    """The frozen book beside the count, what differs first. One statement.

    What was dosed between the two is no difference: each line was compared at its own link (`CountLine.as_of`).
    """
    lines = list(count.lines.select_related("bottle", "lot__item").order_by("position"))
    by_key = {_key(line): line for line in lines}
    told = [
        Compared(each.named.label, each.named.place_words, each.in_ml, each.book, by_key.pop(each.key, None))
        for each in stood
    ]
    came = [
        Compared(shown.label, shown.place_words, shown.in_ml, None, shown.row)
        for shown in (ShownLine(line) for line in lines if _key(line) in by_key)
    ]
    return tuple(sorted([*told, *came], key=lambda each: each.agrees or each.line is None))


def uncounted(stood: tuple[FrozenLine, ...]) -> tuple[Compared, ...]:
    """The frozen book where an inspection ended and nobody had counted."""
    return tuple(Compared(each.named.label, each.named.place_words, each.in_ml, each.book, None) for each in stood)


def _key(line: CountLine) -> tuple[str, int]:
    if line.bottle_id is not None:
        return "", line.bottle_id
    return (line.place, line.lot_id) if line.lot_id is not None else ("number", line.number or 0)


def inspections_at(facility_ids: frozenset[int]) -> tuple[Inspection, ...]:
    """The newest inspections of these facilities, newest first, with their ends. One statement."""
    rows = Inspection.objects.filter(facility_id__in=facility_ids).select_related("facility", "pressed_by", "end")
    return tuple(rows.order_by("-pressed_at", "-pk")[:SHOWN])


def get_inspection(inspection_id: UUID, *, access: Access, permission: Permission = Permission.INSPECT) -> Inspection:
    """One inspection within reach, with its end and its legal paper; else Inspection.DoesNotExist, alike for each."""
    rows = Inspection.objects.select_related(
        "facility", "pressed_by", "end__ended_by", "identitypaper__recorded_by"
    ).filter(facility_id__in=access.reach_by_permission.get(permission, frozenset()))
    return rows.get(pk=inspection_id)


def last_count(inspection_id: UUID) -> StockCount | None:
    """The last count that was made for an inspection. One statement."""
    rows = StockCount.objects.filter(inspection_id=inspection_id).select_related("counted_by")
    return rows.order_by("-counted_at", "-pk").first()


_DAYS = """
SELECT (act.recorded_at AT TIME ZONE %(zone)s)::date AS day, i.name, i.base_unit,
       coalesce(sum(m.quantity) FILTER (WHERE t.facility_id = %(facility)s AND t.kind = ANY(%(places)s)
                                          AND NOT (s.facility_id = %(facility)s AND s.kind = ANY(%(places)s))), 0),
       coalesce(sum(m.quantity) FILTER (WHERE s.facility_id = %(facility)s AND s.kind = ANY(%(places)s)
                                          AND t.kind = 'patients'), 0),
       coalesce(sum(m.quantity) FILTER (WHERE s.facility_id = %(facility)s AND s.kind = ANY(%(places)s)
                                          AND t.kind <> 'patients'
                                          AND NOT (t.facility_id = %(facility)s AND t.kind = ANY(%(places)s))), 0),
       count(DISTINCT act.id)
  FROM inventory_act act
  JOIN inventory_chainlink l ON l.subject_id = act.id AND l.kind = 'act' AND l.sequence <= %(as_of)s
  JOIN inventory_movement m ON m.act_id = act.id
  JOIN inventory_account s ON s.id = m.source_id
  JOIN inventory_account t ON t.id = m.target_id
  JOIN inventory_item i ON i.id = m.item_id
 WHERE act.facility_id = %(facility)s AND act.recorded_at >= %(since)s
 GROUP BY 1, 2, 3
 ORDER BY 1 DESC, 2
"""


@dataclass(frozen=True)
class DayMoved:
    """What came into the site's places, went to patients, and went anywhere else, on one day, of one item."""

    day: date
    item: str
    in_ml: bool
    came: int
    given: int
    went: int
    acts: int


def days_moved(row: Inspection, *, days: int, zone: str) -> tuple[DayMoved, ...]:
    """The movements of that many days before the frozen link, day by day, newest first. One statement."""
    values: dict[str, Any] = {
        "facility": row.facility_id,
        "as_of": row.as_of,
        "since": row.pressed_at - timedelta(days),
        "places": _PLACES,
        "zone": zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        return tuple(
            DayMoved(day, item, unit == BaseUnit.MICROLITRE, int(came), int(given), int(went), acts)
            for day, item, unit, came, given, went, acts in cursor.fetchall()
        )


_ACTS = """
SELECT act.id, act.kind, act.occurred_at, act.actor_label, l.sequence
  FROM inventory_act act
  JOIN inventory_chainlink l ON l.subject_id = act.id AND l.kind = 'act' AND l.sequence <= %(as_of)s
 WHERE act.facility_id = %(facility)s AND act.recorded_at >= %(since)s AND act.kind <> %(dose)s
 ORDER BY l.sequence DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class ActLine:
    """One act of stock that was no dose; `sequence` is its link."""

    id: UUID
    words: str
    at: datetime
    by: str
    sequence: int
    has_page: bool


def acts_before(row: Inspection, *, days: int) -> tuple[ActLine, ...]:
    """Every act but doses of those days, up to the frozen link, newest first. One statement."""
    values: dict[str, Any] = {
        "facility": row.facility_id,
        "as_of": row.as_of,
        "since": row.pressed_at - timedelta(days),
        "dose": str(ActKind.DOSE),
        "most": MOST_ACTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACTS, values)
        return tuple(
            ActLine(act_id, act_words(kind), at, by, sequence, has_page(kind))
            for act_id, kind, at, by, sequence in cursor.fetchall()
        )


def said(stood: tuple[FrozenLine, ...], told: tuple[Compared, ...]) -> Mapping[str, Any]:
    """What the site signs at the end: the frozen book and the counted one, line by line."""
    return {
        "frozen": [[str(each.named.place), each.named.label, each.book] for each in stood],
        "counted": [
            [each.label, each.line.found, each.line.book, each.line.as_of] for each in told if each.line is not None
        ],
    }
