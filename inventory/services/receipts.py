"""What arrived: the boxes looked at, then their content counted blind, by somebody who has not seen the manifest.

What matches enters the store; the rest waits in the consignment's own account with a case that has an owner and a
deadline. Nothing goes home by itself.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from core.scanning import encode
from inventory.models import AccountKind, ActKind, Consignment, CustodyEvent, Item
from inventory.queries.legs import carrier_ids
from inventory.queries.recalls import recalled
from inventory.rules.consignments import Arrived, ArrivedLoose, Differing, Judged, judge, seals_whole
from inventory.rules.custody import ConsignmentKind, State, Step
from inventory.rules.kinds import Reason
from inventory.rules.scancodes import BOTTLE
from inventory.rules.violations import Code
from inventory.services import accounts, custody, journeys, ledger, restocking
from inventory.services.custody import Handling, Held, Stepped
from inventory.services.ledger import Move
from inventory.services.withdrawals import lock_bottles
from staff.models import Person
from staff.services.attestations import Alone, Present, ProvenSecond, SecondPerson


@dataclass(frozen=True)
class Inspection:
    """The boxes before they are opened: the numbers read on their seals, and whether everything is whole."""

    id: UUID
    consignment_id: UUID
    seals: tuple[str, ...]
    intact: bool
    note: str = ""
    photos: tuple[str, ...] = ()  # digests of attachments


@dataclass(frozen=True)
class Counting:
    """What was in the boxes, as it was scanned or typed. `second` may be alone only where the carrier receives."""

    id: UUID
    consignment_id: UUID
    bottles: tuple[Arrived, ...]
    second: SecondPerson
    own_pin: str = field(repr=False)
    loose: tuple[ArrivedLoose, ...] = ()
    note: str = ""
    photos: tuple[str, ...] = ()  # digests of attachments


def inspect(*, command: Inspection, by: Access, now: datetime) -> Stepped:
    """Read the seals before the boxes are opened. What they should be is told after the count."""
    seals = [seal.strip() for seal in command.seals if seal.strip()]
    stated = {"seals": seals, "intact": command.intact, "note": command.note.strip(), "photos": list(command.photos)}
    at = Handling(command.id, command.consignment_id, Step.INSPECT, by, now, stated)
    custody.authorise(Step.INSPECT, by)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        if not seals and command.intact:
            words = _("Ghi số đọc được trên niêm phong, hoặc chọn “không còn nguyên”.")
            raise custody.refuse(Code.NO_SEAL, words, field="seals")
        return custody.record(held, state=State.INSPECTED)


def receive(*, command: Counting, by: Access, now: datetime) -> Stepped:
    """Take in what arrived: two people sign, neither of them the sender; a carrier who receives is marked so.

    Raises what the signatures raise, and StockRefused where the people do not fit or somebody was faster.
    """
    at = _counting(command, Step.RECEIVE, by, now)
    consignment = Consignment.objects.get(pk=command.consignment_id)
    custody.side_of(Step.RECEIVE, consignment=consignment, by=by)
    by_carrier = _only_who_brought_it(consignment, by)
    if not (isinstance(command.second, Present) or by_carrier):
        words = _("Nhận thuốc cần hai người thật: bạn và một người nữa.")
        raise custody.refuse(Code.SAME_PEOPLE, words, _("Người vận chuyển cũng ký được."))
    if by.person_id == consignment.dispatched_by_id:
        raise custody.refuse(Code.SAME_PEOPLE, _("Người giao chuyến này không nhận chính nó."))
    second = _second(at, consignment, command.second)
    own = custody.prove_own(at, command.own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        judged = _judge(held, command, box_whole=_box_whole(held.consignment))
        Consignment.objects.filter(pk=consignment.pk).update(
            received_at=now, received_by=by.actor_id, received_second=_person(second), received_by_carrier=by_carrier
        )
        supply = consignment.kind == ConsignmentKind.SUPPLY
        target = AccountKind.STORAGE if supply else AccountKind.QUARANTINE
        moves = _out_of_the_boxes(held, judged, target)
        done = custody.record(
            held,
            state=judged.state,
            act_kind=ActKind.CONSIGNMENT_RECEIPT,
            moves=moves,
            second=second,
            own=own,
            found=_found(judged),
        )
        _explain(held, judged)
        if restocking.ampoule_lines(consignment.pk):
            restocking.look(facility_id=at.facility_id, by=by, now=now)
        return done


def take_back(*, command: Counting, by: Access, now: datetime) -> Stepped:
    """Take back what never reached its receiver: counted blind as well, then set apart for somebody to look at."""
    at = _counting(command, Step.TAKE_BACK, by, now)
    consignment = Consignment.objects.get(pk=command.consignment_id)
    custody.side_of(Step.TAKE_BACK, consignment=consignment, by=by)
    if not isinstance(command.second, Present) or by.person_id in carrier_ids(consignment):
        words = _("Nhận lại thuốc cần hai người thật, không phải người vận chuyển nhận.")
        raise custody.refuse(Code.SAME_PEOPLE, words)
    second = custody.prove_second(at, command.second)
    carriers = carrier_ids(consignment)
    if _person(second) in carriers and _person(second) != carriers[-1]:
        raise custody.refuse(Code.SAME_PEOPLE, _("Người đã chở một chặng không ký nhận chuyến này."))
    own = custody.prove_own(at, command.own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        judged = _judge(held, command, box_whole=True)
        Consignment.objects.filter(pk=consignment.pk).update(
            taken_back_at=now, taken_back_by=by.actor_id, taken_back_second=_person(second)
        )
        moves = _out_of_the_boxes(held, judged, AccountKind.QUARANTINE)
        done = custody.record(
            held,
            state=State.RETURNED if judged.state is State.RECEIVED else State.DISPUTED,
            act_kind=ActKind.TAKEN_BACK,
            moves=moves,
            second=second,
            own=own,
            found=_found(judged),
        )
        _explain(held, judged)
        return done


def not_arrived(
    *, consignment_id: UUID, event_id: UUID, note: str, second: Present, own_pin: str, by: Access, now: datetime
) -> Stepped:
    """State that nothing of it reached anybody: all of it is in dispute, with a case."""
    at = Handling(event_id, consignment_id, Step.NOT_ARRIVED, by, now, {"note": note.strip()})
    custody.authorise(Step.NOT_ARRIVED, by)
    proven, own = custody.prove_second(at, second), custody.prove_own(at, own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        if not note.strip():
            raise custody.refuse(Code.NOTE_NEEDED, _("Ghi điều đã biết về chuyến này."), field="note")
        lines = custody.sent_lines(held.consignment)
        judged = Judged((), tuple((line, line.quantity) for line in lines), ())
        done = custody.record(
            held,
            state=State.DISPUTED,
            act_kind=ActKind.NOT_ARRIVED,
            moves=_out_of_the_boxes(held, judged, AccountKind.QUARANTINE),
            second=proven,
            own=own,
        )
        journeys.open_case(held, [{"code": "consignment_not_arrived", "data": {}}], danger=True)
        return done


def _counting(command: Counting, step: Step, by: Access, now: datetime) -> Handling:
    custody.authorise(step, by)
    stated = {
        "bottles": sorted([each.number, each.seal.strip(), each.damaged] for each in command.bottles),
        "loose": sorted([each.lot_number.strip(), each.quantity] for each in command.loose),
        "note": command.note.strip(),
        "alone": command.second.reason if isinstance(command.second, Alone) else "",
        "photos": list(command.photos),
    }
    return Handling(command.id, command.consignment_id, step, by, now, stated)


def _second(at: Handling, consignment: Consignment, second: SecondPerson) -> ProvenSecond | Alone:
    """Who signs beside: somebody of the place, or the carrier who stands there and gives the boxes away."""
    carriers = carrier_ids(consignment)
    if isinstance(second, Present) and at.by.person_id != carriers[-1]:
        brought = Person.objects.get(pk=carriers[-1])
        if brought.username.casefold() == second.username.casefold():
            return custody.prove_carrier(at, consignment, second.pin, person_id=brought.pk)
    proven = custody.prove_second(at, second)
    if isinstance(proven, ProvenSecond) and proven.proven.person_id == consignment.dispatched_by_id:
        raise custody.refuse(Code.SAME_PEOPLE, _("Người giao chuyến này không ký nhận chính nó."))
    if isinstance(proven, ProvenSecond) and proven.proven.person_id in carriers:
        raise custody.refuse(Code.SAME_PEOPLE, _("Người đã chở một chặng không ký nhận chuyến này."))
    return proven


def _only_who_brought_it(consignment: Consignment, by: Access) -> bool:
    """Whether the carrier of the last leg receives, which is marked (domain 12.3); of an earlier leg nobody may."""
    carriers = carrier_ids(consignment)
    if by.person_id in carriers and by.person_id != carriers[-1]:
        raise custody.refuse(Code.SAME_PEOPLE, _("Người đã chở một chặng không nhận chuyến này."))
    return by.person_id == carriers[-1]


def _person(second: ProvenSecond | Alone) -> int | None:
    return second.proven.person_id if isinstance(second, ProvenSecond) else None


def _box_whole(consignment: Consignment) -> bool:
    looked = CustodyEvent.objects.filter(consignment=consignment, step=Step.INSPECT).order_by("-position").first()
    if looked is None:
        return False
    stated = looked.content["stated"]
    return seals_whole(put_on=consignment.seals or [], read=stated["seals"], intact=stated["intact"])


def _judge(held: Held, command: Counting, *, box_whole: bool) -> Judged:
    return judge(custody.sent_lines(held.consignment), command.bottles, command.loose, box_whole=box_whole)


def _out_of_the_boxes(held: Held, judged: Judged, target: AccountKind) -> list[Move]:
    """What matches into this facility's store, the rest into the consignment's account of differences."""
    consignment, facility_id = held.consignment, held.at.facility_id
    parts = [(line, quantity, True) for line, quantity in judged.matched]
    parts += [(line, quantity, False) for line, quantity in judged.apart]
    lock_bottles(sorted({part[0].bottle_id for part in parts if part[0].bottle_id}))
    ledger.lock(facility_id=facility_id)
    moves: list[Move] = []
    back = recalled({part[0].lot_id for part in parts})  # called back meanwhile: into quarantine
    for item in Item.objects.filter(pk__in={part[0].item_id for part in parts}).order_by("pk"):
        own = accounts.of_consignment(consignment=consignment, item=item)
        there = accounts.ids(facility_id=facility_id, item=item)
        for line, quantity, matches in sorted(parts, key=lambda part: (part[0].position, not part[2])):
            if line.item_id != item.pk or not quantity:
                continue
            into = there[AccountKind.QUARANTINE if line.lot_id in back else target]
            where = into if matches else own[AccountKind.DISCREPANCY]
            reason = str(Reason.ARRIVED if matches else Reason.DIFFERED)
            moves.append(Move(line.lot_id, line.bottle_id, own[AccountKind.TRANSIT], where, quantity, reason))
    return moves


def _found(judged: Judged) -> dict[str, Any]:
    """What the comparison gave, kept with the event."""
    return {
        "matched": [[line.position, quantity] for line, quantity in judged.matched],
        "apart": [[line.position, quantity] for line, quantity in judged.apart],
        "differences": [[each.what, each.number or 0, each.lot_number, each.quantity] for each in judged.differences],
        "doubled": list(judged.doubled),
    }


def _explain(held: Held, judged: Judged) -> None:
    """A case for a named person, due as the law wants losses told, where anything differs."""
    if judged.differences:
        journeys.open_case(held, [_finding(each) for each in judged.differences])


def _finding(each: Differing) -> dict[str, Any]:
    data: dict[str, str] = {}
    if each.number:
        data["label"] = encode(BOTTLE, each.number)
    elif each.lot_number:
        data = {"lot": each.lot_number, "quantity": str(each.quantity)}
    return {"code": str(each.what), "data": data}
