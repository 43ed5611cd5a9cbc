"""What each site holds and how long it lasts, who needs help first: shelf, road, use, counts, differences, requests.

The book of now from the balances, use and lines from the kept days, losses of today from the book. Fourteen statements,
whatever the number of sites.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from core.access import Access
from core.vietnamese import Key, sort_key
from dispensing.queries.cut_offs import CutOffSite, cut_off_sites
from facilities.models import Facility
from facilities.services import settings
from followup.rules.due import spoken
from followup.rules.kinds import CaseKind
from inventory.models import Item
from inventory.queries.cover import days_of_cover
from inventory.queries.demand import OPENED_STEP_UL
from inventory.queries.keys import holders_at
from inventory.queries.naloxone import Usable, usable_naloxone
from inventory.rules.kinds import KeyStep
from oversight.charts import State
from oversight.filters import Filter
from oversight.queries.read import live_from
from oversight.queries.stock_sums import item_days
from oversight.rules.settings import MorningSettings
from oversight.words import age

Counted = dict[tuple[int, int], tuple[int, int]]  # of a site's item: less, more

DAY: Final = timedelta(days=1)
USE_DAYS: Final = 30  # over which average use is reckoned
DIFFERENCES: Final = (
    CaseKind.UNRECONCILED_STOCK,
    CaseKind.BOTTLE_YIELD,
    CaseKind.CONSIGNMENT,
    CaseKind.BOTTLE_MEASURE,
    CaseKind.NIGHT_SEAL,
    CaseKind.CLOSED_BOTTLES,
    CaseKind.STOCK_COUNT,
    CaseKind.STOCK_LOSS,
    CaseKind.SMALL_DIFFERENCES,
)

_NOW: Final = """
SELECT a.facility_id, a.item_id,
       coalesce(sum(h.quantity) FILTER (WHERE a.kind IN ('storage', 'dispensing')), 0),
       count(h.bottle_id) FILTER (WHERE a.kind IN ('storage', 'dispensing') AND h.quantity > 0),
       coalesce(sum(h.quantity) FILTER (WHERE a.kind = 'opened'), 0),
       coalesce(sum(h.quantity) FILTER (WHERE a.kind = 'quarantine'), 0),
       coalesce(sum(h.quantity) FILTER (WHERE a.kind <> 'quarantine' AND l.expires_on >= %(today)s
                                          AND l.expires_on < %(today)s + %(soon)s), 0),
       min(l.expires_on) FILTER (WHERE a.kind <> 'quarantine' AND h.quantity > 0 AND l.expires_on >= %(today)s),
       coalesce(sum(h.quantity) FILTER (WHERE a.kind <> 'quarantine' AND l.expires_on < %(today)s), 0)
  FROM inventory_account a
  JOIN inventory_balance h ON h.account_id = a.id
  JOIN inventory_lot l ON l.id = h.lot_id
 WHERE a.facility_id = ANY(%(facilities)s) AND a.consignment_id IS NULL
   AND a.kind IN ('storage', 'dispensing', 'opened', 'quarantine')
 GROUP BY 1, 2
"""
_ROAD: Final = """
SELECT k.to_facility_id, a.item_id, sum(h.quantity)
  FROM inventory_consignment k
  JOIN inventory_account a ON a.consignment_id = k.id AND a.kind = 'transit'
  JOIN inventory_balance h ON h.account_id = a.id AND h.quantity > 0
 WHERE k.ended_at IS NULL AND k.to_facility_id = ANY(%(facilities)s)
 GROUP BY 1, 2
"""
# The line and what was lost over the days asked for; average use over the last thirty that are over, whatever is asked.
_KEPT: Final = """
SELECT d.facility_id, d.item_id,
       coalesce(array_agg(d.day ORDER BY d.day) FILTER (WHERE d.day BETWEEN %(first)s AND %(last)s), '{}'),
       coalesce(array_agg(d.usable ORDER BY d.day) FILTER (WHERE d.day BETWEEN %(first)s AND %(last)s), '{}'),
       greatest(0, coalesce(avg(d.used) FILTER (WHERE d.day >= %(today)s - %(use)s), 0)),
       coalesce(sum(d.loss) FILTER (WHERE d.day BETWEEN %(first)s AND %(last)s), 0),
       coalesce(sum(d.surplus) FILTER (WHERE d.day BETWEEN %(first)s AND %(last)s), 0)
  FROM oversight_itemday d
 WHERE d.facility_id = ANY(%(facilities)s)
   AND (d.day BETWEEN %(first)s AND %(last)s OR d.day BETWEEN %(today)s - %(use)s AND %(today)s - 1)
 GROUP BY 1, 2
