"""May this bottle be used, may it be opened, and who must sign? Pure; quantities in microlitres."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.quantities import format_decimal
from inventory.rules.kinds import AccountKind
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code, Level, Violation


@dataclass(frozen=True, slots=True)
class BottleState:
    """A bottle as the books know it at one facility.

    `place` is where it stands, None once it is emptied. `book_ul` is what the book says it holds there,
    `beyond_ul` what it gave beyond the book.
    """

    id: int
    number: int
    label: str
    item_id: int
    lot_id: int
    lot_number: str
    expires_on: date
    concentration: Decimal
    size_ul: int
    seal_number: str
    opened_at: datetime | None
    emptied_at: datetime | None
    place: AccountKind | None
    book_ul: int
    beyond_ul: int


@dataclass(frozen=True, slots=True)
class OtherBottle:
    """Another bottle of the site, as far as opening this one depends on it."""

    label: str
    expires_on: date
    concentration: Decimal


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """Everything that opening one bottle depends on.

    `open_now`: the other bottles open here. `last_opened`: the bottle opened last before this one. `earlier`:
    a closed, usable bottle of the same item that expires before it, the first of them.
    """

    bottle: BottleState
    today: date
    open_now: tuple[OtherBottle, ...] = ()
    last_opened: OtherBottle | None = None
    earlier: OtherBottle | None = None


class Standing(StrEnum):
    """What can be done with a bottle now."""

    CLOSED = "closed"
    OPENED = "opened"
    QUARANTINED = "quarantined"
    EMPTIED = "emptied"


def standing(bottle: BottleState) -> Standing:
    if bottle.emptied_at is not None:
        return Standing.EMPTIED
    if bottle.place is AccountKind.QUARANTINE:
        return Standing.QUARANTINED
    return Standing.OPENED if bottle.opened_at is not None else Standing.CLOSED


def is_expired(expires_on: date, today: date) -> bool:
    """A lot may be used to the end of its expiry date."""
    return expires_on < today


def unusable(
    bottle: BottleState, *, today: date, opened_on: date | None, settings: StockSettings
) -> tuple[Violation, ...]:
    """Why no dose may come from this bottle, or what to look at: expiry, quarantine, open too long (domain
    12.3).
    """
    found: list[Violation] = []
    if bottle.place is AccountKind.QUARANTINE:
        found.append(_violation(Code.QUARANTINED, bottle))
    if is_expired(bottle.expires_on, today):
        found.append(_violation(Code.EXPIRED, bottle))
    else:
        days_left = (bottle.expires_on - today).days
        if any(days_left <= limit for limit in settings.expiry_warn_days):
            words = _("Lô %(lot)s còn %(days)d ngày là hết hạn (%(date)s).")
            figures = {"lot": bottle.lot_number, "days": days_left, "date": f"{bottle.expires_on:%d/%m/%Y}"}
            found.append(Violation(Code.EXPIRES_SOON, Level.NOTE, words % figures))
    if opened_on is not None:
        found += _open_for_long((today - opened_on).days, settings)
    return tuple(found)


def _open_for_long(days: int, settings: StockSettings) -> list[Violation]:
    if days >= settings.opened_bottle_stop_days:
        words = _("Chai đã mở nắp %(days)d ngày, quá giới hạn %(limit)d ngày.")
        figures = {"days": days, "limit": settings.opened_bottle_stop_days}
        todo = _("Đưa chai vào biệt trữ, mở chai khác.")
        return [Violation(Code.OPEN_TOO_LONG, Level.STOP, words % figures, todo)]
    if days >= settings.opened_bottle_warn_days:
        words = _("Chai đã mở nắp %(days)d ngày; quá %(limit)d ngày thì không dùng nữa.")
        figures = {"days": days, "limit": settings.opened_bottle_stop_days}
        return [Violation(Code.OPEN_LONG, Level.NOTE, words % figures)]
    return []


def check_opening(
    facts: OpeningFacts, *, reason: str = "", both_sign: bool = False, settings: StockSettings
) -> tuple[Violation, ...]:
    """Whether the bottle may be opened (domain 12.2, 12.3).

    `reason` answers "another bottle expires first". `both_sign`: the actor and a second person present both
    sign, the only way to open another strength than the last. Two strengths open at once are refused whoever
    signs.
    """
    bottle = facts.bottle
    ended = _already_over(bottle)
    if ended is not None:
        return (ended,)
    found = list(unusable(bottle, today=facts.today, opened_on=None, settings=settings))
    others = {other.concentration for other in facts.open_now} - {bottle.concentration}
    if others:
        found.append(_two_strengths(bottle, facts.open_now))
    elif _strength_changes(facts) and not both_sign and facts.last_opened is not None:
        found.append(_other_strength(bottle, facts.last_opened))
    if facts.earlier is not None and not reason.strip():
        found.append(_earlier_first(facts.earlier))
    if facts.open_now and not others:
        words = _("Chai %(label)s cùng hàm lượng đang mở.") % {"label": facts.open_now[0].label}
        found.append(Violation(Code.ANOTHER_OPEN, Level.NOTE, words))
    order = [Level.STOP, Level.ASK, Level.NOTE]
    return tuple(sorted(found, key=lambda violation: order.index(violation.level)))


def _already_over(bottle: BottleState) -> Violation | None:
    match standing(bottle):
        case Standing.EMPTIED:
            return _violation(Code.EMPTIED, bottle)
        case Standing.OPENED:
            return _violation(Code.ALREADY_OPENED, bottle)
        case _ if bottle.place is None:
            return _violation(Code.NOT_HERE, bottle)
    return None


def _strength_changes(facts: OpeningFacts) -> bool:
    return facts.last_opened is not None and facts.last_opened.concentration != facts.bottle.concentration


def strength_words(concentration: Decimal) -> str:
    """10 mg/mL, with the decimal sign of the language in use where there is one."""
    return f"{format_decimal(concentration, separator=pgettext('decimal separator', ','))} mg/mL"


def _two_strengths(bottle: BottleState, open_now: tuple[OtherBottle, ...]) -> Violation:
    other = next(each for each in open_now if each.concentration != bottle.concentration)
    words = _("Chai %(label)s hàm lượng %(other)s đang mở; chai này %(own)s. Không mở hai hàm lượng cùng lúc.")
    figures = {
        "label": other.label,
        "other": strength_words(other.concentration),
        "own": strength_words(bottle.concentration),
    }
    todo = _("Kết thúc chai đang mở hoặc đưa chai đó vào biệt trữ trước.")
    return Violation(Code.TWO_STRENGTHS, Level.STOP, words % figures, todo)


def _other_strength(bottle: BottleState, before: OtherBottle) -> Violation:
    words = _("Hàm lượng khác: chai trước %(before)s, chai này %(now)s. Số mL của mọi liều sẽ đổi.")
    figures = {
        "before": strength_words(before.concentration),
        "now": strength_words(bottle.concentration),
    }
    todo = _("Hai người cùng đọc nhãn và cùng ký. Bỏ các phiếu đã in.")
    return Violation(Code.OTHER_STRENGTH, Level.ASK, words % figures, todo, _("Hai người có mặt cùng ký"))


def _earlier_first(earlier: OtherBottle) -> Violation:
    words = _("Chai %(label)s hết hạn trước (%(date)s): hạn trước dùng trước.")
    figures = {"label": earlier.label, "date": f"{earlier.expires_on:%d/%m/%Y}"}
    todo = _("Mở chai đó, hoặc ghi một lý do để mở chai này.")
    return Violation(Code.LATER_EXPIRY, Level.ASK, words % figures, todo, field="reason")


def _violation(code: Code, bottle: BottleState) -> Violation:
    """The stops that name the bottle itself."""
    words, todo = {
        Code.EMPTIED: (_("Chai %(label)s đã kết thúc."), _("Xem lại nhãn chai.")),
        Code.ALREADY_OPENED: (_("Chai %(label)s đã mở rồi."), _("Xem lại nhãn chai.")),
        Code.NOT_OPENED: (_("Chai %(label)s chưa được mở trong sổ."), _("Ghi mở chai trước.")),
        Code.NOT_HERE: (_("Chai %(label)s không có trong kho của cơ sở này."), _("Xem lại nhãn chai.")),
        Code.QUARANTINED: (_("Chai %(label)s đang biệt trữ."), _("Không dùng chai này. Lấy chai khác.")),
        Code.EXPIRED: (_("Chai %(label)s đã hết hạn."), _("Không dùng chai này. Đưa vào biệt trữ.")),
        Code.RAN_OUT: (_("Sổ ghi chai %(label)s đã hết."), _("Ghi kết thúc chai.")),
        Code.WRONG_PLACE: (_("Chai %(label)s không ở tủ bảo quản."), _("Tải lại trang rồi xem lại.")),
    }[code]
    return Violation(code, Level.STOP, words % {"label": bottle.label}, todo, _("Nhân viên quản lý kho thuốc"))


def refuse(code: Code, bottle: BottleState) -> tuple[Violation, ...]:
    """One stop about a bottle, as a service raises it."""
    return (_violation(code, bottle),)
