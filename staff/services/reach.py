"""How a person wants to be reached outside the product. The trail says that it changed, never to what."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from staff.models import Person
from staff.rules.reach import dialled


class ReachRefused(ValueError):
    """What was asked cannot reach the person; `sentence` says why, `field` what to look at."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Reach:
    """A person's telephone and letter box, and which of them may be used to say that something waits."""

    phone: str
    email: str
    wants_sms: bool
    wants_email: bool


def choose(*, reach: Reach, by: Access, now: datetime) -> Person:
    """Keep what the person said of themselves. Raises ReachRefused where a wish has no address."""
    if reach.wants_sms and dialled(reach.phone) is None:
        raise ReachRefused("phone", _("Muốn nhận tin nhắn thì cần số điện thoại di động."))
    if reach.phone and dialled(reach.phone) is None:
        raise ReachRefused("phone", _("Số điện thoại chỉ gồm chữ số, ví dụ 0912 345 678."))
    if reach.wants_email and not reach.email:
        raise ReachRefused("email", _("Muốn nhận thư điện tử thì cần địa chỉ thư."))
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=by.actor_id)
        person.phone, person.email = reach.phone, reach.email
        person.wants_sms, person.wants_email = reach.wants_sms, reach.wants_email
        person.save(update_fields=["phone", "email", "wants_sms", "wants_email"])
        audit.record(
            action="person.reach", by=by, now=now, subject_kind="person", subject_id=person.pk,
            sms=reach.wants_sms, email=reach.wants_email,
        )  # fmt: skip
    return person
