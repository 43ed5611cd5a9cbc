"""How much of a vomited dose may be replaced, and how long somebody who drank another amount is watched.

Tables of domain 2.4, pure: exact mg, aware instants in, figures out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from dispensing.rules.facts import DayFact, PatientFacts
from dispensing.rules.incident_codes import ObservationWhy
from dispensing.rules.incident_settings import IncidentSettings

NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a body is used to. `usual_mg`: last swallowed on an earlier day, None for somebody whom nobody knows.

    `first_weeks`: treatment began, or began anew, a short while ago. `stable`: above the dose of the rule on every day
    of the whole span. `irregular`: doses were missed lately.
    """

    usual_mg: Decimal | None
    first_weeks: bool
    stable: bool
    irregular: bool


def replaced_share(*, after: timedelta, witnessed: bool, settings: IncidentSettings) -> Decimal:
    """The share of a dose, 0 to 1, that an order may replace when it was vomited so long after it was drunk."""
    if after < timedelta(0) or (settings.vomit_requires_witness and not witnessed):
        return NOTHING
    for minutes, percent in sorted(zip(settings.vomit_band_minutes, settings.vomit_band_percent, strict=False)):
        if after <= timedelta(minutes=minutes):
            return Decimal(percent) / 100
    return NOTHING


def replaceable_mg(*, mg: Decimal, share: Decimal, granule_mg: Decimal) -> Decimal:
    """What may be replaced in mg, rounded down to what the site's device measures."""
    return mg * share // granule_mg * granule_mg


def tolerance_of(facts: PatientFacts, settings: IncidentSettings) -> Tolerance:
    """What the patient's body is used to, from the days before today."""
    drunk = [day for day in facts.days if day.ingested_mg > 0]
    began = facts.treatment_started_on
    days_in = (facts.today - began).days if began is not None else 0
    span = _last(facts.days, settings.watch_stable_days)
    lately = _last(facts.days, settings.watch_irregular_days)
    missed = sum(1 for day in lately if day.known and day.ingested_mg == 0)
    return Tolerance(
        usual_mg=drunk[-1].ingested_mg if drunk else None,
        first_weeks=days_in < settings.watch_first_days,
        stable=days_in >= settings.watch_stable_days
        and any(day.ingested_mg > 0 for day in span)
        and all(day.ingested_mg > settings.watch_stable_above_mg for day in span if day.ingested_mg > 0),
        irregular=missed >= settings.watch_irregular_missed,
    )


def must_be_watched(*, drunk_mg: Decimal, tolerance: Tolerance, settings: IncidentSettings) -> bool:
    """Whether somebody who drank `drunk_mg` in all today is watched (domain 2.4).

    First two weeks: any excess. Stable: more than twice the usual dose. Anybody else, or an uncertain tolerance: more
    than half above it. Who has no known usual dose is watched after any.
    """
    usual = tolerance.usual_mg
    if usual is None:
        return drunk_mg > 0
    if drunk_mg <= usual:
        return False
    if tolerance.first_weeks:
        return True
    if tolerance.stable and not tolerance.irregular:
        return drunk_mg > usual * settings.watch_stable_times
    return drunk_mg > usual * (100 + settings.watch_uncertain_percent) / 100


def watched_until(*, why: str, since: datetime, settings: IncidentSettings) -> datetime:
    """Until when a person is watched for this reason."""
    hours = {
        ObservationWhy.FIRST_DOSE: settings.watch_first_dose_hours,
        ObservationWhy.NALOXONE: settings.watch_naloxone_hours,
    }.get(ObservationWhy(why), settings.watch_hours)
    return since + timedelta(hours=hours)


def _last(days: Sequence[DayFact], count: int) -> Sequence[DayFact]:
    return days[-count:]
