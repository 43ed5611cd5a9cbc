"""The ampoules that sites keep for an overdose: the book within reach, what of it is usable, what a site must have."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet, Sum

from facilities.services import settings
from inventory.models import AccountKind, Balance, BaseUnit, Item
from inventory.rules.settings import StockSettings
from inventory.rules.settings_shelf import ShelfSettings
from inventory.rules.shelf import Held, Need, minimum, need
from inventory.rules.wording_shelf import waited_words

NALOXONE: Final = "naloxone-0.4"
_IN_REACH: Final = (str(AccountKind.STORAGE), str(AccountKind.DISPENSING), str(AccountKind.OPENED))


_STANDS: Final = """
SELECT f.id, f.zone, c.patients, r.id, r.amount, r.raised_at, r.sent_at,
       (SELECT coalesce(json_agg(json_build_array(l.id, l.number, l.expires_on, h.total) ORDER BY l.expires_on, l.id),
                        '[]')
          FROM (SELECT b.lot_id, sum(b.quantity) AS total
                  FROM inventory_account a
                  JOIN inventory_item i ON i.id = a.item_id
                  JOIN inventory_balance b ON b.account_id = a.id
                 WHERE a.facility_id = f.id AND a.kind = ANY(%(reach)s) AND b.quantity > 0
                   AND i.base_unit = 'ampoule' AND i.code LIKE 'naloxone%%'
                 GROUP BY b.lot_id) h
          JOIN inventory_lot l ON l.id = h.lot_id)
  FROM facilities_facility f
  LEFT JOIN inventory_caseload c ON c.facility_id = f.id
  LEFT JOIN inventory_restockrequest r ON r.facility_id = f.id AND r.ended_at IS NULL
 WHERE f.id = ANY(%(facilities)s)
"""


@dataclass(frozen=True)
class Asked:
    """The open request of a site."""

    id: UUID
    amount: int
    raised_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Usable:
    """The ampoules of one site today, and since when it has waited for more."""

    facility_id: int
    need: Need
    request: Asked | None
    waited_days: int

    @property
    def waited_words(self) -> str:
        return waited_words(self.waited_days)

    @property
    def none(self) -> bool:
        """Red everywhere, and nobody may waive it (domain 5)."""
        return self.need.usable == 0

    @property
    def low(self) -> bool:
        return self.need.lack is not None

    @property
    def kind(self) -> str:
        """The state that a page shows it in."""
        return "stop" if self.none else "look" if self.low else "go"


def book_ampoules(*, facility_id: int) -> int:
    """How many ampoules the book has here, whatever their expiry."""
    return _held([facility_id]).aggregate(total=Sum("quantity"))["total"] or 0


def usable_ampoules(facility_id: int, day: date) -> int:
    """How many ampoules the book has here that have not expired on that day. One statement."""
    return _held([facility_id]).filter(lot__expires_on__gte=day).aggregate(total=Sum("quantity"))["total"] or 0


def item() -> Item | None:
    """The ampoules as an item of stock; None where nobody has entered them."""
    ampoules = Item.objects.filter(base_unit=str(BaseUnit.AMPOULE), code__startswith="naloxone")
    return ampoules.order_by("-code", "pk").first()


def held_lots(facility_ids: Collection[int]) -> Mapping[int, tuple[Held, ...]]:
    """The lots within reach at each facility, first expiry first. One statement."""
    rows = (
        _held(facility_ids)
        .filter(quantity__gt=0)
        .values("account__facility_id", "lot_id", "lot__number", "lot__expires_on")
        .annotate(total=Sum("quantity"))
        .order_by("account__facility_id", "lot__expires_on", "lot_id")
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        lot = Held(row["lot_id"], row["lot__number"], row["lot__expires_on"], row["total"])
        found[row["account__facility_id"]].append(lot)
    return {facility_id: tuple(lots) for facility_id, lots in found.items()}


def usable_naloxone(facility_ids: Collection[int], at: datetime) -> dict[int, Usable]:
    """How each of these sites stands, in one statement whatever their number. A site without a row in the book has
    none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, {"facilities": list(facility_ids), "reach": list(_IN_REACH)})
        rows = cursor.fetchall()
    found = {}
    for facility_id, zone, patients, request_id, amount, raised_at, sent_at, lots in rows:
        here = ZoneInfo(zone)
        today = at.astimezone(here).date()
        held = tuple(Held(pk, number, date.fromisoformat(day), total) for pk, number, day, total in _read(lots))
        stands = need_of(facility_id, held, patients=patients, today=today, at=at)
        asked = Asked(request_id, amount, raised_at, sent_at) if request_id else None
        waited = (today - raised_at.astimezone(here).date()).days if request_id else 0
        found[facility_id] = Usable(facility_id, stands, asked, waited)
    return found


def _read(lots: Any) -> list[Any]:
    return json.loads(lots) if isinstance(lots, str) else lots


def need_of(facility_id: int, held: tuple[Held, ...], *, patients: int | None, today: date, at: datetime) -> Need:
    """What these lots mean at this facility, by the settings in force there."""
    stock = settings.for_facility(StockSettings, facility_id=facility_id, at=at)
    shelf = settings.for_facility(ShelfSettings, facility_id=facility_id, at=at)
    return need(held, today=today, least=minimum(patients=patients, stock=stock, shelf=shelf), settings=shelf)


def _held(facility_ids: Collection[int]) -> QuerySet[Balance]:
    return Balance.objects.filter(
        account__facility_id__in=facility_ids,
        account__kind__in=_IN_REACH,
        account__item__base_unit=str(BaseUnit.AMPOULE),
        account__item__code__startswith="naloxone",
    )
