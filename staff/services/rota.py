"""Planning who is on duty: tapped by the head, copied from the week before, taken from a proposal. It locks nobody out.

Every service locks the facility's row, so that two heads at one rota come one after the other.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from core.ids import new_id
from facilities.models import Facility
from staff.models import RotaDuty
from staff.queries.rota import Planning, planning
from staff.rules.rota import Crew, Entry
from staff.rules.rota_codes import Planned, RotaRole, Unplanned
from staff.services import rota_refusals as refusals
from staff.services.hours_refusals import NotReached

WEEK = timedelta(days=7)


def plan(*, facility_id: int, entry: Entry, by: Access, now: datetime) -> RotaDuty:
    """Somebody is to be on duty. Again: the entry that stands. Who is on leave or at another place may be planned, and
    is shown so. Raises NotReached, PastDay, NotAble."""
    with transaction.atomic():
        today = _locked(facility_id, by, now)
        _ahead([entry.day], today)
        held = RotaDuty.objects.filter(
            facility_id=facility_id, day=entry.day, role=entry.role, person_id=entry.person_id, ended_at__isnull=True
        ).first()
        if held is not None:
            return held
        crew = _crew(planning([facility_id], entry.day, entry.day), facility_id)
        if entry.person_id not in crew or (entry.day, entry.role) not in crew[entry.person_id].can:
            raise refusals.NotAble
        [row] = write(facility_id, [entry], how=Planned.TAPPED, by=by, now=now)
    return row


def unplan(*, facility_id: int, entry: Entry, by: Access, now: datetime) -> int:
    """They are not to be, after all; answers how many entries ended. Raises NotReached, PastDay."""
    with transaction.atomic():
        today = _locked(facility_id, by, now)
        _ahead([entry.day], today)
        rows = list(
            RotaDuty.objects.filter(
                facility_id=facility_id, day=entry.day, role=entry.role, person_id=entry.person_id,
                ended_at__isnull=True,
            )
        )  # fmt: skip
        end(rows, why=Unplanned.CHANGED, by=by, now=now)
    return len(rows)


def copy_week(*, facility_id: int, monday: date, by: Access, now: datetime) -> int:
    """Fill what is still open of a week as the week before it was, as far as the people can; answers how many entries.

    Raises NotReached.
    """
    with transaction.atomic():
        today = _locked(facility_id, by, now)
        found = planning([facility_id], monday - WEEK, monday + WEEK - timedelta(days=1))
        before = [each.entry for each in found.planned.get(facility_id, ()) if each.day < monday]
        wanted = [Entry(entry.day + WEEK, entry.role, entry.person_id) for entry in before]
        return len(_fill(found, facility_id, wanted, Planned.COPIED, by=by, now=now, today=today))


def take(*, facility_id: int, wanted: Sequence[Entry], by: Access, now: datetime) -> int:
    """Plan what was proposed and chosen, where it is still open and they still can; answers how many entries.

    Raises NotReached, PastDay.
    """
    if not wanted:
        return 0
    with transaction.atomic():
        today = _locked(facility_id, by, now)
        _ahead([entry.day for entry in wanted], today)
        found = planning([facility_id], min(entry.day for entry in wanted), max(entry.day for entry in wanted))
        return len(_fill(found, facility_id, wanted, Planned.PROPOSED, by=by, now=now, today=today))


def write(facility_id: int, entries: Iterable[Entry], *, how: Planned, by: Access, now: datetime) -> list[RotaDuty]:
    """Write entries and their trail; the caller has locked and judged."""
    rows = [
        RotaDuty(
            id=new_id(), facility_id=facility_id, day=entry.day, role=entry.role, person_id=entry.person_id, how=how,
            planned_at=now, planned_by_id=by.actor_id,
        )
        for entry in entries
    ]  # fmt: skip
    RotaDuty.objects.bulk_create(rows)
    _audit("rota.planned", rows, by=by, now=now, how=how)
    return rows


def end(rows: Sequence[RotaDuty], *, why: Unplanned, by: Access, now: datetime) -> None:
    """They stand no longer; the caller has locked and judged."""
    RotaDuty.objects.filter(pk__in=[row.pk for row in rows]).update(
        ended_at=now, ended_by_id=by.actor_id, ended_why=why
    )
    _audit("rota.ended", rows, by=by, now=now, how=why)


def lock(facility_id: int) -> Facility:
    """The facility's row, as everybody takes it who changes its rota."""
    return Facility.objects.select_for_update(no_key=True).get(pk=facility_id)


def _locked(facility_id: int, by: Access, now: datetime) -> date:
    if not by.may_at(Permission.PLAN_ROTA, facility_id):
        raise NotReached
    return clock.local_day(now, lock(facility_id).zone)


def _ahead(days: Iterable[date], today: date) -> None:
    if any(day < today for day in days):
        raise refusals.PastDay


def _crew(found: Planning, facility_id: int) -> dict[int, Crew]:
    return {each.crew.person_id: each.crew for each in found.members.get(facility_id, ())}


def _fill(
    found: Planning, facility_id: int, wanted: Iterable[Entry], how: Planned, *, by: Access, now: datetime, today: date
) -> list[RotaDuty]:
    """Plan what is open from today on and somebody is free for."""
    crew = _crew(found, facility_id)
    taken = {(each.day, each.role) for each in found.planned.get(facility_id, ())}
    entries = [
        entry
        for entry in dict.fromkeys(wanted)
        if entry.day >= today
        and (entry.day, entry.role) not in taken
        and entry.person_id in crew
        and crew[entry.person_id].free(entry.day, entry.role)
    ]
    return write(facility_id, entries, how=how, by=by, now=now)


def _audit(action: str, rows: Sequence[RotaDuty], *, by: Access, now: datetime, how: str) -> None:
    if rows:
        audit.record(
            action=action, by=by, now=now, subject_kind="rota", subject_id=rows[0].pk,
            facility_id=rows[0].facility_id, how=str(how),
            entries=[[row.day.isoformat(), str(RotaRole(row.role)), row.person_id] for row in rows],
        )  # fmt: skip
