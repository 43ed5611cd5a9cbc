"""Hands of the tests of the rota, days off, certificates and leave: the cast planned for the days after the tests'."""

from datetime import date, timedelta
from uuid import UUID

from core.ids import new_id
from facilities.models import RuleSetting
from facilities.services import settings
from staff.models import Certificate, DaysOff, LeaveChoice, RotaDuty, RotaSwap
from staff.rules.rota import Entry
from staff.rules.rota_codes import CertificateKind, OffKind, RotaRole
from staff.services import certificates, days_off, rota, swaps
from staff.services.certificates import NewCertificate
from staff.services.days_off import NewDaysOff
from staff.services.swaps import Offer
from tests import cast, world
from tests.entrance import access
from tests.staff import working

NOW = world.NOW
FRIDAY = world.TODAY + timedelta(days=3)  # 27 November 2026
SATURDAY = FRIDAY + timedelta(days=1)
SUNDAY = FRIDAY + timedelta(days=2)


def site() -> int:
    return world.facility(cast.SITE).pk


def entry(member: cast.Member = cast.DISPENSER, day: date = SUNDAY, role: RotaRole = RotaRole.POUR) -> Entry:
    return Entry(day, role, world.person(member).pk)


def planned(
    member: cast.Member = cast.DISPENSER, day: date = SUNDAY, role: RotaRole = RotaRole.POUR, place: int | None = None,
    by: cast.Member = cast.SITE_HEAD,
) -> RotaDuty:  # fmt: skip
    return rota.plan(facility_id=place or site(), entry=entry(member, day, role), by=access(by), now=NOW)


def offered(
    duty: RotaDuty | None = None, to: cast.Member = cast.SECOND_DISPENSER, in_return: UUID | None = None,
    by: cast.Member = cast.DISPENSER,
) -> RotaSwap:  # fmt: skip
    command = Offer(new_id(), (duty or planned()).pk, world.person(to).pk, in_return, "con ốm")
    return swaps.offer(command=command, by=access(by), now=NOW)


def off(
    member: cast.Member = cast.DISPENSER, first: date = SUNDAY, last: date | None = None,
    kind: OffKind = OffKind.ANNUAL, by: cast.Member | None = None,
) -> DaysOff:  # fmt: skip
    command = NewDaysOff(new_id(), world.person(member).pk, kind, first, last or first, "")
    return days_off.record(command=command, by=access(by or member), now=NOW)


def certificate(
    member: cast.Member = cast.DISPENSER, kind: CertificateKind = CertificateKind.DISPENSING,
    expires: date | None = None, number: str = "12/CC", by: cast.Member = cast.SITE_HEAD,
) -> Certificate:  # fmt: skip
    command = NewCertificate(
        new_id(), world.person(member).pk, kind, number, "CDC Điện Biên", world.TODAY - timedelta(days=700), expires
    )
    return certificates.record(command=command, by=access(by), now=NOW)


def set_rule(key: str, value: object, *, place: str = cast.SITE) -> None:
    """Another value of a setting, in force for a month: "WorkSettings.leave_instead"."""
    begun = NOW - timedelta(days=30)
    RuleSetting.objects.create(
        key=key, value=value, facility=world.facility(place), effective_from=begun, source="thử", set_by_id=1,
        recorded_at=begun - timedelta(hours=1), set_by_label="thử",
    )  # fmt: skip
    settings.forget()


def leave_choice() -> LeaveChoice:
    """One written without asking the setting, for tests of tables and of addresses."""
    row = working.typed(day=working.SUNDAY - timedelta(days=14))
    working.approved(row)
    return LeaveChoice.objects.create(interval=row, person_id=row.person_id, minutes=30, earned=30, chosen_at=NOW)
