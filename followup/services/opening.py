"""Writes new cases with the first line of their timeline: one statement, whether one case or ten thousand."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from followup.models import Case, CaseKind, CaseStep

# By name: a prepared statement that answers whatever columns there are fails from the moment on at which one is added.
_COLUMNS = ", ".join(str(field.column) for field in Case._meta.concrete_fields)
# In the order of the unique index, so that two batches wait for each other and never deadlock.
OPEN = f"""
WITH opened AS (
    INSERT INTO followup_case (
        id, kind, facility_id, subject_kind, subject_id, patient_id, findings,
        owner_id, due_at, opened_at, opened_by_id, rung
    )
    SELECT
        id, kind, facility_id, subject_kind, subject_id, patient_id, findings,
        owner_id, due_at, opened_at, opened_by_id, 0
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS row (
        id uuid, kind text, facility_id bigint, subject_kind text, subject_id uuid, patient_id uuid,
        findings jsonb, owner_id bigint, due_at timestamptz, opened_at timestamptz, opened_by_id bigint
    )
    ORDER BY subject_kind, subject_id, kind
    ON CONFLICT (subject_kind, subject_id, kind) WHERE concluded_at IS NULL DO NOTHING
    RETURNING {_COLUMNS}
), timeline AS (
    INSERT INTO followup_caseevent (id, case_id, step, at, by_id, to_id, words)
    SELECT event_id, opened.id, %(step)s, opened.opened_at, opened.opened_by_id, opened.owner_id, ''
    FROM opened JOIN jsonb_to_recordset(%(rows)s::jsonb) AS row (id uuid, event_id uuid) USING (id)
)
SELECT {_COLUMNS} FROM opened
"""  # noqa: S608  the model's own names


@dataclass(frozen=True)
class NewCase:
    """One row to be, everything decided."""

    id: UUID
    event_id: UUID
    kind: CaseKind
    facility_id: int
    subject_kind: str
    subject_id: UUID
    patient_id: UUID | None
    findings: list[dict[str, Any]]
    owner_id: int
    due_at: datetime
    opened_at: datetime
    opened_by_id: int | None

    @property
    def key(self) -> tuple[str, UUID, str]:
        """What only one open case may have."""
        return self.subject_kind, self.subject_id, str(self.kind)


def write(rows: Sequence[NewCase]) -> tuple[list[Case], list[Case]]:
    """(cases opened now, cases that were open before), one for each distinct key among the rows."""
    new: list[Case] = []
    known: list[Case] = []
    missing = {row.key: row for row in rows}
    while missing:  # more than once only for a case that was concluded between the two statements
        values = json.dumps([asdict(row) for row in missing.values()], default=_plain)
        opened = list(Case.objects.raw(OPEN, {"rows": values, "step": CaseStep.OPENED}))
        new += opened
        _strike(missing, opened)
        if missing:
            subjects = {subject_id for _, subject_id, _ in missing}
            found = [
                case
                for case in Case.objects.filter(subject_id__in=subjects, concluded_at__isnull=True)
                if _key(case) in missing
            ]
            known += found
            _strike(missing, found)
    return new, known


def _key(case: Case) -> tuple[str, UUID, str]:
    return case.subject_kind, case.subject_id, case.kind


def _strike(missing: dict[tuple[str, UUID, str], NewCase], cases: Iterable[Case]) -> None:
    for case in cases:
        missing.pop(_key(case), None)


def _plain(value: object) -> str:
    """Ids and instants as PostgreSQL reads them, instants to the microsecond."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"A finding cannot hold a {type(value).__name__}.")
