"""The end of a difference: what was in dispute is found, taken in, lost or broken, signed by two; then the close."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from followup.models import Case
from inventory.models import AccountKind, ActKind, Balance, Bottle, Consignment, CustodyEvent, Item
from inventory.queries import bottles as bottle_queries
from inventory.queries.recalls import recalled
from inventory.rules.consignments import Fate
from inventory.rules.custody import Side, State, Step
from inventory.rules.kinds import PLACES, Reason
from inventory.rules.violations import Code
from inventory.services import accounts, custody, ledger
from inventory.services.custody import Handling, Held, Stepped
from inventory.services.ledger import Move
from inventory.services.withdrawals import lock_bottles
from staff.models import Attestation, Mode
from staff.services.attestations import Present

# Who may state which fate: what stands in one's own cupboard, or, for the sender whose books still have it, that it is
# nowhere any more.
FATES_OF: dict[Side, frozenset[Fate]] = {
    Side.RECEIVER: frozenset({Fate.INTO_STORE, Fate.INTO_QUARANTINE}),
    Side.SENDER: frozenset({Fate.BACK, Fate.LOST, Fate.BROKEN}),
}
_TARGETS = {
    Fate.INTO_STORE: (AccountKind.STORAGE, Reason.TURNED_UP),
    Fate.INTO_QUARANTINE: (AccountKind.QUARANTINE, Reason.TURNED_UP),
    Fate.BACK: (AccountKind.QUARANTINE, Reason.TURNED_UP),
    Fate.LOST: (AccountKind.LOSS, Reason.LOST_ON_ROAD),
    Fate.BROKEN: (AccountKind.SPILL, Reason.BROKEN_ON_ROAD),
}


@dataclass(frozen=True)
class Settlement:
    """One fate for these parts of what is in dispute, by balance row; none of them where there was nothing to move."""

    id: UUID
    consignment_id: UUID
    fate: Fate
    balances: tuple[int, ...]
    words: str
    second: Present
    own_pin: str = field(repr=False)


@dataclass(frozen=True)
class Admission:
    """The sender says: these bottles, found by the receiver, left here without being on the manifest."""

    id: UUID
    consignment_id: UUID
    numbers: tuple[int, ...]
    words: str
    second: Present
    own_pin: str = field(repr=False)


def settle(*, command: Settlement, by: Access, now: datetime) -> Stepped:
    """Move what is in dispute to where it is now known to be. When nothing is left the difference is settled.

    Two real people sign (design, sentence 3). Raises StockRefused where the fate is not this side's to state.
    """
    stated = {"fate": command.fate, "parts": sorted(set(command.balances)), "words": command.words.strip()}
    at = Handling(command.id, command.consignment_id, Step.SETTLE, by, now, stated)
    custody.authorise(Step.SETTLE, by)
    second, own = custody.prove_second(at, command.second), custody.prove_own(at, command.own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        _need_words(command.words)
        if command.fate not in FATES_OF[held.side]:
            words = _("Nơi nhận ghi thuốc đã tìm thấy; nơi gửi ghi mất, vỡ hoặc còn lại kho.")
            raise custody.refuse(Code.NOT_YOURS_TO_SETTLE, words, field="fate")
        parts = _in_dispute(held.consignment, sorted(set(command.balances)))
        moves = _to_their_fate(held, parts, command.fate)
        left = _open_parts(held.consignment) - {part.pk for part in parts}
        return custody.record(
            held,
            state=held.state if left else State.SETTLED,
            act_kind=ActKind.SETTLED,
            moves=moves,
            second=second,
            own=own,
            found={"quantities": [[part.lot_id, part.bottle_id or 0, part.quantity] for part in parts]},
        )


def _need_words(words: str) -> None:
    if not words.strip():
        raise custody.refuse(Code.NOTE_NEEDED, _("Ghi đã biết điều này bằng cách nào."), field="words")


def _open_parts(consignment: Consignment) -> set[int]:
    open_parts = Balance.objects.filter(
        account__consignment=consignment, account__kind=AccountKind.DISCREPANCY, quantity__gt=0
    )
    return set(open_parts.values_list("pk", flat=True))


def _in_dispute(consignment: Consignment, parts: Sequence[int]) -> list[Balance]:
    """The rows named, under their bottles' locks; raises StockRefused where one is not in dispute any more."""
    named = Balance.objects.filter(
        pk__in=parts, account__consignment=consignment, account__kind=AccountKind.DISCREPANCY
    )
    lock_bottles(sorted(bottle_id for bottle_id in named.values_list("bottle_id", flat=True) if bottle_id))
    found = list(named.filter(quantity__gt=0).select_related("account").order_by("pk"))
    if len(found) != len(parts) or (not found and _open_parts(consignment)):
        words = _("Phần này không còn chờ giải quyết.")
        raise custody.refuse(Code.NOT_IN_DISPUTE, words, _("Tải lại trang rồi xem lại."), field="balances")
    return found


