"""Cases: what was wrong with a fact, opened for a named person with a due time; noted on, handed on,
concluded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.digests import sha256_of
from core.ids import new_id
from core.models import AuditEvent
from facilities.services import settings
from followup.models import Case, CaseEvent, CaseKind, CaseStep
from followup.queries.cases import get_case, visible_to
from followup.queries.owners import candidates_by_facility
from followup.rules.kinds import CLINICAL, DUE_HOURS, NEEDS_TWO
from followup.rules.owners import choose
from followup.rules.settings import CaseSettings
from followup.services import opening
from staff.queries.appointments import standing_at
from staff.services import attestations, pins, signatures
from staff.services.attestations import SecondPerson


@dataclass(frozen=True)
class Finding:
    """What a fact had wrong with it: the case to open. `findings`: [{code, data}], codes and figures, no
    name.
    """

    kind: CaseKind
    facility_id: int
    subject_kind: str
    subject_id: UUID
    now: datetime
    patient_id: UUID | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    due_at: datetime | None = None


def open_case(
    *,
    kind: CaseKind,
    facility_id: int,
    subject_kind: str,
    subject_id: UUID,
    patient_id: UUID | None,
    findings: list[dict[str, Any]],
    by: Access,
    now: datetime,
    due_at: datetime | None = None,
) -> Case:
    """Open a case about a fact, or answer the one of this kind that is open about it already.

    Three statements in the caller's transaction: the owner, the case with its timeline, the audit row. A
    concluded case stays concluded: the same finding again opens a new one.
    """
    finding = Finding(kind, facility_id, subject_kind, subject_id, now, patient_id, findings, due_at)
    return open_cases_many([finding], by=by)[0]


def open_cases_many(findings: Sequence[Finding], *, by: Access) -> list[Case]:
    """Open a batch of cases, each at its own time, in as many statements as one; answers in order."""
    if not findings:
        return []
    days = [clock.local_day(finding.now, by.zone) for finding in findings]
    candidates = candidates_by_facility(
        {finding.facility_id for finding in findings}, first_day=min(days), last_day=max(days)
    )
    rows = [
        opening.NewCase(
            id=new_id(),
            event_id=new_id(),
            kind=finding.kind,
            facility_id=finding.facility_id,
            subject_kind=finding.subject_kind,
            subject_id=finding.subject_id,
            patient_id=finding.patient_id,
            findings=finding.findings,
            owner_id=choose(candidates.get(finding.facility_id, ()), day, clinical=finding.kind in CLINICAL)
            or by.actor_id,
            due_at=finding.due_at or _due(finding),
            opened_at=finding.now,
            opened_by_id=by.person_id,
        )
        for finding, day in zip(findings, days, strict=True)
    ]
    with transaction.atomic(savepoint=False):
        opened, known = opening.write(rows)
        AuditEvent.objects.bulk_create(
            audit.event(
                action="case.opened",
                by=by,
                now=case.opened_at,
                subject_kind="case",
                subject_id=case.id,
                patient_id=case.patient_id,
                facility_id=case.facility_id,
                kind=case.kind,
                owner=case.owner_id,
            )
            for case in opened
        )
    by_key = {(case.subject_kind, case.subject_id, case.kind): case for case in [*known, *opened]}
    return [by_key[row.key] for row in rows]


def _due(finding: Finding) -> datetime:
    in_force = settings.for_facility(CaseSettings, facility_id=finding.facility_id, at=finding.now)
    return finding.now + timedelta(hours=getattr(in_force, DUE_HOURS[finding.kind]))


class CaseRefused(Exception):
    """The case stays as it is; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class AlreadyConcluded(CaseRefused):
    def __init__(self) -> None:
        super().__init__(_("Việc này đã kết luận. Nếu còn vấn đề, một việc mới sẽ được mở."))


class NotTheirs(CaseRefused):
    def __init__(self) -> None:
        super().__init__(_("Người này hiện không được phân công xem việc của cơ sở. Chọn người khác."))


class NotYours(CaseRefused):
    def __init__(self) -> None:
        super().__init__(_("Chỉ người phụ trách hoặc người có quyền kết luận tại cơ sở này mới ký kết luận."))


class OwnPinRefused(CaseRefused):
    """The concluder's own PIN, told apart from the second person's."""


