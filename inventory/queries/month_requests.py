"""A month's requests of every satellite on one page, as the main clinic consolidates them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Sum

from core.clock import local_day
from inventory.models import AccountKind, Balance, Lot
from inventory.queries import requests, sources
from inventory.queries.requests import Life
from inventory.rules.custody import ConsignmentKind
from inventory.rules.request_table import State

Key = tuple[int, int | None]  # item, bottle size


@dataclass(frozen=True)
class SiteMonth:
    """One satellite in the month: what it holds now, and its requests; none: it has not asked."""

    id: int
    name: str
    closed: int
    book_ul: int
    requests: tuple[Life, ...]
    late: bool


@dataclass(frozen=True)
class Total:
    """One item and bottle size over all sites; `there`: usable in the clinic's storage cabinet."""

    item: str
    size_ul: int | None
    proposed: int
    asked: int
    approved: int
    there: int

    @property
    def short(self) -> int:
        return max(0, self.approved - self.there)


@dataclass(frozen=True)
class MonthPage:
    period: date
    sites: tuple[SiteMonth, ...]
    totals: tuple[Total, ...]


def month_page(clinic_id: int, *, period: date, now: datetime, zone: str) -> MonthPage:
    """Every satellite of the clinic, with or without a request. Eight statements however many there are."""
    today = local_day(now, zone)
    rows = requests.of_clinic(clinic_id, period=period, now=now, zone=zone)
    by_site: dict[int, list[Life]] = {}
    for life in requests.lives_of(rows):
        by_site.setdefault(life.row.facility_id, []).append(life)
    held = sources.receivers(facility_id=clinic_id, kind=ConsignmentKind.SUPPLY, now=now, zone=zone)
    stock = {place.id: place for place in held}
    names = dict(requests.satellites(clinic_id, today=today))
    names |= {row.facility_id: row.facility for row in rows}
    sites = tuple(
        SiteMonth(
            pk,
            name,
            stock[pk].closed if pk in stock else 0,
            stock[pk].book_ul if pk in stock else 0,
            tuple(by_site.get(pk, ())),
            _late(by_site.get(pk, ()), today, requests.dates_at(pk, period, now).send_by),
        )
        for pk, name in sorted(names.items(), key=lambda each: (each[1], each[0]))
    )
    lives = [life for site in sites for life in site.requests]
    return MonthPage(period, sites, _totals(lives, available(clinic_id)))


def _late(lives: Collection[Life], today: date, send_by: date) -> bool:
    """Nothing monthly has been sent, and the date is past; or what was sent is late on its way."""
    monthly = [life for life in lives if life.row.monthly]
    if not monthly:
        return today > send_by
    return any(life.row.late for life in monthly)


def _totals(lives: Iterable[Life], there: dict[Key, int]) -> tuple[Total, ...]:
    """What counts of drafts and returned ones: nothing. They are not asked yet."""
    sums: dict[Key, list[int]] = {}
    names: dict[int, str] = {}
    for life in lives:
        if life.row.state in (State.DRAFT, State.RETURNED):
            continue
        for line in life.lines:
            found = sums.setdefault((line.item_id, line.size_ul), [0, 0, 0])
            found[0] += line.proposed
            found[1] += line.asked
            found[2] += line.approved or 0
            names[line.item_id] = line.item.name
    return tuple(
        Total(names[item], size, proposed, asked, approved, there.get((item, size), 0))
        for (item, size), (proposed, asked, approved) in sorted(
            sums.items(), key=lambda each: (each[0][0], -(each[0][1] or 0))
        )
    )


def available(clinic_id: int) -> dict[Key, int]:
    """Closed bottles by item and size, and units of what has none, in the storage cabinet. Two statements."""
    rows = Balance.objects.filter(account__facility_id=clinic_id, account__kind=AccountKind.STORAGE, quantity__gt=0)
    bottles = (
        rows.filter(bottle__isnull=False)
        .values(item=F("account__item_id"), size=F("bottle__size_ul"))
        .annotate(count=Count("bottle"))
    )
    loose = rows.filter(bottle__isnull=True).values(item=F("account__item_id")).annotate(count=Sum("quantity"))
    found: dict[Key, int] = {(row["item"], row["size"]): row["count"] for row in bottles}
    return found | {(row["item"], None): row["count"] for row in loose}


def items_of_lots(lot_ids: Collection[int]) -> dict[int, int]:
    """Which item each lot is of."""
    return dict(Lot.objects.filter(pk__in=lot_ids).values_list("pk", "item_id"))
