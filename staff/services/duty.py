"""One's own working time: tapped, typed in later, proposed and then confirmed. Actual hours are never cut.

Every service locks the person's row, so that two screens of one person come one after the other; that intervals never
overlap is held by the database.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from core.ids import new_id
from facilities.models import Facility
from staff.models import DutyInterval, DutyTap, Person
from staff.rules.hours import free_parts, whole
from staff.rules.hours_codes import DutySource, Ended
from staff.services import hours_refusals as refusals
from staff.services.hours_refusals import HoursRefused as HoursRefused

LONGEST: Final = timedelta(hours=24)


@dataclass(frozen=True)
class TypedIn:
    """Hours that somebody types in later, and why; `corrects` names the entry that they stand for."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    corrects: UUID | None = None


def start(*, tap_id: UUID, by: Access, now: datetime) -> DutyTap:
    """Duty begins now, at the facility acted in. Again while one is open: that one."""
    facility_id = _facility(by)
    with transaction.atomic():
        _lock(by)
        held = DutyTap.objects.filter(person_id=by.actor_id, ended_at__isnull=True).first()
        if held is not None:
            return held
        tap, first = DutyTap.objects.get_or_create(
            pk=tap_id, defaults={"person_id": by.actor_id, "facility_id": facility_id, "started_at": now}
        )
        if tap.person_id != by.actor_id:
            raise refusals.OtherContent
        if first:
            _audit("duty.started", tap.pk, by=by, now=now, facility_id=facility_id)
    return tap


def end(*, by: Access, now: datetime) -> tuple[DutyInterval, ...]:
    """Duty ends now: what was not recorded otherwise of the time since the first tap. Raises NotOnDuty.

    Proposals within it are settled by it; entries of one's own stand, and only the time beside them is added. A tap
    that was forgotten is not taken as work beyond LONGEST: then no hours are made, and the person types them in.
    """
    with transaction.atomic():
        _lock(by)
        tap = DutyTap.objects.select_for_update().filter(person_id=by.actor_id, ended_at__isnull=True).first()
        if tap is None:
            raise refusals.NotOnDuty
        tap.ended_at = max(now, tap.started_at)
        tap.save(update_fields=["ended_at"])
        made: list[DutyInterval] = []
        if tap.ended_at - tap.started_at <= LONGEST:
            first, last = whole(tap.started_at, tap.ended_at)
            _settle_proposals(by.actor_id, first, last, now)
            for part in free_parts(first, last, _standing(by.actor_id, first, last)):
                row = _interval(new_id(), part, by=by, now=now, facility_id=tap.facility_id, source=DutySource.TAPPED)
                row.save(force_insert=True)
                made.append(row)
        _audit("duty.ended", tap.pk, by=by, now=now, facility_id=tap.facility_id, intervals=[str(r.pk) for r in made])
    return tuple(made)


def type_in(*, command: TypedIn, by: Access, now: datetime) -> DutyInterval:
    """Enter hours that were worked, or correct an entry by a new one that names it. Same id and content: the same row.

    Raises a HoursRefused: Backwards, TooLong, NotYet, WhyNeeded, Overlaps, Gone, OtherContent.
    """
    first, last, reason = _checked(command, now)
    with transaction.atomic():
        _lock(by)
        held = DutyInterval.objects.filter(pk=command.id).first()
        if held is not None:
            if (held.person_id, held.starts_at, held.ends_at, held.reason, held.corrects_id) != (
                by.actor_id, first, last, reason, command.corrects,
            ):  # fmt: skip
                raise refusals.OtherContent
            return held
        facility_id = _facility(by)
        if command.corrects is not None:
            old = _own(command.corrects, by)
            _end(old, Ended.CORRECTED, now)
            facility_id = old.facility_id
        _settle_proposals(by.actor_id, first, last, now)
        in_the_way = next(iter(_standing(by.actor_id, first, last)), None)
        if in_the_way is not None:
            raise refusals.Overlaps(*in_the_way)
        row = _interval(command.id, (first, last), by=by, now=now, facility_id=facility_id, source=DutySource.TYPED)
        row.reason, row.corrects_id = reason, command.corrects
        row.save(force_insert=True)
        _audit("duty.typed", row.pk, by=by, now=now, facility_id=facility_id, corrects=_text(command.corrects))
    return row