class NoWords(CaseRefused):
    def __init__(self) -> None:
        super().__init__(_("Viết vài chữ: đã xem gì, đã làm gì."))


def note(*, case_id: UUID, words: str, by: Access, now: datetime) -> CaseEvent:
    """Add a line to the timeline of an open case. Raises Case.DoesNotExist out of reach, AlreadyConcluded,
    NoWords.
    """
    with transaction.atomic():
        case = _locked(case_id, by)
        return _step(case, CaseStep.NOTE, by=by, now=now, words=_said(words))


def hand_on(*, case_id: UUID, to_id: int, words: str, by: Access, now: datetime) -> Case:
    """Give an open case to another person who may see cases of the facility today; the due time stays.

    Raises Case.DoesNotExist out of reach, AlreadyConcluded, NotTheirs.
    """
    with transaction.atomic():
        case = _locked(case_id, by)
        if not standing_at(case.facility_id, person_id=to_id, now=now).may_at(Permission.VIEW_CASES, case.facility_id):
            raise NotTheirs
        case.owner_id = to_id
        case.save(update_fields=["owner"])
        _step(case, CaseStep.HANDED_ON, by=by, now=now, words=words.strip(), to_id=to_id)
    return case


def conclude(
    *, case_id: UUID, words: str, pin: str, by: Access, now: datetime, second: SecondPerson | None = None
) -> Case:
    """Sign what came of a case; it never opens again. A difference in stock needs a second person
    (`needs_two`).

    Raises Case.DoesNotExist out of reach, a CaseRefused, or an AttestationRefused or PinRefused about the
    second person; then nothing has changed.
    """
    _said(words)
    seen = get_case(case_id, access=by)
    _check_concluder(seen, by)
    try:
        proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused
    beside = None
    if needs_two(seen):
        if not isinstance(second, attestations.Present):
            raise attestations.UnknownSecond
        beside = attestations.prove(second=second, actor=by, facility_id=seen.facility_id, now=now)
    with transaction.atomic():
        case = _locked(case_id, by)
        _check_concluder(case, by)
        digest = sha256_of(document(case, words))
        case.conclusion = signatures.sign(
            proven=proven,
            signer=by,
            meaning="concluded",
            subject_kind="case",
            subject_id=case.id,
            digest=digest,
            now=now,
        )
        case.concluded_at = now
        case.save(update_fields=["conclusion", "concluded_at"])
        if beside is not None:
            attestations.attest(
                act_kind="case",
                act_id=case.id,
                digest=digest,
                facility_id=case.facility_id,
                actor=by,
                second=beside,
                now=now,
            )
        _step(case, CaseStep.CONCLUDED, by=by, now=now, words=_said(words))
    return case


def needs_two(case: Case) -> bool:
    """Whether two real people conclude it (design, sentence 3)."""
    return case.kind in NEEDS_TWO


def document(case: Case, words: str) -> dict[str, Any]:
    """What a conclusion signs: the case as it was found and what was concluded."""
    return {
        "document": "case conclusion",
        "case": case.id,
        "kind": case.kind,
        "facility": case.facility_id,
        "subject_kind": case.subject_kind,
        "subject": case.subject_id,
        "findings": case.findings,
        "words": words.strip(),
    }


def _locked(case_id: UUID, by: Access) -> Case:
    """The open case, its row locked until the transaction ends."""
    case = visible_to(by).select_for_update().get(pk=case_id)
    if case.concluded_at is not None:
        raise AlreadyConcluded
    return case


def _check_concluder(case: Case, by: Access) -> None:
    if case.concluded_at is not None:
        raise AlreadyConcluded
    if case.owner_id != by.person_id and not by.may_at(Permission.CONCLUDE_CASE, case.facility_id):
        raise NotYours


def _said(words: str) -> str:
    if not words.strip():
        raise NoWords
    return words.strip()


def _step(case: Case, step: CaseStep, *, by: Access, now: datetime, words: str, to_id: int | None = None) -> CaseEvent:
    """One line of the timeline with its audit row."""
    event = CaseEvent.objects.create(case=case, step=step, at=now, by_id=by.actor_id, to_id=to_id, words=words)
    audit.record(
        action=f"case.{step}",
        by=by,
        now=now,
        subject_kind="case",
        subject_id=case.id,
        patient_id=case.patient_id,
        facility_id=case.facility_id,
        **({} if to_id is None else {"owner": to_id}),
    )
    return event
