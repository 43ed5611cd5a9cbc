"""What the numbers of one site are made of: times and reasons, never a patient."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from core.access import Access
from dispensing.queries.incidents import Watched, watched_here
from dispensing.queries.mishap_figures import (
    LateKind,
    MishapKind,
    OverdoseFigures,
    late_kinds,
    mishap_kinds,
    overdose_figures,
)
from dispensing.queries.named_orders import NamedLine, unsigned_orders
from facilities.services import settings
from inventory.queries.keys import RegisterLine, register
from inventory.queries.opening_day import DeviceDue, devices_due
from inventory.queries.transport import AskedLine, not_granted
from inventory.rules.settings import StockSettings
from oversight.filters import Filter
from oversight.queries.days import facilities_of, today_at
from oversight.queries.sites import TURNED_AWAY, Site, last_outcomes, site, words_of
from oversight.queries.standing import FIGURE_DAYS
from oversight.queries.stock import StockSite, stock_of
from oversight.queries.yields import Yield, whole, yields
from staff.queries.attestations import Unwitnessed, unwitnessed

MOST = 200  # lines; a site has fewer patients without a dose than this on any day


@dataclass(frozen=True)
class NotGiven:
    """One patient without a dose today: when it was said, and why."""

    at: datetime
    words: str | Promise
    turned_away: bool
    recheck_at: datetime | None


@dataclass(frozen=True)
class SitePage:
    """One site this morning with what stands behind its numbers. `watched`: those who are watched now, by the time
    until which they are, without a code.
    """

    site: Site
    not_given: tuple[NotGiven, ...]
    alone: tuple[Unwitnessed, ...]
    unsigned: tuple[NamedLine, ...]
    watched: tuple[Watched, ...]
    late: tuple[LateKind, ...]
    mishaps: tuple[MishapKind, ...]
    overdoses: OverdoseFigures
    devices: tuple[DeviceDue, ...]
    keys: tuple[RegisterLine, ...]
    journeys: tuple[AskedLine, ...]
    stock: StockSite
    yields: tuple[Yield, ...]

    @property
    def yield_of_all(self) -> Yield | None:
        return whole(self.yields)


def site_page(facility_id: int, *, access: Access, now: datetime) -> SitePage:
    """Raises Facility.DoesNotExist out of reach. The same number of statements for any site."""
    shown = site(facility_id, access=access, now=now)
    place = facilities_of(access).get(pk=facility_id)
    days = today_at([place], now=now)
    today = min(days)
    month_ago = today - timedelta(days=FIGURE_DAYS - 1)
    rules = settings.for_facility(StockSettings, facility_id=facility_id, at=now)
    said = last_outcomes(days).order_by("at", "pk").values_list("at", "code", "recheck_at")[:MOST]
    return SitePage(
        site=shown,
        not_given=tuple(NotGiven(at, words_of(code), code in TURNED_AWAY, recheck_at) for at, code, recheck_at in said),
        alone=unwitnessed(reach=[facility_id], now=now, limit=MOST),
        unsigned=unsigned_orders([facility_id], now),
        watched=watched_here(facility_id=facility_id, now=now),
        late=late_kinds(facility_id=facility_id, first=month_ago, last=today),
        mishaps=mishap_kinds(facility_id=facility_id, first=month_ago, last=today, zone=place.zone),
        overdoses=overdose_figures(facility_id=facility_id, first=month_ago, last=today, zone=place.zone),
        devices=tuple(devices_due(facility_id=facility_id, now=now, zone=place.zone, rules=rules)),
        keys=tuple(register(facility_id=facility_id)),
        journeys=not_granted(facility_id, since=now - timedelta(days=FIGURE_DAYS)),
        stock=stock_of([place], asked=Filter.of(today), now=now).sites[0],
        yields=yields(facility_id, now=now),
    )
