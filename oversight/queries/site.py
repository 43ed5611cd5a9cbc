"""What the numbers of one site are made of: times and reasons, never a patient."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise

from core.access import Access
from dispensing.queries.site_days import SiteDay, days_not_opened_or_closed
from oversight.queries.days import facilities_of, today_at
from oversight.queries.sites import TURNED_AWAY, Site, last_outcomes, site, words_of
from staff.queries.attestations import Unwitnessed, unwitnessed

LOOKED_BACK = 14  # days
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
    """One site this morning with what stands behind its numbers. `days_lacking`: earlier days without an opening or
    without a close.
    """

    site: Site
    not_given: tuple[NotGiven, ...]
    alone: tuple[Unwitnessed, ...]
    days_lacking: tuple[SiteDay, ...]


def site_page(facility_id: int, *, access: Access, now: datetime) -> SitePage:
    """Raises Facility.DoesNotExist out of reach. Twelve statements."""
    shown = site(facility_id, access=access, now=now)
    days = today_at(facilities_of(access).filter(pk=facility_id), now=now)
    said = last_outcomes(days).order_by("at", "pk").values_list("at", "code", "recheck_at")[:MOST]
    return SitePage(
        site=shown,
        not_given=tuple(NotGiven(at, words_of(code), code in TURNED_AWAY, recheck_at) for at, code, recheck_at in said),
        alone=unwitnessed(reach=[facility_id], now=now, limit=MOST),
        days_lacking=_days_lacking(facility_id, min(days)),
    )


def _days_lacking(facility_id: int, today: date) -> tuple[SiteDay, ...]:
    """Of the last days before today, newest first (domain 12.4)."""
    found = days_not_opened_or_closed(
        facility_ids=[facility_id], first=today - timedelta(days=LOOKED_BACK), last=today - timedelta(days=1)
    )
    return tuple(reversed(found))
