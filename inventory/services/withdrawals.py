"""What dispensing asks of the ledger: is a bottle beyond what it may hold, and what does a void put back
where?
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core.access import Access
from core.quantities import format_ml
from facilities.services import settings
from followup.models import CaseKind
from followup.services import cases
from inventory.models import AccountKind, Bottle, Movement
from inventory.queries import bottles as bottle_queries
from inventory.rules.bottles import BottleState
from inventory.rules.kinds import OF_A_CONSIGNMENT, Reason
from inventory.rules.settings import StockSettings
from inventory.rules.settling import tolerance_ul
from inventory.rules.violations import Code
from inventory.services import accounts
from inventory.services.ledger import Move


def beyond_tolerance(*, bottle_ids: Sequence[int], facility_id: int, at: datetime) -> bool:
    """Whether one of these bottles has given more beyond its book than a bottle may, or was never opened in
    the books.
    """
    rules = settings.for_facility(StockSettings, facility_id=facility_id, at=at)
    return any(
        state.beyond_ul > 0 and (state.opened_at is None or state.beyond_ul > tolerance_ul(state.size_ul, rules))
        for state in bottle_queries.states(bottle_ids=bottle_ids, facility_id=facility_id)
    )


def lock_bottles(bottle_ids: Sequence[int]) -> None:
    """The lock before the chain head (docs/ledger.md): bottles in the order of their ids.

    FOR NO KEY UPDATE, because the foreign keys of acts that do not lock a bottle must not wait for who holds
    it.
    """
    list(Bottle.objects.filter(pk__in=bottle_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def void_moves(
    *, act_id: UUID, destination: str, again: bool = False, only: Mapping[int, int] | None = None
) -> list[Move]:
    """What the void of a dose, or of vials taken home, books, under the bottles' locks.

    `destination` "poured_out": it was poured and not drunk, so it is poured out and never returns to a
    bottle. "opened": it was never poured, so it is still in its bottle wherever that stands now; what the
    bottle gave beyond its book is paid back first. Where the bottle has been emptied meanwhile there is
    nothing to return it to: the settled overfill was too large by it, and what is left is missing from the
    bottle (`explain_void`). `again`: the same liquid is booked as drunk once more in this very transaction, so what
    came from an emptied bottle only waits in "unreconciled" meanwhile. `only`: so much of each bottle, not all that the
    act gave.
    """
    given = list(
        Movement.objects.filter(act_id=act_id, target__kind=AccountKind.PATIENTS)
        .select_related("act", "item")
        .order_by("position")
    )
    amounts: Counter[int] = Counter()
    for movement in given:
        if movement.bottle_id is None:
            raise ValueError("A dose without a bottle cannot be put back.")
        amounts[movement.bottle_id] += movement.quantity
    if only is not None:
        amounts = Counter(only)
    lock_bottles(sorted(amounts))
    facility_id = given[0].act.facility_id
    there = accounts.ids(facility_id=facility_id, item=given[0].item)
    moves: list[Move] = []
    for state in map(_out_of_boxes, bottle_queries.states(bottle_ids=sorted(amounts), facility_id=facility_id)):
        quantity = amounts[state.id]
        if destination == AccountKind.POURED_OUT:
            source, target = there[AccountKind.PATIENTS], there[AccountKind.POURED_OUT]
            moves.append(Move(state.lot_id, state.id, source, target, quantity, Reason.POURED_NOT_DRUNK))
        elif again and state.place is None:
            source, target = there[AccountKind.PATIENTS], there[AccountKind.UNRECONCILED]
            moves.append(Move(state.lot_id, state.id, source, target, quantity, Reason.NEVER_POURED))
        else:
            moves += _put_back(state, quantity, there)
    return moves


def vial_moves(*, act_id: UUID, bottle_id: int, back_ul: int = 0, undone_ul: int = 0) -> list[Move]:
    """A vial that the hand-out `act_id` filled from this bottle came back with `back_ul` in it, which was poured out;
    `undone_ul`: what was booked so before and was not so. Under the bottle's lock.
    """
    given = Movement.objects.filter(act_id=act_id, bottle_id=bottle_id).select_related("act", "item")[0]
    lock_bottles([bottle_id])
    there = accounts.ids(facility_id=given.act.facility_id, item=given.item)
    patients, poured = there[AccountKind.PATIENTS], there[AccountKind.POURED_OUT]
    moves = []
    if undone_ul:
        moves.append(Move(given.lot_id, bottle_id, poured, patients, undone_ul, Reason.NOT_BROUGHT_BACK))
    if back_ul:
        moves.append(Move(given.lot_id, bottle_id, patients, poured, back_ul, Reason.BROUGHT_BACK))
    return moves


def _out_of_boxes(state: BottleState) -> BottleState:
    """A bottle on the road or in dispute stands nowhere that this facility moves by itself: as one that has left it."""
    return replace(state, place=None) if state.place in OF_A_CONSIGNMENT else state


def _put_back(state: BottleState, quantity: int, there: dict[AccountKind, int]) -> list[Move]:
    moves: list[Move] = []

    def take(part: int, source: AccountKind, target: AccountKind, reason: Reason) -> None:
        if part > 0:
            moves.append(Move(state.lot_id, state.id, there[source], there[target], part, reason))

    owed = min(quantity, state.beyond_ul)
    rest = quantity - owed
    take(owed, AccountKind.PATIENTS, AccountKind.UNRECONCILED, Reason.NEVER_POURED)
    if state.place is not None:
        take(rest, AccountKind.PATIENTS, state.place, Reason.NEVER_POURED)
        return moves
    too_much = min(rest, bottle_queries.settled_overfill(bottle_id=state.id))
    take(too_much, AccountKind.PATIENTS, AccountKind.OVERFILL, Reason.OVERFILL_TAKEN_BACK)
    take(too_much, AccountKind.OVERFILL, AccountKind.SUPPLIER, Reason.OVERFILL_TAKEN_BACK)
    take(rest - too_much, AccountKind.PATIENTS, AccountKind.LOSS, Reason.UNDERFILL)
    return moves


def explain_void(*, act_id: UUID, moves: Sequence[Move], facility_id: int, by: Access, now: datetime) -> None:
    """Open a case where the void `act_id` left something missing from a bottle that is already empty."""
    lost = sum(move.quantity for move in moves if move.reason == Reason.UNDERFILL)
    if not lost:
        return
    cases.open_case(
        kind=CaseKind.BOTTLE_YIELD,
        facility_id=facility_id,
        subject_kind="stock_act",
        subject_id=act_id,
        patient_id=None,
        findings=[{"code": str(Code.UNDERFILL), "data": {"ml": format_ml(lost, separator=".")}}],
        by=by,
        now=now,
    )
