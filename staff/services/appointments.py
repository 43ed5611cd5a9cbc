"""Who works where in which role, from when to when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission, Role
from facilities.models import Area, Facility, FacilityKind, Province
from staff.models import Appointment
from staff.roles import ROLES, Scope
from staff.services.people import NotOneself, PeopleRefused


class WrongPlace(PeopleRefused):
    """The role is not held at a place of this kind."""

    def __init__(self, role: Role) -> None:
        words = {
            Scope.FACILITY: _("Vai trò này được phân công tại một cơ sở."),
            Scope.CLINIC: _("Vai trò này được phân công tại một cơ sở điều trị."),
            Scope.AREA: _("Vai trò này được phân công cho một khu vực."),
            Scope.PROVINCE: _("Vai trò này được phân công cho một tỉnh."),
        }
        super().__init__(words[ROLES[role].scope])


class NotWithinReach(PeopleRefused):
    def __init__(self) -> None:
        super().__init__(_("Nơi này không thuộc phạm vi bạn quản lý."))


class AlreadyAppointed(PeopleRefused):
    def __init__(self) -> None:
        super().__init__(_("Người này đã được phân công vai trò đó tại nơi đó trong thời gian này."))


class TooEarly(PeopleRefused):
    """The past is not rewritten: who acted as what stands in the audit trail."""


@dataclass(frozen=True)
class Place:
    """A facility, an area or a province: exactly one."""

    kind: str  # "facility", "area" or "province"
    id: int

    @classmethod
    def read(cls, text: str) -> "Place":
        """From a form's choice, facility:3. Raises ValueError."""
        kind, _colon, number = text.partition(":")
        if kind not in {"facility", "area", "province"}:
            raise ValueError(text)
        return cls(kind, int(number))


def appoint(
    *,
    person_id: int,
    role: Role,
    place: Place,
    starts_on: date,
    expires_on: date | None,
    by: Access,
    now: datetime,
) -> Appointment:
    """Give a person a role at a place from a day on. Raises a PeopleRefused."""
    if person_id == by.person_id:
        raise NotOneself
    zone = _check_place(role, place, by)
    if starts_on < clock.local_day(now, zone):
        raise TooEarly(_("Ngày bắt đầu không thể ở quá khứ."))
    with transaction.atomic():
        made = Appointment(
            person_id=person_id,
            role=role,
            facility_id=place.id if place.kind == "facility" else None,
            area_id=place.id if place.kind == "area" else None,
            province_id=place.id if place.kind == "province" else None,
            starts_on=starts_on,
            expires_on=expires_on,
        )
        _refuse_second(made)
        made.save(force_insert=True)
        audit.record(
            action="appointment.made",
            by=by,
            now=now,
            subject_kind="appointment",
            subject_id=made.pk,
            facility_id=made.facility_id,
            person=person_id,
            role=role,
            place=f"{place.kind}:{place.id}",
        )
    return made


def end(*, appointment_id: int, ended_on: date, by: Access, now: datetime) -> Appointment:
    """Set the last day of an appointment, once. Yesterday ends it at this moment. Raises a PeopleRefused."""
    with transaction.atomic():
        held = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
        if held.person_id == by.person_id:
            raise NotOneself
        _check_place(Role(held.role), _place_of(held), by)
        if held.ended_on is not None:
            raise PeopleRefused(_("Phân công này đã có ngày kết thúc."))
        if ended_on < clock.local_day(now, by.zone) - timedelta(days=1):
            raise TooEarly(_("Sớm nhất là hôm qua: phân công hết hiệu lực ngay."))
        held.ended_on = ended_on
        held.ended_by_id = by.person_id
        held.save(update_fields=["ended_on", "ended_by"])
        audit.record(
            action="appointment.ended",
            by=by,
            now=now,
            subject_kind="appointment",
            subject_id=held.pk,
            facility_id=held.facility_id,
            person=held.person_id,
            role=held.role,
        )
    return held


def _place_of(held: Appointment) -> Place:
    if held.facility_id is not None:
        return Place("facility", held.facility_id)
    return Place("area", held.area_id) if held.area_id is not None else Place("province", held.province_id or 0)


def _check_place(role: Role, place: Place, by: Access) -> str:
    """The place's zone. Raises WrongPlace or NotWithinReach."""
    scope = ROLES[role].scope
    wanted = {Scope.AREA: "area", Scope.PROVINCE: "province"}.get(scope, "facility")
    if place.kind != wanted:
        raise WrongPlace(role)
    if wanted == "facility":
        facility = Facility.objects.get(pk=place.id)
        if scope is Scope.CLINIC and facility.kind != FacilityKind.MAIN_CLINIC:
            raise WrongPlace(role)
        within, zone = {facility.pk}, facility.zone
    elif wanted == "area":
        zone = Area.objects.select_related("province").get(pk=place.id).province.time_zone
        within = set(Facility.objects.filter(area_id=place.id).values_list("id", flat=True))
    else:
        zone = Province.objects.get(pk=place.id).time_zone
        within = set(Facility.objects.filter(area__province_id=place.id).values_list("id", flat=True))
    if not within or not within <= by.reach_by_permission.get(Permission.MANAGE_STAFF, frozenset()):
        raise NotWithinReach
    return zone


def _refuse_second(made: Appointment) -> None:
    """The person's row is not locked: two equal appointments made at the same instant would only say the same twice."""
    for held in Appointment.objects.filter(person_id=made.person_id, role=made.role):
        if _place_of(held) != _place_of(made):
            continue
        last = min((day for day in (held.ended_on, held.expires_on) if day is not None), default=date.max)
        if held.starts_on <= (made.expires_on or date.max) and made.starts_on <= last:
            raise AlreadyAppointed
