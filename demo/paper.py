"""Now and then a morning begins without power at one site: the first are dosed from the sheet and typed in later."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from demo.attendance import Visit
from demo.day import SiteDay
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import Sheet
from dispensing.queries.sheets import lines_for, read_line
from dispensing.rules.late import LateReason
from dispensing.services import past
from dispensing.services.past import Hand, PastFact

FAILS_EVERY: Final = 6  # days between two mornings that begin without power
ON_PAPER: Final = 6  # people who come before it is back


def power_fails(site: Site, day: date) -> bool:
    """Whether this site begins the day on paper."""
    return site.spec.doses_twice and day.toordinal() % FAILS_EVERY == 2 and day > site.first_day


def on_paper(today: SiteDay) -> set[UUID]:
    """Who is dosed before the power is back: the first of those about whom there is nothing to decide."""
    if not power_fails(today.site, today.day):
        return set()
    plain = [(plan.arrives, id_) for id_, plan in today.plans.items() if _is_plain(today, id_)]
    return {id_ for _arrives, id_ in sorted(plain)[:ON_PAPER]}


def _is_plain(today: SiteDay, id_: UUID) -> bool:
    plan, facts = today.plans[id_], today.known[id_].facts
    came_yesterday = bool(facts.days) and facts.days[-1].ingested_mg > 0
    one_part = facts.prescription is not None and len(facts.prescription.slot_mg) == 1
    return plan.visit is Visit.COMES and not plan.special and came_yesterday and one_part and not facts.holds


def type_in(today: SiteDay, waiting: set[UUID], *, at: datetime) -> None:
    """The power is back: what stands on the sheet is recorded with its own times."""
    if not waiting:
        return
    site, day = today.site, today.day
    by, colleague = site.dispenser(day, 0), site.team.dispensers[-1]
    sheet = Sheet.objects.filter(facility_id=site.facility_id, for_day=day, void_at__isnull=True).first()
    content = sheet.content if sheet else lines_for(facility_id=site.facility_id, for_day=day, now=at).content
    lines = [line for line in map(read_line, content["lines"]) if UUID(line["patient"]) in waiting and line["mg"]]
    rows = [
        PastFact(
            id=site.id(at, "on paper", day, line["patient"]),
            patient_id=UUID(line["patient"]),
            occurred_at=site.moment(day, 5, 32) + place * timedelta(minutes=2),
            reason=LateReason.NO_POWER,
            mg=line["mg"],
            poured_by=Hand(by.person_id),
            observed_by=Hand(colleague.person_id),
            sheet_id=sheet.pk if sheet else None,
        )
        for place, line in enumerate(lines)
    ]
    if rows:
        with left_out(f"{site.spec.key} paper typed in"):
            past.record_many_past(commands=rows, by=by.access, now=at)
            today.dosed |= {row.patient_id for row in rows}
            today.load([row.patient_id for row in rows], at)
