"""Overtime chosen as leave: what it earned, what was taken, what is left; and what could still be chosen."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Sum as Total

from core import clock
from core.access import Access
from core.ids import new_id
from facilities.services import settings
from staff.models import DaysOff, DutyInterval, LeaveChoice
from staff.queries.reckoning import reckoned
from staff.rules.leave import payable_within
from staff.rules.rota_codes import OffKind
from staff.rules.settings import WorkSettings
from staff.rules.wording_rota import OFF_WORDS


@dataclass(frozen=True)
class Balance:
    """In minutes. `left` may be negative after a correction of hours whose leave was taken already."""

    earned: int
    taken: int

    @property
    def left(self) -> int:
        return self.earned - self.taken


@dataclass(frozen=True)
class Choosable:
    """One approved interval. `most`: the minutes of it that could be leave; `chosen`: those that are, with the choice's
    id."""

    interval_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    most: int
    chosen: int = 0
    choice_id: UUID | None = None
    fresh_id: UUID = field(default_factory=new_id)  # of the choice that a form makes of it

    @property
    def most_hours(self) -> int:
        return self.most // 60

    @property
    def most_minutes(self) -> int:
        return self.most % 60


@dataclass(frozen=True)
class Off:
    """Days off as pages show them."""

    id: UUID
    person_id: int
    name: str
    kind: str
    first_day: date
    last_day: date
    minutes: int
    words: str


@dataclass(frozen=True)
class MyLeave:
    """`in_use`: the place lets people choose; what was chosen before stays visible where it does not any more."""

    in_use: bool
    balance: Balance
    choosable: tuple[Choosable, ...]
    chosen: tuple[Choosable, ...]
    off: tuple[Off, ...]


def balance_of(person_id: int) -> Balance:
    """What a person earned and took, of all time. Choices of intervals that were corrected count no more. Two
    statements."""
    standing = LeaveChoice.objects.filter(
        person_id=person_id, ended_at__isnull=True, interval__ended_at__isnull=True
    )  # fmt: skip
    taken = DaysOff.objects.filter(person_id=person_id, kind=OffKind.COMPENSATORY, ended_at__isnull=True)
    return Balance(
        standing.aggregate(sum=Total("earned"))["sum"] or 0, taken.aggregate(sum=Total("minutes"))["sum"] or 0
    )


def my_leave(*, by: Access, now: datetime) -> MyLeave:
    """One's own: of this year what could be chosen, and days off that have not passed. A bounded number of
    statements."""
    today = clock.local_day(now, by.zone)
    terms = (
        settings.for_facility(WorkSettings, facility_id=by.facility_id, at=now) if by.facility_id else WorkSettings()
    )
    rows = choosable(by.actor_id, year=today.year)
    return MyLeave(
        in_use=terms.leave_instead,
        balance=balance_of(by.actor_id),
        choosable=tuple(row for row in rows if row.choice_id is None and row.most) if terms.leave_instead else (),
        chosen=tuple(row for row in rows if row.choice_id is not None),
        off=off_ahead([by.actor_id], today),
    )


def choosable(person_id: int, *, year: int) -> list[Choosable]:
    """The approved intervals of a year, the newest first, with what of each is payable and what was chosen."""
    blocks = reckoned([person_id], year=year)[person_id]
    choices = {
        interval: (pk, minutes)
        for pk, interval, minutes in LeaveChoice.objects.filter(
            person_id=person_id, ended_at__isnull=True, interval__day__year=year
        ).values_list("pk", "interval_id", "minutes")
    }
    rows = DutyInterval.objects.filter(
        person_id=person_id, ended_at__isnull=True, approval__isnull=False, day__year=year
    ).order_by("-starts_at")
    found = []
    for row in rows:
        choice_id, chosen = choices.get(row.pk, (None, 0))
        most = payable_within(blocks, row.starts_at, row.ends_at)
        found.append(Choosable(row.pk, row.day, row.starts_at, row.ends_at, most, chosen, choice_id))
    return found


def off_ahead(person_ids: list[int], today: date) -> tuple[Off, ...]:
    """Days off that have not passed, the next first. One statement."""
    rows = DaysOff.objects.filter(person_id__in=person_ids, ended_at__isnull=True, last_day__gte=today)
    return tuple(
        Off(
            row.pk, row.person_id, row.person.full_name, str(OFF_WORDS[OffKind(row.kind)]), row.first_day,
            row.last_day, row.minutes, row.words,
        )
        for row in rows.select_related("person").order_by("first_day", "person_id", "id")
    )  # fmt: skip
