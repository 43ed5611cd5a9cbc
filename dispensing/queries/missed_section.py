"""The part of a patient's page about missed days: what stands, since when, what was tried, what was announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.access import Access, Permission
from dispensing.models import Absence, ContactAttempt, Flag
from dispensing.queries.away import Standing, standing
from dispensing.queries.following import Followed
from dispensing.queries.work import TAG_KINDS, Seen, seen_of, telling
from dispensing.rules import flags as rules
from dispensing.rules.flag_codes import (
    ABSENCE_WORDS,
    END_WORDS,
    HOW_WORDS,
    LEVEL_WORDS,
    RESULT_WORDS,
    TOLD_WORDS,
    AbsenceReason,
    ContactHow,
    ContactResult,
    FlagEnd,
    FlagKind,
    FlagLevel,
    ToldBy,
)
from dispensing.rules.wording_flags import TO_DO, flag_words

ATTEMPTS: Final = 12
HISTORY: Final = 12
KEY: Final = "missed"
TEMPLATE: Final = "dispensing/following/_missed.html"


@dataclass(frozen=True)
class Attempt:
    """One attempt in words."""

    at: datetime
    how: str
    result: str
    reached: bool
    words: str
    by: str


@dataclass(frozen=True)
class Announced:
    """One announced absence. `open`: it can still be taken back."""

    id: UUID
    from_day: date
    until_day: date
    reason: str
    told_by: str
    words: str
    by: str
    open: bool


@dataclass(frozen=True)
class Was:
    """One flag of the past or present, for the history."""

    tag: str
    kind: str
    words: str
    raised_at: datetime
    cleared_at: datetime | None
    why: str | Promise


@dataclass(frozen=True)
class MissedSection:
    """What the section shows."""

    standing: Standing | None
    seen: tuple[Seen, ...]
    to_do: str | Promise
    attempts: tuple[Attempt, ...]
    announced: tuple[Announced, ...]
    history: tuple[Was, ...]
    may_record: bool
    may_confirm: bool

    @property
    def without_notice(self) -> int:
        """Missed days of the run that nobody announced, and on which the site could be reached."""
        return self.standing.away.consecutive - self.standing.away.excused if self.standing else 0


def load(followed: Followed, by: Access) -> Mapping[str, Any]:
    """The section of one patient. Five statements."""
    patient_id = followed.patient.pk
    stands = standing([patient_id], now=followed.now, zone=by.zone).get(patient_id)
    flags = list(Flag.objects.filter(patient_id=patient_id).order_by("-raised_at", "-id")[:HISTORY])
    held = sorted(
        (flag for flag in flags if flag.cleared_at is None), key=lambda flag: (-rules.rank(flag.level), flag.kind)
    )
    gaps = stands.gaps if stands else None
    drops = any(flag.level == FlagLevel.DROPPED_OUT for flag in held)
    section = MissedSection(
        standing=stands,
        seen=tuple(seen_of(flag, gaps) for flag in telling(held, gaps)),
        to_do=TO_DO[FlagLevel(held[0].level)] if held else "",
        attempts=attempts_of(patient_id),
        announced=_announced(patient_id, followed.today),
        history=tuple(_was(flag) for flag in flags),
        may_record=followed.may(by, Permission.RECORD_CONTACT),
        may_confirm=drops and followed.may(by, Permission.CONFIRM_DROP_OUT),
    )
    return {"section": section, "last_dosed": stands.away.last_dosed if stands else None}


def attempts_of(patient_id: UUID, *, most: int = ATTEMPTS) -> tuple[Attempt, ...]:
    """The newest attempts to reach the patient."""
    made = ContactAttempt.objects.filter(patient_id=patient_id).select_related("recorded_by").order_by("-at", "-id")
    return tuple(
        Attempt(
            at=one.at,
            how=str(HOW_WORDS[ContactHow(one.how)]),
            result=str(RESULT_WORDS[ContactResult(one.result)]),
            reached=one.result != ContactResult.NOT_REACHED,
            words=one.words,
            by=one.recorded_by.initials,
        )
        for one in made[:most]
    )


def _announced(patient_id: UUID, today: date) -> tuple[Announced, ...]:
    """What was announced and not taken back: coming and present ones, and the last few."""
    told = Absence.objects.filter(patient_id=patient_id, cancelled_at__isnull=True).select_related("recorded_by")
    return tuple(
        Announced(
            id=one.pk,
            from_day=one.from_day,
            until_day=one.until_day,
            reason=str(ABSENCE_WORDS[AbsenceReason(one.reason)]),
            told_by=str(TOLD_WORDS[ToldBy(one.told_by)]),
            words=one.words,
            by=one.recorded_by.initials,
            open=one.until_day >= today,
        )
        for one in told.order_by("-from_day", "-id")[:6]
    )


def _was(flag: Flag) -> Was:
    level = FlagLevel(flag.level)
    tag = str(LEVEL_WORDS[level]) if flag.kind == FlagKind.MISSED else ""
    why = END_WORDS[FlagEnd(flag.cleared_why)] if flag.cleared_why else _("đang còn")
    return Was(tag, TAG_KINDS[level], flag_words(flag.kind, flag.figures), flag.raised_at, flag.cleared_at, why)
