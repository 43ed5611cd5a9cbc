"""What one patient-day comes to, and the two gaps that a run of such days leaves (domain 2.3, counting rules a to e).

(a) a day that is not over is never decided missed; (b) the tolerance gap counts every day on which nothing stayed in,
whoever caused it, the adherence gap only the days that the patient caused; (c) a take-home dose counts when it was
issued for that very day and not reported missing or lost; (d) a dose elsewhere counts when it is documented; (e) a day
that is over is never made up for: a later dose covers its own day.

The board counts from the same facts through `rules.missed`, which asks `stayed_in` and `caused_by_patient` here, so
what is offered at the window never waits for a close or a sweep.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from dispensing.rules.choices import OutcomeCode
from dispensing.rules.daycodes import COVERS, How
from dispensing.rules.outcomes import RULES

RULE_VERSION: Final = 2  # of this module; part of the digest that a decision stores
NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class PatientDay:
    """What is known of one patient-day.

    `dosed_mg`: standing doses that cover the day, wherever they were drunk. `elsewhere_mg`: documented by another
    place that keeps no record here. `take_home_mg`: issued for that date and not reported missing or lost. `outcome` is
    the last that somebody stated, `reason_given` whether its words say why, or the absence was announced. `known`: on
    or after go-live and the start. `away`: they could not come (the road closed, in hospital, detained). `due`: False
    where no site was to dose the patient on that day.
    """

    day: date
    dosed_mg: Decimal
    outcome: str | None
    known: bool
    reason_given: bool = False
    elsewhere_mg: Decimal = NOTHING
    take_home_mg: Decimal = NOTHING
    away: bool = False
    due: bool = True

    @property
    def swallowed_mg(self) -> Decimal:
        """Of the whole day, wherever it was."""
        return self.dosed_mg + self.elsewhere_mg + self.take_home_mg


@dataclass(frozen=True, slots=True)
class DecidedDay:
    """What the day comes to."""

    day: date
    how: How
    swallowed_mg: Decimal
    outcome: str
    reason_known: bool
    caused_by_patient: bool

    @property
    def covered(self) -> bool:
        return self.how in COVERS

    @property
    def tolerance_gap(self) -> bool:
        return self.how in (How.NOTHING, How.VOMITED)

    @property
    def adherence_gap(self) -> bool:
        return self.tolerance_gap and self.caused_by_patient


@dataclass(frozen=True, slots=True)
class Gaps:
    """Days without anything that stayed in, up to the last day of a run; `reaches_unknown`: no dose is known before."""

    tolerance: int
    adherence: int
    reaches_unknown: bool


def stayed_in(mg: Decimal, outcome: str | None) -> bool:
    """Whether something swallowed stayed in: a dose vomited and not replaced counts as missed, the body may have had
    nothing.
    """
    return mg > 0 and not (outcome is not None and outcome in RULES and RULES[OutcomeCode(outcome)].after_dose)


def caused_by_patient(outcome: str | None) -> bool:
    """Whose gap it is. A day with nothing stated counts as the patient's absence until somebody states otherwise."""
    return outcome is None or (outcome in RULES and RULES[OutcomeCode(outcome)].caused_by_patient)


def is_over(*, day: date, today: date, now: datetime, closes_at: datetime | None, closed: bool) -> bool:
    """Whether a day without a dose may be called missed (counting rule a): it is past, or closed, or today's closing
    time has come. `closes_at` is today's closing, None for a facility open round the clock.
    """
    if day != today:
        return day < today
    return closed or (closes_at is not None and now >= closes_at)


def closing_moment(*, day: date, closes_at: time, zone: str, round_the_clock: bool) -> datetime | None:
    """When a facility closes on that day; None for one open round the clock."""
    return None if round_the_clock else datetime.combine(day, closes_at, tzinfo=ZoneInfo(zone))


def decide(known: PatientDay) -> DecidedDay:
    """What one patient-day comes to. Whether the day is over is `is_over`'s question, asked before."""
    swallowed = known.swallowed_mg
    how = _how(known)
    missed = how in (How.NOTHING, How.VOMITED)
    stated = known.outcome or ""
    stayed_away = stated in ("", OutcomeCode.ABSENT)
    kept_away = known.away and stayed_away
    return DecidedDay(
        day=known.day,
        how=how,
        swallowed_mg=swallowed,
        outcome=stated,
        reason_known=not missed or not stayed_away or known.reason_given or kept_away,
        caused_by_patient=missed and swallowed == 0 and not kept_away and caused_by_patient(known.outcome),
    )


def _how(known: PatientDay) -> How:
    if stayed_in(known.dosed_mg, known.outcome):
        return How.DOSE
    if known.elsewhere_mg > 0:
        return How.ELSEWHERE
    if known.take_home_mg > 0:
        return How.TAKE_HOME
    if known.dosed_mg > 0:
        return How.VOMITED
    if not known.due:
        return How.NOT_DUE
    return How.NOTHING if known.known else How.UNKNOWN


def gaps(days: Iterable[DecidedDay]) -> Gaps:
    """Both counters at the end of a run of days, in any order. A calendar day without a decision is unknown, and like
    an unknown day it ends the count; it is never taken as dosed. On a day that was not due nothing was swallowed, too.
    """
    newest_first = sorted(days, key=lambda decided: decided.day, reverse=True)
    tolerance = adherence = 0
    expected = newest_first[0].day if newest_first else None
    for decided in newest_first:
        if decided.covered:
            return Gaps(tolerance, adherence, reaches_unknown=False)
        if decided.day != expected or not (decided.tolerance_gap or decided.how is How.NOT_DUE):
            break
        tolerance += 1
        adherence += decided.adherence_gap
        expected = decided.day - timedelta(days=1)
    return Gaps(tolerance, adherence, reaches_unknown=True)
