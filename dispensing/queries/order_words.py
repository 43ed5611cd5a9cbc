"""An order in the words and figures of the physician's pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import local_day
from core.templatetags.tram import day, day_short, mg
from dispensing.models import EndReason, Prescription
from dispensing.queries.named_orders import AnyOrder
from dispensing.queries.prescribing import last_covered, steps_of
from dispensing.queries.prescriptions import PatientPage
from dispensing.queries.tags import Tag, unsigned_words
from dispensing.rules.choices import PHASE_WORDS

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """How an order's daily dose stands to the one before it: first, same, up or down."""

    direction: str
    by_mg: Decimal | None = None
    before_mg: Decimal | None = None


@dataclass(frozen=True)
class OrderLine:
    """One order of the history. `in_force`: it still offers something, today or later, and may be stopped."""

    order: Prescription
    phase: str
    parts: str
    change: Change
    steps: tuple[str, ...]
    tag: Tag
    in_force: bool
    last_day: date
    named: AnyOrder | None = None
    unsigned: str = ""


def change(order: Prescription) -> Change:
    before = order.previous_dose_mg
    if before is None:
        return Change("first")
    if before == order.dose_mg:
        return Change("same", Decimal(0), before)
    return Change("up" if order.dose_mg > before else "down", abs(order.dose_mg - before), before)


def phase_words(order: Prescription) -> str:
    return str(PHASE_WORDS.get(order.phase, order.phase))


def parts_in_words(order: Prescription) -> str:
    """How a divided dose is drunk; empty for one that is drunk at once."""
    if len(order.slot_mg) < 2:
        return ""
    return _("lần 1: %(first)s mg · lần 2: %(second)s mg") % {
        "first": mg(order.slot_mg[0]),
        "second": mg(order.slot_mg[1]),
    }


def steps_in_words(order: Prescription) -> tuple[str, ...]:
    """The signed if-missed steps, a sentence each."""
    return tuple(
        _("Bỏ %(missed)s ngày liền: uống %(mg)s mg mỗi ngày trong %(days)s ngày, rồi cần đơn mới.")
        % {
            "missed": step.from_missed
            if step.from_missed == step.to_missed
            else _("từ %(low)s đến %(high)s") % {"low": step.from_missed, "high": step.to_missed},
            "mg": mg(step.dose_mg),
            "days": step.days,
        }
        for step in steps_of(order)
    )


def length_in_words(order: Prescription) -> str:
    days = (order.ends_on - order.starts_on).days + 1
    return ngettext("%(count)d ngày", "%(count)d ngày", days) % {"count": days}


def signed_figures(code: str, order: Prescription) -> dict[str, str]:
    return {"code": code, "mg": mg(order.dose_mg), "from": day(order.starts_on), "to": day(order.ends_on)}


def orders_in_words(page: PatientPage) -> tuple[OrderLine, ...]:
    """Every order, those to come first, then the one in force, then the past."""
    current = [page.current] if page.current else []
    return tuple(_line(order, page) for order in [*reversed(page.upcoming), *current, *page.past])


def proposal(page: PatientPage) -> dict[str, Any]:
    """What a new order starts from: the last one, from the first day that needs it."""
    last = next(iter([*reversed(page.upcoming), *([page.current] if page.current else []), *_real(page.past)]), None)
    initial: dict[str, Any] = {"starts_on": _first_day(page)}
    if last is None:
        return initial
    initial |= {"phase": last.phase, "dose_mg": mg(last.dose_mg)}
    if len(last.slot_mg) > 1:
        initial["second_mg"] = mg(last.slot_mg[1])
    for number, step in enumerate(steps_of(last), start=1):
        initial |= {
            f"step{number}_from": step.from_missed,
            f"step{number}_to": step.to_missed,
            f"step{number}_mg": mg(step.dose_mg),
            f"step{number}_days": step.days,
        }
    return initial


def _real(past: Iterable[Prescription]) -> Iterable[Prescription]:
    """Without those that were replaced or stopped before they held for a day."""
    return (order for order in past if last_covered(order) >= order.starts_on)


def _first_day(page: PatientPage) -> date:
    """Where nothing is wrong and the order ends soon, the day after it; otherwise from the next dose on."""
    next_dose = page.today + ONE_DAY if page.dosed_today else page.today
    last = page.upcoming[-1] if page.upcoming else page.current
    if last is None or page.blocks or page.needs_order_tomorrow:
        return next_dose
    ends_soon = (last_covered(last) - page.today).days <= max(page.settings.prescription_warn_days)
    return max(next_dose, last_covered(last) + ONE_DAY) if ends_soon else next_dose


@dataclass(frozen=True)
class ReviewedLine:
    """What the review shows of an order, in full, beside its figures."""

    phase: str
    parts: str
    change: Change
    steps: tuple[str, ...]
    length: str


def reviewed_line(order: Prescription) -> ReviewedLine:
    return ReviewedLine(
        phase=phase_words(order),
        parts=parts_in_words(order),
        change=change(order),
        steps=steps_in_words(order),
        length=length_in_words(order),
    )


def _line(order: Prescription, page: PatientPage) -> OrderLine:
    in_force = last_covered(order) >= max(page.today, order.starts_on)
    named = order.phone_order or order.delegated_order
    return OrderLine(
        order=order,
        phase=phase_words(order),
        parts=parts_in_words(order),
        change=change(order),
        steps=steps_in_words(order),
        tag=_tag(order, page, in_force),
        in_force=in_force and order.ended_on is None,
        last_day=last_covered(order),
        named=named,
        unsigned=unsigned_words((page.today - local_day(named.recorded_at, page.place.zone)).days) if named else "",
    )


def _tag(order: Prescription, page: PatientPage, in_force: bool) -> Tag:
    if in_force and order.starts_on > page.today:
        return Tag("info", _("từ %(day)s") % {"day": day_short(order.starts_on)})
    if in_force:
        if page.suspended or page.reduced_today:
            return Tag("stop", _("tạm dừng sau liều giảm"))
        return Tag("go", _("đang dùng"))
    if order.end_reason == EndReason.STOPPED:
        return Tag("info", _("đã ngừng"))
    if order.end_reason is not None:
        return Tag("info", _("đã thay"))
    return Tag("info", _("đã hết"))
