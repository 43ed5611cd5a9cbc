"""The life of a bottle at a site: to the dispensing cabinet, opened, emptied, or into quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.ids import new_id
from core.quantities import format_ml
from facilities.services import settings
from followup.models import CaseKind
from followup.services import cases
from inventory import listeners
from inventory.models import AccountKind, ActKind, Bottle, Item
from inventory.queries import bottles as bottle_queries
from inventory.queries.opening import opening_facts
from inventory.queries.recalls import recalled
from inventory.rules.bottles import BottleState, Standing, check_opening, refuse, standing
from inventory.rules.kinds import OF_A_CONSIGNMENT, Reason
from inventory.rules.quarantine import QuarantineReason, check_quarantine
from inventory.rules.settings import StockSettings
from inventory.rules.settling import Settlement, check_settlement, settle
from inventory.rules.violations import Code, Level, Violation, stops
from inventory.services import accounts, acts, ledger, patterns
from inventory.services.acts import Done, StockAct, StockRefused
from inventory.services.ledger import Move
from inventory.services.withdrawals import lock_bottles
from staff.services import attestations, pins, signatures
from staff.services.attestations import Alone, Present, ProvenSecond, SecondPerson


class OwnPinRefused(Exception):
    """The actor's own PIN did not prove them; `sentence` says so. Told apart from the second's."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class ToDispensing:
    """Closed bottles from the storage to the daily dispensing cabinet."""

    id: UUID
    numbers: tuple[int, ...]
    second: SecondPerson


@dataclass(frozen=True)
class Opening:
    """`reason` answers "another bottle expires first"; `own_pin` and a second person present sign another
    strength.
    """

    id: UUID
    number: int
    second: SecondPerson
    reason: str = ""
    own_pin: str = ""


@dataclass(frozen=True)
class Emptying:
    """The bottle ran out: `residue_ul` is what was measured in it and poured out."""

    id: UUID
    number: int
    residue_ul: int
    second: SecondPerson
    note: str = ""


@dataclass(frozen=True)
class Quarantining:
    """The bottle is set apart. `measured_ul` is needed only where its book has run out and it still holds
    some.
    """

    id: UUID
    number: int
    reason: QuarantineReason
    words: str
    second: SecondPerson
    measured_ul: int | None = None


def move_to_dispensing(*, command: ToDispensing, by: Access, now: datetime) -> Done:
    """Take closed bottles out of the storage cabinet: a hand-over of its own, signed by two or openly alone.

    Raises StockRefused for all of them where one is not closed in the storage, or has nothing left in the book.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    act = StockAct(
        id=command.id, kind=ActKind.TO_DISPENSING, by=by, now=now, stated={"bottles": sorted(command.numbers)}
    )
    second = attestations.prove(second=command.second, actor=by, facility_id=act.facility_id, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        states = _locked(command.numbers, act)
        wrong = [state for state in states if state.place is not AccountKind.STORAGE or state.opened_at]
        if wrong:
            raise StockRefused(refuse(Code.WRONG_PLACE, wrong[0]))
        ran_out = [state for state in states if state.book_ul == 0]
        if ran_out:
            raise StockRefused(refuse(Code.RAN_OUT, ran_out[0]))
        step = (AccountKind.STORAGE, AccountKind.DISPENSING, Reason.TO_DISPENSING)
        moves = [move for state in states for move in _moves(act, state, [(state.book_ul, *step)])]
        return acts.book(act, moves=moves, second=second)


def open_bottle(*, command: Opening, by: Access, now: datetime) -> Done:
    """Open a closed bottle from either cabinet.

    Raises StockRefused with every rule that speaks (domain 12.2, 12.3), what the signatures raise,
    PermissionDenied.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    stated = {"bottle": command.number, "reason": command.reason.strip(), "both_sign": bool(command.own_pin)}
    act = StockAct(id=command.id, kind=ActKind.OPENING, by=by, now=now, stated=stated)
    second = attestations.prove(second=command.second, actor=by, facility_id=act.facility_id, now=now)
    own = _own(command, act)
    both_sign = own is not None and isinstance(command.second, Present)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        [state] = _locked([command.number], act)
        rules = settings.for_facility(StockSettings, facility_id=act.facility_id, at=now)
        facts = opening_facts(bottle=state, facility_id=act.facility_id, today=local_day(now, by.zone))
        _not_recalled(state)
        refused = stops(check_opening(facts, reason=command.reason, both_sign=both_sign, settings=rules))
        if refused:
            raise StockRefused(refused)
        done = _open(act, state, second)
        if own is not None:
            signatures.sign(
                proven=own,
                signer=by,
                meaning="opened",
                subject_kind=str(act.kind),
                subject_id=act.id,
                digest=done.digest,
                now=now,
            )
        return done


