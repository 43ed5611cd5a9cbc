"""The one-time code from a telephone that managers need beside their password."""

import binascii
from base64 import b32encode
from datetime import datetime

import segno
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp import verify_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.access import Access
from staff.models import Person


class WrongCode(ValueError):
    """The code is not the present one, was used before, or comes too soon after wrong ones."""

    def __init__(self) -> None:
        self.sentence = _(
            "Mã chưa đúng hoặc đã dùng. Chờ mã mới trên ứng dụng rồi nhập lại; giờ trên điện thoại phải đúng."
        )
        super().__init__(self.sentence)


def device_of(person: Person) -> TOTPDevice:
    """The person's device; a new one, not yet confirmed, where they have none."""
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        device = TOTPDevice.objects.filter(user=person).order_by("-confirmed", "id").first()
        return device or TOTPDevice.objects.create(user=person, name="totp", confirmed=False)


def check(*, person: Person, code: str, by: Access, now: datetime) -> TOTPDevice:
    """Accept the code, and with the first one the device. Raises WrongCode; wrong codes slow the next try down."""
    device = device_of(person)
    if verify_token(person, device.persistent_id, code) is None:
        audit.record(action="second_factor.wrong", by=by, now=now, subject_kind="person", subject_id=person.pk)
        raise WrongCode
    with transaction.atomic():
        if not device.confirmed:
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            device.confirmed = True
            audit.record(action="second_factor.enrolled", by=by, now=now, subject_kind="person", subject_id=person.pk)
        audit.record(action="second_factor.given", by=by, now=now, subject_kind="person", subject_id=person.pk)
    return device


def secret(device: TOTPDevice) -> str:
    """The key as an authenticator takes it when typed, in groups of four."""
    text = b32encode(binascii.unhexlify(device.key)).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def picture(device: TOTPDevice) -> str:
    """The same key as a QR code to scan: an SVG in a data address, for an <img>."""
    return str(segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2))
