"""Orders carried out in a physician's name: what waits for whose signature, how long already, and in which words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access, Permission
from core.clock import local_day
from core.templatetags.tram import day, mg
from dispensing.models import DelegatedOrder, Delegation, Dose, PhoneOrder
from dispensing.queries.prescribing import steps_of
from dispensing.rules.choices import HOLD_WORDS, HoldReason
from dispensing.rules.named_orders import OrderKind
from patients.queries.reach import patients_for
from staff.models import Person

DAYS_BACK: Final = 14
MOST: Final = 200  # on one page; more unsigned orders than these are a matter for managers, not for a list
OPEN: Final = Q(signed_at__isnull=True, disowned_at__isnull=True)
AnyOrder = PhoneOrder | DelegatedOrder


@dataclass(frozen=True)
class NamedLine:
    """One order as people read it. No name of a patient.

    `days`: whole calendar days since it was carried out, in the facility's zone. `said_at`: when the physician said it;
    under a delegation, when the assistant physician signed. `state`: open, signed or disowned.
    """

    id: UUID
    by_phone: bool
    kind: OrderKind
    what: str
    patient_id: UUID
    code: str
    initials: str
    facility_id: int
    place: str
    physician_id: int
    physician: str
    done_by: str
    said_at: datetime
    recorded_at: datetime
    days: int
    words: str
    digest: str
    state: str
    answered_at: datetime | None
    disowned_words: str

    @property
    def age(self) -> str:
        """For how long it has stood unsigned."""
        if not self.days:
            return _("chưa ký, từ hôm nay")
        return ngettext("chưa ký %(count)d ngày", "chưa ký %(count)d ngày", self.days) % {"count": self.days}


def unsigned_orders(facility_ids: Collection[int], now: datetime) -> tuple[NamedLine, ...]:
    """Every order of these facilities that its physician has neither signed nor disowned, the oldest first.

    Two statements, whatever the number. For boards, lists and managers alike.
    """
    return _lines(Q(facility_id__in=facility_ids) & OPEN, now)


@dataclass(frozen=True)
class Unsigned:
    """How many orders in a physician's name wait for a signature at one site, and since when the oldest does."""

    count: int
    oldest_at: datetime

    def oldest_days(self, now: datetime, zone: str) -> int:
        """Whole calendar days that the oldest has waited, in the facility's zone."""
        return (local_day(now, zone) - local_day(self.oldest_at, zone)).days


def unsigned_by_site(facility_ids: Collection[int]) -> dict[int, Unsigned]:
    """Sites with orders that nobody has signed yet. Two statements for any number of sites."""
    found: dict[int, Unsigned] = {}
    for orders in (PhoneOrder.objects.filter(OPEN), DelegatedOrder.objects.filter(OPEN)):
        rows = orders.filter(facility_id__in=facility_ids).order_by().values_list("facility_id")
        for facility_id, count, oldest_at in rows.annotate(Count("pk"), Min("recorded_at")):
            before = found.get(facility_id)
            found[facility_id] = (
                Unsigned(before.count + count, min(before.oldest_at, oldest_at))
                if before
                else Unsigned(count, oldest_at)
            )
    return found


def count_unsigned(by: Access) -> int:
    """How many orders in this person's own name wait for their signature. Two statements."""
    phone = PhoneOrder.objects.filter(OPEN, ordered_by_id=by.person_id).count()
    return phone + DelegatedOrder.objects.filter(OPEN, acting_for_id=by.person_id).count()


def of_physician(by: Access, now: datetime) -> tuple[tuple[NamedLine, ...], tuple[NamedLine, ...]]:
    """What waits for this physician, oldest first, and what they answered in the last fourteen days, newest first."""
    since = now - timedelta(days=DAYS_BACK)
    own = OPEN | Q(signed_at__gte=since) | Q(disowned_at__gte=since)
    found = _lines(own, now, physician_id=by.actor_id)
    answered = sorted((one for one in found if one.answered_at), key=lambda one: one.answered_at or now, reverse=True)
    return tuple(line for line in found if line.answered_at is None), tuple(answered)


def what_in_words(kind: str, ordered: dict[str, Any]) -> str:
    """What was ordered, from the figures that the physician signs."""
    if kind == OrderKind.LIFT:
        reason = ordered.get("reason", "")
        known = HOLD_WORDS.get(HoldReason(reason), reason) if reason in list(HoldReason) else reason
        return _("Cho uống lại; lệnh dừng vì: %(reason)s") % {"reason": known}
    if "mg" not in ordered:
        return _("Y lệnh một liều")
    dose = mg(Decimal(ordered["mg"]))
    if "from" not in ordered:
        return _("Cho uống bù %(mg)s mg") % {"mg": dose}
    figures = {"mg": dose, "from": _date(ordered["from"]), "to": _date(ordered["to"])}
    if kind == OrderKind.COMING_BACK:
        return _("Uống lại liều giảm %(mg)s mg, ngày %(from)s") % figures
    return _("Cho uống tiếp %(mg)s mg mỗi ngày, %(from)s đến hết %(to)s") % figures


