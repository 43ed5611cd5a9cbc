"""A tiny province for tests: one larger site, where every story is told, and one small one that starts patients."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.access import Role
from demo.history import advance
from demo.people import staff
from demo.province import RIDGE, VALLEY
from demo.spec import ClinicSpec, ProvinceSpec, SiteSpec
from dispensing.models import Dose, Outcome, Prescription
from facilities.models import Facility
from followup.models import Case
from inventory.models import Act, Movement
from patients.models import Patient
from staff.models import Person
from staff.queries.appointments import standing_at

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS: Final = 8
LARGE = SiteSpec("lon", "Trạm thử lớn", "goc", 60, VALLEY, codes_from=40_000, doses_twice=True)
SMALL = SiteSpec("nho", "Trạm thử nhỏ", "goc", 8, RIDGE, bottle_ml=100, inducts=True, expired_bottle=True)
TINY = ProvinceSpec(
    seed="thu",
    key="thu",
    name="Tỉnh thử",
    area="Khu thử",
    area_label="Khu vực",
    store="Kho thử",
    clinics=(ClinicSpec("goc", "Cơ sở điều trị thử"),),
    sites=(LARGE, SMALL),
)


def at(hour: int, minute: int, *, days_later: int = 0) -> datetime:
    """A moment of Tuesday 24 November 2026, or of a day after it."""
    return datetime(2026, 11, 24, hour, minute, tzinfo=ZONE) + timedelta(days=days_later)


TODAY: Final[date] = at(6, 10).date()


def run(now: datetime, *, days: int = DAYS) -> Any:
    return advance(TINY, days=days, now=now)


def facility(site: SiteSpec) -> Facility:
    return Facility.objects.get(name=site.name)


def access(site: SiteSpec, role: Role, now: datetime) -> Any:
    """Somebody of the site in that role."""
    post = next(post for post in staff(TINY) if (post.place, post.role) == (site.key, role))
    person = Person.objects.get(username=post.username)
    return standing_at(facility(site).pk, person_id=person.pk, now=now)


@dataclass(frozen=True)
class Told:
    """Everything that happened, by natural keys."""

    doses: tuple[Any, ...]
    acts: tuple[Any, ...]
    orders: tuple[Any, ...]
    outcomes: tuple[Any, ...]
    cases: tuple[Any, ...]
    patients: tuple[Any, ...]


def _moved(act: Act) -> tuple[Any, ...]:
    return tuple(Movement.objects.filter(act_id=act.pk).order_by("position").values_list("quantity", "reason"))


def told() -> Told:
    ours = {"facility__name__in": [LARGE.name, SMALL.name]}
    return Told(
        doses=tuple(
            Dose.objects.filter(**ours)
            .order_by("patient_id", "covers_day", "given_at", "recorded_at")
            .values_list("patient_id", "covers_day", "given_at", "mg", "kind", "identified_by", "reduced")
        ),
        acts=tuple(
            sorted(
                (act.occurred_at, act.kind, act.actor_label, *_moved(act))
                for act in Act.objects.filter(**ours).exclude(kind="dose")
            )
        ),
        orders=tuple(
            Prescription.objects.filter(**ours)
            .order_by("pk")
            .values_list("pk", "patient_id", "dose_mg", "phase", "starts_on", "ends_on", "ended_on")
        ),
        outcomes=tuple(
            Outcome.objects.filter(**ours)
            .order_by("at", "patient_id")
            .values_list("patient_id", "code", "at", "recheck_at")
        ),
        cases=tuple(
            Case.objects.filter(**ours)
            .order_by("subject_id", "kind", "opened_at")
            .values_list("kind", "subject_id", "opened_at", "concluded_at")
        ),
        patients=tuple(
            Patient.objects.filter(placements__facility__name__in=[LARGE.name, SMALL.name])
            .order_by("pk")
            .values_list("pk", "initials", "sex", "birth_year", "treatment_started_on")
        ),
    )
