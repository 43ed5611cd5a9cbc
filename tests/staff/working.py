"""Hands of the tests of working time: the cast's duties on the days before the tests' day."""

from datetime import datetime, timedelta
from uuid import UUID

from core.access import Access
from core.ids import new_id
from staff.models import DutyInterval, WorkEvidence
from staff.services import approvals, duty, payroll, proposals
from staff.services.duty import TypedIn
from staff.services.payroll import NewBatch
from tests import cast, world
from tests.entrance import access

NOW = world.NOW
MONTH = world.TODAY.replace(day=1)
SUNDAY = world.TODAY - timedelta(days=2)  # 22 November 2026
MONDAY = world.TODAY - timedelta(days=1)


def at(day, clock: str) -> datetime:
    """A time of a day at the site."""
    hour, minute = clock.split(":")
    return NOW.replace(
        year=day.year, month=day.month, day=day.day, hour=int(hour), minute=int(minute), second=0, microsecond=0
    )


def typed(
    member: cast.Member = cast.DISPENSER, *, day=SUNDAY, begins="06:00", ends="10:00", corrects: UUID | None = None,
    by: Access | None = None,
) -> DutyInterval:  # fmt: skip
    """Hours typed in later."""
    command = TypedIn(new_id(), at(day, begins), at(day, ends), "quên bấm", corrects)
    return duty.type_in(command=command, by=by or access(member), now=NOW)


def approved(*rows: DutyInterval, by: cast.Member = cast.SITE_HEAD) -> int:
    return approvals.approve(interval_ids=[row.pk for row in rows], by=access(by), pin=cast.PIN, now=NOW)


def seen_at_work(member: cast.Member = cast.DISPENSER, *, day=SUNDAY, begins="05:31", ends="09:02") -> WorkEvidence:
    """What the room above would have pushed down."""
    return WorkEvidence.objects.create(
        person=world.person(member), facility=world.facility(cast.SITE), day=day, kind="dosing",
        first_at=at(day, begins), last_at=at(day, ends), as_of=NOW,
    )  # fmt: skip


def proposed(member: cast.Member = cast.DISPENSER, **when) -> DutyInterval:
    """An interval proposed of evidence."""
    seen_at_work(member, **when)
    proposals.propose(now=NOW)
    return DutyInterval.objects.get(person=world.person(member), confirmed_at__isnull=True, ended_at__isnull=True)


def paid(reference: str = "PC 12", *, month=MONTH, by: cast.Member = cast.PAYROLL):
    """Everything due of the month at the site."""
    place = world.facility(cast.SITE).pk
    lines = payroll.payroll(facility_id=place, month=month).lines
    command = NewBatch(new_id(), place, month, reference, world.TODAY, payroll.due_digest(list(lines)))
    return payroll.pay(command=command, by=access(by), now=NOW)
