"""A move between places: the first dose at the new one only after the last at the old one is confirmed (domain 12.2).

By the record, where the old place has closed or decided its last day; else by a recorded call or slip (LastDoseTold).
"""

from datetime import date
from decimal import Decimal

from dispensing.rules.facts import PatientFacts
from dispensing.rules.violations import Code, Figures, Level, Unlocker, Violation, violation


def first_dose_here(facts: PatientFacts) -> list[Violation]:
    """What the change of place asks before the first dose here; nothing once one was drunk here."""
    arrival = facts.arrival
    if arrival is None:
        return []
    if arrival.told is None:
        if not arrival.settled:
            return [violation(Code.LAST_DOSE_ELSEWHERE, Level.ASK, Unlocker.DISPENSER, place=arrival.place)]
        return _known(arrival.place, _recorded(facts))
    day, mg = arrival.told
    if day >= facts.today:
        return [violation(Code.TOLD_DRUNK_TODAY, Level.STOP, Unlocker.PHYSICIAN, place=arrival.place, told_mg=mg)]
    recorded = _recorded(facts)
    if recorded != arrival.told and not arrival.away:
        figures: Figures = {"place": arrival.place, "told_mg": mg, "told_on": day}
        return [violation(Code.TOLD_OTHER_THAN_RECORD, Level.NOTE, Unlocker.PHYSICIAN, **figures)]
    return _known(arrival.place, arrival.told)


def moves_away(facts: PatientFacts) -> list[Violation]:
    """From a day that is agreed already the patient drinks elsewhere: visible before it comes."""
    placement = facts.placement
    if placement is None or not placement.next_place or placement.ended_on is None:
        return []
    figures: Figures = {"place": placement.next_place, "starts_on": placement.ended_on}
    return [violation(Code.MOVES_AWAY, Level.NOTE, Unlocker.DISPENSER, **figures)]


def _recorded(facts: PatientFacts) -> tuple[date, Decimal] | None:
    drunk = [(day.day, day.ingested_mg) for day in facts.days if day.ingested_mg > 0]
    return max(drunk, default=None)


def _known(place: str, last: tuple[date, Decimal] | None) -> list[Violation]:
    if last is None:
        return []
    figures: Figures = {"place": place, "last_on": last[0], "last_mg": last[1]}
    return [violation(Code.MOVED_HERE, Level.NOTE, Unlocker.DISPENSER, **figures)]
