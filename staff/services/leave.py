"""Choosing overtime as leave instead of pay, hour for hour by default: of approved intervals, of what is payable."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Access, Permission
from facilities.services import settings
from staff.models import DutyInterval, LeaveChoice, Person
from staff.queries.leave import balance_of, choosable
from staff.rules.leave import earned
from staff.rules.settings import WorkSettings
from staff.services import rota_refusals as refusals
from staff.services.hours_refusals import Gone, NotReached, OtherContent


@dataclass(frozen=True)
class NewChoice:
    """So many minutes of an interval."""

    id: UUID
    interval_id: UUID
    minutes: int


def choose(*, command: NewChoice, by: Access, now: datetime) -> LeaveChoice:
    """These minutes are to be leave. Same id and content: the same choice. What was paid already is taken back by the
    next batch. Raises DutyInterval.DoesNotExist for somebody else's, LeaveNotInUse, Gone, NotPayable, OtherContent."""
    if not by.may(Permission.RECORD_HOURS):
        raise NotReached
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=by.actor_id)
        held = LeaveChoice.objects.filter(pk=command.id).first()
        if held is not None:
            if (held.person_id, held.interval_id, held.minutes) != (by.actor_id, command.interval_id, command.minutes):
                raise OtherContent
            return held
        row = DutyInterval.objects.get(pk=command.interval_id, person_id=by.actor_id)
        terms = settings.for_facility(WorkSettings, facility_id=row.facility_id, at=now)
        if not terms.leave_instead:
            raise refusals.LeaveNotInUse
        found = next((each for each in choosable(by.actor_id, year=row.day.year) if each.interval_id == row.pk), None)
        if found is None or found.choice_id is not None:
            raise Gone
        if not 0 < command.minutes <= found.most:
            raise refusals.NotPayable(found.most)
        made = LeaveChoice.objects.create(
            id=command.id, interval=row, person_id=by.actor_id, minutes=command.minutes,
            earned=earned(command.minutes, terms.leave_pct), chosen_at=now,
        )  # fmt: skip
        _audit("leave.chosen", made, row.facility_id, by, now)
    return made


def take_back(*, choice_id: UUID, by: Access, now: datetime) -> None:
    """They are to be paid, after all; as long as the leave was not taken. Again: nothing.

    Raises LeaveChoice.DoesNotExist for somebody else's, NotEnoughLeave.
    """
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=by.actor_id)
        row = LeaveChoice.objects.select_related("interval").get(pk=choice_id, person_id=by.actor_id)
        if row.ended_at is not None:
            return
        left = balance_of(by.actor_id).left
        if row.interval.ended_at is None and row.earned > left:
            raise refusals.NotEnoughLeave(row.earned, max(0, left))
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        _audit("leave.taken_back", row, row.interval.facility_id, by, now)


def _audit(action: str, row: LeaveChoice, facility_id: int, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="leave", subject_id=row.pk, facility_id=facility_id,
        interval=str(row.interval_id), minutes=row.minutes,
    )  # fmt: skip
