"""Whoever keeps the system running is told of a job that nobody tries again."""

from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from core.access import Access, Permission, Role
from core.models import JobRun
from followup.services import notices
from followup.services.notices import Telling
from staff.queries.appointments import holders

KIND = "job_failed"
SUBJECT = "job"


def tell(run: JobRun) -> None:
    """Tell every system administrator of today, once a day for each job."""
    now = run.ended_at or run.started_at
    day = timezone.localdate(now)
    subject_id = uuid5(NAMESPACE_URL, f"{SUBJECT}:{run.job}:{day}")
    notices.tell(
        (
            Telling(
                person_id=person_id, kind=KIND, key=f"job:{run.job}:{day}", subject_kind=SUBJECT,
                subject_id=subject_id, data={"job": run.job},
            )
            for person_id in holders(Role.SYSTEM_ADMINISTRATOR, day=day)
        ),
        now=now,
    )  # fmt: skip


def path(_subject_id: UUID, access: Access) -> str | None:
    """The operations page, for who may see it."""
    return "/operations/" if access.may(Permission.VIEW_OPERATIONS) else None
