"""What goes into the boxes: the manifest's lines under the bottles' locks, and their way onto the road."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.clock import local_day
from inventory.models import AccountKind, Balance, Bottle, Consignment, ConsignmentLine, Item
from inventory.queries import bottles as bottle_queries
from inventory.rules.bottles import BottleState
from inventory.rules.consignments import MOST_LINES, Sent, check_bottle, manifest
from inventory.rules.custody import ConsignmentKind
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code, Level, Violation
from inventory.services import accounts, custody, ledger
from inventory.services.acts import StockRefused
from inventory.services.custody import Held
from inventory.services.ledger import Move
from inventory.services.withdrawals import lock_bottles


@dataclass(frozen=True)
class Loose:
    """So much of a lot that has no bottles of its own."""

    lot_id: int
    quantity: int


def manifest_of(consignment: Consignment, lines: Sequence[Sent]) -> dict[str, Any]:
    """The document whose digest the consignment keeps."""
    return manifest(
        consignment_id=consignment.pk,
        number=consignment.number,
        kind=consignment.kind,
        from_id=consignment.from_facility_id,
        to_id=consignment.to_facility_id,
        seals=consignment.seals or [],
        lines=lines,
    )


def lines_of(held: Held, *, numbers: Sequence[int], loose: Sequence[Loose]) -> list[Sent]:
    """The manifest, first expiry first, under the bottles' locks; raises StockRefused with all that is wrong."""
    consignment, by = held.consignment, held.at.by
    states = _locked(numbers, consignment)
    kind, today = ConsignmentKind(consignment.kind), local_day(held.at.now, by.zone)
    wrong = [violation for state in states if (violation := check_bottle(state, kind=kind, today=today))]
    wrong += _packed_elsewhere(states, consignment)
    if not states and not loose:
        wrong.append(Violation(Code.NOTHING_PACKED, Level.STOP, _("Chưa chọn thuốc nào."), field="bottles"))
    if len(states) + len(loose) > MOST_LINES:
        words = _("Một chuyến có nhiều nhất %(most)d chai.") % {"most": MOST_LINES}
        wrong.append(Violation(Code.NOTHING_PACKED, Level.STOP, words, field="bottles"))
    if wrong:
        raise StockRefused(tuple(wrong))
    ordered = sorted(states, key=lambda state: (state.expires_on, state.number))
    lines = [
        Sent(place, state.item_id, state.lot_id, state.lot_number, state.book_ul, state.id, state.number, _seal(state))
        for place, state in enumerate(ordered, start=1)
    ]
    return lines + _loose_lines(loose, consignment, start=len(lines) + 1)


def _seal(state: BottleState) -> str:
    """A bottle's own seal holds until it is opened."""
    return state.seal_number if state.opened_at is None else ""


def _locked(numbers: Sequence[int], consignment: Consignment) -> list[BottleState]:
    """The bottles with these labels, locked, as the sender's books know them; raises StockRefused for one that is not
    there."""
    sender = consignment.from_facility_id
    wanted = sorted(set(numbers))
    known = dict(Bottle.objects.filter(number__in=wanted).values_list("number", "pk"))
    ids = sorted(known.values())
    lock_bottles(ids)
    ledger.lock(facility_id=sender)
    states = bottle_queries.states(bottle_ids=ids, facility_id=sender)
    here = {
        state.number
        for state in states
        if state.place or bottle_queries.is_here(number=state.number, facility_id=sender)
    }
    absent = [number for number in wanted if number not in here]
    if absent:
        words = _("Không có chai số %(numbers)s ở cơ sở này.") % {"numbers": ", ".join(map(str, absent))}
        raise custody.refuse(Code.NOT_HERE, words, _("Xem lại nhãn chai."), field="bottles")
    return states


def _ended_here(state: BottleState, facility_id: int) -> bool:
    """An empty bottle stands nowhere in the books: it is where it was emptied."""
    return state.emptied_at is not None and bottle_queries.is_here(number=state.number, facility_id=facility_id)


