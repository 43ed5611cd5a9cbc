"""The one way to write the audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from core import rows
from core.access import Access
from core.models import AuditEvent


def record(
    *,
    action: str,
    by: Access,
    now: datetime,
    subject_kind: str,
    subject_id: object,
    patient_id: UUID | None = None,
    facility_id: int | None = None,
    **detail: Any,
) -> None:
    """Write who did what, in the caller's transaction. `detail` holds codes and ids, never a name."""
    rows.insert(
        event(
            action=action,
            by=by,
            now=now,
            subject_kind=subject_kind,
            subject_id=subject_id,
            patient_id=patient_id,
            facility_id=facility_id,
            **detail,
        )
    )


def event(
    *,
    action: str,
    by: Access,
    now: datetime,
    subject_kind: str,
    subject_id: object,
    patient_id: UUID | None = None,
    facility_id: int | None = None,
    **detail: Any,
) -> AuditEvent:
    """An unsaved row, for acts that write many at once. Names the device that somebody acted through."""
    if by.device_id is not None:
        detail["device"] = str(by.device_id)
    return AuditEvent(
        at=now,
        action=action,
        actor_id=by.person_id,
        actor_label=by.label,
        acting_as=by.roles_text,
        facility_id=facility_id if facility_id is not None else by.facility_id,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        patient_id=patient_id,
        detail=detail,
    )
