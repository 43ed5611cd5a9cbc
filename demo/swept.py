"""What the jobs of a night do for a simulated site: every day that is past is decided, who was decided is looked at."""

from datetime import date, datetime, timedelta
from typing import Final

from demo.sites import Site
from dispensing.services import looks, sweep, unclosed

ONE_DAY: Final = timedelta(days=1)
AFTER_MIDNIGHT: Final = timedelta(minutes=15)


def night(site: Site, day: date) -> None:
    """The sweep after the day: also where nobody closed it."""
    now = site.midnight(day + ONE_DAY) + AFTER_MIDNIGHT
    sweep.sweep(facility_id=site.facility_id, day=day, now=now)


def until_now(now: datetime) -> None:
    """The jobs have run to the end: days that nobody closed are told, and nobody is left to be looked at."""
    unclosed.tell(now=now)
    looks.run(now=now)
