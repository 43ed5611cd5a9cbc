"""Who is due for an examination, counselling or a urine test, and who was drawn: a few statements for any number."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.templatetags.tram import day_short
from dispensing.queries import stability
from dispensing.queries.following import Followed, following_path
from dispensing.queries.stability import Care, Person, Tested
from dispensing.rules.draw import is_drawn, open_draw
from dispensing.rules.due import Due, all_due
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability_codes import DUE_WORDS, DueKind
from dispensing.rules.stability_settings import StabilitySettings
from facilities.services import settings as rule_settings
from patients.models import Placement, Status
from patients.queries.reach import in_force

SOON: Final = 7  # days ahead that the list shows


@dataclass(frozen=True)
class Mark:
    """One thing that a patient is due for, in words; `kind` colours it."""

    kind: str
    words: str


@dataclass(frozen=True)
class Row:
    """One patient of the list: code and initials only. `first_due` orders it."""

    patient_id: UUID
    code: str
    initials: str
    place: str
    marks: tuple[Mark, ...]
    first_due: date

    @property
    def path(self) -> str:
        return following_path(self.patient_id)


@dataclass(frozen=True)
class Site:
    """One site of the list, with how many of its patients wait."""

    id: int
    name: str
    waiting: int


@dataclass(frozen=True)
class DueList:
    """Who was drawn, who is late, who comes next; `sites` where there are several to choose from."""

    drawn: tuple[Row, ...]
    late: tuple[Row, ...]
    soon: tuple[Row, ...]
    sites: tuple[Site, ...]
    chosen: int | None
    total: int

    @property
    def empty(self) -> bool:
        return not (self.drawn or self.late or self.soon)


def due_list(*, by: Access, now: datetime, site_id: int | None = None) -> DueList:
    """Everybody in treatment who drinks within this person's reach today; five statements whatever their number.

    Who may not read orders sees counselling only: tests and examinations are for those who treat.
    """
    today = local_day(now, by.zone)
    places = _placed(by, today)
    dues = load([patient_id for patient_id, *_rest in places], now=now)
    clinical = by.may(Permission.VIEW_PRESCRIPTIONS)
    groups: dict[str, list[Row]] = {"drawn": [], "late": [], "soon": []}
    waiting: dict[int, int] = {}
    for patient_id, code, initials, facility_id, place in places:
        one = dues.get(patient_id)
        if one is None:
            continue
        found = _sorted_in(one, clinical=clinical, today=today)
        waiting[facility_id] = waiting.get(facility_id, 0) + any(found[name] for name in ("drawn", "late"))
        if site_id in (None, facility_id):
            for name, marks in found.items():
                if marks:
                    groups[name].append(Row(patient_id, code, initials, place, marks, _first(one, name, today)))
    names = dict.fromkeys((facility_id, place) for *_who, facility_id, place in places)
    sites = tuple(Site(pk, name, waiting.get(pk, 0)) for pk, name in names)
    ordered = {name: tuple(sorted(found, key=lambda row: (row.first_due, row.code))) for name, found in groups.items()}
    return DueList(**ordered, sites=sites if len(sites) > 1 else (), chosen=site_id, total=len(places))


@dataclass(frozen=True, slots=True)
class DueNow:
    """What one patient is due for, and the day on which they were drawn for a test that nobody has asked for yet."""

    dues: tuple[Due, Due, Due]
    drawn_on: date | None

    def of(self, kind: DueKind) -> Due:
        return next(due for due in self.dues if due.kind is kind)


def load(patient_ids: Collection[UUID], *, now: datetime) -> dict[UUID, DueNow]:
    """What each of these patients is due for; four statements. Who is not in treatment is left out."""
    people = stability.people_of(patient_ids, now=now)
    tests = stability.tests_of(patient_ids, now=now)
    care = stability.care_of(patient_ids)
    key = draw_key()
    return {
        one.patient_id: _due_now(one, care.get(one.patient_id, Care()), tests.get(one.patient_id), key, now)
        for one in people
        if one.facility_id is not None
    }


def is_open_draw(shown: Followed, *, now: datetime) -> bool:
    """Whether the patient was drawn for a urine test that nobody has asked for yet."""
    one = load([shown.patient.pk], now=now).get(shown.patient.pk)
    return one is not None and one.drawn_on is not None


def drawn_of(patients: Iterable[Sequence[str]], *, facility_id: int, today: date, now: datetime) -> int:
    """How many of these were drawn today: each the code and the first day of treatment, as text."""
    settings = rule_settings.for_facility(StabilitySettings, facility_id=facility_id, at=now)
    key = draw_key()
    return sum(is_drawn(key, code, date.fromisoformat(began), today, settings) for code, began in patients)


def draw_key() -> bytes:
    """What makes the draw unforeseeable: it never leaves the server."""
    return salted_hmac("dispensing.urine_draw", "key", algorithm="sha256").digest()


def _due_now(one: Person, care: Care, tested: Tested | None, key: bytes, now: datetime) -> DueNow:
    settings = rule_settings.for_facility(StabilitySettings, facility_id=one.facility_id or 0, at=now)
    dosing = rule_settings.for_facility(DosingSettings, facility_id=one.facility_id or 0, at=now)
    drawn = open_draw(
        key, code=one.code, started_on=one.started_on, since=one.since,
        asked_on=tested.asked_on if tested else None, today=local_day(now, one.zone), settings=settings,
    )  # fmt: skip
    return DueNow(all_due(care.due(one, tested or Tested(None, ())), settings, dosing), drawn)


def _placed(by: Access, today: date) -> Sequence[tuple[UUID, str, str, int, str]]:
    """Who drinks where today, within reach: id, code, initials, place. One statement."""
    placed = Placement.objects.filter(
        in_force(today),
        facility_id__in=by.reach_by_permission.get(Permission.FOLLOW_PATIENT, frozenset()),
        patient__status__in=[Status.IN_TREATMENT, Status.SUSPENDED],
    )
    return list(
        placed.order_by("facility__name", "patient__code").values_list(
            "patient_id", "patient__code", "patient__initials", "facility_id", "facility__name"
        )
    )


def _sorted_in(one: DueNow, *, clinical: bool, today: date) -> dict[str, tuple[Mark, ...]]:
    """The marks of one patient, by the group that shows them."""
    shown = [due for due in one.dues if clinical or due.kind is DueKind.COUNSELLING]
    drawn: tuple[Mark, ...] = ()
    if clinical and one.drawn_on is not None:
        words = _("hôm nay") if one.drawn_on == today else _("từ %(day)s") % {"day": day_short(one.drawn_on)}
        drawn = (Mark("look", words),)
    late = tuple(_late(due, today) for due in shown if due.due_on < today)
    ahead = [due for due in shown if today <= due.due_on <= today + timedelta(days=SOON)]
    return {"drawn": drawn, "late": late, "soon": tuple(_ahead(due) for due in ahead)}


def _late(due: Due, today: date) -> Mark:
    words = {"what": DUE_WORDS[due.kind], "days": due.days_late(today)}
    said = _("%(what)s: chưa ghi lần nào") if due.last_on is None else _("%(what)s: quá %(days)s ngày")
    return Mark("stop" if due.overdue(today) else "look", said % words)


def _ahead(due: Due) -> Mark:
    return Mark("info", _("%(what)s: %(day)s") % {"what": DUE_WORDS[due.kind], "day": day_short(due.due_on)})


def _first(one: DueNow, group: str, today: date) -> date:
    if group == "drawn":
        return one.drawn_on or today
    return min((due.due_on for due in one.dues if (due.due_on < today) == (group == "late")), default=today)
