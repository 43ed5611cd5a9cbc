"""Days on which somebody is not there: told by themselves, or by who plans the rota. Compensatory leave takes what it
needs out of the balance of overtime that was chosen as leave.

Both lock the person's row, as everything about one's own hours.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from facilities.services import settings
from staff.models import DaysOff, Person
from staff.queries.leave import balance_of
from staff.queries.people import works_at
from staff.queries.rota import days
from staff.queries.rota_fair import kinds_of
from staff.rules.hours_codes import DayKind
from staff.rules.rota_codes import OffKind
from staff.rules.settings import WorkSettings
from staff.services import rota_refusals as refusals
from staff.services.hours_refusals import NotReached, OtherContent

LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class NewDaysOff:
    """From a day to a day, both included."""

    id: UUID
    person_id: int
    kind: OffKind
    first_day: date
    last_day: date
    words: str


def record(*, command: NewDaysOff, by: Access, now: datetime) -> DaysOff:
    """Keep them. Same id and content: the same row. Compensatory leave takes the normal hours of each working day.

    Raises NotReached, OrderOfDays, AwayTwice, LeaveNotInUse, NoWorkingDay, NotEnoughLeave, OtherContent.
    """
    facility_id = _allowed(command.person_id, by, command.first_day)
    if not command.first_day <= command.last_day <= command.first_day + LONGEST:
        raise refusals.OrderOfDays
    content = {
        "person_id": command.person_id, "kind": str(command.kind), "first_day": command.first_day,
        "last_day": command.last_day, "words": command.words.strip(), "recorded_by_id": by.actor_id,
    }  # fmt: skip
    try:
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=command.person_id)
            held = DaysOff.objects.filter(pk=command.id).first()
            if held is not None:
                if any(getattr(held, name) != value for name, value in content.items()):
                    raise OtherContent
                return held
            minutes = _minutes(command, facility_id, now) if command.kind is OffKind.COMPENSATORY else 0
            row = DaysOff.objects.create(id=command.id, minutes=minutes, recorded_at=now, **content)
            _audit("days_off.recorded", row, facility_id, by, now)
    except IntegrityError as error:
        if violated(error) == "staff_daysoff_no_overlap":
            raise refusals.AwayTwice from error
        raise
    return row


def end(*, off_id: UUID, by: Access, now: datetime) -> None:
    """They are there, after all: the row stands no longer, and leave goes back to the balance. Again: nothing.

    Compensatory leave that has begun somebody else ends: who took it would be paid for it, too. Raises
    DaysOff.DoesNotExist, NotReached, LeaveBegun.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        row = DaysOff.objects.select_for_update().get(pk=off_id)
        facility_id = _allowed(row.person_id, by, row.first_day)
        if row.ended_at is None:
            own = row.person_id == by.actor_id and row.kind == OffKind.COMPENSATORY
            if own and row.first_day <= today:
                raise refusals.LeaveBegun
            row.ended_at, row.ended_by_id = now, by.actor_id
            row.save(update_fields=["ended_at", "ended_by"])
            _audit("days_off.ended", row, facility_id, by, now)


def _allowed(person_id: int, by: Access, day: date) -> int:
    """At which facility: one's own, or one of those whose rota one plans and where the person works on that day."""
    if by.may(Permission.VIEW_ROTA) and by.facility_id is not None and person_id == by.actor_id:
        return by.facility_id
    reach = by.reach_by_permission.get(Permission.PLAN_ROTA, frozenset())
    place = next((each for each in sorted(reach) if works_at(person_id, facility_id=each, since=day)), None)
    if place is None:
        raise NotReached
    return place


def _minutes(command: NewDaysOff, facility_id: int, now: datetime) -> int:
    """What these days take of the balance: the normal hours of each working day. Raises the refusals of leave."""
    terms = settings.for_facility(WorkSettings, facility_id=facility_id, at=now)
    if not terms.leave_instead:
        raise refusals.LeaveNotInUse
    kinds = kinds_of(facility_id, command.first_day, command.last_day)
    working = sum(kinds[day] is DayKind.WORKING for day in days(command.first_day, command.last_day))
    if not working:
        raise refusals.NoWorkingDay
    wanted, left = working * 60 * terms.normal_day_hours, balance_of(command.person_id).left
    if wanted > left:
        raise refusals.NotEnoughLeave(wanted, max(0, left))
    return wanted


def _audit(action: str, row: DaysOff, facility_id: int, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="days_off", subject_id=row.pk, facility_id=facility_id,
        person_id=row.person_id, kind=row.kind, first=row.first_day.isoformat(), last=row.last_day.isoformat(),
    )  # fmt: skip
