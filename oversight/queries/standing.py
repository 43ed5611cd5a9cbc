"""What each site's papers, cabinet and people stand at beside its doses: unsigned orders, days, late entries, keys,
devices, who is watched. No patient.

Seven statements, whatever the number of sites; late entries and mishaps come from the kept days.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.clock import local_day
from dispensing.queries.mishap_figures import MishapFigures
from dispensing.queries.named_orders import unsigned_by_site
from dispensing.queries.site_days import SiteDay, site_days
from facilities.models import Facility
from facilities.services import settings
from inventory.queries.keys import Held, holders_at
from inventory.queries.opening_day import devices_due_at
from inventory.queries.transport import SafeJourneys, safe_journeys
from inventory.rules.kinds import KeyStep
from inventory.rules.settings import StockSettings
from oversight.queries.read import LEAST_FOR_PERCENT as LEAST_FOR_PERCENT
from oversight.queries.read import Span
from oversight.queries.waiting import Waiting

DAYS_BACK: Final = 14  # of which a site's missing openings and closes are shown
FIGURE_DAYS: Final = 30  # over which late entries and mishaps are counted, where nothing else is asked for


@dataclass(frozen=True)
class Standing:
    """One site. `unsigned_days`: for how many days the oldest order waits for its physician's signature.

    `days_lacking`: earlier days without an opening or without a close, newest first. `today` is None where nobody is
    placed there. `opening_due`: the facility should be open by now. `devices_due`: measuring devices whose check is due
    or did not pass. `journeys`: what was asked to make journeys to and from here safe, and was not granted.
    """

    unsigned: int = 0
    unsigned_days: int = 0
    days_lacking: tuple[SiteDay, ...] = ()
    today: SiteDay | None = None
    opening_due: bool = False
    late: int = 0
    recorded: int = 0
    mishaps: MishapFigures = field(default_factory=MishapFigures)
    keys: tuple[Held, ...] = ()
    devices_due: int = 0
    journeys: SafeJourneys = field(default_factory=SafeJourneys)

    @property
    def late_percent(self) -> int | None:
        """How much was typed in later; None where so little was recorded that a share says nothing."""
        return round(100 * self.late / self.recorded) if self.recorded >= LEAST_FOR_PERCENT else None

    @property
    def days_unopened(self) -> list[date]:
        return [one.day for one in self.days_lacking if one.opened is None]

    @property
    def days_unclosed(self) -> list[date]:
        return [one.day for one in self.days_lacking if one.closed is None]

    @property
    def keys_lost(self) -> int:
        return sum(held.step is KeyStep.LOST for held in self.keys)

    @property
    def not_opened(self) -> bool:
        """Whether nobody has opened today yet, though it is time and somebody is to be dosed."""
        return self.opening_due and self.today is not None and self.today.opened is None


def standing_of(
    facilities: Collection[Facility], *, month: Mapping[int, Span], waiting: Mapping[int, Waiting], now: datetime
) -> dict[int, Standing]:
    """What these sites stand at now; `month`: the days of which late entries and mishaps are counted."""
    ids = [facility.pk for facility in facilities]
    zones = {facility.pk: facility.zone for facility in facilities}
    today = {facility.pk: local_day(now, facility.zone) for facility in facilities}
    if not ids:
        return {}
    last, first = max(today.values()), min(today.values())
    unsigned = unsigned_by_site(ids)
    days = _days(ids, first=first - timedelta(days=DAYS_BACK), last=last)
    keys = holders_at(facility_ids=ids)
    rules = {pk: settings.for_facility(StockSettings, facility_id=pk, at=now) for pk in ids}
    devices = devices_due_at(zones=zones, now=now, rules=rules)
    journeys = safe_journeys(ids, since=now - timedelta(days=FIGURE_DAYS))
    return {
        facility.pk: _with_days(
            facility,
            days.get(facility.pk, []),
            Standing(
                unsigned=unsigned[facility.pk].count if facility.pk in unsigned else 0,
                unsigned_days=unsigned[facility.pk].oldest_days(now, facility.zone) if facility.pk in unsigned else 0,
                late=month[facility.pk].total("late"),
                recorded=month[facility.pk].total("recorded"),
                mishaps=_mishaps(month[facility.pk], waiting.get(facility.pk, Waiting())),
                keys=tuple(keys.get(facility.pk, {}).values()),
                devices_due=sum(each.due for each in devices[facility.pk]),
                journeys=journeys.get(facility.pk, SafeJourneys()),
            ),
            now,
        )
        for facility in facilities
    }


def _mishaps(month: Span, waiting: Waiting) -> MishapFigures:
    return MishapFigures(
        month.total("wrong"),
        month.total("near"),
        month.total("vomits"),
        month.total("doses"),
        waiting.watched,
        waiting.watched_over,
    )


def _days(ids: Collection[int], *, first: date, last: date) -> dict[int, list[SiteDay]]:
    found: dict[int, list[SiteDay]] = {}
    for one in site_days(facility_ids=ids, first=first, last=last):
        found.setdefault(one.facility_id, []).append(one)
    return found


def _with_days(facility: Facility, days: Collection[SiteDay], standing: Standing, now: datetime) -> Standing:
    here = now.astimezone(ZoneInfo(facility.zone))
    lacking = [one for one in days if one.day < here.date() and (one.opened is None or one.closed is None)]
    return replace(
        standing,
        days_lacking=tuple(reversed(lacking)),
        today=next((one for one in days if one.day == here.date()), None),
        opening_due=facility.round_the_clock or here.time() >= facility.opens_at,
    )
