"""Medicine is spilt or a bottle breaks: stated at once, with whoever saw it (domain 4.5). A fact is never refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.quantities import format_ml
from followup.models import CaseKind
from followup.services import cases
from inventory.models import AccountKind, ActKind, Balance, Lot, Spill
from inventory.queries import bottles as bottle_queries
from inventory.rules.bottles import BottleState, refuse
from inventory.rules.countkinds import Gone, SpillKind
from inventory.rules.counts import Step, gone_steps
from inventory.rules.kinds import OF_A_CONSIGNMENT, Reason, Why
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts, leaving, ledger, measures, observing
from inventory.services.acts import Done, StockAct, StockRefused
from inventory.services.ledger import Move
from inventory.services.measures import Measure
from inventory.services.observing import Second
from inventory.services.withdrawals import lock_bottles
from staff.services import attestations, signatures
from staff.services.attestations import Alone, Present, ProvenSecond, SamePerson

SUBJECT = "stock_spill"
_KINDS = {SpillKind.SPILL: ActKind.SPILL, SpillKind.BREAKAGE: ActKind.BREAKAGE}
_WHY = {SpillKind.SPILL: Reason.SPILT, SpillKind.BREAKAGE: Reason.BROKEN}


@dataclass(frozen=True)
class Spilling:
    """What was spilt or broken. `number`: of the bottle's label, or `place` and `lot_id` of ampoules.

    `estimated`: base units. A broken bottle is gone with everything in it; of an opened one that only spilt, `readings`
    say what is left in it. `other` is the second witness, beside `second`; `also_saw` names who has no account.
    """

    id: UUID
    kind: SpillKind
    estimated: int
    words: str
    happened_at: datetime
    second: Second
    number: int | None = None
    place: AccountKind | None = None
    lot_id: int | None = None
    readings: tuple[str, ...] = ()
    tare: str = ""
    other: Present | None = None
    also_saw: str = ""
    photos: tuple[str, ...] = ()  # digests of attachments

    @property
    def stated(self) -> dict[str, Any]:
        return {
            "bottle": self.number,
            "lot": self.lot_id,
            "place": self.place,
            "estimated": self.estimated,
            "words": self.words.strip(),
            "readings": list(self.readings),
            "also_saw": self.also_saw.strip(),
            "photos": list(self.photos),
        }


@dataclass(frozen=True)
class _Spilt:
    """What it books: from where, which lot and bottle, how much of the estimate the book had."""

    place: AccountKind
    item_id: int
    lot_id: int
    booked: int
    moves: list[Move]
    bottle: BottleState | None = None
    gone: tuple[int, ...] = ()


def record(*, command: Spilling, by: Access, now: datetime) -> Spill:
    """Keep what was spilt or broken and open a case with the legal deadline; fewer than two who saw it stays visible.

    An opened bottle that only spilt is measured too, by the site's method. Raises StockRefused where nothing of it is
    here by the book, what the signatures raise, Bottle.DoesNotExist, PermissionDenied.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    act = StockAct(command.id, _KINDS[command.kind], by, now, command.stated, occurred_at=command.happened_at)
    second = observing.prove(command.second, by=by, now=now)
    other = _other(command, act, second)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return Spill.objects.get(pk=act.id)
        _asked(command)
        spilt = _of_bottle(command, act) if command.number is not None else _of_lot(command, act)
        done = acts.book(act, moves=spilt.moves, second=second, found={"booked": spilt.booked}, gone=spilt.gone)
        leaving.mark(spilt.gone, Gone.BROKEN, by_id=act.actor_id, now=now)
        row = _keep(command, act, spilt, done, other)
        _case(act, command, spilt, seen_by=_count(second, other))
        return row


def _other(command: Spilling, act: StockAct, second: ProvenSecond | Alone) -> ProvenSecond | None:
    """The other witness, proven; nobody signs twice."""
    if command.other is None:
        return None
    proven = attestations.prove(second=command.other, actor=act.by, facility_id=act.facility_id, now=act.now)
    if not isinstance(proven, ProvenSecond):
        return None
    if isinstance(second, ProvenSecond) and second.proven.person_id == proven.proven.person_id:
        raise SamePerson
    return proven