def _to_their_fate(held: Held, parts: Sequence[Balance], fate: Fate) -> list[Move]:
    """Where each part goes; a lot that is called back meanwhile goes into quarantine, never into the store."""
    kind, reason = _TARGETS[fate]
    back = recalled({part.lot_id for part in parts}) if kind is AccountKind.STORAGE else set()
    items = {item.pk: item for item in Item.objects.filter(pk__in={part.account.item_id for part in parts})}
    into = {pk: accounts.ids(facility_id=held.at.facility_id, item=item) for pk, item in sorted(items.items())}
    moves: list[Move] = []
    for part in parts:
        there = into[part.account.item_id]
        target = there[AccountKind.QUARANTINE if part.lot_id in back else kind]
        moves.append(Move(part.lot_id, part.bottle_id, part.account_id, target, part.quantity, str(reason)))
    return moves


def admit(*, command: Admission, by: Access, now: datetime) -> Stepped:
    """Say that bottles went along unlisted: from the sender's cupboard into dispute, from where they are taken in.

    Raises StockRefused where the receiver found no such bottle, or the sender's books have it nowhere.
    """
    stated = {"bottles": sorted(set(command.numbers)), "words": command.words.strip()}
    at = Handling(command.id, command.consignment_id, Step.ADMIT, by, now, stated)
    custody.authorise(Step.ADMIT, by)
    second, own = custody.prove_second(at, command.second), custody.prove_own(at, command.own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        _need_words(command.words)
        moves = _unlisted(held, sorted(set(command.numbers)))
        return custody.record(
            held, state=State.DISPUTED, act_kind=ActKind.ADMITTED, moves=moves, second=second, own=own
        )


def found_unlisted(consignment: Consignment) -> list[int]:
    """The label numbers that a count found and the manifest does not list."""
    counts = CustodyEvent.objects.filter(consignment=consignment, step__in=[Step.RECEIVE, Step.TAKE_BACK])
    return [
        number
        for event in counts.order_by("position")
        for what, number, _lot, _quantity in event.content["found"]["differences"]
        if what == "consignment_extra" and number
    ]


def _unlisted(held: Held, numbers: Sequence[int]) -> list[Move]:
    sender = held.at.facility_id
    rows = dict(Bottle.objects.filter(number__in=numbers).values_list("number", "pk"))
    lock_bottles(sorted(rows.values()))
    ledger.lock(facility_id=sender)
    states = bottle_queries.states(bottle_ids=sorted(rows.values()), facility_id=sender)
    listed = set(found_unlisted(held.consignment))
    # Where the book has it by now (set apart since, out of date, called back) changes nothing of where it went.
    wrong = [state for state in states if state.number not in listed or state.place not in PLACES or not state.book_ul]
    if not numbers or wrong or len(states) != len(numbers):
        words = _("Chỉ ghi được chai nơi nhận đã thấy và sổ còn ở kho này.")
        raise custody.refuse(Code.NOT_IN_DISPUTE, words, field="bottles")
    moves: list[Move] = []
    for item in Item.objects.filter(pk__in={state.item_id for state in states}).order_by("pk"):
        there = accounts.ids(facility_id=sender, item=item)
        apart = accounts.of_consignment(consignment=held.consignment, item=item)[AccountKind.DISCREPANCY]
        moves += [
            Move(state.lot_id, state.id, there[state.place], apart, state.book_ul, str(Reason.SENT_UNLISTED))
            for state in states
            if state.item_id == item.pk and state.place
        ]
    return moves


def close(*, consignment_id: UUID, event_id: UUID, by: Access, now: datetime) -> Stepped:
    """End a consignment: nothing in dispute, no case open, and a receipt by the carrier looked at by somebody else."""
    at = Handling(event_id, consignment_id, Step.CLOSE, by, now, {})
    custody.authorise(Step.CLOSE, by)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        events = CustodyEvent.objects.filter(consignment_id=consignment_id)
        if Case.objects.filter(subject_id__in=events.values("pk"), concluded_at__isnull=True).exists():
            words = _("Vụ việc của chuyến này chưa kết luận.")
            raise custody.refuse(Code.CASE_OPEN, words, _("Kết luận vụ việc trước."))
        if awaits_review(held.consignment):
            words = _("Người vận chuyển tự nhận chuyến này, chưa ai xem lại.")
            raise custody.refuse(Code.NOT_REVIEWED, words, _("Xem lại ở trang Việc làm một mình."))
        Consignment.objects.filter(pk=consignment_id).update(ended_at=now)
        return custody.record(held, state=State.CLOSED)


def awaits_review(consignment: Consignment) -> bool:
    """Whether the carrier received it alone and nobody has looked at that since (domain 12.3)."""
    if not consignment.received_by_carrier:
        return False
    receipt = CustodyEvent.objects.filter(consignment=consignment, step=Step.RECEIVE).values("pk")
    said = set(Attestation.objects.filter(act_id__in=receipt).values_list("mode", flat=True))
    return Mode.ALONE in said and Mode.REVIEW not in said
