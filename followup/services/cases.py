"""Cases: what was wrong with a fact, opened for a named person with a due time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access
from core.ids import new_id
from core.models import AuditEvent
from facilities.services import settings
from followup.models import Case, CaseKind
from followup.queries.owners import candidates_by_facility
from followup.rules.owners import choose
from followup.rules.settings import CaseSettings
from followup.services import opening

DUE_HOURS: Final[dict[CaseKind, str]] = {
    CaseKind.DOSE_FINDING: "dose_finding_due_hours",
    CaseKind.CONFLICTING_DOSE: "conflicting_dose_due_hours",
    CaseKind.WRONG_DOSE: "wrong_dose_due_hours",
    CaseKind.UNRECONCILED_STOCK: "loss_report_hours",
    CaseKind.UNUSABLE_BOTTLE: "unusable_bottle_due_hours",
    CaseKind.BOTTLE_YIELD: "bottle_yield_due_hours",
}


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
            owner_id=choose(candidates.get(finding.facility_id, ()), day) or by.actor_id,
            due_at=finding.due_at or _due(finding),
            opened_at=finding.now,
            opened_by_id=by.actor_id,
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
