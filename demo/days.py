"""The three ways in which a day passes at a simulated site: whole, left in progress at a moment, finished later."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from math import ceil, floor
from typing import Final
from uuid import UUID

from demo import afternoon, alerts, looks, mishaps, paper
from demo.attendance import Plan, Visit
from demo.day import SiteDay, Span, look_at
from demo.morning import Morning
from demo.open_close import close_day, open_day
from demo.refusals import left_out
from demo.sites import Site
from demo.stock import UL_PER_ML
from dispensing.rules.codes import Code
from dispensing.rules.facts import Answers

ONE_DAY: Final = timedelta(days=1)
MORNING: Final = timedelta(hours=3)
MARGIN: Final = timedelta(minutes=2)
WITHHELD_AGO: Final = timedelta(minutes=25)
AFTERNOON: Final = 15  # o'clock
CLOSED_BEFORE: Final = timedelta(hours=5)  # ten o'clock: the last look at somebody withheld is over
LEAST_DONE, MOST_DONE = 0.55, 0.65
PLAIN_QUESTIONS: Final = frozenset({Code.LAST_DOSE_UNKNOWN, Code.SECOND_LOOK})
SLIPS: Final = 0.1  # share of mornings of a larger site on which a dose is recorded for the wrong of two alike
FEW_UL, SOME_UL = 10_000, 45_000  # one dose to five
TWICE_EVERY: Final = 12  # days between two conflicting doses of the site that has them


def whole(site: Site, day: date) -> int:
    """A day with nobody watching, from its opening to its afternoon; answers the patients dosed."""
    span = Span(site.moment(day, 5, 30), site.moment(day, 9))
    today = look_at(site, day, at=site.moment(day, 5, 20))
    with left_out(f"{site.spec.key} cabinet opened"):
        looks.morning(site, day, at=site.moment(day, 5, 20))
    open_day(site, day, at=site.moment(day, 5, 20))
    morning = Morning(today, span)
    waiting = paper.on_paper(today)
    for id_, plan in today.plans.items():
        if id_ not in waiting:
            morning.expect(id_, plan, span.at(plan.arrives**1.3))
    _slips(morning)
    _twice(morning)
    morning.run()
    paper.type_in(today, waiting, at=site.moment(day, 9, 20))
    close_day(today, at=site.moment(day, AFTERNOON) - CLOSED_BEFORE)
    afternoon.close(today, at=site.moment(day, AFTERNOON))
    return len(today.dosed)


def finish(site: Site, day: date, *, until: datetime) -> int:
    """The rest of a day whose morning was left in progress: whoever has not come yet comes after `until`."""
    room = site.midnight(day + ONE_DAY) - until
    span = Span(until + room / 1000, until + min(MORNING, room * 0.6))
    today = look_at(site, day, at=span.start)
    morning = Morning(today, span)
    for id_, plan in today.plans.items():
        morning.expect(id_, plan, span.at(plan.arrives))
    morning.run()
    close_day(today, at=span.end + room / 2000)
    afternoon.close(today, at=max(site.moment(day, AFTERNOON), span.end + room / 1000))
    return len(today.dosed)


def begin(site: Site, day: date, *, now: datetime) -> int:
    """A morning in progress at `now`: about three in five have come in the hours before it, the rest is still to come.

    Those with something to decide (blocked, back after missed days, under a hold, without an order) are among the rest.
    """
    midnight = site.midnight(day)
    start = max(midnight, now - MORNING)
    span = Span(start, now - min(MARGIN, (now - start) / 20))
    today = look_at(site, day, at=start)
    with left_out(f"{site.spec.key} cabinet opened"):
        looks.morning(site, day, at=start)
    open_day(site, day, at=start)
    morning = Morning(today, span)
    done = _done(morning, _share(site, day))
    for place, id_ in enumerate(done):
        shift = site.share("moment", day, today.members[id_].number)
        morning.then(span.at((place + 0.1 + 0.8 * shift) / len(done)), partial(morning.comes, id_))
    for id_, plan in today.plans.items():
        if plan.visit is Visit.WITHHELD and not today.known[id_].facts.doses_today:
            at = max(span.at(0.6), span.end - WITHHELD_AGO)
            morning.then(at, partial(morning.withhold, id_, again=False))
        elif plan.visit is Visit.IN_HOSPITAL:
            morning.expect(id_, plan, span.at(0.1))
    morning.run()
    alerts.tell(morning, span.end)
    _open_for_the_rest(morning)
    mishaps.happen(morning, span.end + span.step / 10)
    return len(today.dosed)


def _share(site: Site, day: date) -> float:
    return LEAST_DONE + (MOST_DONE - LEAST_DONE) * site.share("done", day)


def _done(morning: Morning, share: float) -> list[UUID]:
    """Who has come already: the early ones among those about whom there was nothing to decide."""
    today = morning.today
    plain: Iterable[tuple[Plan, UUID]] = (
        (plan, id_)
        for id_, plan in today.plans.items()
        if plan.visit is Visit.COMES and not plan.special and _is_plain(morning, id_)
    )
    in_order = sorted(plain, key=lambda each: (each[0].arrives, each[1]))
    early = [id_ for _, id_ in in_order]
    if today.site.spec.runs_low:
        return _nearly_out(morning, early)
    return early[: round(share * len(today.plans))]


def _nearly_out(morning: Morning, early: list[UUID]) -> list[UUID]:
    """So many of the same, and of such doses, that the opened bottle holds only a few more."""
    today, size_ul = morning.today, morning.site.spec.bottle_ml * UL_PER_ML
    by_dose = sorted(early, key=lambda id_: (_dose_ul(today, id_), id_))
    least, most = ceil(LEAST_DONE * len(today.plans)), floor(MOST_DONE * len(today.plans))
    for count in range(least, most + 1):
        for skipped in range(len(early) - count + 1):
            done = set(by_dose[skipped : skipped + count])
            left_ul = morning.pouring.window.left_ul - sum(_dose_ul(today, id_) for id_ in done)
            left_ul += max(0, ceil(-left_ul / size_ul)) * size_ul
            if FEW_UL <= left_ul <= SOME_UL:
                return [id_ for id_ in early if id_ in done]
    return early[:least]


def _dose_ul(today: SiteDay, patient_id: UUID) -> int:
    order = today.known[patient_id].facts.prescription
    return int(order.dose_mg * 100) if order else 0


def _is_plain(morning: Morning, patient_id: UUID) -> bool:
    facts = morning.today.known[patient_id].facts
    if facts.doses_today or facts.outcomes_today or facts.prescription is None:
        return False
    decision = morning.decide(patient_id, morning.span.start, Answers())
    return decision.dose_mg is not None and PLAIN_QUESTIONS.issuperset(decision.questions) and not facts.holds


def _open_for_the_rest(morning: Morning) -> None:
    """Where the bottle at the window will not last for the rest, the next one is open already."""
    today = morning.today
    need_ul = sum(_dose_ul(today, id_) for id_ in today.known if id_ not in today.dosed)
    enough_ul = FEW_UL if morning.site.spec.runs_low else need_ul
    if morning.pouring.window.left_ul < enough_ul:
        morning.pouring.open_bottle(morning.span.end)


def _slips(morning: Morning) -> None:
    """Now and then a dose is recorded for the wrong of two people, noticed and voided before anybody drinks."""
    site, day = morning.site, morning.today.day
    if not site.spec.busy or site.share("slip", day) >= SLIPS:
        return
    late = [id_ for id_, plan in morning.today.plans.items() if _comes_late(plan) and _is_plain(morning, id_)]
    if not late:
        return
    chosen = min(late, key=lambda id_: site.share("slip", day, morning.today.members[id_].number))

    def slip(at: datetime) -> None:
        decision = morning.decide(chosen, at, Answers(alert_confirmed=True, last_dose_proof="card", second_look=True))
        if decision.allowed:
            morning.pouring.slip(chosen, decision, at)

    morning.then(morning.span.at(0.35), slip)


def _comes_late(plan: Plan) -> bool:
    return plan.visit is Visit.COMES and not plan.special and plan.arrives > 0.6


def _twice(morning: Morning) -> None:
    """At one site, every other week, a colleague doses somebody again who was dosed while the network was down."""
    site, day = morning.site, morning.today.day
    if not site.spec.doses_twice or day.toordinal() % TWICE_EVERY:
        return
    morning.then(morning.span.at(0.55), morning.dose_again)
