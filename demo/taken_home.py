"""Doses taken home in the demo: at the first site the first patient who fulfils the rules takes two days' vials along,
comes back when they are drunk, and brings every vial. All of it through the services.

The province has switched it on there, by a sample decision that asks for less than the product does: a shorter time
without a missed day, and no level of stability, because a young demo knows too few days for either.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import Role
from demo.people import staff
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import Dose, TakeHome, TakeHomeVial, UrineTest
from dispensing.queries import take_home as queries
from dispensing.rules import take_home as rules
from dispensing.rules.take_home_codes import WhyNot
from dispensing.services import take_home, vials
from dispensing.services.take_home import NewAllowance, NewHandOut
from facilities.models import Facility
from facilities.services import settings
from patients.models import Patient
from staff.models import Person
from staff.queries.appointments import standing_at

ONE_DAY: Final = timedelta(days=1)
DAYS: Final = 2
ALLOWED: Final = 30  # days
LOOKED_AT: Final = 20  # patients, in the order of their codes, among whom the one is looked for
DECIDED: Final = {
    "takehome_enabled": True, "takehome_no_missed_days": 7, "takehome_max_days": 3, "takehome_needs_stable": False,
}  # fmt: skip
SOURCE: Final = "Quyết định mẫu của tỉnh: thí điểm thuốc mang về, 7 ngày không bỏ liều, bác sĩ xem từng người"
SIGNABLE: Final = frozenset({WhyNot.NOT_ALLOWED, WhyNot.SUSPENDED})


def _told_of(site: Site) -> bool:
    return site.spec.key == site.province.sites[0].key


def today(site: Site, day: date, *, now: datetime) -> None:
    """The physician allows it and the vials are handed out, once nobody of the site has any."""
    if (
        not _told_of(site)
        or TakeHomeVial.objects.filter(take_home__facility_id=site.facility_id, day__gte=day).exists()
    ):
        return
    _decide(site, day)
    with left_out(f"{site.spec.key} taken home"):
        patient = _who_may(site, day, now)
        if patient is not None:
            _hand_out(site, patient, day, now)


def happen(site: Site, day: date) -> None:
    """Who comes back with the vials that are due gives all of them back, empty."""
    if not _told_of(site):
        return
    back = TakeHomeVial.objects.filter(
        take_home__facility_id=site.facility_id, day__lt=day, reports__isnull=True, void__isnull=True
    )
    came = Dose.objects.filter(facility_id=site.facility_id, covers_day=day, patient_id__in=back.values("patient_id"))
    at = site.moment(day, 16, 20)
    for patient_id in came.values_list("patient_id", flat=True).distinct():
        with left_out(f"{site.spec.key} vials back"):
            by = site.dispenser(day, 0).access
            vials.all_empty(send_id=site.id(at, "vials", patient_id), patient_id=patient_id, by=by, now=at)


def at_home(facility_id: int, day: date) -> set[UUID]:
    """Who drinks at home on this day, and does not come. One statement."""
    held = TakeHomeVial.objects.filter(take_home__facility_id=facility_id, day=day, void__isnull=True)
    return set(held.filter(reports__isnull=True).values_list("patient_id", flat=True))


def _decide(site: Site, day: date) -> None:
    """The province's sample decision, since yesterday."""
    facility, at = Facility.objects.get(pk=site.facility_id), site.moment(day - ONE_DAY, 15)
    if facility.rulesetting_set.filter(key="TakeHomeSettings.takehome_enabled").exists():
        return
    manager = next(post for post in staff(site.province) if post.role is Role.PROVINCE_MANAGER)
    by = standing_at(facility.pk, person_id=Person.objects.get(username=manager.username).pk, now=at)
    for name, value in DECIDED.items():
        settings.change(
            key=f"TakeHomeSettings.{name}", value=value, scope=facility, by=by, effective_from=at + timedelta(hours=1),
            source=SOURCE, now=at,
        )  # fmt: skip


def _who_may(site: Site, day: date, now: datetime) -> Patient | None:
    """The first by code who drank this morning and lacks nothing but a physician's signature."""
    place = Facility.objects.get(pk=site.facility_id)
    house = queries.settings_at(place.pk, now)
    drank = Dose.objects.filter(facility=place, covers_day=day, void__isnull=True).values("patient_id")
    tested = UrineTest.objects.filter(patient__in=drank, opioids="negative").values("patient_id")
    since = day - house.takehome_min_treatment_days * ONE_DAY
    long = Patient.objects.filter(pk__in=tested, treatment_started_on__lte=since)
    for patient in long.order_by("code")[:LOOKED_AT]:
        _known, facts = queries.load(patient=patient, place=place, now=now)
        ready = facts.dosed_today and not facts.stopped
        short = facts.last_day is None or facts.last_day < day + DAYS * ONE_DAY
        if ready and not short and {no.why for no in rules.patient_reasons(facts, house)} <= SIGNABLE:
            return patient
    return None


def _hand_out(site: Site, patient: Patient, day: date, now: datetime) -> TakeHome:
    physician = site.team.physician
    allowance = NewAllowance(
        id=site.id(now, "take home allowed", patient.pk), patient_id=patient.pk, allowed=True, from_day=day,
        until_day=day + ALLOWED * ONE_DAY, max_days=DAYS, words="đi làm nương xa, đã ổn định lâu", agreed=True,
    )  # fmt: skip
    at = standing_at(site.facility_id, person_id=physician.person_id, now=now)
    take_home.allow(command=allowance, by=at, pin=physician.post.pin, now=now)
    command = NewHandOut(site.id(now, "take home", patient.pk), patient.pk, DAYS, site.team.witness.signs(), box=True)
    return take_home.hand_out(command=command, by=site.dispenser(day, 0).access, now=now)