@dataclass(frozen=True)
class AppliedStep:
    """A signed if-missed step that the site carried out: the physician is told, not asked (domain 12.2)."""

    patient_id: UUID
    code: str
    initials: str
    on: date
    given_mg: Decimal
    ordered_mg: Decimal


def applied_steps(by: Access, now: datetime) -> tuple[AppliedStep, ...]:
    """The doses of the last seven days that followed a signed step, within reach, newest first. One statement."""
    today = local_day(now, by.zone)
    reduced = Dose.objects.filter(
        facility_id__in=by.reach_by_permission.get(Permission.PRESCRIBE, frozenset()),
        covers_day__gt=today - timedelta(days=7),
        reduced=True,
        void=None,
    ).exclude(prescription=None)
    found = reduced.exclude(prescription__if_missed=[]).select_related("patient", "prescription")
    return tuple(
        AppliedStep(
            patient_id=dose.patient_id,
            code=dose.patient.code,
            initials=dose.patient.initials,
            on=dose.covers_day,
            given_mg=dose.mg,
            ordered_mg=dose.prescription.dose_mg,
        )
        for dose in found.order_by("-given_at", "pk")[:MOST]
        if dose.prescription and dose.mg in {step.dose_mg for step in steps_of(dose.prescription)}
    )


def delegations(by: Access, now: datetime) -> tuple[Delegation, ...]:
    """This person's delegations, given or received, that are not over, the newest first. One statement."""
    mine = Q(physician_id=by.actor_id) | Q(assistant_id=by.actor_id)
    held = Delegation.objects.filter(mine, ended_at__isnull=True, ends_on__gte=local_day(now, by.zone))
    return tuple(held.select_related("physician", "assistant", "facility").order_by("-starts_on", "pk")[:MOST])


def delegations_for(*, facility_id: int, by: Access, now: datetime) -> tuple[Delegation, ...]:
    """Under which delegations this person may act at the facility today."""
    today = local_day(now, by.zone)
    return tuple(
        one
        for one in delegations(by, now)
        if one.facility_id == facility_id and one.assistant_id == by.person_id and one.starts_on <= today
    )


def reachable(order: AnyOrder, by: Access, now: datetime) -> bool:
    """Whether the order's patient is one for whom this person may prescribe."""
    mine = patients_for(by, Permission.PRESCRIBE, day=local_day(now, by.zone))
    return mine.filter(pk=order.patient_id).exists()


def _date(text: str) -> str:
    return day(date.fromisoformat(text))


def _lines(wanted: Q, now: datetime, *, physician_id: int | None = None) -> tuple[NamedLine, ...]:
    phone: QuerySet[PhoneOrder] = PhoneOrder.objects.filter(wanted).select_related(
        "patient", "facility", "ordered_by", "taken_down_by"
    )
    delegated: QuerySet[DelegatedOrder] = DelegatedOrder.objects.filter(wanted).select_related(
        "patient", "facility", "acting_for", "done_by"
    )
    if physician_id is not None:
        phone, delegated = phone.filter(ordered_by_id=physician_id), delegated.filter(acting_for_id=physician_id)
    lines = [
        *(_line(one, one.ordered_by, one.taken_down_by, one.told_at, one.words, now) for one in phone[:MOST]),
        *(_line(one, one.acting_for, one.done_by, one.recorded_at, "", now) for one in delegated[:MOST]),
    ]
    return tuple(sorted(lines, key=lambda line: (line.recorded_at, line.id)))


def _line(
    order: AnyOrder, physician: Person, done_by: Person, said_at: datetime, words: str, now: datetime
) -> NamedLine:
    zone = order.facility.zone
    state = "signed" if order.signed_at else "disowned" if order.disowned_at else "open"
    return NamedLine(
        id=order.pk,
        by_phone=isinstance(order, PhoneOrder),
        kind=OrderKind(order.kind),
        what=what_in_words(order.kind, order.ordered),
        patient_id=order.patient_id,
        code=order.patient.code,
        initials=order.patient.initials,
        facility_id=order.facility_id,
        place=order.facility.name,
        physician_id=physician.pk,
        physician=physician.initials,
        done_by=done_by.initials,
        said_at=said_at,
        recorded_at=order.recorded_at,
        days=(local_day(now, zone) - local_day(order.recorded_at, zone)).days,
        words=words,
        digest=order.digest,
        state=state,
        answered_at=order.signed_at or order.disowned_at,
        disowned_words=order.disowned_words or "",
    )
