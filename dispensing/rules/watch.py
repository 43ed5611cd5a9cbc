"""Who is watched closely after induction or a raise, and until when: it ends by the calendar alone (domain 12.2)."""

from dataclasses import dataclass
from datetime import date, timedelta

from dispensing.rules.facts import PatientFacts, Phase
from dispensing.rules.flag_settings import FlagSettings


@dataclass(frozen=True, slots=True)
class Watch:
    """`started`: induction, else a raise; `until`: its last day."""

    started: bool
    since: date
    until: date


def watch_of(facts: PatientFacts, settings: FlagSettings | None) -> Watch | None:
    """The watch that covers today, of the order in force; None for everybody else."""
    order = facts.prescription
    if order is None or settings is None:
        return None
    if order.phase == Phase.INDUCTION:
        return _covering(facts.today, order.starts_on, settings.watch_after_start_days, started=True)
    if order.raised_on is not None:
        return _covering(facts.today, order.raised_on, settings.watch_after_raise_days, started=False)
    return None


def _covering(today: date, since: date, days: int, *, started: bool) -> Watch | None:
    until = since + timedelta(days=days - 1)
    return Watch(started, since, until) if since <= today <= until else None