def _asked(command: Spilling) -> None:
    found: list[Violation] = []
    if not command.words.strip():
        found.append(Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi đã xảy ra thế nào."), field="words"))
    if command.estimated <= 0:
        found.append(Violation(Code.READING_NEEDED, Level.ASK, _("Ghi ước lượng đã mất bao nhiêu."), field="estimated"))
    if found:
        raise StockRefused(tuple(found))


def _of_bottle(command: Spilling, act: StockAct) -> _Spilt:
    bottle_id = bottle_queries.get_id(number=command.number or 0, facility_id=act.facility_id)
    lock_bottles([bottle_id])
    ledger.lock(facility_id=act.facility_id)
    [state] = bottle_queries.states(bottle_ids=[bottle_id], facility_id=act.facility_id)
    if state.place is None or state.place in OF_A_CONSIGNMENT:
        raise StockRefused(refuse(Code.EMPTIED if state.emptied_at else Code.NOT_HERE, state))
    if state.book_ul == 0:
        raise StockRefused(refuse(Code.RAN_OUT, state))
    broken = command.kind is SpillKind.BREAKAGE
    steps, booked = _steps(state, command, broken=broken)
    moves = leaving.Places(act.facility_id).of_bottle(state, steps)
    gone = (state.id,) if broken else ()
    return _Spilt(state.place, state.item_id, state.lot_id, booked, moves, state, gone)


def _steps(state: BottleState, command: Spilling, *, broken: bool) -> tuple[list[Step], int]:
    """A broken bottle is gone whole; a spill takes the estimate, as far as the book has it."""
    place = state.place or AccountKind.OPENED
    if broken:
        return list(gone_steps(state, place, AccountKind.SPILL, Reason.BROKEN)), state.book_ul
    booked = min(command.estimated, state.book_ul)
    return [(booked, place, AccountKind.SPILL, Reason.SPILT)], booked


def _of_lot(command: Spilling, act: StockAct) -> _Spilt:
    """Ampoules of one lot in one place."""
    ledger.lock(facility_id=act.facility_id)
    held = None
    if command.lot_id is not None and command.place is not None:
        held = Balance.objects.filter(
            account__facility_id=act.facility_id, account__kind=str(command.place), lot_id=command.lot_id, bottle=None
        ).first()
    if held is None or held.quantity <= 0 or command.place is None or command.lot_id is None:
        words = _("Lô này không có ở nơi đã chọn.")
        raise StockRefused((Violation(Code.MORE_THAN_HELD, Level.STOP, words, field="what"),))
    lot = Lot.objects.get(pk=command.lot_id)
    booked = min(command.estimated, held.quantity)
    step = (booked, command.place, AccountKind.SPILL, _WHY[command.kind])
    moves = leaving.Places(act.facility_id).moves(lot.item_id, lot.pk, None, [step])
    return _Spilt(command.place, lot.item_id, lot.pk, booked, moves)


def _keep(command: Spilling, act: StockAct, spilt: _Spilt, done: Done, other: ProvenSecond | None) -> Spill:
    measure_id = None
    if command.readings and spilt.bottle is not None and not spilt.gone:
        left = Measure(uuid5(command.id, "left"), spilt.bottle.number, Why.WEEKLY, command.readings, tare=command.tare)
        measure_id = measures.record(command=left, by=act.by, now=act.now).row.pk
    signature = None
    if other is not None:
        signature = signatures.sign(
            proven=other.proven, signer=other.access, meaning="witnessed", subject_kind=str(act.kind),
            subject_id=act.id, digest=done.digest, now=act.now,
        )  # fmt: skip
    return Spill.objects.create(
        act_id=act.id,
        facility_id=act.facility_id,
        kind=command.kind,
        place=str(spilt.place),
        item_id=spilt.item_id,
        lot_id=spilt.lot_id,
        bottle_id=spilt.bottle.id if spilt.bottle else None,
        estimated=command.estimated,
        booked=spilt.booked,
        measure_id=measure_id,
        words=command.words.strip(),
        also_saw=command.also_saw.strip(),
        other_witness_id=other.proven.person_id if other else None,
        other_signature=signature,
        happened_at=command.happened_at,
        recorded_by_id=act.actor_id,
        recorded_at=act.now,
    )


def _count(second: ProvenSecond | Alone, other: ProvenSecond | None) -> int:
    return isinstance(second, ProvenSecond) + (other is not None)


def _case(act: StockAct, command: Spilling, spilt: _Spilt, *, seen_by: int) -> None:
    data = {"label": spilt.bottle.label, "ml": format_ml(spilt.booked, separator=".")} if spilt.bottle else {}
    if not spilt.bottle:
        data = {"count": str(spilt.booked)}
    code = Code.BROKEN if command.kind is SpillKind.BREAKAGE else Code.SPILT
    findings = [{"code": str(code), "data": data}]
    if seen_by < 2:
        findings.append({"code": str(Code.FEW_WITNESSES), "data": {"count": str(seen_by)}})
    cases.open_case(
        kind=CaseKind.STOCK_LOSS,
        facility_id=act.facility_id,
        subject_kind=SUBJECT,
        subject_id=act.id,
        patient_id=None,
        findings=findings,
        by=act.by,
        now=act.now,
    )
