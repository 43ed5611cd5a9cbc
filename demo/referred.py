"""Referrals of the demo's first site in several states: drafted by itself, overdue, agreed for tomorrow, cancelled; one
person on the way to another satellite, one in hospital. All made through the services, as of days before `now`."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import SYSTEM, Access, Role
from demo.people import Post, staff
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import Flag, Hold, Referral
from dispensing.queries.referral_summary import latest_assessments
from dispensing.rules.referral_codes import CHECKS_OF, Initiator
from dispensing.rules.referral_table import Kind, Step
from dispensing.services import referrals
from dispensing.services.referral_drafts import NewReferral, clinic_of
from dispensing.services.referral_steps import At
from facilities.models import Facility
from patients.models import Placement, PlacementKind, Status
from patients.queries.reach import in_force
from patients.services import placements
from patients.services.placements import Visit
from staff.models import Person
from staff.queries.appointments import standing_at

HOUR: Final = timedelta(hours=1)
ONE_DAY: Final = timedelta(days=1)
OLDEST: Final = timedelta(hours=72)  # the first thing that anybody did


def today(site: Site, *, now: datetime) -> None:
    """What the night's look has drafted; at the first site also what people have done about others."""
    with left_out(f"{site.spec.key} referrals drafted"):
        referrals.draft_needed(sorted(site.members(now.astimezone(site.zone).date())), by=SYSTEM, now=now - HOUR)
    keys = [each.key for each in site.province.sites]
    if now - OLDEST < site.midnight(site.first_day + ONE_DAY):
        return  # the stories began before the site did
    if site.spec.key != keys[0] or Referral.objects.exclude(initiator=Initiator.SYSTEM).exists():
        return
    steady = _steady(site, now)
    for story, patient_id in zip((_overdue, _tomorrow, _cancelled, _between, _in_hospital), steady, strict=False):
        with left_out(f"{site.spec.key} {story.__name__}"):
            story(site, patient_id, now)


def _steady(site: Site, now: datetime) -> list[UUID]:
    """Who drinks here with nothing special about them, in the order of their codes."""
    day = now.astimezone(site.zone).date()
    here = Placement.objects.filter(
        in_force(day), facility_id=site.facility_id, kind=PlacementKind.HOME, ended_on__isnull=True,
        patient__status=Status.IN_TREATMENT,
    )  # fmt: skip
    busy = {
        *Flag.objects.filter(cleared_at__isnull=True).values_list("patient_id", flat=True),
        *Hold.objects.filter(lifted_at__isnull=True).values_list("patient_id", flat=True),
        *Referral.objects.values_list("patient_id", flat=True),
    }
    found = [each for each in here.order_by("-patient__code").values_list("patient_id", flat=True) if each not in busy]
    levels = {who: each.level for who, each in latest_assessments(found).items()}
    return sorted(found, key=lambda who: levels.get(who) != "stable")  # a stable sort keeps the codes' order


def _overdue(site: Site, patient_id: UUID, now: datetime) -> None:
    """Sent two days ago; nobody at the clinic has taken it."""
    at = now - 50 * HOUR
    referral_id = _draft(site, patient_id, at, Kind.TO_CLINIC, ("relapse",), "người nhà báo dùng lại, xin bác sĩ khám")
    _send(site, referral_id, at + HOUR)


def _tomorrow(site: Site, patient_id: UUID, now: datetime) -> None:
    """Both have agreed: from tomorrow at the main clinic."""
    at, day = now - 30 * HOUR, now.astimezone(site.zone).date() + ONE_DAY
    referral_id = _draft(site, patient_id, at, Kind.TO_CLINIC, ("health",), "ho kéo dài, sốt về chiều")
    _send(site, referral_id, at + HOUR, day)
    physician = of_the_clinic(site, Role.CLINIC_PHYSICIAN, now)
    referrals.appoint(at=_at(site, referral_id, Step.APPOINT, physician[0], now - 5 * HOUR), day=day)


