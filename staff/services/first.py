"""The first system administrator of an empty installation, by a code that the server's own keeper was shown.

Nobody can appoint themselves, so somebody must come before the first. Who can run a command on the server could do
worse; the code is for the browser of that person. Once there is, or was, an administrator, this way is closed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import NOBODY, Access, Role
from core.models import FirstCode
from core.names import initials
from facilities.models import Province
from staff.models import Appointment, Person
from staff.services import people, pins
from staff.services.accounts import PasswordUnsuitable

GOOD_FOR: Final = timedelta(hours=2)
MOST_WRONG: Final = 10


class NotFirst(Exception):
    """There is, or was, a system administrator: they appoint the next one."""

    def __init__(self) -> None:
        self.sentence = _("Đã có người quản trị hệ thống. Người đó cấp tài khoản và phân công.")
        super().__init__(self.sentence)


class CodeRefused(ValueError):
    """Not the newest code, or it ran out, was used, or was guessed at too often."""

    def __init__(self) -> None:
        self.sentence = _(
            "Mã chưa đúng hoặc không còn dùng được. Trên máy chủ chạy lại lệnh first_administrator để lấy mã mới."
        )
        super().__init__(self.sentence)


@dataclass(frozen=True)
class NewFirst:
    """What the first administrator says of themselves, and of which province."""

    full_name: str
    username: str
    password: str
    pin: str
    province: str


def possible() -> bool:
    """True while nobody ever was a system administrator."""
    return not Appointment.objects.filter(role=Role.SYSTEM_ADMINISTRATOR).exists()


def hand_out(*, now: datetime) -> tuple[str, datetime]:
    """A new code and until when it holds; earlier ones hold no more. Raises NotFirst."""
    code, until = people.readable(), now + GOOD_FOR
    with transaction.atomic():
        _refuse_second()
        row = FirstCode.objects.create(digest=_digest(code), made_at=now, expires_at=until)
        audit.record(action="first_code.made", by=NOBODY, now=now, subject_kind="first_code", subject_id=row.pk)
    return code, until


def check(code: str, *, now: datetime) -> None:
    """Whether this code holds; a wrong one is counted, whatever comes after. Raises CodeRefused or NotFirst."""
    with transaction.atomic(durable=True):
        _refuse_second()
        row = FirstCode.objects.select_for_update().order_by("-id").first()
        if _holds(row, code, now):
            return
        if row is not None:
            row.wrong = min(row.wrong + 1, MOST_WRONG)
            row.save(update_fields=["wrong"])
            audit.record(action="first_code.wrong", by=NOBODY, now=now, subject_kind="first_code", subject_id=row.pk)
    raise CodeRefused


def begin(*, code: str, new: NewFirst, now: datetime) -> Person:
    """Make the province, the account and its appointment. The code must have been checked, in a transaction before.

    Raises CodeRefused, NotFirst, PasswordUnsuitable, pins.PinUnsuitable, people.UsernameTaken.
    """
    try:
        validate_password(new.password)
    except ValidationError as error:
        raise PasswordUnsuitable(
            _("Mật khẩu mới cần ít nhất 10 ký tự, không chỉ toàn chữ số, không phải từ dễ đoán.")
        ) from error
    with transaction.atomic(), people.username_taken():
        row = FirstCode.objects.select_for_update().order_by("-id").first()
        _refuse_second()
        if row is None or not _holds(row, code, now):
            raise CodeRefused
        person = Person.objects.create(
            username=new.username,
            full_name=new.full_name,
            initials=initials(new.full_name)[:12],
            password=make_password(new.password),
            created_at=now,
        )
        by = Access(person_id=person.pk, label=person.initials)
        pins.choose(person_id=person.pk, pin=new.pin, password=new.password, by=by, now=now)
        province, _made = Province.objects.get_or_create(name=new.province)
        appointment = Appointment.objects.create(
            person=person,
            role=Role.SYSTEM_ADMINISTRATOR,
            province=province,
            starts_on=clock.local_day(now, province.time_zone),
        )
        row.used_at, row.used_by_id = now, person.pk
        row.save(update_fields=["used_at", "used_by_id"])
        audit.record(action="appointment.first", by=by, now=now, subject_kind="appointment", subject_id=appointment.pk)
    return person


def _refuse_second() -> None:
    if not possible():
        raise NotFirst


def _holds(row: FirstCode | None, code: str, now: datetime) -> bool:
    return (
        row is not None
        and row.used_at is None
        and row.wrong < MOST_WRONG
        and row.made_at <= now <= row.expires_at
        and row.digest == _digest(code)
    )


def _digest(code: str) -> str:
    """Of the letters alone, however they were typed. The code is random enough that nobody finds it from this."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(f"tram first administrator {plain}".encode()).hexdigest()