def _packed_elsewhere(states: Sequence[BottleState], consignment: Consignment) -> list[Violation]:
    """A bottle that waits in another sealed box. Read under the bottles' locks, which every packing takes."""
    others = (
        ConsignmentLine.objects.filter(
            bottle_id__in=[state.id for state in states],
            consignment__dispatched_at__isnull=True,
            consignment__ended_at__isnull=True,
        )
        .exclude(consignment=consignment)
        .values_list("bottle_id", "consignment__number")
    )
    packed = dict(others)
    words = _("Chai %(label)s đã đóng trong chuyến %(number)d.")
    return [
        Violation(Code.PACKED_ALREADY, Level.STOP, words % {"label": state.label, "number": packed[state.id]})
        for state in states
        if state.id in packed
    ]


def _loose_lines(loose: Sequence[Loose], consignment: Consignment, *, start: int) -> list[Sent]:
    """Lots without bottles, as the storage cabinet holds them."""
    lines: list[Sent] = []
    for place, each in enumerate(sorted(loose, key=lambda one: one.lot_id), start=start):
        there = (
            Balance.objects.filter(
                account__facility_id=consignment.from_facility_id,
                account__kind__in=_loose_from(consignment),
                lot_id=each.lot_id,
                bottle__isnull=True,
            )
            .select_related("lot", "account")
            .order_by("-quantity")
            .first()
        )
        if there is None or not 0 < each.quantity <= there.quantity:
            words = _("Tủ bảo quản không có đủ số lượng của lô này.")
            raise custody.refuse(Code.NOT_HERE, words, _("Xem lại tồn kho."), field="loose")
        lines.append(Sent(place, there.lot.item_id, each.lot_id, there.lot.number, each.quantity))
    return lines


def _loose_from(consignment: Consignment) -> list[AccountKind]:
    returned = consignment.kind == ConsignmentKind.RETURN
    return [AccountKind.STORAGE, AccountKind.QUARANTINE] if returned else [AccountKind.STORAGE]


def onto_the_road(held: Held) -> list[Move]:
    """Everything of the manifest into the consignment's own account; raises StockRefused where it is not all there."""
    consignment = held.consignment
    lines = custody.sent_lines(consignment)
    states = {state.id: state for state in _locked([line.number for line in lines if line.number], consignment)}
    kind, today = ConsignmentKind(consignment.kind), local_day(held.at.now, held.at.by.zone)
    items = {item.pk: item for item in Item.objects.filter(pk__in={line.item_id for line in lines})}
    moves: list[Move] = []
    for item_id, item in sorted(items.items()):
        there = accounts.ids(facility_id=consignment.from_facility_id, item=item)
        road = accounts.of_consignment(consignment=consignment, item=item)[AccountKind.TRANSIT]
        for line in lines:
            if line.item_id != item_id or not line.quantity:
                continue
            state = states[line.bottle_id] if line.bottle_id else None
            place = state.place if state else _loose_place(line, consignment)
            moved = state is not None and (
                state.book_ul != line.quantity or check_bottle(state, kind=kind, today=today) is not None
            )
            if place is None or moved:
                words = _("Thuốc trong thùng không còn như lúc đóng gói theo sổ.")
                raise custody.refuse(Code.CHANGED_MEANWHILE, words, _("Hủy chuyến này và đóng gói lại."))
            moves.append(Move(line.lot_id, line.bottle_id, there[place], road, line.quantity, str(Reason.DISPATCHED)))
    return moves


def _loose_place(line: Sent, consignment: Consignment) -> AccountKind | None:
    found = (
        Balance.objects.filter(
            account__facility_id=consignment.from_facility_id,
            account__kind__in=_loose_from(consignment),
            lot_id=line.lot_id,
            bottle__isnull=True,
            quantity__gte=line.quantity,
        )
        .order_by("-quantity")
        .values_list("account__kind", flat=True)
        .first()
    )
    return AccountKind(found) if found else None
