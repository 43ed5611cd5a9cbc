"""A simulated site opens its day and closes it, through the services that a person uses."""

from datetime import date, datetime
from typing import Final

from demo.day import SiteDay
from demo.refusals import left_out
from demo.sites import Site
from dispensing.rules.choices import MissedReason, OutcomeCode
from dispensing.rules.closing import ABSENT, End
from dispensing.services import closes, openings
from dispensing.services.closes import NewClose
from dispensing.services.openings import NewOpening

FORGETS_EVERY: Final = 5  # days between two closes that the site which leaves reviews lying forgets, too
REASONS: Final = (
    ABSENT,
    ABSENT,
    End(OutcomeCode.ABSENT, MissedReason.WORK),
    End(OutcomeCode.ABSENT, MissedReason.ROAD),
)


def open_day(site: Site, day: date, *, at: datetime) -> None:
    """Whoever is on duty opens the day; what is looked at beside it is `demo.looks`."""
    command = NewOpening(
        id=site.id(at, "open day"),
        day=day,
        opened_at=at,
        on_duty=tuple(hand.person_id for hand in site.team.dispensers),
        notes_read=True,
    )
    with left_out(f"{site.spec.key} day opened"):
        openings.open_day(command=command, by=site.dispenser(day, 0).access, now=at)


def close_day(today: SiteDay, *, at: datetime) -> None:
    """Everybody who did not come is spoken of. One site forgets it now and then, and nobody has made it good yet."""
    site, day = today.site, today.day
    if site.spec.leaves_reviews and day.toordinal() % FORGETS_EVERY == 0:
        return
    command = NewClose(
        id=site.id(at, "close day"),
        day=day,
        closed_at=at,
        ends={
            id_: REASONS[int(site.share("why absent", day, member.number) * len(REASONS))].value
            for id_, member in today.members.items()
        },
        early=True,
    )
    with left_out(f"{site.spec.key} day closed"):
        closes.close(command=command, by=site.dispenser(day, 1).access, now=at)
