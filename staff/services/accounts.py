"""A person's own account: signing in and out, the password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import NOBODY, Access
from staff.models import Person
from staff.services.pins import WrongPassword


class PasswordUnsuitable(ValueError):
    """The new password is too weak or not usable any more. `sentence` for people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class OneTimePasswordExpired(ValueError):
    def __init__(self) -> None:
        self.sentence = _("Mật khẩu dùng một lần đã hết hạn. Gọi người quản lý tài khoản để được cấp lại.")
        super().__init__(self.sentence)


def check_one_time(person: Person, *, now: datetime) -> None:
    """A password that was handed out works until its time; raises OneTimePasswordExpired."""
    if person.one_time_until is not None and person.one_time_until < now:
        raise OneTimePasswordExpired


def note_signed_in(person: Person, *, now: datetime) -> None:
    _note("account.signed_in", person, now)


def note_signed_out(person: Person, *, now: datetime) -> None:
    _note("account.signed_out", person, now)


def note_failed(username: str, *, now: datetime) -> None:
    """A failed sign-in to an account that exists. What was typed is not kept: it may be a password."""
    person = Person.objects.filter(username=username).first()
    if person is not None:
        audit.record(action="account.sign_in_failed", by=NOBODY, now=now, subject_kind="person", subject_id=person.pk)


def change_password(*, person_id: int, current: str, new: str, by: Access, now: datetime) -> Person:
    """Replace one's own password; answers the person as stored. Raises WrongPassword or PasswordUnsuitable."""
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
        if not person.check_password(current):
            raise WrongPassword
        if new == current:
            raise PasswordUnsuitable(_("Mật khẩu mới phải khác mật khẩu hiện tại."))
        try:
            validate_password(new, person)
        except ValidationError as error:
            raise PasswordUnsuitable(
                _("Mật khẩu mới cần ít nhất 10 ký tự, không chỉ toàn chữ số, không phải từ dễ đoán.")
            ) from error
        person.set_password(new)
        person.one_time_until = None
        person.save(update_fields=["password", "one_time_until"])
        audit.record(action="password.changed", by=by, now=now, subject_kind="person", subject_id=person.pk)
    return person


def _note(action: str, person: Person, now: datetime) -> None:
    by = Access(person_id=person.pk, label=person.initials)
    audit.record(action=action, by=by, now=now, subject_kind="person", subject_id=person.pk)
