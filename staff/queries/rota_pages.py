"""The rota as its pages show it: a week of a place, who could take one role of a day, one's own duties and swaps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from facilities.models import Facility, FacilityKind
from facilities.queries.calendar import holidays_between
from staff.models import RotaSwap
from staff.queries.leave import off_ahead
from staff.queries.rota import PlaceGap, PlannedDuty, Planning, days, duties_between, planning
from staff.queries.rota_fair import AHEAD, kinds_of, with_history
from staff.rules.hours_codes import DayKind
from staff.rules.rota import clash
from staff.rules.rota_codes import RotaRole, SwapAnswer
from staff.rules.wording_rota import ROLE_WORDS, gap_words

WEEK: Final = timedelta(days=7)
WEEKS: Final = 4
SHOWN_SWAPS: Final = timedelta(days=14)


@dataclass(frozen=True)
class Planned:
    """Somebody in one cell of the week; `wrong`: why it does not work out, in words."""

    name: str
    wrong: str


@dataclass(frozen=True)
class Slot:
    """One role of one day; `missing`: nobody is there for it, in words."""

    role: RotaRole
    words: str
    people: tuple[Planned, ...]
    missing: str


@dataclass(frozen=True)
class DayOfRota:
    day: date
    slots: tuple[Slot, ...]
    heavy: bool
    holiday: str
    past: bool
    today: bool
    away: tuple[str, ...]


@dataclass(frozen=True)
class WeekChoice:
    monday: date
    missing: int


@dataclass(frozen=True)
class Week:
    """A week of a place, and what is missing in the four weeks from today on."""

    monday: date
    days: tuple[DayOfRota, ...]
    weeks: tuple[WeekChoice, ...]
    missing: tuple[PlaceGap, ...]
    wrong: tuple[PlaceGap, ...]

    @property
    def before(self) -> date:
        return self.monday - WEEK

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - timedelta(days=1)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may take one role of a day; `heavy`: rest days and holidays of the year before; `note`: what speaks
    against it."""

    person_id: int
    name: str
    roles: str
    heavy: int
    planned: bool
    note: str


@dataclass(frozen=True)
class MyDuty:
    """One of one's next duties, and who else is planned that day."""

    duty: PlannedDuty
    facility: str
    others: str
    offered_to: str

    @property
    def role_words(self) -> str:
        return str(ROLE_WORDS[self.duty.role])


@dataclass(frozen=True)
class SwapRow:
    """A swap in words. `state`: open, agreed (a head decides), done, declined, refused, withdrawn."""

    id: UUID
    person_id: int
    person: str
    to_id: int
    to: str
    day: date
    role: str
    back_day: date | None
    back_role: str
    words: str
    state: str


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def places_of(reach: Collection[int]) -> list[Facility]:
    """Where there is a rota: a store pours for nobody. One statement."""
    return list(Facility.objects.filter(pk__in=reach).exclude(kind=FacilityKind.STORE).order_by("name", "id"))


def week_of(*, facility_id: int, monday: date, today: date) -> Week:
    """A bounded number of statements, whatever is planned."""
    four_weeks = (monday_of(today), monday_of(today) + WEEKS * WEEK - timedelta(days=1))
    first, last = min(monday, today), max(monday + WEEK, four_weeks[1])
    found = planning([facility_id], first, last)
    gaps = found.gaps(facility_id, today)
    kinds = kinds_of(facility_id, monday, monday + WEEK)
    holidays = holidays_between(monday, monday + WEEK)
    wrong = {(gap.day, gap.role, gap.initials): gap.words for gap in gaps if not gap.missing}
    missing = {(gap.day, gap.role): gap for gap in gaps if gap.missing}
    off = off_ahead([each.crew.person_id for each in found.members.get(facility_id, ())], monday)
    mondays = [four_weeks[0] + number * WEEK for number in range(WEEKS)]
    return Week(
        monday=monday,
        days=tuple(
            DayOfRota(
                day=day,
                slots=_slots(found, facility_id, day, wrong, missing),
                heavy=kinds[day] is not DayKind.WORKING,
                holiday=holidays.get(day, "") if kinds[day] is DayKind.HOLIDAY else "",
                past=day < today,
                today=day == today,
                away=tuple(f"{each.name}: {each.kind}" for each in off if each.first_day <= day <= each.last_day),
            )
            for day in days(monday, monday + WEEK - timedelta(days=1))
        ),
        weeks=tuple(
            WeekChoice(each, sum(each <= gap.day < each + WEEK for gap in missing.values())) for each in mondays
        ),
        missing=tuple(gap for gap in missing.values() if gap.day <= today + AHEAD),
        wrong=tuple(gap for gap in gaps if not gap.missing),
    )