def confirm(*, interval_ids: Collection[UUID], by: Access, now: datetime) -> int:
    """The proposals are right as they stand; answers how many were confirmed now. Raises Gone for one that is not
    there any more."""
    with transaction.atomic():
        _lock(by)
        rows = [_own(each, by) for each in sorted(set(interval_ids))]
        waiting = [row for row in rows if row.confirmed_at is None]
        for row in waiting:
            row.confirmed_at = now
            row.save(update_fields=["confirmed_at"])
            _audit("duty.confirmed", row.pk, by=by, now=now, facility_id=row.facility_id)
    return len(waiting)


def decline(*, interval_id: UUID, by: Access, now: datetime) -> None:
    """A proposal was no work, or an entry of one's own was a mistake; nothing is proposed in its place. Raises Gone."""
    with transaction.atomic():
        _lock(by)
        row = _own(interval_id, by)
        _end(row, Ended.DECLINED, now)
        _audit("duty.declined", row.pk, by=by, now=now, facility_id=row.facility_id)


def _checked(command: TypedIn, now: datetime) -> tuple[datetime, datetime, str]:
    reason = command.reason.strip()
    if command.ends_at <= command.starts_at:
        raise refusals.Backwards
    first, last = whole(command.starts_at, command.ends_at)
    if last - first > LONGEST:
        raise refusals.TooLong
    if command.ends_at > now:
        raise refusals.NotYet
    if not reason:
        raise refusals.WhyNeeded
    return first, last, reason


def _facility(by: Access) -> int:
    if by.facility_id is None or not by.may(Permission.RECORD_HOURS):
        raise refusals.NotReached
    return by.facility_id


def _lock(by: Access) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=by.actor_id)


def _own(interval_id: UUID, by: Access) -> DutyInterval:
    """Raises DutyInterval.DoesNotExist for somebody else's."""
    row = DutyInterval.objects.get(pk=interval_id, person_id=by.actor_id)
    if row.ended_at is not None:
        raise refusals.Gone
    return row


def _end(row: DutyInterval, why: Ended, now: datetime) -> None:
    row.ended_at, row.ended_why = now, why
    row.save(update_fields=["ended_at", "ended_why"])


def _settle_proposals(person_id: int, first: datetime, last: datetime, now: datetime) -> None:
    """What was only proposed gives way to what the person says of the same time."""
    DutyInterval.objects.filter(
        person_id=person_id, confirmed_at__isnull=True, ended_at__isnull=True, starts_at__lt=last, ends_at__gt=first
    ).update(ended_at=now, ended_why=Ended.CORRECTED)


def _standing(person_id: int, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    return list(
        DutyInterval.objects.filter(person_id=person_id, ended_at__isnull=True, starts_at__lt=last, ends_at__gt=first)
        .order_by("starts_at")
        .values_list("starts_at", "ends_at")
    )


def _interval(
    row_id: UUID, part: tuple[datetime, datetime], *, by: Access, now: datetime, facility_id: int, source: DutySource
) -> DutyInterval:
    zone = Facility.objects.values_list("zone", flat=True).get(pk=facility_id)
    return DutyInterval(
        id=row_id,
        person_id=by.actor_id,
        facility_id=facility_id,
        day=clock.local_day(part[0], zone),
        starts_at=part[0],
        ends_at=part[1],
        source=source,
        recorded_at=now,
        recorded_by_id=by.actor_id,
        confirmed_at=now,
    )


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)


def _audit(action: str, subject: UUID, *, by: Access, now: datetime, facility_id: int, **detail: Any) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="duty", subject_id=subject, facility_id=facility_id, **detail
    )
