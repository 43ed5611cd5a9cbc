"""Paying: a month's payable hours of a site by one reference, and what an hour of somebody is worth.

What is due is always payable minus what was paid before: a correction after payment makes the next batch pay, or take
back, the difference, and nothing is paid twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.access import Access, Permission
from core.constraints import violated
from core.digests import sha256_of
from facilities.models import Facility
from staff.models import PayBatch, PayLine, PayTerm
from staff.queries.payroll import Line, payroll
from staff.services import hours_refusals as refusals


@dataclass(frozen=True)
class NewBatch:
    """Paid on a day by this reference: everything that is due of the month at the facility. `seen`: the digest of what
    the page showed as due, so that nothing else is paid than what somebody looked at."""

    id: UUID
    facility_id: int
    month: date
    reference: str
    paid_on: date
    seen: str


def pay(*, command: NewBatch, by: Access, now: datetime) -> PayBatch:
    """Write down that what is due was paid. Two at once: one after the other, and the second finds nothing due.

    Raises NotReached, NothingToPay, ReferenceTaken, Gone where something changed since it was shown, OtherContent.
    """
    if not by.may_at(Permission.PAY_HOURS, command.facility_id):
        raise refusals.NotReached
    try:
        with transaction.atomic():
            Facility.objects.select_for_update(no_key=True).get(pk=command.facility_id)
            held = PayBatch.objects.filter(pk=command.id).first()
            if held is not None:
                return _same(held, command, by)
            due = [line for line in payroll(facility_id=command.facility_id, month=command.month).lines if line.owed]
            if not due:
                raise refusals.NothingToPay
            if due_digest(due) != command.seen:
                raise refusals.Gone
            return _write(command, due, by, now)
    except IntegrityError as error:
        if violated(error) == "staff_paybatch_reference_once":
            raise refusals.ReferenceTaken from error
        raise


def due_digest(lines: list[Line]) -> str:
    """The sha256 of what is due to whom, for the form that shows it and the batch that pays it."""
    return sha256_of({"due": [[line.person_id, line.due, line.due_money] for line in lines if line.owed]})


@dataclass(frozen=True)
class NewTerm:
    """What an hour is worth from a day on, where known; `spared`: never beyond 200 hours a year (domain 6)."""

    id: UUID
    person_id: int
    hourly: Decimal | None
    spared: bool
    from_day: date


def set_term(*, command: NewTerm, facility_id: int, by: Access, now: datetime) -> PayTerm:
    """Keep it beside what was said before. The trail says that it changed, not how much it is. Raises NotReached."""
    if not by.may_at(Permission.PAY_HOURS, facility_id):
        raise refusals.NotReached
    content = {
        "person_id": command.person_id, "hourly": command.hourly, "spared": command.spared,
        "from_day": command.from_day, "recorded_by_id": by.actor_id,
    }  # fmt: skip
    with transaction.atomic():
        row, first = PayTerm.objects.get_or_create(pk=command.id, defaults={**content, "recorded_at": now})
        if not first and any(getattr(row, name) != value for name, value in content.items()):
            raise refusals.OtherContent
        if first:
            audit.record(
                action="pay.term", by=by, now=now, subject_kind="person", subject_id=command.person_id,
                facility_id=facility_id, from_day=command.from_day.isoformat(),
            )  # fmt: skip
    return row


def _same(held: PayBatch, command: NewBatch, by: Access) -> PayBatch:
    said = (command.facility_id, command.month, command.reference, command.paid_on, by.actor_id)
    if (held.facility_id, held.month, held.reference, held.paid_on, held.recorded_by_id) != said:
        raise refusals.OtherContent
    return held


def _write(command: NewBatch, due: list[Line], by: Access, now: datetime) -> PayBatch:
    batch = PayBatch.objects.create(
        id=command.id, facility_id=command.facility_id, month=command.month, reference=command.reference,
        paid_on=command.paid_on, digest=due_digest(due), recorded_at=now, recorded_by_id=by.actor_id,
    )  # fmt: skip
    PayLine.objects.bulk_create(
        PayLine(batch=batch, person_id=line.person_id, minutes=line.due, amount=line.due_money) for line in due
    )
    audit.record(
        action="pay.batch", by=by, now=now, subject_kind="pay_batch", subject_id=batch.pk,
        facility_id=command.facility_id, month=command.month.isoformat(), people=len(due),
    )  # fmt: skip
    return batch
