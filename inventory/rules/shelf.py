"""How many ampoules a site must have, when more are asked for and how many, and how the shelf stands. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from inventory.rules.bottles import is_expired
from inventory.rules.settings import StockSettings
from inventory.rules.settings_shelf import ShelfSettings
from inventory.rules.shelf_codes import AmpouleFate, Equipment, Lack, Readiness
from inventory.rules.violations import Code, Level, Violation

BADNESS: Final = (Lack.EXPIRES_FIRST, Lack.AT_MINIMUM, Lack.NONE_USABLE)


@dataclass(frozen=True, slots=True)
class Held:
    """So many ampoules of one lot within reach, by the book."""

    lot_id: int
    lot_number: str
    expires_on: date
    quantity: int


@dataclass(frozen=True, slots=True)
class Need:
    """How the ampoules of one site stand. `lasting`: usable now and still usable when the next delivery may come.

    `lack` is None where nothing has to be asked for; `amount` is what would bring the site to its target.
    """

    usable: int
    expired: int
    lasting: int
    minimum: int
    target: int
    lack: Lack | None
    amount: int


def minimum(*, patients: int | None, stock: StockSettings, shelf: ShelfSettings) -> int:
    """Ampoules that a site never goes below: more above so many patients, or so many minutes from a hospital
    (domain 12.3). `patients` None: nobody has counted them yet.
    """
    large = (patients or 0) > shelf.naloxone_large_patients
    far = shelf.hospital_minutes >= shelf.naloxone_far_minutes
    return max(stock.naloxone_min_ampoules, shelf.naloxone_large_min_ampoules if large or far else 0)


def need(held: Iterable[Held], *, today: date, least: int, settings: ShelfSettings) -> Need:
    """What the book's lots mean today. Expired ampoules do not count (domain 5); a lot is usable to the end of its
    day.
    """
    lots = list(held)
    usable = sum(lot.quantity for lot in lots if not is_expired(lot.expires_on, today))
    next_delivery = today + timedelta(days=settings.next_delivery_days)
    lasting = sum(lot.quantity for lot in lots if not is_expired(lot.expires_on, next_delivery))
    target = max(settings.naloxone_target_ampoules, least + 1)
    room = max(settings.naloxone_max_ampoules, target) - usable
    return Need(
        usable=usable,
        expired=sum(lot.quantity for lot in lots) - usable,
        lasting=lasting,
        minimum=least,
        target=target,
        lack=_lack(usable=usable, lasting=lasting, least=least),
        amount=max(1, min(target - lasting, room)),
    )


def _lack(*, usable: int, lasting: int, least: int) -> Lack | None:
    if usable == 0:
        return Lack.NONE_USABLE
    if usable <= least:
        return Lack.AT_MINIMUM
    return Lack.EXPIRES_FIRST if lasting < least else None


def worse(lack: Lack) -> int:
    """How bad it is, for a task that is told again when it gets worse."""
    return BADNESS.index(lack)


@dataclass(frozen=True, slots=True)
class Refused:
    """The last request of a site that was refused."""

    at: datetime
    usable: int


def may_ask_again(refused: Refused | None, *, usable: int, now: datetime, settings: ShelfSettings) -> bool:
    """A refusal stands for some days, unless there are fewer ampoules than when it was asked."""
    if refused is None or usable < refused.usable:
        return True
    return now - refused.at >= timedelta(days=settings.restock_again_days)


def first_expiry(held: Sequence[Held], *, today: date) -> Held | None:
    """The lot to take from: usable, the first to expire."""
    usable = [lot for lot in held if lot.quantity > 0 and not is_expired(lot.expires_on, today)]
    return min(usable, key=lambda lot: (lot.expires_on, lot.lot_id), default=None)


def check_withdrawal(lot: Held | None, *, quantity: int, fate: AmpouleFate, today: date) -> tuple[Violation, ...]:
    """What speaks against taking so many ampoules of a lot off the shelf. `lot` None: the book has none of it here.

    An ampoule that was injected is a fact: then every violation is a finding, and nothing is refused.
    """
    there = lot.quantity if lot is not None else 0
    found: list[Violation] = []
    if quantity < 1:
        found.append(Violation(Code.AMPOULES_BEYOND, Level.STOP, _("Ghi ít nhất 1 ống."), field="quantity"))
    if quantity > there:
        words = _("Sổ chỉ còn %(count)d ống của lô này.") % {"count": there}
        todo = _("Đếm lại; nếu trên kệ có nhiều hơn sổ, báo trưởng trạm.")
        found.append(Violation(Code.AMPOULES_BEYOND, Level.STOP, words, todo, field="quantity"))
    expired = lot is not None and is_expired(lot.expires_on, today)
    if fate is AmpouleFate.EXPIRED and not expired:
        words = _("Lô này chưa hết hạn.")
        found.append(Violation(Code.NOT_EXPIRED, Level.STOP, words, _("Chọn lô khác hoặc lý do khác."), field="fate"))
    if fate is AmpouleFate.USED and expired:
        words = _("Ống đã dùng đã hết hạn.")
        found.append(Violation(Code.AMPOULE_EXPIRED, Level.STOP, words, _("Xem lại kệ cấp cứu."), field="lot"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing as one check found it."""

    equipment: Equipment
    state: Readiness
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How one thing stands: the latest state, and since which check without a break. None: never checked."""

    equipment: Equipment
    state: Readiness | None
    since: datetime | None


def standings(seen: Collection[Seen]) -> tuple[Standing, ...]:
    """Everything that a shelf has, in its order, whatever was checked of it."""
    return tuple(_standing(one, [each for each in seen if each.equipment is one]) for one in Equipment)


def _standing(equipment: Equipment, seen: Collection[Seen]) -> Standing:
    newest_first = sorted(seen, key=lambda each: each.at, reverse=True)
    if not newest_first:
        return Standing(equipment, None, None)
    since = newest_first[0]
    for each in newest_first:
        if each.state is not since.state:
            break
        since = each
    return Standing(equipment, since.state, since.at)


def check_due(checked_on: date | None, *, today: date, settings: ShelfSettings) -> bool:
    """Whether the monthly check is due; a shelf that nobody ever checked is."""
    return checked_on is None or (today - checked_on).days >= settings.shelf_check_days
