"""Accounts of other people, by who manages staff. No clinical data passes here, and nobody manages themselves."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from axes.utils import reset as reset_lockout
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit, clock
from core.access import Access, Permission
from core.names import initials
from staff.models import Appointment, Person
from staff.queries.places import touching
from staff.rules.settings import LONGEST_GRACE_DAYS, AccountSettings

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when read aloud or copied


class PeopleRefused(ValueError):
    """What was asked is not possible; `sentence` says why, to people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class UsernameTaken(PeopleRefused):
    def __init__(self) -> None:
        super().__init__(_("Tên đăng nhập này đã có người dùng. Chọn tên khác."))


class AlsoElsewhere(PeopleRefused):
    """Whoever changes the account of somebody acts as them everywhere."""

    def __init__(self) -> None:
        super().__init__(_("Người này đang được phân công cả ở nơi bạn không quản lý: người quản trị nơi đó phải làm."))


class NotOneself(PeopleRefused):
    def __init__(self) -> None:
        super().__init__(_("Không tự làm việc này cho chính mình được: người quản lý khác phải làm."))


@dataclass(frozen=True)
class HandedOut:
    """A password to hand to its person once; it is not kept in this form anywhere."""

    person: Person
    password: str
    until: datetime


def add(*, full_name: str, username: str, phone: str, by: Access, now: datetime) -> HandedOut:
    """A new account with a one-time password and no appointment yet. Raises UsernameTaken."""
    password, until = _one_time(now)
    with transaction.atomic(), username_taken():
        person = Person.objects.create(
            username=username,
            full_name=full_name,
            initials=initials(full_name)[:12],
            phone=phone,
            password=make_password(password),
            one_time_until=until,
            created_at=now,
        )
        _note("person.added", person, by, now)
    return HandedOut(person, password, until)


def hand_out_password(*, person_id: int, by: Access, now: datetime) -> HandedOut:
    """A new one-time password for somebody who lost theirs; frees a locked sign-in. Sessions under the old one end."""
    password, until = _one_time(now)
    with transaction.atomic():
        person = _other(person_id, by, now)
        person.set_password(password)
        person.one_time_until = until
        person.save(update_fields=["password", "one_time_until"])
        reset_lockout(username=person.username)
        _note("password.handed_out", person, by, now)
    return HandedOut(person, password, until)


def free(*, person_id: int, by: Access, now: datetime) -> Person:
    """Let somebody try again at once whose sign-in or PIN is locked after wrong entries."""
    with transaction.atomic():
        person = _other(person_id, by, now)
        person.pin_failures, person.pin_locked_until = 0, None
        person.save(update_fields=["pin_failures", "pin_locked_until"])
        reset_lockout(username=person.username)
        _note("person.freed", person, by, now)
    return person


def forget_second_factor(*, person_id: int, by: Access, now: datetime) -> Person:
    """Somebody's telephone is lost: they enrol a new one when they sign in next; open sessions need it at once."""
    with transaction.atomic():
        person = _other(person_id, by, now)
        TOTPDevice.objects.filter(user=person).delete()
        _note("second_factor.forgotten", person, by, now)
    return person


def close(*, person_id: int, by: Access, now: datetime) -> Person:
    """The account signs in no more, and its open sessions end at once. What it signed stays."""
    return _set_active(person_id, active=False, action="person.closed", by=by, now=now)


def reopen(*, person_id: int, by: Access, now: datetime) -> Person:
    return _set_active(person_id, active=True, action="person.reopened", by=by, now=now)


def _set_active(person_id: int, *, active: bool, action: str, by: Access, now: datetime) -> Person:
    with transaction.atomic():
        person = _other(person_id, by, now)
        person.is_active = active
        person.save(update_fields=["is_active"])
        _note(action, person, by, now)
    return person


def _other(person_id: int, by: Access, now: datetime) -> Person:
    if person_id == by.person_id:
        raise NotOneself
    if by.signed_in and _held(person_id, by, now).exclude(touching(_managed(by))).exists():
        raise AlsoElsewhere
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def _managed(by: Access) -> frozenset[int]:
    return by.reach_by_permission.get(Permission.MANAGE_STAFF, frozenset())


def _held(person_id: int, by: Access, now: datetime) -> QuerySet[Appointment]:
    """What the person is appointed to, now or from a later day on, days of grace included."""
    today = clock.local_day(now, by.zone)
    return Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
        Q(expires_on__isnull=True) | Q(expires_on__gte=today - timedelta(days=LONGEST_GRACE_DAYS)),
        person_id=person_id,
    )


def readable() -> str:
    """Four groups of four letters and digits, from the system's randomness: 79 bits that can be read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _place in range(4)) for _group in range(4))


def _one_time(now: datetime) -> tuple[str, datetime]:
    return readable(), now + timedelta(hours=AccountSettings().one_time_hours)


@contextmanager
def username_taken() -> Iterator[None]:
    """Raise UsernameTaken where the database refuses a name."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name.startswith("staff_person_username"):
            raise UsernameTaken from error
        raise


def _note(action: str, person: Person, by: Access, now: datetime) -> None:
    audit.record(action=action, by=by, now=now, subject_kind="person", subject_id=person.pk)