"""
# The last count of each site; loss and surplus apart, never netted.
_COUNTED: Final = """
SELECT c.facility_id, c.act_id, c.counted_at, c.agrees, l.item_id,
       coalesce(sum(n.book - n.found) FILTER (WHERE n.found < n.book), 0),
       coalesce(sum(n.found - n.book) FILTER (WHERE n.found > n.book), 0)
  FROM (SELECT DISTINCT ON (x.facility_id) x.* FROM inventory_stockcount x
         WHERE x.facility_id = ANY(%(facilities)s) ORDER BY x.facility_id, x.counted_at DESC, x.act_id DESC) c
  LEFT JOIN inventory_countline n ON n.count_id = c.act_id AND n.number IS NULL
  LEFT JOIN inventory_lot l ON l.id = n.lot_id
 GROUP BY 1, 2, 3, 4, 5
"""
_CASES: Final = """
SELECT c.facility_id, count(*), count(*) FILTER (WHERE c.due_at < %(now)s), min(c.due_at)
  FROM followup_case c
 WHERE c.facility_id = ANY(%(facilities)s) AND c.concluded_at IS NULL AND c.kind = ANY(%(kinds)s)
 GROUP BY 1
"""
_REQUESTS: Final = """
SELECT r.facility_id, count(*), min(e.sent_at)
  FROM inventory_request r
 CROSS JOIN LATERAL (
       SELECT max(x.at) FILTER (WHERE x.before = 'draft') AS sent_at,
              (array_agg(x.state ORDER BY x.position DESC))[1] AS state
         FROM inventory_requestevent x WHERE x.request_id = r.id) e
 WHERE r.facility_id = ANY(%(facilities)s) AND r.ended_at IS NULL
   AND e.state IN ('sent', 'approved', 'changed', 'prepared')
 GROUP BY 1