def _cancelled(site: Site, patient_id: UUID, now: datetime) -> None:
    """Drafted by hand, and not needed after all."""
    at = now - 70 * HOUR
    referral_id = _draft(site, patient_id, at, Kind.TO_CLINIC, ("dose_change",), "")
    words = "bác sĩ đã đến trạm khám, không cần chuyển"
    by = site.dispenser(at.astimezone(site.zone).date(), 0).access
    referrals.take(at=_at(site, referral_id, Step.CANCEL, by, at + 5 * HOUR, words))


def _between(site: Site, patient_id: UUID, now: datetime) -> None:
    """Has married into the next valley: physician and head of the clinic have signed, the new site's head has not."""
    other = site.province.sites[-1]
    to = Facility.objects.get(name=other.name, kind="satellite")
    at, day = now - 28 * HOUR, now.astimezone(site.zone).date() + 4 * ONE_DAY
    referral_id = _draft(
        site, patient_id, at, Kind.BETWEEN, ("nearer",), "lấy chồng về xã bên", to_facility_id=to.pk,
        initiator=Initiator.PATIENT,
    )  # fmt: skip
    physician, post = of_the_clinic(site, Role.CLINIC_PHYSICIAN, now)
    offered = _at(site, referral_id, Step.OFFER, physician, at + 2 * HOUR, "uống đều, gia đình hỗ trợ")
    checks = [str(check) for check in CHECKS_OF[Kind.BETWEEN]]
    referrals.offer(at=offered, day=day, checks=checks, own_pin=post.pin)
    head, post = of_the_clinic(site, Role.CLINIC_HEAD, now)
    referrals.countersign(at=_at(site, referral_id, Step.COUNTERSIGN, head, at + 4 * HOUR), own_pin=post.pin)


def _in_hospital(site: Site, patient_id: UUID, now: datetime) -> None:
    """Since yesterday, for a week; then home resumes by itself."""
    first = now.astimezone(site.zone).date() - ONE_DAY
    away = Visit(PlacementKind.HOSPITAL, first, first + 7 * ONE_DAY, place="Bệnh viện đa khoa huyện")
    placements.visit(patient_id=patient_id, visit=away, by=site.team.physician.access, now=now - 2 * HOUR)


def _draft(
    site: Site, patient_id: UUID, at: datetime, kind: Kind, reasons: tuple[str, ...], words: str,
    initiator: Initiator = Initiator.SITE, to_facility_id: int | None = None,
) -> UUID:  # fmt: skip
    new = NewReferral(
        id=site.id(at, "referral", patient_id), kind=kind, patient_id=patient_id, reasons=reasons, words=words,
        initiator=initiator, to_facility_id=to_facility_id,
    )  # fmt: skip
    referrals.draft(new=new, by=site.dispenser(at.astimezone(site.zone).date(), 0).access, now=at)
    return new.id


def _send(site: Site, referral_id: UUID, at: datetime, wished_on: date | None = None) -> None:
    hand = site.dispenser(at.astimezone(site.zone).date(), 0)
    step = _at(site, referral_id, Step.SEND, hand.access, at)
    referrals.send(at=step, wished_on=wished_on, own_pin=hand.post.pin)


def _at(site: Site, referral_id: UUID, step: Step, by: Access, now: datetime, words: str = "") -> At:
    return At(site.id(now, "referral", referral_id, step), referral_id, step, by, now, words)


def of_the_clinic(site: Site, role: Role, now: datetime) -> tuple[Access, Post]:
    """Somebody at the main clinic, acting there."""
    day = now.astimezone(site.zone).date()
    clinic = clinic_of(site.facility_id, today=day)
    post = next(post for post in staff(site.province) if (post.role, post.place) == (role, site.spec.clinic))
    person = Person.objects.get(username=post.username)
    return standing_at(clinic, person_id=person.pk, now=now), post
