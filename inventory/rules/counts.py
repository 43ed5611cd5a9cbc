"""A blind count of everything at a site against the book of its moment. Pure; base units of each item.

Less and more are lines of their own and never netted (domain 4.5): not between bottles, not between lots.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inventory.rules.bottles import BottleState
from inventory.rules.countkinds import CountWhy, Outcome
from inventory.rules.kinds import AccountKind, Reason
from inventory.rules.measures import posting
from inventory.rules.settling import settle
from inventory.rules.violations import Code, Level, Violation

Step = tuple[int, AccountKind, AccountKind, Reason]  # base units, from, to, why
CABINETS = (AccountKind.STORAGE, AccountKind.DISPENSING, AccountKind.QUARANTINE)


@dataclass(frozen=True, slots=True)
class LooseBook:
    """A lot of an item without bottles in one place. `beyond`: what past acts took beyond its book."""

    place: AccountKind
    item_id: int
    lot_id: int
    lot_number: str
    held: int
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What people found: label numbers by place, opened bottles that nobody found, ampoules by place and lot."""

    labels: Mapping[AccountKind, Sequence[int]]
    measured: frozenset[int]
    missing_opened: frozenset[int]
    loose: Mapping[tuple[AccountKind, int], int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the count: what it is about, and what it books."""

    place: AccountKind
    outcome: Outcome
    found: int
    book: int
    bottle: BottleState | None = None
    loose: LooseBook | None = None
    number: int | None = None
    steps: tuple[Step, ...] = ()
    gone: bool = False

    @property
    def agrees(self) -> bool:
        return self.outcome is Outcome.AGREES


def check_count(*, why: CountWhy, asked_by: str, opened: Sequence[BottleState], seen: Seen) -> tuple[Violation, ...]:
    """What is still to be said: who asked for a surprise, and every opened bottle measured or told missing."""
    found: list[Violation] = []
    if why is CountWhy.SURPRISE and not asked_by.strip():
        words = _("Ghi ai yêu cầu kiểm kê đột xuất.")
        found.append(Violation(Code.WORDS_NEEDED, Level.ASK, words, field="asked_by"))
    for bottle in opened:
        if bottle.number not in seen.measured | seen.missing_opened:
            words = _("Chai %(label)s: ghi số đo, hoặc đánh dấu không thấy chai.") % {"label": bottle.label}
            found.append(Violation(Code.READING_NEEDED, Level.ASK, words, field=f"reading_{bottle.number}"))
    twice = _twice(seen)
    if twice:
        words = _("Nhãn %(number)d được ghi ở hai nơi. Mỗi chai chỉ ở một nơi.") % {"number": twice[0]}
        found.append(Violation(Code.WRONG_PLACE, Level.ASK, words))
    return tuple(found)


def _twice(seen: Seen) -> list[int]:
    every = [number for place in CABINETS for number in set(seen.labels.get(place, ()))]
    return sorted({number for number in every if every.count(number) > 1})


def lines(
    *,
    bottles: Sequence[BottleState],
    returned: Mapping[int, tuple[BottleState, int]],
    loose: Sequence[LooseBook],
    seen: Seen,
) -> tuple[Line, ...]:
    """Every line but those of measured bottles. `bottles`: all that stand here by the book. `returned`: bottles that
    the book gave up here and somebody found, with what it had given up of each.
    """
    where = {number: place for place in CABINETS for number in seen.labels.get(place, ())}
    here = {bottle.number: bottle for bottle in bottles}
    told = [_bottle(bottle, where.get(bottle.number), seen) for bottle in bottles if bottle.number not in seen.measured]
    extra = [_extra(number, place, returned) for number, place in sorted(where.items()) if number not in here]
    return (*told, *extra, *(_loose(each, seen.loose.get((each.place, each.lot_id), 0)) for each in loose))


def _bottle(bottle: BottleState, found_in: AccountKind | None, seen: Seen) -> Line:
    place, book = bottle.place or AccountKind.STORAGE, bottle.book_ul - bottle.beyond_ul
    if found_in is None or bottle.number in seen.missing_opened:
        return Line(place, Outcome.MISSING, 0, book, bottle, steps=tuple(_lost(bottle, place)), gone=True)
    book = bottle.book_ul
    if found_in is place:
        return Line(place, Outcome.AGREES, book, book, bottle)
    stays = place is AccountKind.QUARANTINE or not bottle.book_ul  # the way back from quarantine is not the site's
    step = (bottle.book_ul, place, found_in, Reason.COUNTED_ELSEWHERE)
    return Line(found_in, Outcome.ELSEWHERE, book, book, bottle, steps=() if stays else (step,))


def _lost(bottle: BottleState, place: AccountKind) -> Iterator[Step]:
    return gone_steps(bottle, place, AccountKind.LOSS, Reason.COUNTED_MISSING)


def gone_steps(bottle: BottleState, place: AccountKind, fate: AccountKind, why: Reason) -> Iterator[Step]:
    """A bottle leaves the world: its own content pays first what it gave beyond its book, the rest goes to its fate."""
    settled = settle(book_ul=bottle.book_ul, beyond_ul=bottle.beyond_ul, residue_ul=0)
    yield settled.returned, place, AccountKind.UNRECONCILED, Reason.BEYOND_SETTLED
    yield settled.underfill, place, fate, why
    yield settled.overfill, AccountKind.SUPPLIER, AccountKind.OVERFILL, Reason.OVERFILL
    yield settled.overfill_given, AccountKind.OVERFILL, AccountKind.UNRECONCILED, Reason.BEYOND_SETTLED


def _extra(number: int, place: AccountKind, returned: Mapping[int, tuple[BottleState, int]]) -> Line:
    """A bottle that the book gave up here comes back, into quarantine; another label is only written down."""
    if number not in returned:
        return Line(place, Outcome.STRANGE, 0, 0, number=number)
    bottle, amount = returned[number]
    steps = (
        (amount, AccountKind.SUPPLIER, AccountKind.SURPLUS, Reason.COUNTED_EXTRA),
        (amount, AccountKind.SURPLUS, AccountKind.QUARANTINE, Reason.COUNTED_EXTRA),
    )
    return Line(AccountKind.QUARANTINE, Outcome.EXTRA, amount, 0, bottle, steps=steps)


def _loose(held: LooseBook, found: int) -> Line:
    book = held.held - held.beyond
    booked = posting(held_ul=held.held, beyond_ul=held.beyond, measured_ul=found)
    place, beyond, surplus = held.place, AccountKind.UNRECONCILED, AccountKind.SURPLUS
    steps = (
        (booked.returned, place, beyond, Reason.BEYOND_SETTLED),
        (booked.lost, place, AccountKind.LOSS, Reason.COUNTED_LESS),
        (booked.beyond + booked.found, AccountKind.SUPPLIER, surplus, Reason.COUNTED_MORE),
        (booked.beyond, surplus, beyond, Reason.BEYOND_SETTLED),
        (booked.found, surplus, place, Reason.COUNTED_MORE),
    )
    return Line(place, sign(found, book), found, book, loose=held, steps=steps)


def sign(found: int, book: int) -> Outcome:
    """Less, more, or as the book says."""
    return Outcome.LESS if found < book else Outcome.MORE if found > book else Outcome.AGREES
