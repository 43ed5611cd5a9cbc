"""What happened instead of a swallowed dose: the closed list, what each means, and what is wrong with a
statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from dispensing.rules.choices import (
    IDENTIFICATION_WORDS,
    MISSED_REASON_WORDS,
    OUTCOME_WORDS,
    SIGN_WORDS,
    Identification,
    MissedReason,
    OutcomeCode,
    SobrietySign,
)
from dispensing.rules.facts import DoseKind, PatientFacts
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation, worst_first

__all__ = [
    "IDENTIFICATION_WORDS",
    "MISSED_REASON_WORDS",
    "OUTCOME_WORDS",
    "RULES",
    "SIGN_WORDS",
    "Identification",
    "MissedReason",
    "OutcomeCode",
    "OutcomeDraft",
    "OutcomeRule",
    "SobrietySign",
    "check_outcome",
    "recheck_time",
    "rule_of",
    "stays_open",
]


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """What an outcome means.

    `caused_by_patient`: counts for the adherence gap. `stays_open`: another look today may still lead to a
    dose. `final`: ends treatment here. `present`: the person came, so the day is never "absent".
    `after_dose`: said of a dose that is recorded. `poured`: a cup was filled and its liquid goes to the
    account kind `destination`. `opens_case`: someone must act on it. No outcome counts as an ingested dose.
    """

    caused_by_patient: bool = False
    stays_open: bool = False
    final: bool = False
    present: bool = True
    after_dose: bool = False
    poured: bool = False
    destination: str | None = None
    opens_case: bool = False


RULES: Final[Mapping[OutcomeCode, OutcomeRule]] = {
    OutcomeCode.ABSENT: OutcomeRule(caused_by_patient=True, present=False),
    OutcomeCode.WITHHELD: OutcomeRule(stays_open=True),
    OutcomeCode.INTOXICATED: OutcomeRule(caused_by_patient=True, stays_open=True),
    OutcomeCode.REFUSED: OutcomeRule(caused_by_patient=True),
    OutcomeCode.VOMITED: OutcomeRule(after_dose=True),
    OutcomeCode.SPAT_OUT: OutcomeRule(caused_by_patient=True, poured=True, destination="poured_out", opens_case=True),
    OutcomeCode.HELD_IN_MOUTH: OutcomeRule(
        caused_by_patient=True, poured=True, destination="poured_out", opens_case=True
    ),
    OutcomeCode.LEFT_WITH_CUP: OutcomeRule(caused_by_patient=True, poured=True, destination="loss", opens_case=True),
    OutcomeCode.SENT_AWAY: OutcomeRule(),
    OutcomeCode.NO_PRESCRIPTION: OutcomeRule(opens_case=True),
    OutcomeCode.MISSED_RULE_BLOCK: OutcomeRule(opens_case=True),
    OutcomeCode.STOCK_OUT: OutcomeRule(opens_case=True),
    OutcomeCode.SITE_CLOSED: OutcomeRule(present=False, opens_case=True),
    OutcomeCode.HOSPITALISED: OutcomeRule(present=False),
    OutcomeCode.DETAINED: OutcomeRule(present=False),
    OutcomeCode.TRANSFERRED: OutcomeRule(present=False, final=True),
    OutcomeCode.DECEASED: OutcomeRule(present=False, final=True, opens_case=True),
}


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """What a person is about to state. `poured_mg` where a cup was filled; `signs` where the dose was
    withheld. `another_cup`: it is none of those that are recorded as drunk today.
    """

    code: str
    recheck_at: datetime | None = None
    signs: tuple[str, ...] = ()
    poured_mg: Decimal | None = None
    another_cup: bool = False


def rule_of(code: str) -> OutcomeRule | None:
    """The rule of a stored code; None for one that this version does not know."""
    return RULES[OutcomeCode(code)] if code in RULES else None


def stays_open(code: str) -> bool:
    """Whether another look today may still lead to a dose."""
    rule = rule_of(code)
    return rule is not None and rule.stays_open


def recheck_time(*, settings: DosingSettings, now: datetime, closes_at: datetime | None) -> datetime:
    """The re-check offered: after `withheld_recheck_minutes`, at closing at the latest (domain 12.2)."""
    offered = now + timedelta(minutes=settings.withheld_recheck_minutes)
    if closes_at is not None and now < closes_at < offered:
        return closes_at
    return offered


def check_outcome(
    *, draft: OutcomeDraft, facts: PatientFacts, now: datetime, closes_at: datetime | None
) -> tuple[Violation, ...]:
    """What is wrong or missing in a statement about today, worst first.

    `closes_at` is today's closing of the facility, None for one open round the clock. A STOP or ASK goes back
    to the person who types; it never loses what has already happened.
    """
    rule = rule_of(draft.code)
    if rule is None:
        return (violation(Code.OUTCOME_UNKNOWN, Level.STOP, Unlocker.DISPENSER),)
    found = [*_against_today(draft, rule, facts, now)]
    if rule.stays_open:
        found.extend(_recheck(draft, now, closes_at))
    if rule.poured and (draft.poured_mg is None or draft.poured_mg <= 0):
        found.append(violation(Code.OUTCOME_NEEDS_AMOUNT, Level.STOP, Unlocker.DISPENSER))
    if draft.code == OutcomeCode.ABSENT and closes_at is not None and now < closes_at:
        closing = closes_at.astimezone(now.tzinfo)
        found.append(violation(Code.ABSENT_BEFORE_CLOSING, Level.NOTE, Unlocker.DISPENSER, closes_at=closing))
    if rule.opens_case:
        found.append(violation(Code.OUTCOME_OPENS_CASE, Level.NOTE, Unlocker.DISPENSER, outcome=draft.code))
    return worst_first(found)


def _against_today(draft: OutcomeDraft, rule: OutcomeRule, facts: PatientFacts, now: datetime) -> list[Violation]:
    """A statement must fit what today already holds; a person who was sent away is never absent."""
    found = []
    doses = [dose for dose in facts.doses_today if dose.kind == DoseKind.SCHEDULED]
    slots = len(facts.prescription.slot_mg) if facts.prescription else 1
    if rule.after_dose and not doses:
        found.append(violation(Code.OUTCOME_NEEDS_DOSE, Level.STOP, Unlocker.DISPENSER))
    if not rule.after_dose and not rule.final and len(doses) >= slots:
        given_at = doses[-1].given_at.astimezone(now.tzinfo)
        # One cup more was poured: that has happened, whatever was drunk before it.
        level = Level.NOTE if rule.poured and draft.another_cup else Level.STOP
        found.append(violation(Code.OUTCOME_AFTER_DOSE, level, Unlocker.DISPENSER, given_at=given_at))
    came = [o.code for o in facts.outcomes_today if (known := rule_of(o.code)) is not None and known.present]
    if draft.code == OutcomeCode.ABSENT and came:
        found.append(violation(Code.SENT_AWAY_NOT_ABSENT, Level.STOP, Unlocker.DISPENSER, outcome=came[-1]))
    return found


def _recheck(draft: OutcomeDraft, now: datetime, closes_at: datetime | None) -> list[Violation]:
    """A withheld dose names the signs seen and the time of the next look, before closing."""
    found = []
    if not draft.signs:
        found.append(violation(Code.SIGNS_NEEDED, Level.ASK, Unlocker.DISPENSER))
    elif any(sign not in SIGN_WORDS for sign in draft.signs):
        found.append(violation(Code.SIGNS_UNKNOWN, Level.STOP, Unlocker.DISPENSER))
    if draft.recheck_at is None:
        found.append(violation(Code.RECHECK_NEEDED, Level.ASK, Unlocker.DISPENSER))
    elif draft.recheck_at <= now:
        found.append(violation(Code.RECHECK_PAST, Level.STOP, Unlocker.DISPENSER))
    elif closes_at is not None and draft.recheck_at > closes_at:
        closing = closes_at.astimezone(now.tzinfo)
        found.append(violation(Code.RECHECK_AFTER_CLOSING, Level.STOP, Unlocker.DISPENSER, closes_at=closing))
    return found
