"""The sender's part: prepare a consignment, pack and seal it, hand it to the carrier, or cancel it before that."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from core.access import Access
from core.clock import local_day
from core.digests import sha256_of
from facilities.models import Facility, FacilityKind, Supervision
from inventory.models import ActKind, Consignment, ConsignmentLine
from inventory.rules.custody import ConsignmentKind, State, Step
from inventory.rules.violations import Code, Level, Violation
from inventory.services import custody, packing, restocking
from inventory.services.acts import StockRefused
from inventory.services.custody import Handling, Stepped
from inventory.services.packing import Loose
from staff.services.attestations import SecondPerson


@dataclass(frozen=True)
class Trip:
    """Who carries it, with whom, how, which way, and when it should be there."""

    carrier_id: int
    transport: str
    route: str
    expected_at: datetime
    companion: str = ""


@dataclass(frozen=True)
class Preparation:
    """A consignment to be, and the bottles proposed for it; `id` is the consignment's and its first event's."""

    id: UUID
    kind: ConsignmentKind
    to_facility_id: int
    trip: Trip
    numbers: tuple[int, ...] = ()
    loose: tuple[Loose, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Packing:
    """What really went into the boxes, and the numbers of the seals on them: the manifest, from now on frozen."""

    id: UUID
    consignment_id: UUID
    numbers: tuple[int, ...]
    seals: tuple[str, ...]
    second: SecondPerson
    loose: tuple[Loose, ...] = ()
    note: str = ""
    photos: tuple[str, ...] = ()  # digests of attachments


@dataclass(frozen=True)
class HandOver:
    """The boxes go into the carrier's hands; both sign."""

    id: UUID
    consignment_id: UUID
    own_pin: str = field(repr=False)
    carrier_pin: str = field(repr=False)
    note: str = ""


def prepare(*, command: Preparation, by: Access, now: datetime) -> Stepped:
    """Name who carries what where. Nothing moves and nothing is frozen yet.

    Raises PermissionDenied, and StockRefused where there is no such way between the two facilities, the carrier is not
    appointed for the day or is the sender, the hour is past, or there is nothing to send.
    """
    trip = command.trip
    stated = {
        "kind": command.kind,
        "to": command.to_facility_id,
        "carrier": trip.carrier_id,
        "companion": trip.companion.strip(),
        "transport": trip.transport.strip(),
        "route": trip.route.strip(),
        "expected_at": trip.expected_at,
        "bottles": sorted(command.numbers),
        "loose": sorted([each.lot_id, each.quantity] for each in command.loose),
        "note": command.note.strip(),
    }
    at = Handling(command.id, command.id, Step.PREPARE, by, now, stated)
    custody.authorise(Step.PREPARE, by)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        _check(command, at)
        Consignment.objects.create(
            id=command.id,
            number=_next_number(),
            kind=command.kind,
            from_facility_id=at.facility_id,
            to_facility_id=command.to_facility_id,
            carrier_id=trip.carrier_id,
            companion=trip.companion.strip(),
            transport=trip.transport.strip(),
            route=trip.route.strip(),
            expected_at=trip.expected_at,
            prepared_at=now,
            prepared_by_id=by.actor_id,
        )
        return custody.record(custody.hold(at), state=State.PREPARED)


def _check(command: Preparation, at: Handling) -> None:
    """Everything that keeps this consignment from being prepared, at once."""
    trip, today = command.trip, local_day(at.now, at.by.zone)
    found: list[Violation] = []

    def stop(code: Code, words: str, todo: str = "", field: str = "") -> None:
        found.append(Violation(code, Level.STOP, words, todo, field=field))

    if not _leads(command.kind, at.facility_id, command.to_facility_id, today):
        stop(Code.NO_ROUTE, _("Hai nơi này không giao nhận thuốc cho nhau."), _("Chọn nơi nhận khác."), "to_facility")
    ends = (at.facility_id, command.to_facility_id)
    if trip.carrier_id == at.by.person_id:
        words = _("Người giao và người vận chuyển phải là hai người khác nhau.")
        stop(Code.SAME_PEOPLE, words, _("Chọn người vận chuyển khác."), "carrier")
    elif custody.carrier_access(trip.carrier_id, facility_ids=ends, now=at.now) is None:
        words = _("Hôm nay người này không được phân công vận chuyển thuốc.")
        stop(Code.NO_CARRIER, words, _("Chọn người được phân công."), "carrier")
    if trip.expected_at <= at.now:
        stop(Code.ALREADY_DUE, _("Giờ dự kiến đến phải ở sau lúc này."), "", "expected_at")
    if not command.numbers and not command.loose:
        stop(Code.NOTHING_PACKED, _("Chưa chọn thuốc nào."), _("Chọn ít nhất một chai hoặc một lô."))
    if found:
        raise StockRefused(tuple(found))