"""


@dataclass(frozen=True)
class ItemStock:
    """One item at one site, in base units. `opened` by its book in whole steps, as nobody reads it off before a measure
    (domain 12.3); `trend`: usable at the end of each kept day; `less` and `more`: what the last count found."""

    id: int
    name: str
    in_bottles: bool
    closed: int = 0
    bottles: int = 0
    opened: int = 0
    set_apart: int = 0
    road: int = 0
    used_daily: int = 0
    cover_days: int | None = None
    expiring: int = 0
    expires_on: date | None = None
    expired: int = 0
    loss: int = 0
    surplus: int = 0
    days: tuple[date, ...] = ()
    trend: tuple[int, ...] = ()
    less: int = 0
    more: int = 0


@dataclass(frozen=True)
class StockSite:
    """One site and what it holds. `counted_at` is None where everything was never counted."""

    id: int
    name: str
    items: tuple[ItemStock, ...]
    rules: MorningSettings
    now: datetime
    naloxone: Usable | None = None
    cut_off: CutOffSite | None = None
    counted_at: datetime | None = None
    agrees: bool = True
    cases: int = 0
    cases_late: int = 0
    case_due: datetime | None = None
    requests: int = 0
    asked_at: datetime | None = None
    keys_lost: int = 0

    @property
    def cover_days(self) -> int | None:
        """Of the drug that lasts shortest."""
        return min(
            (one.cover_days for one in self.items if one.in_bottles and one.cover_days is not None), default=None
        )

    @property
    def runs_out(self) -> bool:
        return self.cover_days is not None and self.cover_days <= self.rules.cover_stop_days

    @property
    def runs_low(self) -> bool:
        return self.cover_days is not None and self.cover_days <= self.rules.cover_look_days

    @property
    def cut_off_too_long(self) -> bool:
        """The road opens after the last dose on the shelf."""
        road = self.cut_off
        return road is not None and road.cover_days is not None and road.cover_days < (road.until - self._today).days

    @property
    def without_naloxone(self) -> bool:
        return self.naloxone is not None and self.naloxone.none

    @property
    def state(self) -> State:
        expired = any(one.expired for one in self.items)
        if self.runs_out or self.cut_off_too_long or self.without_naloxone or self.cases_late or self.keys_lost:
            return State.STOP
        low = self.naloxone is not None and self.naloxone.low
        expiring = any(one.expiring for one in self.items)
        return State.LOOK if self.runs_low or low or expiring or expired or self.cases or self.cut_off else State.GO

    @property
    def kind(self) -> str:
        """The state as tags and cells name it."""
        return str(self.state)

    @property
    def case_words(self) -> str:
        """The countdown of the difference that is due first."""
        return spoken(self.case_due, self.now) if self.case_due is not None else ""

    @property
    def asked_words(self) -> str:
        return age(self.asked_at, self.now) if self.asked_at is not None else ""

    @property
    def worst_first(self) -> tuple[int, int, int, int, Key]:
        """First who runs out of a drug, or has no ampoule; then what is overdue; then by days of cover."""
        cover = self.cover_days
        worst = [State.STOP, State.LOOK, State.GO].index(self.state)
        soon = not (self.runs_out or self.cut_off_too_long or self.without_naloxone)
        return worst, soon, 10_000 if cover is None else cover, -self.cases_late, sort_key(self.name)

    @property
    def _today(self) -> date:
        return self.now.date()


@dataclass(frozen=True)
class StockPage:
    """Every site of the filter, worst first."""

    sites: tuple[StockSite, ...]
    as_of: datetime

    @property
    def run_out(self) -> tuple[StockSite, ...]:
        return tuple(site for site in self.sites if site.runs_out)

    @property
    def without_naloxone(self) -> tuple[StockSite, ...]:
        return tuple(site for site in self.sites if site.without_naloxone)

    @property
    def cut_off(self) -> tuple[StockSite, ...]:
        return tuple(site for site in self.sites if site.cut_off is not None)

    @property
    def cases(self) -> int:
        return sum(site.cases for site in self.sites)

    @property
    def cases_late(self) -> int:
        return sum(site.cases_late for site in self.sites)

    @property
    def requests(self) -> int:
        return sum(site.requests for site in self.sites)


def stock_page(asked: Filter, *, access: Access, now: datetime) -> StockPage:
    """What the sites of the filter hold."""
    return stock_of(list(asked.facilities(access)), asked=asked, now=now)


def stock_of(places: Sequence[Facility], *, asked: Filter, now: datetime) -> StockPage:
    """The same of these facilities."""
    ids = [place.pk for place in places]
    rules = {pk: settings.for_facility(MorningSettings, facility_id=pk, at=now) for pk in ids}
    values = {
        "facilities": ids, "today": asked.today, "now": now, "first": asked.first, "last": asked.last, "use": USE_DAYS,
        "soon": max((one.expiring_days for one in rules.values()), default=0),
        "kinds": [str(kind) for kind in DIFFERENCES],
    }  # fmt: skip
    items = _items(values, asked)
    counts, counted = _counted(values)
    cases = {row[0]: row[1:] for row in _rows(_CASES, values)}
    requests = {row[0]: row[1:] for row in _rows(_REQUESTS, values)}
    shelves = usable_naloxone(ids, now)
    roads = {one.facility_id: one for one in cut_off_sites(ids, today=asked.today)}
    keys = holders_at(facility_ids=ids)
    found = [
        StockSite(
            id=place.pk,
            name=place.name,
            items=tuple(_with_count(one, counted.get((place.pk, one.id))) for one in items.get(place.pk, ())),
            rules=rules[place.pk],
            now=now,
            naloxone=shelves.get(place.pk),
            cut_off=roads.get(place.pk),
            counted_at=counts.get(place.pk, (None, True))[0],
            agrees=counts.get(place.pk, (None, True))[1],
            cases=cases.get(place.pk, (0, 0, None))[0],
            cases_late=cases.get(place.pk, (0, 0, None))[1],
            case_due=cases.get(place.pk, (0, 0, None))[2],
            requests=requests.get(place.pk, (0, None))[0],
            asked_at=requests.get(place.pk, (0, None))[1],
            keys_lost=sum(held.step is KeyStep.LOST for held in keys.get(place.pk, {}).values()),
        )
        for place in places
    ]
    return StockPage(tuple(sorted(found, key=lambda one: one.worst_first)), now)


def _items(values: Mapping[str, Any], asked: Filter) -> dict[int, list[ItemStock]]:
    """Every item that each site has or had, drugs in bottles first."""
    names = {row.pk: row for row in Item.objects.order_by("-in_bottles", "name", "pk")}
    held = {row[:2]: row[2:] for row in _rows(_NOW, values)}
    road = {row[:2]: row[2] for row in _rows(_ROAD, values)}
    kept = {row[:2]: row[2:] for row in _rows(_KEPT, values)}
    live = _live(kept, values, asked)
    cover = days_of_cover(values["facilities"], today=asked.today)
    found: dict[int, list[ItemStock]] = defaultdict(list)
    there = held.keys() | road.keys() | kept.keys()
    there |= _nothing_there({place for place, item_id in there if names[item_id].in_bottles}, cover, names)
    for place, item_id in sorted(there, key=lambda key: list(names).index(key[1])):
        if asked.item_id is None or asked.item_id == item_id:
            item = names[item_id]
            now = held.get((place, item_id), (0, 0, 0, 0, 0, None, 0))
            days, trend, used, loss, surplus = kept.get((place, item_id), ((), (), 0, 0, 0))
            less, more = live.get((place, item_id), (0, 0))
            step = OPENED_STEP_UL if item.in_bottles else 1
            one = ItemStock(
                id=item_id, name=item.name, in_bottles=item.in_bottles, closed=int(now[0]), bottles=now[1],
                opened=int(now[2]) // step * step, set_apart=int(now[3]), road=int(road.get((place, item_id), 0)),
                used_daily=round(used), expiring=int(now[4]), expires_on=now[5], expired=int(now[6]),
                loss=int(loss + less), surplus=int(surplus + more), days=tuple(days),
                trend=tuple(int(value) for value in trend),
            )  # fmt: skip
            found[place].append(replace(one, cover_days=_cover(one, cover.get(place))))
    return found


def _nothing_there(served: Collection[int], cover: Collection[int], names: Mapping[int, Item]) -> set[tuple[int, int]]:
    """Sites whose orders want a drug that the book has never had there: they have none of it, and that is known."""
    drug = next((pk for pk, item in names.items() if item.in_bottles), None)
    return {(place, drug) for place in cover if place not in served} if drug is not None else set()


def _live(kept: Mapping[tuple[int, int], Sequence[Any]], values: Mapping[str, Any], asked: Filter) -> Counted:
    """What was lost and found on the days asked for that have no kept row yet, today above all; straight from the book.
    One statement."""
    newest = min((row[0][-1] for row in kept.values() if row[0]), default=asked.today - DAY)
    start, last = live_from(newest, first=asked.first, today=asked.today), min(asked.last, asked.today)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for row in item_days(values["facilities"], first=start, last=last, now=values["now"]) if start <= last else ():
        key = (row.facility_id, row.item_id)
        if key not in kept or row.day not in kept[key][0]:
            less, more = found.get(key, (0, 0))
            found[key] = (less + int(row.loss), more + int(row.surplus))
    return found


def _cover(one: ItemStock, by_orders: int | None) -> int | None:
    """By the orders in force; where nobody told them, by what was used. Ampoules have a minimum, not days."""
    if not one.in_bottles or by_orders is not None:
        return by_orders if one.in_bottles else None
    return (one.closed + one.opened) // one.used_daily if one.used_daily else None


def _counted(values: Mapping[str, Any]) -> tuple[dict[int, tuple[datetime, bool]], Counted]:
    """When everything was last counted at each site, and what was less and more of each item."""
    last: dict[int, tuple[datetime, bool]] = {}
    found: Counted = {}
    for place, _act, at, agrees, item_id, less, more in _rows(_COUNTED, values):
        last[place] = (at, agrees)
        if item_id is not None:
            found[place, item_id] = (int(less), int(more))
    return last, found


def _with_count(one: ItemStock, counted: tuple[int, int] | None) -> ItemStock:
    return replace(one, less=counted[0], more=counted[1]) if counted else one


def _rows(sql: str, values: Mapping[str, Any]) -> Collection[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
