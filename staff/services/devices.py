"""Enrolling and revoking devices, and a person's session on one: known by a token, the person by their PIN.

A token is 256 random bits, shown once; kept is its sha256. That needs no slow hash: nobody guesses 256 bits.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from facilities.services import settings
from staff.models import Device, DeviceSession, Person
from staff.queries.devices import get_device
from staff.rules.settings import DeviceSettings
from staff.services import pins
from staff.services.device_access import DeviceRefused, person_at

DEVICE: Final = "tram_d_"
PERSON: Final = "tram_p_"


class EnrolRefused(Exception):
    """The device was not enrolled; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


@dataclass(frozen=True)
class Enrolled:
    """A new device with its token, which nobody can be told again. `known`: enrolled before by the same form."""

    device: Device
    token: str = field(repr=False)
    known: bool = False


@dataclass(frozen=True)
class Started:
    """A person acts through the device from now on."""

    session: DeviceSession
    access: Access
    token: str = field(repr=False)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def enrol(*, device_id: UUID, name: str, facility_id: int, by: Access, now: datetime) -> Enrolled:
    """Let a device speak for one facility. Raises EnrolRefused; PermissionDenied is the caller's.

    The same form sent twice enrols once, and shows no token the second time: then revoke it and enrol again.
    """
    if not by.may_at(Permission.KEEP_DEVICES, facility_id):
        raise EnrolRefused(_("Bạn không đăng ký được thiết bị cho cơ sở này."), field="facility")
    name = name.strip()
    if not name:
        raise EnrolRefused(_("Đặt tên để nhận ra thiết bị, ví dụ “máy tính bảng ở cửa sổ cấp phát”."), field="name")
    token = DEVICE + secrets.token_urlsafe(32)
    days = settings.for_facility(DeviceSettings, facility_id=facility_id, at=now).token_days
    with transaction.atomic():
        device, first = Device.objects.get_or_create(
            pk=device_id,
            defaults={
                "name": name,
                "facility_id": facility_id,
                "token_digest": digest_of(token),
                "enrolled_at": now,
                "enrolled_by_id": by.actor_id,
                "expires_at": now + timedelta(days=days),
            },
        )
        if not first:
            if (device.name, device.facility_id, device.enrolled_by_id) != (name, facility_id, by.person_id):
                raise EnrolRefused(_("Biểu mẫu này đã được gửi với nội dung khác. Mở lại trang."))
            return Enrolled(device, "", known=True)
        audit.record(
            action="device.enrolled", by=by, now=now, subject_kind="device", subject_id=device.pk,
            facility_id=facility_id,
        )  # fmt: skip
    return Enrolled(device, token)


def revoke(*, device_id: UUID, by: Access, now: datetime) -> Device:
    """A device is lost, or no longer used: it opens nothing from now on. Again: nothing. Raises Device.DoesNotExist."""
    reach = by.reach_by_permission.get(Permission.KEEP_DEVICES, frozenset())
    with transaction.atomic():
        device = get_device(device_id, facility_ids=reach)
        done = Device.objects.filter(pk=device_id, revoked_at__isnull=True).update(
            revoked_at=now, revoked_by_id=by.actor_id
        )
        if done:
            audit.record(
                action="device.revoked", by=by, now=now, subject_kind="device", subject_id=device_id,
                facility_id=device.facility_id,
            )  # fmt: skip
    device.refresh_from_db()
    return device


def sign_in(*, device_id: UUID, facility_id: int, username: str, pin: str, now: datetime) -> Started:
    """Somebody says who they are to a device, by name and PIN. Raises DeviceRefused or a pins.PinRefused.

    The PIN's own count of wrong entries guards it; an unknown name costs as much as a wrong PIN and says the same.
    """
    wrong = DeviceRefused("wrong_name_or_pin", _("Tên đăng nhập hoặc PIN chưa đúng."))
    person = Person.objects.filter(username__iexact=username, is_active=True).first()
    if person is None or not person.pin_hash:
        pins.encode(pin)
        raise wrong
    there = Access(facility_id=facility_id, device_id=device_id)
    try:
        pins.verify(person_id=person.pk, pin=pin, by=there, now=now)
    except pins.WrongPin as refused:
        raise wrong from refused
    try:
        access = person_at(facility_id, person_id=person.pk, device_id=device_id, now=now)
    except DeviceRefused as refused:
        audit.record(
            action="device.refused", by=there, now=now, subject_kind="device", subject_id=device_id, why=refused.code,
            person=person.pk,
        )  # fmt: skip
        raise
    token = PERSON + secrets.token_urlsafe(32)
    minutes = settings.for_facility(DeviceSettings, facility_id=facility_id, at=now).session_minutes
    with transaction.atomic():
        session = DeviceSession.objects.create(
            device_id=device_id, person=person, token_digest=digest_of(token), started_at=now,
            expires_at=now + timedelta(minutes=minutes),
        )  # fmt: skip
        audit.record(action="device.signed_in", by=access, now=now, subject_kind="device", subject_id=device_id)
    return Started(session, access, token)


def sign_out(*, session_id: UUID, by: Access, now: datetime) -> None:
    """The person leaves the device. Again: nothing."""
    with transaction.atomic():
        if DeviceSession.objects.filter(pk=session_id, ended_at__isnull=True).update(ended_at=now):
            audit.record(
                action="device.signed_out", by=by, now=now, subject_kind="device", subject_id=by.device_id or ""
            )
