"""What a consignment may hold, what its manifest says, and how what arrived compares with it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from inventory.rules.bottles import BottleState, is_expired
from inventory.rules.custody import ConsignmentKind, State
from inventory.rules.kinds import AccountKind
from inventory.rules.violations import Code, Level, Violation

MOST_LINES: Final = 500


class Incident(StrEnum):
    """What went wrong on the road. Stored with events and cases: never renamed."""

    LOST = "incident_lost"
    BROKEN = "incident_broken"
    ROBBED = "incident_robbed"
    UNSAFE = "incident_unsafe"
    OTHER = "incident_other"


class Fate(StrEnum):
    """What became of something in dispute."""

    INTO_STORE = "into_store"
    INTO_QUARANTINE = "into_quarantine"
    BACK = "back"
    LOST = "lost"
    BROKEN = "broken"


# Somebody may be in danger: told at once, and whoever answers is asked for the person before the medicine.
DANGER: Final = frozenset({Incident.ROBBED, Incident.UNSAFE})


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of a manifest. `quantity` in base units; `number` and `seal` only of a bottle."""

    position: int
    item_id: int
    lot_id: int
    lot_number: str
    quantity: int
    bottle_id: int | None = None
    number: int | None = None
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A bottle that somebody holds in their hand: its label, the seal they read on it, and whether it is whole."""

    number: int
    seal: str = ""
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class ArrivedLoose:
    """So much of a lot without bottles of its own."""

    lot_number: str
    quantity: int


class Difference(StrEnum):
    """How something differs from what was sent. Stored with cases: never renamed."""

    MISSING = "consignment_missing"
    SEAL_DIFFERS = "consignment_seal_differs"
    SEAL_NOT_READ = "consignment_seal_not_read"
    DAMAGED = "consignment_damaged"
    EXTRA = "consignment_extra"
    OTHER_LOT = "consignment_other_lot"
    BOX = "consignment_box"


@dataclass(frozen=True, slots=True)
class Differing:
    """One difference. `number`: the bottle's label; `lot_number` and `quantity` of what has none."""

    what: Difference
    number: int | None = None
    lot_number: str = ""
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What arrived beside what was sent. `matched` enters the store, `apart` waits in the consignment's own books."""

    matched: tuple[tuple[Sent, int], ...]
    apart: tuple[tuple[Sent, int], ...]
    differences: tuple[Differing, ...]
    doubled: tuple[int, ...] = ()

    @property
    def state(self) -> State:
        """Received whole; in part, where something is missing and the rest is right; else disputed."""
        kinds = {each.what for each in self.differences}
        if not kinds:
            return State.RECEIVED
        return State.PARTIAL if kinds == {Difference.MISSING} else State.DISPUTED


def judge(
    sent: Sequence[Sent], arrived: Iterable[Arrived], loose: Iterable[ArrivedLoose], *, box_whole: bool
) -> Judged:
    """Compare, bottle by bottle. A label read twice is one bottle.

    With a whole box under its own seals the label is enough, and a bottle's seal counts where it was read. Where the
    box was broken or bore another seal, a bottle matches only with its own seal read and right.
    """
    held: dict[int, Arrived] = {}
    doubled: list[int] = []
    for each in arrived:
        if each.number in held:
            doubled.append(each.number)
        held[each.number] = _worse(held.get(each.number), each)
    matched: list[tuple[Sent, int]] = []
    apart: list[tuple[Sent, int]] = []
    found: list[Differing] = [] if box_whole else [Differing(Difference.BOX)]
    for line in sent:
        if line.number is None:
            continue
        what = _bottle(line, held.pop(line.number, None), box_whole=box_whole)
        (matched if what is None else apart).append((line, line.quantity))
        if what is not None:
            found.append(Differing(what, line.number, line.lot_number, line.quantity))
    _loose(sent, loose, matched, apart, found)
    found += [Differing(Difference.EXTRA, number) for number in sorted(held)]
    return Judged(tuple(matched), tuple(apart), tuple(found), tuple(dict.fromkeys(doubled)))


def _worse(before: Arrived | None, again: Arrived) -> Arrived:
    """Two readings of one bottle: broken is broken, and two different seals are no reading."""
    if before is None:
        return again
    seal = before.seal or again.seal
    if before.seal and again.seal and before.seal != again.seal:
        seal = f"{before.seal} / {again.seal}"
    return Arrived(again.number, seal, before.damaged or again.damaged)