def _leads(kind: ConsignmentKind, from_id: int, to_id: int, today: date) -> bool:
    """Supplied by the main clinic that supervises the satellite today, returned to it."""
    clinic, satellite = (from_id, to_id) if kind is ConsignmentKind.SUPPLY else (to_id, from_id)
    current = Q(starts_on__lte=today) & (Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    return Supervision.objects.filter(current, main_clinic_id=clinic, satellite_id=satellite).exists()


def kind_from(facility: Facility) -> ConsignmentKind:
    """A satellite only ever returns, a main clinic only ever supplies."""
    return ConsignmentKind.RETURN if facility.kind == FacilityKind.SATELLITE else ConsignmentKind.SUPPLY


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inventory_consignment_number')")
        [number] = cursor.fetchone()
    return int(number)


def pack(*, command: Packing, by: Access, now: datetime) -> Stepped:
    """Freeze the manifest: these bottles, in boxes under these seals. What changes on the road is a new leg.

    Raises StockRefused where a bottle is not where it must be, is packed elsewhere or out of date, or without a seal;
    and what the second signature raises.
    """
    seals = tuple(dict.fromkeys(seal.strip() for seal in command.seals if seal.strip()))
    stated = {
        "bottles": sorted(set(command.numbers)),
        "loose": sorted([each.lot_id, each.quantity] for each in command.loose),
        "seals": list(seals),
        "note": command.note.strip(),
        "photos": list(command.photos),
    }
    at = Handling(command.id, command.consignment_id, Step.PACK, by, now, stated)
    custody.authorise(Step.PACK, by)
    second = custody.prove_second(at, command.second)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        if not seals:
            words = _("Ghi ít nhất một số niêm phong của thùng.")
            raise custody.refuse(Code.NO_SEAL, words, field="seals")
        lines = packing.lines_of(held, numbers=command.numbers, loose=command.loose)
        consignment = held.consignment
        ConsignmentLine.objects.bulk_create(
            ConsignmentLine(
                consignment=consignment,
                position=line.position,
                item_id=line.item_id,
                lot_id=line.lot_id,
                bottle_id=line.bottle_id,
                quantity=line.quantity,
                seal_number=line.seal,
            )
            for line in lines
        )
        consignment.seals = list(seals)
        digest = sha256_of(packing.manifest_of(consignment, lines))
        consignment.sealed_at, consignment.sealed_by_id = now, by.actor_id
        consignment.manifest_digest = digest
        consignment.save(update_fields=["seals", "sealed_at", "sealed_by_id", "manifest_digest"])
        return custody.record(held, state=State.PACKED, second=second, found={"manifest": digest})


def cancel(*, consignment_id: UUID, event_id: UUID, note: str, by: Access, now: datetime) -> Stepped:
    """Give a consignment up before it was handed over: nothing has left its place."""
    at = Handling(event_id, consignment_id, Step.CANCEL, by, now, {"note": note.strip()})
    custody.authorise(Step.CANCEL, by)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        if not note.strip():
            raise custody.refuse(Code.NOTE_NEEDED, _("Ghi vì sao hủy chuyến này."), field="note")
        Consignment.objects.filter(pk=consignment_id).update(ended_at=now)
        return custody.record(held, state=State.CANCELLED)


def hand_over(*, command: HandOver, by: Access, now: datetime) -> Stepped:
    """Give the sealed boxes to the carrier: both sign, and everything on the manifest goes on the road in one act.

    Raises OwnPinRefused, a PinRefused of the carrier, and StockRefused where the stock is no longer as it was packed.
    """
    at = Handling(command.id, command.consignment_id, Step.HAND_OVER, by, now, {"note": command.note.strip()})
    custody.authorise(Step.HAND_OVER, by)
    named = Consignment.objects.select_related("carrier").get(pk=command.consignment_id)
    custody.side_of(Step.HAND_OVER, consignment=named, by=by)
    if by.person_id == named.carrier_id:
        words = _("Người giao và người vận chuyển phải là hai người khác nhau.")
        raise custody.refuse(Code.SAME_PEOPLE, words, _("Người khác của kho giao chuyến này."))
    carrier = custody.prove_carrier(at, named, command.carrier_pin, person_id=named.carrier_id)
    own = custody.prove_own(at, command.own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        moves = packing.onto_the_road(held)
        Consignment.objects.filter(pk=named.pk).update(dispatched_at=now, dispatched_by=by.actor_id)
        done = custody.record(
            held, state=State.HANDED_OVER, act_kind=ActKind.DISPATCH, moves=moves, second=carrier, own=own
        )
        restocking.sent_with(consignment=named, by=by, now=now)
        return done
