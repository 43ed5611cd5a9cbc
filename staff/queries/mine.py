"""What one person sees of their own appointments."""

from dataclasses import dataclass
from datetime import date, datetime

from core import clock
from facilities.services import settings
from staff.models import Person
from staff.queries.appointments import in_force
from staff.roles import ROLES
from staff.rules.acting import Held
from staff.rules.settings import AppointmentSettings


@dataclass(frozen=True)
class MyAppointment:
    """One appointment in force: `days_left` where it runs out soon, `expired` where it already runs on past its end."""

    role: str
    place: str
    starts_on: date
    last_day: date | None
    days_left: int | None
    urgent: bool
    expired: bool


def my_appointments(person: Person, *, now: datetime) -> tuple[MyAppointment, ...]:
    found, expired = in_force(person.held, now)
    return tuple(_shown(each, expired=each.appointment_id in expired, now=now) for each in found)


def _shown(each: Held, *, expired: bool, now: datetime) -> MyAppointment:
    rules = AppointmentSettings()
    if each.facility_id is not None:
        rules = settings.for_facility(AppointmentSettings, facility_id=each.facility_id, at=now)
    last_day = min((day for day in (each.expires_on, each.ended_on) if day is not None), default=None)
    days_left = None if last_day is None or expired else (last_day - clock.local_day(now, each.zone)).days
    soon = days_left is not None and days_left <= rules.first_warning_days
    return MyAppointment(
        role=str(ROLES[each.role].name),
        place=each.place,
        starts_on=each.starts_on,
        last_day=last_day,
        days_left=days_left if soon else None,
        urgent=soon and days_left is not None and days_left <= rules.last_warning_days,
        expired=expired,
    )