def _bottle(line: Sent, there: Arrived | None, *, box_whole: bool) -> Difference | None:
    if there is None:
        return Difference.MISSING
    if there.damaged:
        return Difference.DAMAGED
    if line.seal and there.seal and not _same(there.seal, line.seal):
        return Difference.SEAL_DIFFERS
    if line.seal and not there.seal and not box_whole:
        return Difference.SEAL_NOT_READ
    return None


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _loose(
    sent: Sequence[Sent],
    loose: Iterable[ArrivedLoose],
    matched: list[tuple[Sent, int]],
    apart: list[tuple[Sent, int]],
    found: list[Differing],
) -> None:
    """Quantities of lots: what is there up to what was sent matches, less is missing, more is extra."""
    counted: dict[str, int] = {}
    for each in loose:
        key = each.lot_number.strip().casefold()
        counted[key] = counted.get(key, 0) + each.quantity
    for line in sent:
        if line.number is not None:
            continue
        key = line.lot_number.strip().casefold()
        there = min(counted.get(key, 0), line.quantity)
        counted[key] = counted.get(key, 0) - there
        if there:
            matched.append((line, there))
        if there < line.quantity:
            apart.append((line, line.quantity - there))
            found.append(Differing(Difference.MISSING, None, line.lot_number, line.quantity - there))
    names = {each.lot_number.strip().casefold(): each.lot_number.strip() for each in loose}
    known = {line.lot_number.strip().casefold() for line in sent}
    for key, rest in sorted(counted.items()):
        if rest > 0:
            what = Difference.EXTRA if key in known else Difference.OTHER_LOT
            found.append(Differing(what, None, names.get(key, key), rest))


def seals_whole(*, put_on: Iterable[str], read: Iterable[str], intact: bool) -> bool:
    """Whether the boxes arrived under the seals that they left with."""
    return intact and {seal.strip().casefold() for seal in put_on} == {seal.strip().casefold() for seal in read}


def manifest(
    *,
    consignment_id: UUID,
    number: int,
    kind: str,
    from_id: int,
    to_id: int,
    seals: Sequence[str],
    lines: Sequence[Sent],
) -> dict[str, Any]:
    """The document that `manifest_digest` is the sha256 of (docs/custody.md)."""
    return {
        "document": "tram.manifest.1",
        "consignment": consignment_id,
        "number": number,
        "kind": kind,
        "from": from_id,
        "to": to_id,
        "seals": list(seals),
        "lines": [[line.position, line.lot_id, line.number or 0, line.quantity, line.seal] for line in lines],
    }


def check_bottle(state: BottleState, *, kind: ConsignmentKind, today: date) -> Violation | None:
    """Why this bottle cannot go. Supplied: closed, in the storage cabinet, in date. Returned: closed or set apart."""
    if kind is ConsignmentKind.RETURN:
        closed = state.place is AccountKind.STORAGE and state.opened_at is None
        if state.emptied_at is not None or state.place is AccountKind.QUARANTINE or closed:
            return None
        words = _("Chai %(label)s không ở biệt trữ. Đưa chai vào biệt trữ trước khi trả.")
        return Violation(Code.WRONG_PLACE, Level.STOP, words % {"label": state.label})
    if state.place is not AccountKind.STORAGE or state.opened_at is not None:
        words = _("Chai %(label)s không ở tủ bảo quản của cơ sở này.")
        return Violation(Code.WRONG_PLACE, Level.STOP, words % {"label": state.label}, _("Xem lại nhãn chai."))
    if is_expired(state.expires_on, today):
        words = _("Chai %(label)s đã hết hạn, không giao cho cơ sở cấp phát.")
        return Violation(Code.EXPIRED, Level.STOP, words % {"label": state.label}, _("Đưa vào biệt trữ."))
    return None


def propose(*, wanted: int, closed: Sequence[tuple[int, int]]) -> dict[int, int]:
    """How many of each group to take, in the order given (first expiry first): {group: how many}."""
    taken: dict[int, int] = {}
    for group, there in closed:
        taken[group] = min(there, wanted)
        wanted -= taken[group]
    return taken