def _not_recalled(state: BottleState) -> None:
    if recalled([state.lot_id]):
        words = _("Lô %(lot)s đã bị thu hồi.") % {"lot": state.lot_number}
        todo = _("Không mở chai này. Đưa vào biệt trữ.")
        raise StockRefused((Violation(Code.LOT_RECALLED, Level.STOP, words, todo),))


def _own(command: Opening, act: StockAct) -> pins.Proven | None:
    if not command.own_pin:
        return None
    try:
        return pins.verify(person_id=act.actor_id, pin=command.own_pin, by=act.by, now=act.now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused


def record_opened(*, command: Opening, opened_at: datetime, by: Access, now: datetime) -> Done:
    """State that a bottle was opened already, whatever the rules say: a fact is never refused.

    Where a rule forbids it the bottle goes into quarantine at once and a case names who looks at it (domain
    12.3). Raises StockRefused only for a bottle that is not closed and here.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    stated = {
        "bottle": command.number,
        "reason": command.reason.strip(),
        "opened_at": opened_at,
        "past": True,
    }
    act = StockAct(id=command.id, kind=ActKind.OPENING, by=by, now=now, stated=stated, occurred_at=opened_at)
    second = attestations.prove(second=command.second, actor=by, facility_id=act.facility_id, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        [state] = _locked([command.number], act)
        if state.opened_at is not None or state.book_ul == 0:
            raise StockRefused(refuse(Code.ALREADY_OPENED if state.opened_at else Code.RAN_OUT, state))
        rules = settings.for_facility(StockSettings, facility_id=act.facility_id, at=now)
        facts = opening_facts(bottle=state, facility_id=act.facility_id, today=local_day(opened_at, by.zone))
        wrong = stops(check_opening(facts, reason=command.reason, both_sign=False, settings=rules))
        done = _open(act, state, second, wrong=wrong)
        _case(CaseKind.UNUSABLE_BOTTLE, act, [_finding(violation, state) for violation in wrong])
        return done


def empty(*, command: Emptying, by: Access, now: datetime) -> Done:
    """Settle an opened bottle that has run out: the measured residue is poured out, what else the book says
    of it is a loss, what it gave beyond its label a surplus; each apart and signed (domain 12.3).

    A yield outside the bottle's tolerance opens a case. Raises StockRefused where the bottle is not open
    here.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    stated = {"bottle": command.number, "residue_ul": command.residue_ul, "note": command.note.strip()}
    act = StockAct(id=command.id, kind=ActKind.EMPTYING, by=by, now=now, stated=stated)
    second = attestations.prove(second=command.second, actor=by, facility_id=act.facility_id, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        [state] = _locked([command.number], act)
        if state.place is None or (standing(state) is not Standing.OPENED and state.book_ul):
            raise StockRefused(refuse(Code.EMPTIED if state.emptied_at else Code.NOT_OPENED, state))
        settled = settle(book_ul=state.book_ul, beyond_ul=state.beyond_ul, residue_ul=command.residue_ul)
        found = {
            "book_ul": state.book_ul,
            "beyond_ul": state.beyond_ul,
            "overfill_ul": settled.overfill,
            "underfill_ul": settled.underfill,
        }
        done = acts.book(act, moves=_settling(act, state, settled), second=second, found=found, empties=state.id)
        _close(state, act)
        rules = settings.for_facility(StockSettings, facility_id=act.facility_id, at=now)
        figures = {"overfill_ml": settled.overfill, "underfill_ml": settled.underfill}
        wrong = check_settlement(settled, size_ul=state.size_ul, settings=rules)
        _case(CaseKind.BOTTLE_YIELD, act, [_finding(violation, state, **figures) for violation in wrong])
        patterns.look(facility_id=act.facility_id, by=by, now=now)
        return done


def _close(state: BottleState, act: StockAct) -> None:
    """Nobody wrote down the opening of a bottle that ran out closed: it was opened by now at the latest."""
    if state.opened_at is None:
        Bottle.objects.filter(pk=state.id).update(opened_at=act.now, opened_by=act.actor_id)
    Bottle.objects.filter(pk=state.id).update(emptied_at=act.now, emptied_by=act.actor_id)


def quarantine(*, command: Quarantining, by: Access, now: datetime) -> Done:
    """Set a bottle apart, from any place, opened or not. The way back is not the site's (domain 4.6).

    Raises StockRefused where it is not here, or where its book has run out and what it holds was not
    measured.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    stated = {
        "bottle": command.number,
        "reason": command.reason,
        "words": command.words.strip(),
        "measured_ul": command.measured_ul,
    }
    act = StockAct(id=command.id, kind=ActKind.QUARANTINE, by=by, now=now, stated=stated)
    second = attestations.prove(second=command.second, actor=by, facility_id=act.facility_id, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        [state] = _locked([command.number], act)
        refused = check_quarantine(state, reason=command.reason, words=command.words, measured_ul=command.measured_ul)
        if refused or state.place is None:
            raise StockRefused(refused)
        if state.book_ul:
            step = (state.book_ul, state.place, AccountKind.QUARANTINE, Reason.QUARANTINE)
            moves = _moves(act, state, [step])
        else:
            moves = _overfill(act, state, given=state.beyond_ul, measured=command.measured_ul or 0)
        return acts.book(act, moves=moves, second=second, found={"book_ul": state.book_ul})


def set_apart_used(*, bottle_ids: Sequence[int], words: str, by: Access, now: datetime) -> int:
    """Set opened bottles apart from which was drunk what should not have been (domain 12.3); answers how many.

    Inside the caller's transaction, which holds the bottles' locks (`withdrawals.lock_bottles`) and states the fact
    that shows it; `words` say so. Nobody else was asked, so each act stands as done alone, to be looked at.
    """
    apart = 0
    for state in bottle_queries.states(bottle_ids=sorted(bottle_ids), facility_id=by.facility_id or 0):
        if state.place is not AccountKind.OPENED or not state.book_ul:
            continue
        stated = {"bottle": state.number, "reason": QuarantineReason.EXPIRED, "words": words, "measured_ul": None}
        act = StockAct(id=new_id(), kind=ActKind.QUARANTINE, by=by, now=now, stated=stated)
        step = (state.book_ul, AccountKind.OPENED, AccountKind.QUARANTINE, Reason.QUARANTINE)
        acts.book(act, moves=_moves(act, state, [step]), second=Alone(words), found={"book_ul": state.book_ul})
        apart += 1
    return apart


def _overfill(act: StockAct, state: BottleState, *, given: int, measured: int) -> list[Move]:
    """A bottle set apart with more in it than its book: the surplus is stated now, for it will not be
    emptied.
    """
    overfill, apart = AccountKind.OVERFILL, AccountKind.QUARANTINE
    return _moves(
        act,
        state,
        [
            (given + measured, AccountKind.SUPPLIER, overfill, Reason.OVERFILL),
            (given, overfill, AccountKind.UNRECONCILED, Reason.BEYOND_SETTLED),
            (measured, overfill, apart, Reason.QUARANTINE),
        ],
    )


def _settling(act: StockAct, state: BottleState, settled: Settlement) -> list[Move]:
    opened, overfill = AccountKind.OPENED, AccountKind.OVERFILL
    poured, beyond = AccountKind.POURED_OUT, AccountKind.UNRECONCILED
    return _moves(
        act,
        state,
        [
            (settled.returned, opened, beyond, Reason.BEYOND_SETTLED),
            (settled.residue_book, opened, poured, Reason.RESIDUE),
            (settled.underfill, opened, AccountKind.LOSS, Reason.UNDERFILL),
            (settled.overfill, AccountKind.SUPPLIER, overfill, Reason.OVERFILL),
            (settled.overfill_given, overfill, beyond, Reason.BEYOND_SETTLED),
            (settled.residue_overfill, overfill, poured, Reason.RESIDUE),
        ],
    )


def _open(
    act: StockAct,
    state: BottleState,
    second: ProvenSecond | Alone,
    *,
    wrong: tuple[Violation, ...] = (),
) -> Done:
    """Book the opening; with something wrong, straight on into quarantine."""
    if state.place is None:
        raise StockRefused(refuse(Code.NOT_HERE, state))
    opened = AccountKind.OPENED
    steps = [(state.book_ul, state.place, opened, Reason.OPENING)]
    if wrong:
        steps.append((state.book_ul, opened, AccountKind.QUARANTINE, Reason.QUARANTINE))
    done = acts.book(
        act,
        moves=_moves(act, state, steps),
        second=second,
        found={"from": state.place, "wrong": [violation.code for violation in wrong]},
    )
    when = act.occurred_at or act.now
    Bottle.objects.filter(pk=state.id).update(opened_at=when, opened_by=act.actor_id)
    if not wrong:
        listeners.opened(facility_id=act.facility_id, by=act.by, now=act.now)
    return done


def _locked(numbers: Sequence[int], act: StockAct) -> list[BottleState]:
    """The bottles with these labels, locked, as the books of this facility know them until the transaction
    ends.

    Raises Bottle.DoesNotExist for one that is not this facility's, StockRefused for one in the hands of a carrier.
    """
    ids = sorted(bottle_queries.get_id(number=number, facility_id=act.facility_id) for number in set(numbers))
    lock_bottles(ids)
    ledger.lock(facility_id=act.facility_id)
    states = bottle_queries.states(bottle_ids=ids, facility_id=act.facility_id)
    away = [state for state in states if state.place in OF_A_CONSIGNMENT]
    if away:
        raise StockRefused(refuse(Code.NOT_HERE, away[0]))
    return states


Step = tuple[int, AccountKind, AccountKind, Reason]  # microlitres, from, to, why


def _moves(act: StockAct, state: BottleState, steps: Sequence[Step]) -> list[Move]:
    there = accounts.ids(facility_id=act.facility_id, item=Item.objects.get(pk=state.item_id))
    return [
        Move(state.lot_id, state.id, there[source], there[target], quantity, reason)
        for quantity, source, target, reason in steps
        if quantity > 0
    ]


def _finding(violation: Violation, state: BottleState, **figures: int) -> dict[str, Any]:
    """A finding as a case keeps it: codes and figures, no name."""
    data = {"label": state.label, **{name: format_ml(ul, separator=".") for name, ul in figures.items()}}
    return {"code": str(violation.code), "data": data}


def _case(kind: CaseKind, act: StockAct, findings: list[dict[str, Any]]) -> None:
    if findings:
        cases.open_case(
            kind=kind,
            facility_id=act.facility_id,
            subject_kind="stock_act",
            subject_id=act.id,
            patient_id=None,
            findings=findings,
            by=act.by,
            now=act.now,
        )
