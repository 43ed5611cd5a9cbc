"""The three ways in which a recorded dose was not what it says, and what each does to stock (domain 12.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.facts import DoseFact
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation, worst_first


class VoidKind(StrEnum):
    """Where the liquid really went."""

    NEVER_POURED = "never_poured"
    POURED_NOT_DRUNK = "poured_not_drunk"
    DRUNK_BY_OTHER = "drunk_by_other"
    RECORDED_AGAIN = "recorded_again"


VOID_WORDS: Final[dict[VoidKind, Promise]] = {
    VoidKind.NEVER_POURED: _("chưa rót: thuốc vẫn trong chai"),
    VoidKind.POURED_NOT_DRUNK: _("đã rót, chưa uống: đổ bỏ, không đổ lại vào chai"),
    VoidKind.DRUNK_BY_OTHER: _("người khác đã uống"),
    VoidKind.RECORDED_AGAIN: _("đã ghi lại đúng người uống và đúng lượng"),
}


@dataclass(frozen=True, slots=True)
class VoidRule:
    """What a kind of void does. `destination` is the kind of account the liquid moves to, None: it stays
    given.

    `OPENED` means back to the very bottles it was booked from. Every kind frees the owner's slot.
    """

    destination: str | None
    needs_witness: bool
    opens_wrong_dose_case: bool


RULES: Final[Mapping[VoidKind, VoidRule]] = {
    VoidKind.NEVER_POURED: VoidRule(destination="opened", needs_witness=False, opens_wrong_dose_case=False),
    VoidKind.POURED_NOT_DRUNK: VoidRule(destination="poured_out", needs_witness=True, opens_wrong_dose_case=False),
    VoidKind.DRUNK_BY_OTHER: VoidRule(destination=None, needs_witness=False, opens_wrong_dose_case=True),
    VoidKind.RECORDED_AGAIN: VoidRule(destination="opened", needs_witness=False, opens_wrong_dose_case=False),
}

# What a person may say of a dose; "recorded again" comes only with the record of what was really drunk.
BY_HAND: Final = (VoidKind.NEVER_POURED, VoidKind.POURED_NOT_DRUNK, VoidKind.DRUNK_BY_OTHER)


@dataclass(frozen=True, slots=True)
class VoidDraft:
    """What is about to be stated. `drinker_stated`: who drank it is named, or said to be unknown.

    A second person signs (`witness_id`), or `alone` is said: then it goes through and stands as unwitnessed.
    """

    kind: str
    reason: str
    actor_id: int
    witness_id: int | None = None
    alone: bool = False
    drinker_stated: bool = False


def check_void(*, draft: VoidDraft, dose: DoseFact, already_voided: bool, day_closed: bool) -> tuple[Violation, ...]:
    """What is wrong or missing before a dose is voided, worst first. A closed day never reopens and never
    refuses.
    """
    if draft.kind not in frozenset(VoidKind):
        return (violation(Code.VOID_KIND_UNKNOWN, Level.STOP, Unlocker.DISPENSER),)
    found = []
    rule = RULES[VoidKind(draft.kind)]
    ask = (Level.ASK, Unlocker.DISPENSER)
    if already_voided:
        found.append(violation(Code.VOID_TWICE, Level.STOP, Unlocker.NOBODY))
    if not draft.reason.strip():
        found.append(violation(Code.VOID_REASON_NEEDED, *ask))
    if draft.witness_id is not None and draft.witness_id == draft.actor_id:
        found.append(violation(Code.VOID_WITNESS_IS_ACTOR, Level.STOP, Unlocker.SECOND_PERSON))
    elif rule.needs_witness and draft.witness_id is None:
        alone = (Code.VOID_UNWITNESSED, Level.NOTE) if draft.alone else (Code.VOID_WITNESS_NEEDED, Level.ASK)
        found.append(violation(*alone, Unlocker.SECOND_PERSON))
    if rule.opens_wrong_dose_case:
        found.append(violation(Code.VOID_OPENS_CASE, Level.NOTE, Unlocker.PHYSICIAN))
        if not draft.drinker_stated:
            found.append(violation(Code.VOID_DRINKER_NEEDED, *ask))
    if day_closed:
        found.append(violation(Code.VOID_AFTER_CLOSE, Level.NOTE, Unlocker.SITE_HEAD, day_on=dose.day))
    return worst_first(found)
