"""Hands for tests of cases."""

from datetime import datetime, timedelta
from uuid import UUID

from core.access import SYSTEM, Access
from core.ids import new_id
from followup import words
from followup.models import Case, CaseKind, Task
from followup.services import cases, tasks
from followup.services.tasks import NewTask
from tests import cast, world
from tests.entrance import access

ALREADY = [{"code": "dose_already_today", "data": {"mg": "65"}}]


def opened(
    *,
    kind: CaseKind = CaseKind.DOSE_FINDING,
    at: str = cast.SITE,
    by: Access | None = None,
    now: datetime = world.NOW,
    subject_id: UUID | None = None,
    patient_id: UUID | None = None,
) -> Case:
    """A case about a dose."""
    return cases.open_case(
        kind=kind,
        facility_id=world.facility(at).pk,
        subject_kind="dose",
        subject_id=subject_id or new_id(),
        patient_id=patient_id,
        findings=ALREADY,
        by=by or access(cast.DISPENSER),
        now=now,
    )


COUNT_SHELF = "count_shelf"
words.register_task(
    COUNT_SHELF,
    "Đếm lại kệ cấp cứu",
    lambda data: f"Còn {data['left']} ống; đếm lại và ghi.",
    outcomes={"counted": "Đã đếm", "not_needed": "Không cần nữa"},
    path=lambda subject_id, access: f"/inventory/?shelf={subject_id}",
)


def wanted(
    *, at: str = cast.SITE, now: datetime = world.NOW, subject_id: UUID | None = None, hours: int = 24, **more: object
) -> NewTask:
    """A shelf is to be counted."""
    return NewTask(
        kind=COUNT_SHELF,
        facility_id=world.facility(at).pk,
        subject_kind="shelf",
        subject_id=subject_id or new_id(),
        due_at=now + timedelta(hours=hours),
        data={"left": 2},
        **more,  # type: ignore[arg-type]
    )


def task(*, by: Access | None = None, now: datetime = world.NOW, **more: object) -> Task:
    """One open task, opened by a job unless somebody is named."""
    return tasks.open_tasks([wanted(now=now, **more)], by=by or SYSTEM, now=now)[0]  # type: ignore[arg-type]
