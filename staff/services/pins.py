"""The short PIN: who entered it is who signs. Wrong entries are counted and lock it for a while."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.access import Access
from facilities.services import settings
from staff.models import DeviceSession, Person, Proof
from staff.rules.pins import too_simple
from staff.rules.settings import PinSettings

_DIGITS: Final = re.compile(r"[0-9]+")


class _PinHasher(Argon2PasswordHasher):
    """Argon2id in its smallest recommended size: a PIN is checked with patients waiting, and what guards six digits is
    the count of wrong entries, not the time that one check takes."""

    memory_cost = 19456  # KiB
    time_cost = 2
    parallelism = 1


_hasher: Final = _PinHasher()


@dataclass(frozen=True)
class Proven:
    """Somebody has just shown that they are this person. Good for signing within some minutes."""

    person_id: int
    proof: Proof
    at: datetime


class PinRefused(Exception):
    """The PIN did not prove who somebody is; `sentence` says so to people."""

    sentence: str = ""


class NoPin(PinRefused):
    """The person has not chosen a PIN yet."""

    def __init__(self) -> None:
        self.sentence = _("Người này chưa đặt PIN. Đặt PIN ở Trang của tôi.")
        super().__init__(self.sentence)


class WrongPin(PinRefused):
    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        self.sentence = ngettext(
            "PIN chưa đúng. Còn %(count)d lần thử.", "PIN chưa đúng. Còn %(count)d lần thử.", tries_left
        ) % {"count": tries_left}
        super().__init__(self.sentence)


class PinLocked(PinRefused):
    def __init__(self, until: datetime) -> None:
        self.until = until
        self.sentence = _("PIN đã khóa vì nhập sai nhiều lần. Thử lại sau %(time)s.") % {
            "time": f"{timezone.localtime(until):%H:%M}"
        }
        super().__init__(self.sentence)


class PinUnsuitable(ValueError):
    """The new PIN is of another length, has other signs than digits, or is easily guessed. `sentence` for people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class WrongPassword(ValueError):
    """The present password is not this one."""

    def __init__(self) -> None:
        self.sentence = _("Mật khẩu hiện tại chưa đúng.")
        super().__init__(self.sentence)


def verify(*, person_id: int, pin: str, by: Access, now: datetime) -> Proven:
    """Check a PIN entered in `by`'s session; raises WrongPin, PinLocked or NoPin.

    A transaction of its own, so that the count of wrong entries outlives whatever the caller refuses because of it:
    call it before the act's transaction begins (inside one it raises RuntimeError).
    """
    rules = _rules(by, now)
    refused: PinRefused
    with transaction.atomic(durable=True):
        person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
        if not person.pin_hash or not person.is_active:
            refused = NoPin()
        elif person.pin_locked_until is not None and person.pin_locked_until > now:
            refused = PinLocked(person.pin_locked_until)
        elif matches(pin, person.pin_hash):
            if person.pin_failures or person.pin_locked_until:
                _remember(person, failures=0, locked_until=None)
            return Proven(person_id=person.pk, proof=Proof.PIN, at=now)
        else:
            refused = _count_wrong(person, rules, by=by, now=now)
    raise refused


def choose(*, person_id: int, pin: str, password: str, by: Access, now: datetime) -> None:
    """Give oneself a PIN, known by one's password; frees a locked one, and ends what the old one opened on devices.

    Raises WrongPassword or PinUnsuitable.
    """
    rules = _rules(by, now)
    if not _DIGITS.fullmatch(pin) or len(pin) != rules.length:
        raise PinUnsuitable(_("PIN gồm đúng %(count)d chữ số.") % {"count": rules.length})
    if too_simple(pin):
        raise PinUnsuitable(_("PIN này quá dễ đoán. Chọn dãy số khác."))
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
        if not person.check_password(password):
            raise WrongPassword
        person.pin_hash = encode(pin)
        person.save(update_fields=["pin_hash"])
        _remember(person, failures=0, locked_until=None)
        DeviceSession.objects.filter(person=person, ended_at__isnull=True).update(ended_at=now)
        audit.record(action="pin.chosen", by=by, now=now, subject_kind="person", subject_id=person.pk)


def encode(pin: str) -> str:
    """What is stored of a PIN."""
    return str(_hasher.encode(pin, _hasher.salt()))


def matches(pin: str, stored: str) -> bool:
    """Whether these digits are what was stored by `encode`."""
    return bool(_hasher.verify(pin, stored))


def _rules(by: Access, now: datetime) -> PinSettings:
    if by.facility_id is None:
        return PinSettings()
    return settings.for_facility(PinSettings, facility_id=by.facility_id, at=now)


def _count_wrong(person: Person, rules: PinSettings, *, by: Access, now: datetime) -> PinRefused:
    failures = person.pin_failures + 1
    if failures < rules.tries:
        _remember(person, failures=failures, locked_until=None)
        audit.record(action="pin.wrong", by=by, now=now, subject_kind="person", subject_id=person.pk)
        return WrongPin(rules.tries - failures)
    until = now + timedelta(minutes=rules.locked_minutes)
    _remember(person, failures=0, locked_until=until)
    audit.record(action="pin.locked", by=by, now=now, subject_kind="person", subject_id=person.pk)
    return PinLocked(until)


def _remember(person: Person, *, failures: int, locked_until: datetime | None) -> None:
    person.pin_failures = failures
    person.pin_locked_until = locked_until
    person.save(update_fields=["pin_failures", "pin_locked_until"])
