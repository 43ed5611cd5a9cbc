"""Many accounts with their first appointment in a few statements: the demo province, the simulator, the bench."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.access import Access, Role
from core.models import AuditEvent
from core.names import initials
from staff.models import Appointment, Person
from staff.services.appointments import Place


@dataclass(frozen=True)
class NewMember:
    """An account and where it works from which day on. `password` and `pin` are hashes, computed once for many."""

    username: str
    full_name: str
    role: Role
    place: Place
    starts_on: date
    password: str
    pin: str
    totp_key: str = ""


def add_many(*, members: Sequence[NewMember], by: Access, now: datetime) -> dict[str, Person]:
    """Make the missing accounts, each with appointment, second factor and audit rows; answers all by username.

    Known usernames are left as they are. The caller answers for roles fitting their places.
    """
    with transaction.atomic():
        known = {
            person.username: person for person in Person.objects.filter(username__in=[m.username for m in members])
        }
        new = [member for member in members if member.username not in known]
        people = Person.objects.bulk_create(
            Person(
                username=member.username,
                full_name=member.full_name,
                initials=initials(member.full_name)[:12],
                password=member.password,
                pin_hash=member.pin,
                created_at=now,
            )
            for member in new
        )
        made = Appointment.objects.bulk_create(
            Appointment(
                person=person,
                role=member.role,
                facility_id=member.place.id if member.place.kind == "facility" else None,
                area_id=member.place.id if member.place.kind == "area" else None,
                province_id=member.place.id if member.place.kind == "province" else None,
                starts_on=member.starts_on,
            )
            for person, member in zip(people, new, strict=True)
        )
        TOTPDevice.objects.bulk_create(
            TOTPDevice(user=person, name="demo", key=member.totp_key, confirmed=True)
            for person, member in zip(people, new, strict=True)
            if member.totp_key
        )
        AuditEvent.objects.bulk_create(
            [
                *(
                    audit.event(action="person.added", by=by, now=now, subject_kind="person", subject_id=person.pk)
                    for person in people
                ),
                *(
                    audit.event(
                        action="appointment.made",
                        by=by,
                        now=now,
                        subject_kind="appointment",
                        subject_id=appointment.pk,
                        facility_id=appointment.facility_id,
                        person=appointment.person_id,
                        role=appointment.role,
                    )
                    for appointment in made
                ),
            ]
        )
    return known | {person.username: person for person in people}
