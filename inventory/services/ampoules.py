"""Ampoules leave the shelf: injected into somebody, broken, or expired and set apart. Each is an act of the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from followup.models import CaseKind
from followup.services import cases
from inventory.models import AccountKind, ActKind, Balance, Lot
from inventory.queries import naloxone
from inventory.rules import shelf as rules
from inventory.rules.kinds import Reason
from inventory.rules.shelf import Held
from inventory.rules.shelf_codes import AmpouleFate
from inventory.rules.violations import Code, Level, Violation
from inventory.services import accounts, acts, ledger, restocking
from inventory.services.acts import Done, StockAct, StockRefused
from inventory.services.ledger import Move
from staff.services import attestations
from staff.services.attestations import Alone, ProvenSecond, SecondPerson

_WHERE: Final = {
    AmpouleFate.USED: (AccountKind.PATIENTS, Reason.INJECTED),
    AmpouleFate.BROKEN: (AccountKind.SPILL, Reason.AMPOULE_BROKEN),
    AmpouleFate.EXPIRED: (AccountKind.QUARANTINE, Reason.AMPOULE_EXPIRED),
}
_REACH: Final = (AccountKind.DISPENSING, AccountKind.STORAGE, AccountKind.OPENED)


@dataclass(frozen=True)
class Withdrawal:
    """So many ampoules of a lot, and where they went. `second`: present, elsewhere, or alone and visibly so."""

    id: UUID
    lot_id: int
    quantity: int
    fate: AmpouleFate
    second: SecondPerson
    words: str = ""


@dataclass(frozen=True)
class Injected:
    """Ampoules of the shelf that went into somebody, stated by a larger act of the room above, which authorises it."""

    id: UUID
    lot_id: int
    quantity: int
    second: ProvenSecond | Alone
    at: datetime


def withdraw(*, command: Withdrawal, by: Access, now: datetime) -> Done:
    """Take ampoules off the shelf, and ask for more where that leaves too few.

    What was injected is a fact: beyond the book, or expired, it is recorded with a case. Raises StockRefused otherwise,
    what the second signature raises, and PermissionDenied. The same withdrawal again answers the same receipt.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    stated = _stated(command.lot_id, command.quantity, command.fate, command.words.strip())
    act = StockAct(id=command.id, kind=ActKind.AMPOULES_OUT, by=by, now=now, stated=stated)
    second = attestations.prove(second=command.second, actor=by, facility_id=act.facility_id, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        return _book(act, command.lot_id, command.quantity, command.fate, second)


def inject(*, command: Injected, by: Access, now: datetime) -> Done:
    """The same for what was injected, inside the caller's transaction. `by` acts at the shelf's facility."""
    stated = _stated(command.lot_id, command.quantity, AmpouleFate.USED, "")
    act = StockAct(id=command.id, kind=ActKind.AMPOULES_OUT, by=by, now=now, stated=stated, occurred_at=command.at)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        return _book(act, command.lot_id, command.quantity, AmpouleFate.USED, command.second)


def _stated(lot_id: int, quantity: int, fate: AmpouleFate, words: str) -> dict[str, object]:
    return {"lot": lot_id, "quantity": quantity, "fate": fate, "words": words}


def _book(act: StockAct, lot_id: int, quantity: int, fate: AmpouleFate, second: ProvenSecond | Alone) -> Done:
    ledger.lock(facility_id=act.facility_id)
    lot = Lot.objects.select_related("item").filter(pk=lot_id, item__code__startswith="naloxone").first()
    if lot is None:
        words = _("Chọn lô của ống đã lấy.")
        raise StockRefused((Violation(Code.NOT_HERE, Level.ASK, words, field="lot"),))
    held = next((one for one in naloxone.held_lots([act.facility_id]).get(act.facility_id, ()) if one.lot_id == lot_id),
                None)  # fmt: skip
    today = local_day(act.occurred_at or act.now, act.by.zone)  # typed in after midnight it was still in date
    found = rules.check_withdrawal(held, quantity=quantity, fate=fate, today=today)
    if found and (fate is not AmpouleFate.USED or quantity < 1):
        raise StockRefused(found)
    done = acts.book(act, moves=_moves(act, lot, quantity, fate), second=second)
    _explain(act, lot, held, quantity, found)
    restocking.look(facility_id=act.facility_id, by=act.by, now=act.now)
    return done


def _moves(act: StockAct, lot: Lot, quantity: int, fate: AmpouleFate) -> list[Move]:
    """Out of where the book has them, the window's cabinet first; what it has not, from "unreconciled"."""
    there = accounts.ids(facility_id=act.facility_id, item=lot.item)
    target, reason = _WHERE[fate]
    books = dict(
        Balance.objects.filter(lot=lot, account_id__in=[there[kind] for kind in _REACH]).values_list(
            "account_id", "quantity"
        )
    )
    moves, left = [], quantity
    for kind in _REACH:
        part = min(left, books.get(there[kind], 0))
        if part > 0:
            moves.append(Move(lot.pk, None, there[kind], there[target], part, reason))
            left -= part
    if left > 0:
        moves.append(Move(lot.pk, None, there[AccountKind.UNRECONCILED], there[target], left, reason))
    return moves


def _explain(act: StockAct, lot: Lot, held: Held | None, quantity: int, found: tuple[Violation, ...]) -> None:
    """A case for what was taken beyond the book, and one for an ampoule past its day."""
    kinds = {Code.AMPOULES_BEYOND: CaseKind.UNRECONCILED_STOCK, Code.AMPOULE_EXPIRED: CaseKind.UNUSABLE_BOTTLE}
    data = {"lot": lot.number, "count": str(quantity), "book": str(held.quantity if held else 0)}
    for violation in found:
        cases.open_case(
            kind=kinds[violation.code],
            facility_id=act.facility_id,
            subject_kind="stock_act",
            subject_id=act.id,
            patient_id=None,
            findings=[{"code": str(violation.code), "data": data}],
            by=act.by,
            now=act.now,
        )
