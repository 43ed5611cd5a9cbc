"""The day is opened: what somebody found in the morning, one screen, once for a day. Nothing of it stops a dose."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import DayOpening
from dispensing.queries.site_days import midnights
from dispensing.rules.closing import Fault, check_time
from inventory.queries import bottles as bottle_queries
from inventory.rules.kinds import Why
from inventory.services import acts, checks, closed_counts, measures, observing, seals
from inventory.services.checks import Naloxone
from inventory.services.closed_counts import ClosedFound
from inventory.services.measures import Measure
from inventory.services.seals import Found
from inventory.services.withdrawals import lock_bottles


class DayRefused(Exception):
    """The opening or the close cannot be kept as it was typed; `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__([str(fault) for fault in faults])
        self.faults = faults


class StatedAlready(Exception):
    """Somebody has opened (closed) this day before; `by` and `at` say who and when."""

    def __init__(self, *, by: str, at: datetime) -> None:
        super().__init__(by, at)
        self.by, self.at = by, at


@dataclass(frozen=True)
class BottleSeen:
    """One opened bottle by its label's number. `seal_number` None: nobody looked; empty: there is no seal.

    `readings`: as typed, empty where it was not measured; `tare` where the scale asks for it. `first`: what was read
    before, where a second reading was asked for.
    """

    number: int
    seal_number: str | None = None
    readings: tuple[str, ...] = ()
    tare: str = ""
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewOpening:
    """What is stated. `closed`: label numbers of the closed bottles found, None where they were not counted."""

    id: UUID
    day: date
    opened_at: datetime
    on_duty: tuple[int, ...]
    cabinet_locked: bool = True
    bottles: tuple[BottleSeen, ...] = ()
    closed: tuple[int, ...] | None = None
    naloxone: int | None = None
    naloxone_expiry: date | None = None
    notes_read: bool = False
    note: str = ""


@dataclass(frozen=True)
class Opened:
    """The receipt. `measure_now`: labels' numbers of bottles whose seal differs and that were not measured."""

    row: DayOpening
    measure_now: tuple[int, ...] = ()
    known: bool = False


def open_day(*, command: NewOpening, by: Access, now: datetime) -> Opened:
    """Keep the morning as it was found, with the seals, measures, counts and checks of it, in one transaction.

    The same id again answers the same record. Late is allowed, with its true time. Raises DayRefused, StatedAlready,
    what the stock room refuses (StockRefused), PermissionDenied.
    """
    authorise(by)
    facility_id = by.facility_id or 0
    with transaction.atomic():
        wait_for_the_day(facility_id, command.day)
        earlier = (
            DayOpening.objects.filter(facility_id=facility_id, day=command.day).select_related("recorded_by").first()
        )
        if earlier is not None:
            if earlier.pk == command.id:
                return Opened(earlier, known=True)
            raise StatedAlready(by=earlier.recorded_by.initials, at=earlier.opened_at)
        refuse_time(day=command.day, at=command.opened_at, by=by, now=now)
        if not command.on_duty:
            raise DayRefused(Fault.NOBODY_ON_DUTY)
        said, measure_now = _look_around(command, by, now)
        row = DayOpening.objects.create(
            id=command.id,
            facility_id=facility_id,
            day=command.day,
            opened_at=command.opened_at,
            on_duty=list(command.on_duty),
            cabinet_locked=command.cabinet_locked,
            note=command.note.strip(),
            said={**said, "notes_read": command.notes_read},
            recorded_at=now,
            recorded_by_id=by.actor_id,
        )
        audit.record(
            action="day.opened", by=by, now=now, subject_kind="day_opening", subject_id=row.pk, day=str(command.day),
            cabinet_locked=command.cabinet_locked,
        )  # fmt: skip
    return Opened(row, measure_now)


def authorise(by: Access) -> None:
    """Raises PermissionDenied unless the person handles the stock and states outcomes where they act."""
    observing.authorise(by)
    acts.authorise(by, Permission.RECORD_OUTCOME)


def wait_for_the_day(facility_id: int, day: date) -> None:
    """Two who open or close one day meet here: the second finds what the first has stated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"day {facility_id} {day}"])


def refuse_time(*, day: date, at: datetime, by: Access, now: datetime) -> None:
    """Raises DayRefused for a day that has not come, and for a time that cannot be true."""
    begins, _ends = midnights(day, by.zone)
    faults = check_time(day=day, at=at, today=local_day(now, by.zone), now=now, begins=begins)
    if faults:
        raise DayRefused(*faults)


def part_of(whole: UUID, part: str) -> UUID:
    """The id of an observation that belongs to an opening or a close: a second send finds it again."""
    return uuid5(whole, part)


def lock_all(bottles: tuple[BottleSeen, ...], facility_id: int) -> None:
    """All bottles that will be measured, in the order of their ids, before the chain head."""
    measured = [bottle.number for bottle in bottles if any(bottle.readings)]
    lock_bottles([bottle_queries.get_id(number=number, facility_id=facility_id) for number in measured])


def measure(bottle: BottleSeen, *, whole: UUID, why: Why, by: Access, now: datetime, **more: Any) -> UUID:
    """Keep the bottle's measure as a part of the opening or the close; answers its id."""
    command = _measure_of(bottle, whole, why, **more)
    measures.record(command=command, by=by, now=now)
    return command.id


def to_read_again(bottles: tuple[BottleSeen, ...], *, whole: UUID, by: Access, now: datetime) -> frozenset[int]:
    """The label numbers of the bottles to read a second time before the day is kept; what the measures ask."""
    commands = [_measure_of(bottle, whole, Why.OPENING) for bottle in bottles if any(bottle.readings)]
    return measures.to_read_again(commands=commands, by=by, now=now)


def _measure_of(bottle: BottleSeen, whole: UUID, why: Why, **more: Any) -> Measure:
    id_ = part_of(whole, f"measure {bottle.number}")
    return Measure(id_, bottle.number, why, bottle.readings, tare=bottle.tare, first=bottle.first, **more)


def _look_around(command: NewOpening, by: Access, now: datetime) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Everything that was looked at, each kept in its own table; answers the ids, and which bottles to measure now."""
    lock_all(command.bottles, by.facility_id or 0)
    said: dict[str, Any] = {"seals": [], "measures": []}
    measure_now: list[int] = []
    for bottle in command.bottles:
        if bottle.seal_number is not None:
            id_ = part_of(command.id, f"seal {bottle.number}")
            read = seals.found(command=Found(id_, bottle.number, bottle.seal_number), by=by, now=now)
            said["seals"].append(str(id_))
            if read.measure_now and not any(bottle.readings):
                measure_now.append(bottle.number)
        if any(bottle.readings):
            said["measures"].append(str(measure(bottle, whole=command.id, why=Why.OPENING, by=by, now=now)))
    if command.closed is not None:
        id_ = part_of(command.id, "closed")
        closed_counts.record(command=ClosedFound(id_, Why.OPENING, command.closed), by=by, now=now)
        said["closed_count"] = str(id_)
    if command.naloxone is not None:
        id_ = part_of(command.id, "naloxone")
        checks.naloxone(command=Naloxone(id_, command.naloxone, command.naloxone_expiry), by=by, now=now)
        said["naloxone"] = str(id_)
    return said, tuple(measure_now)
