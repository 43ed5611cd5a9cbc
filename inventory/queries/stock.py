"""What a site holds now: the opened bottles, the closed ones by place and lot, what may not be used and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection

from core.clock import local_day
from core.scanning import encode
from inventory.rules.bottles import BottleState, unusable
from inventory.rules.kinds import PLACES, AccountKind
from inventory.rules.levels import BottleLevel, level
from inventory.rules.scancodes import BOTTLE
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Level, Violation
from inventory.rules.wording import PLACE_WORDS


@dataclass(frozen=True)
class ShownBottle:
    """One bottle in hand. `book_ul` and `beyond_ul` are for who may see the book; `level` for everybody."""

    state: BottleState
    level: BottleLevel
    violations: tuple[Violation, ...]
    opened_days: int | None = None

    @property
    def usable(self) -> bool:
        return not any(violation.level is Level.STOP for violation in self.violations)


@dataclass(frozen=True)
class ClosedGroup:
    """Closed bottles of one lot and size in one place, first expiry first."""

    place: AccountKind
    item: str
    lot_number: str
    manufacturer: str
    expires_on: date
    concentration: Decimal
    size_ul: int
    bottles: tuple[ShownBottle, ...]

    @property
    def place_words(self) -> str:
        return str(PLACE_WORDS[self.place])

    @property
    def book_ul(self) -> int:
        return sum(bottle.state.book_ul for bottle in self.bottles)

    @property
    def violations(self) -> tuple[Violation, ...]:
        return self.bottles[0].violations

    @property
    def usable(self) -> bool:
        return self.bottles[0].usable


@dataclass(frozen=True)
class Loose:
    """A lot of an item without bottles of its own: a sum in a place."""

    place: AccountKind
    item: str
    lot_number: str
    expires_on: date
    quantity: int
    expired: bool

    @property
    def place_words(self) -> str:
        return str(PLACE_WORDS[self.place])


@dataclass(frozen=True)
class SiteStock:
    opened: tuple[ShownBottle, ...] = ()
    closed: tuple[ClosedGroup, ...] = ()
    apart: tuple[ShownBottle, ...] = ()
    loose: tuple[Loose, ...] = field(default=())

    @property
    def book_ul(self) -> int:
        """Everything in bottles, set apart or not."""
        each = (*self.opened, *self.apart, *(bottle for group in self.closed for bottle in group.bottles))
        return sum(bottle.state.book_ul for bottle in each)


_IN_HAND = """
SELECT a.kind, i.id, i.name, l.id, l.number, l.manufacturer, l.expires_on, l.concentration, h.quantity,
       b.id, b.number, b.size_ul, b.seal_number, b.opened_at, coalesce(-beyond.quantity, 0)
  FROM inventory_account a
  JOIN inventory_item i ON i.id = a.item_id
  JOIN inventory_balance h ON h.account_id = a.id
  JOIN inventory_lot l ON l.id = h.lot_id
  LEFT JOIN inventory_bottle b ON b.id = h.bottle_id
  LEFT JOIN inventory_account u ON u.facility_id = a.facility_id AND u.item_id = a.item_id AND u.kind = 'unreconciled'
  LEFT JOIN inventory_balance beyond
         ON beyond.account_id = u.id AND beyond.lot_id = h.lot_id AND beyond.bottle_id = h.bottle_id
 WHERE a.facility_id = %(facility)s AND a.kind = ANY(%(places)s) AND (h.bottle_id IS NOT NULL OR h.quantity > 0)
 ORDER BY array_position(%(places)s, a.kind::text), l.expires_on, l.number, b.size_ul, b.number
"""


def site_stock(*, facility_id: int, now: datetime, zone: str, settings: StockSettings) -> SiteStock:
    """Everything in hand, in one statement: as many rows as there are bottles, whatever the history."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_HAND, {"facility": facility_id, "places": [str(place) for place in PLACES]})
        rows = cursor.fetchall()
    today = local_day(now, zone)
    bottles = [(row, _shown(row, today, zone, settings)) for row in rows if row[9] is not None]
    return SiteStock(
        opened=tuple(shown for row, shown in bottles if row[0] == AccountKind.OPENED),
        closed=tuple(_groups((row, shown) for row, shown in bottles if row[0] in _CLOSED)),
        apart=tuple(shown for row, shown in bottles if row[0] == AccountKind.QUARANTINE),
        loose=tuple(
            Loose(AccountKind(row[0]), row[2], row[4], row[6], row[8], row[6] < today) for row in rows if row[9] is None
        ),
    )


_CLOSED = frozenset({AccountKind.STORAGE, AccountKind.DISPENSING})


def _groups(bottles: Iterable[tuple[Any, ShownBottle]]) -> Iterator[ClosedGroup]:
    for _, members in groupby(bottles, key=lambda each: (each[0][0], each[0][3], each[0][11])):
        (row, first), *others = members
        yield ClosedGroup(
            place=AccountKind(row[0]),
            item=row[2],
            lot_number=row[4],
            manufacturer=row[5],
            expires_on=row[6],
            concentration=row[7],
            size_ul=row[11],
            bottles=(first, *(shown for _, shown in others)),
        )


def _shown(row: Any, today: date, zone: str, settings: StockSettings) -> ShownBottle:
    kind, item_id, _item, lot_id, lot, _maker, expires_on, concentration, book, *bottle = row
    id_, number, size, seal, opened, beyond = bottle
    state = BottleState(
        id=id_,
        number=number,
        label=encode(BOTTLE, number),
        item_id=item_id,
        lot_id=lot_id,
        lot_number=lot,
        expires_on=expires_on,
        concentration=concentration,
        size_ul=size,
        seal_number=seal,
        opened_at=opened,
        emptied_at=None,
        place=AccountKind(kind),
        book_ul=book,
        beyond_ul=beyond,
    )
    opened_on = local_day(opened, zone) if opened is not None else None
    return ShownBottle(
        state=state,
        level=level(book_ul=book, next_dose_ul=None, settings=settings),
        violations=unusable(state, today=today, opened_on=opened_on, settings=settings),
        opened_days=(today - opened_on).days if opened_on is not None else None,
    )