def candidates(*, facility_id: int, day: date, role: RotaRole) -> tuple[Candidate, ...]:
    """Everybody who may take the role on the day: who is free and had fewest weekends and holidays first."""
    found = with_history(planning([facility_id], day, day), facility_id)
    planned = found.planned.get(facility_id, ())
    rows = []
    for each in found.members.get(facility_id, ()):
        crew = each.crew
        if (day, role) not in crew.can:
            continue
        mine = {duty.role for duty in planned if duty.person_id == crew.person_id}
        wrong = clash(crew, day, role)
        also = ", ".join(str(ROLE_WORDS[one]) for one in RotaRole if one in mine - {role})
        note = gap_words(wrong) if wrong else also
        rows.append(
            (bool(note), role in crew.reserve, Candidate(
                crew.person_id, each.name, each.roles, crew.heavy, role in mine, note,
            ))
        )  # fmt: skip
    return tuple(row for _note, _reserve, row in sorted(rows, key=lambda row: (*row[:2], row[2].heavy, row[2].name)))


def my_duties(*, person_id: int, today: date) -> tuple[MyDuty, ...]:
    """One's own duties of the next four weeks, wherever. Three statements."""
    last = today + AHEAD
    places = dict(Facility.objects.values_list("id", "name"))
    everybody = duties_between(list(places), today, last, person_id=person_id)
    around = duties_between({duty.facility_id for duty in everybody}, today, last)
    offered = dict(
        RotaSwap.objects.filter(person_id=person_id, answered_at__isnull=True).values_list("duty_id", "to__full_name")
    )
    return tuple(
        MyDuty(
            duty=duty,
            facility=places[duty.facility_id],
            others=", ".join(
                dict.fromkeys(
                    other.name
                    for other in around
                    if (other.facility_id, other.day) == (duty.facility_id, duty.day) and other.person_id != person_id
                )
            ),
            offered_to=offered.get(duty.id, ""),
        )
        for duty in everybody
    )


def swaps_of(*, person_id: int, now: datetime) -> tuple[SwapRow, ...]:
    """One's own swaps of late and all that wait for an answer, the newest first. One statement."""
    mine = Q(person_id=person_id) | Q(to_id=person_id)
    recent = Q(answered_at__isnull=True) | Q(answered_at__gte=now - SHOWN_SWAPS)
    return _swap_rows(RotaSwap.objects.filter(mine & recent))


def swaps_to_decide(*, facility_id: int, today: date) -> tuple[SwapRow, ...]:
    """What both agreed and a head has yet to decide. One statement."""
    waiting = RotaSwap.objects.filter(
        duty__facility_id=facility_id, needs_head=True, answer=SwapAnswer.ACCEPTED, decided_at__isnull=True,
        duty__day__gte=today, duty__ended_at__isnull=True,
    )  # fmt: skip
    return _swap_rows(waiting)


def _swap_rows(rows: QuerySet[RotaSwap]) -> tuple[SwapRow, ...]:
    found = rows.select_related("person", "to", "duty", "in_return").order_by("-offered_at", "-id")
    return tuple(
        SwapRow(
            id=row.pk,
            person_id=row.person_id,
            person=row.person.full_name,
            to_id=row.to_id,
            to=row.to.full_name,
            day=row.duty.day,
            role=str(ROLE_WORDS[RotaRole(row.duty.role)]),
            back_day=row.in_return.day if row.in_return else None,
            back_role=str(ROLE_WORDS[RotaRole(row.in_return.role)]) if row.in_return else "",
            words=row.words,
            state=_state(row),
        )
        for row in found
    )


def _state(row: RotaSwap) -> str:
    if row.answer is None:
        return "open"
    if row.answer != SwapAnswer.ACCEPTED:
        return row.answer
    if row.needs_head and row.decision is None:
        return "agreed"
    return "refused" if row.decision == "refused" else "done"


def _slots(
    found: Planning,
    facility_id: int,
    day: date,
    wrong: dict[tuple[date, RotaRole, str], str],
    missing: dict[tuple[date, RotaRole], PlaceGap],
) -> tuple[Slot, ...]:
    """The roles that every day needs, and those that somebody is planned for."""
    slots = []
    for role in RotaRole:
        people = [each for each in found.planned.get(facility_id, ()) if (each.day, each.role) == (day, role)]
        gap = missing.get((day, role))
        if people or gap is not None or role in found.needed[facility_id] or role is RotaRole.CARRY:
            slots.append(
                Slot(
                    role=role,
                    words=str(ROLE_WORDS[role]),
                    people=tuple(Planned(each.name, wrong.get((day, role, each.initials), "")) for each in people),
                    missing=gap_words(gap.gap.kind) if gap is not None and not people else "",
                )
            )
    return tuple(slots)
