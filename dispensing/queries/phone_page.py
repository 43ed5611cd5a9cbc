"""What stands on the page where a physician's order is taken down, or signed under a delegation: for whom, and what may
be ordered.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Permission, Role
from core.templatetags.tram import day, day_time, mg
from dispensing.models import Hold
from dispensing.queries.prescribing import last_covered, orders_of
from dispensing.rules.choices import HOLD_WORDS, UNLOCKER_WORDS, HoldReason
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.settings import DosingSettings
from staff.queries.people import with_permission

LIFT: Final = "lift:"


@dataclass(frozen=True)
class Option:
    """One thing that may be ordered. `value` is what the form sends: the kind, and for a stop which one."""

    value: str
    label: str


@dataclass(frozen=True)
class Physician:
    """Somebody who prescribes for the site today, as the site calls them."""

    id: int
    label: str


def options(*, patient_id: UUID, kinds: Collection[OrderKind]) -> tuple[Option, ...]:
    """The words of what may be ordered: the dose that goes on, the stop that is lifted. At most two statements."""
    found: list[Option] = []
    if OrderKind.BRIDGING in kinds:
        last = next((one for one in orders_of(patient_id) if last_covered(one) >= one.starts_on), None)
        if last is not None:
            words = _("Cho uống tiếp đúng liều cũ %(mg)s mg (đơn hết ngày %(day)s)")
            found.append(Option(OrderKind.BRIDGING, words % {"mg": mg(last.dose_mg), "day": day(last_covered(last))}))
    if OrderKind.COMING_BACK in kinds:
        found.append(Option(OrderKind.COMING_BACK, _("Uống lại nửa liều sau khi bỏ nhiều ngày, chỉ hôm nay")))
    if OrderKind.LIFT in kinds:
        found += [
            Option(f"{LIFT}{hold.pk}", _lift_words(hold))
            for hold in Hold.objects.filter(patient_id=patient_id, lifted_at__isnull=True).order_by("placed_at", "pk")
        ]
    return tuple(found)


def day_choices(settings: DosingSettings) -> tuple[Option, ...]:
    """For how many days the last dose may go on."""
    return tuple(
        Option(str(n), ngettext("%(count)d ngày", "%(count)d ngày", n) % {"count": n})
        for n in range(1, settings.bridging_max_days + 1)
    )


def physicians(*, facility_id: int, now: datetime, besides: int | None) -> tuple[Physician, ...]:
    """Who may order for the site today, by initials, with their telephones. One statement."""
    people = with_permission(Permission.PRESCRIBE, facility_id=facility_id, now=now).exclude(pk=besides or 0)
    return tuple(Physician(person.pk, f"{person.full_name} {person.phone}".strip()) for person in people)


def _lift_words(hold: Hold) -> str:
    known = hold.reason in list(HoldReason)
    reason = HOLD_WORDS[HoldReason(hold.reason)] if known else hold.reason
    figures = {"reason": reason, "at": day_time(hold.placed_at), "who": UNLOCKER_WORDS.get(hold.unlocker, "")}
    return _("Cho uống lại: %(reason)s, dừng từ %(at)s, người mở khóa: %(who)s") % figures


def assistants(*, facility_id: int, now: datetime) -> tuple[Physician, ...]:
    """The assistant physicians appointed at the facility today, by initials. One statement."""
    people = with_permission(Permission.LIFT_HOLD, facility_id=facility_id, now=now)
    named = people.filter(
        appointments__role=Role.ASSISTANT_PHYSICIAN, appointments__facility_id=facility_id,
        appointments__ended_on__isnull=True,
    )  # fmt: skip
    return tuple(Physician(person.pk, person.full_name) for person in named.distinct())
