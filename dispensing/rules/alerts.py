"""What an alert switches on today (domain 12.2): whom to look at twice before pouring, and when a physician is called.

A medicine that is started or stopped moves the level of methadone for a while: up, and the patient may be sedated by
the dose of yesterday; down, and it no longer lasts the day. A pregnant patient gets no reduction and no transfer by a
rule alone: whatever would bring one brings a physician the same morning.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from dispensing.rules import missed as missed_rules
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.codes import Code, Level, Unlocker
from dispensing.rules.facts import AlertFact, PatientFacts
from dispensing.rules.missed import MissedCount, MissedRuling
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Figures, Violation, violation
from patients.rules.alerts import AlertKind, MedicineChange, MedicineEffect

_ONE_DAY = timedelta(days=1)

_NOTES: Final = {
    AlertKind.QT: Code.QT_RISK,
    AlertKind.EPILEPSY: Code.EPILEPSY_RISK,
    AlertKind.LIVER: Code.LIVER_RISK,
}
_SEDATING: Final = frozenset({AlertKind.SEDATIVES, AlertKind.ALCOHOL})
# A stop because of the bottle, the place or a dose that was given says nothing about the patient's state.
_BLOCKS: Final = frozenset(
    {
        Code.POURED_TODAY,
        Code.SIGNS_SEEN,
        Code.WITHHELD_WAIT,
        Code.HOLD,
        Code.NO_PRESCRIPTION,
        Code.PRESCRIPTION_ENDED,
        Code.PRESCRIPTION_NOT_STARTED,
        Code.PRESCRIPTION_SUSPENDED,
        Code.BRIDGING_OVER,
        Code.PREGNANT_MISSED,
    }
)
_STEADY: Final = frozenset({OutcomeCode.HOSPITALISED, OutcomeCode.TRANSFERRED, OutcomeCode.DECEASED})
# What the table of missed days says by itself: a reduction, a new induction, the way to the main clinic.
_BY_THE_TABLE: Final = frozenset(
    {
        Code.MISSED_DROPPED_OUT,
        Code.MISSED_MAIN_CLINIC,
        Code.MISSED_INDUCTION,
        Code.MISSED_NEEDS_ORDER,
        Code.MISSED_ADJUSTMENT,
        Code.MISSED_AFTER_RAISE,
        Code.MISSED_WINDOW,
    }
)


def pregnancy(facts: PatientFacts) -> AlertFact | None:
    """The alert that says the patient is pregnant, or None."""
    return next((alert for alert in facts.alerts if alert.kind == AlertKind.PREGNANCY), None)


def is_physicians(code: str) -> bool:
    """Whether a pregnant patient's day with this outcome is a physician's the same morning (domain 12.2)."""
    return code not in _STEADY


def watched(alert: AlertFact, facts: PatientFacts, settings: DosingSettings) -> bool:
    """Whether a medicine is still watched: from the day it was started or stopped, for `alert_watch_days`."""
    days = (facts.today - alert.since).days
    return alert.kind == AlertKind.MEDICINE and 0 <= days <= settings.alert_watch_days


def direction(alert: AlertFact) -> int:
    """Where the level of methadone goes: 1 up, -1 down, 0 not known."""
    effect = {MedicineEffect.RAISES: 1, MedicineEffect.LOWERS: -1}.get(MedicineEffect(alert.effect), 0)
    return -effect if alert.change == MedicineChange.STOPPED else effect


def asks_for_medicines(facts: PatientFacts, settings: DosingSettings) -> bool:
    """Whether it is time to ask about new medicines again (domain 12.1)."""
    asked = facts.medicines_asked_on
    return asked is None or (facts.today - asked).days >= settings.new_medicine_ask_days


def missed_ruling(
    *, facts: PatientFacts, missed: MissedCount, settings: DosingSettings, granule_mg: Decimal
) -> MissedRuling:
    """What the missed days ask. For a pregnant patient no signed step and no row of the table lowers the dose or sends
    her elsewhere by itself: each becomes one stop that a physician answers now.
    """
    if pregnancy(facts) is None or facts.prescription is None:
        return missed_rules.ruling(facts=facts, missed=missed, settings=settings, granule_mg=granule_mg)
    unstepped = replace(facts, prescription=replace(facts.prescription, if_missed=()))
    ruled = missed_rules.ruling(facts=unstepped, missed=missed, settings=settings, granule_mg=granule_mg)
    return MissedRuling(None, tuple(_for_the_physician(found, missed) for found in ruled.violations))


def _for_the_physician(found: Violation, missed: MissedCount) -> Violation:
    if found.code not in _BY_THE_TABLE:
        return found
    days = missed.consecutive or missed.in_window
    return violation(Code.PREGNANT_MISSED, found.level, found.unlocker, days=days)


def switched_on(
    *, facts: PatientFacts, missed: MissedCount, found: Iterable[Violation], settings: DosingSettings
) -> list[Violation]:
    """What the alerts add to what the other rules `found`: notes, one look for sedation, a physician now."""
    if not facts.alerts:
        return []
    added = [note for alert in facts.alerts for note in _note(alert, facts, settings)]
    reasons = sorted({reason for alert in facts.alerts for reason in _sedating(alert, facts, settings)})
    if reasons:
        added.append(violation(Code.LOOK_FOR_SEDATION, Level.ASK, Unlocker.DISPENSER, reasons=",".join(reasons)))
    if pregnancy(facts) is not None:
        troubles = _troubles(facts, missed, found)
        if troubles:
            why = ",".join(troubles)
            added.append(violation(Code.PREGNANT_PHYSICIAN_NOW, Level.NOTE, Unlocker.PHYSICIAN, troubles=why))
    return added


def _note(alert: AlertFact, facts: PatientFacts, settings: DosingSettings) -> list[Violation]:
    if alert.kind == AlertKind.PREGNANCY:
        return [violation(Code.PREGNANT, Level.NOTE, Unlocker.PHYSICIAN)]
    if alert.kind in _NOTES:
        return [violation(_NOTES[AlertKind(alert.kind)], Level.NOTE, Unlocker.PHYSICIAN)]
    if not watched(alert, facts, settings):
        return []
    code = {1: Code.MEDICINE_RISING, -1: Code.MEDICINE_FALLING}.get(direction(alert), Code.MEDICINE_UNCLEAR)
    until = alert.since + settings.alert_watch_days * _ONE_DAY
    figures: Figures = {"effect": alert.effect, "change": alert.change, "since_on": alert.since, "until_on": until}
    return [violation(code, Level.NOTE, Unlocker.PHYSICIAN, **figures)]


def _sedating(alert: AlertFact, facts: PatientFacts, settings: DosingSettings) -> list[str]:
    """Why this patient may be sedated before the dose: what else is taken, or methadone that rises."""
    if alert.kind in _SEDATING or (watched(alert, facts, settings) and direction(alert) >= 0):
        return [alert.kind]
    return []


def _troubles(facts: PatientFacts, missed: MissedCount, found: Iterable[Violation]) -> list[str]:
    """Why a pregnant patient needs a physician this morning: blocked, missed, vomited or withheld (domain 12.2)."""
    troubles = []
    if any(v.level is Level.STOP and v.code in _BLOCKS for v in found):
        troubles.append("blocked")
    if missed.consecutive:
        troubles.append("missed")
    yesterday = next((day.outcome for day in facts.days if day.day == facts.today - _ONE_DAY), None)
    stated = {outcome.code for outcome in facts.outcomes_today} | ({yesterday} if yesterday else set())
    if OutcomeCode.VOMITED in stated:
        troubles.append("vomited")
    if stated & {OutcomeCode.WITHHELD, OutcomeCode.INTOXICATED}:
        troubles.append("withheld")
    return troubles
