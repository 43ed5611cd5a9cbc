"""A site's deliveries as they really come: from the main clinic's store, in sealed boxes, in a carrier's hands.

Everything goes through the services of inventory: the clinic takes what it sends out of the provincial store, packs and
hands it over, the site counts it. On today's morning one consignment is on the road.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from demo import asked
from demo.clinics import Clinic, clinic_of
from demo.sites import Site
from inventory.models import Consignment, CustodyEvent
from inventory.rules.consignments import Arrived
from inventory.rules.custody import ConsignmentKind, State
from inventory.rules.deliveries import DeliveredLine
from inventory.rules.transport import TransportItem
from inventory.services import consignments, deliveries, journeys, legs, receipts, settlements, transport, watch
from inventory.services.consignments import HandOver, Packing, Preparation, Trip
from inventory.services.deliveries import Delivery
from inventory.services.journeys import CheckPoint
from inventory.services.legs import NewLeg
from inventory.services.receipts import Counting, Inspection
from inventory.services.transport import Answer

ROUTE: Final = "Đường liên xã"
AROUND: Final = "Đường tránh qua bản bên kia suối"
WHY_AROUND: Final = "Sạt lở chắn đường liên xã, xe máy không qua được"
TRANSPORT: Final = "Xe máy của cơ sở điều trị"
WHY_ASKED: Final = "Đi từ lúc còn tối, đường vắng qua đèo"
WHY_REFUSED: Final = "Sáng nay mọi người đều trực, không cử được ai"
COMPANION: Final = "Một công an xã"
ROAD: Final = timedelta(hours=2)


def deliver(site: Site, lines: tuple[DeliveredLine, ...], *, document_number: str, at: datetime) -> None:
    """A delivery from the provincial store to the site's cupboard by way of its clinic; counted at `at`."""
    sent = _send(site, lines, document_number=document_number, left_at=at - ROAD, expected_at=at)
    _receive(site, sent, at=at)


def on_the_road(site: Site, lines: tuple[DeliveredLine, ...], *, document_number: str, now: datetime) -> None:
    """A consignment that left early, should have come by now and has not: its carrier asked for company in vain, and
    has gone another way since a slide closed the road.
    """
    clinic = clinic_of(site)
    left_at = now - timedelta(minutes=170)
    expected_at = now - timedelta(minutes=125)
    sent = _send(site, lines, document_number=document_number, left_at=left_at, expected_at=expected_at, asks=True)
    _goes_round(site, sent, at=left_at + timedelta(minutes=20))
    journeys.check_point(
        command=CheckPoint(
            id=site.id(now, "check point"), consignment_id=sent.pk, seals_intact=True, place="Ngã ba chợ"
        ),
        by=clinic.carrier.access,
        now=now - timedelta(minutes=5),
    )
    watch.raise_overdue(now=now)


def _goes_round(site: Site, sent: Consignment, *, at: datetime) -> None:
    """A new leg: the same carrier, another way."""
    hand = clinic_of(site).carrier
    trip = Trip(
        carrier_id=hand.person_id, transport=TRANSPORT, route=AROUND, expected_at=sent.expected_at, companion=COMPANION
    )
    command = NewLeg(site.id(at, "new leg"), sent.pk, trip, seals_intact=True, note=WHY_AROUND, own_pin=hand.post.pin)
    legs.new_leg(command=command, by=hand.access, now=at)


def bring_in(site: Site, *, at: datetime) -> None:
    """Receive what is still on the road to this site, unless a visitor has taken it further."""
    waiting = Consignment.objects.filter(
        to_facility_id=site.facility_id, dispatched_at__isnull=False, received_at__isnull=True, ended_at__isnull=True
    )
    for consignment in waiting.order_by("number"):
        last = CustodyEvent.objects.filter(consignment=consignment).latest("position")
        if State(last.state) in {State.HANDED_OVER, State.ON_ROAD} and last.recorded_at < at:
            _receive(site, consignment, at=at)


def _send(
    site: Site,
    lines: tuple[DeliveredLine, ...],
    *,
    document_number: str,
    left_at: datetime,
    expected_at: datetime,
    asks: bool = False,
) -> Consignment:
    clinic = clinic_of(site)
    by, key = clinic.keeper.access, ("consignment", left_at)
    got = deliveries.receive(
        delivery=Delivery(
            id=site.id(left_at, *key, "from the store"),
            supplier=site.province.store,
            document_number=document_number,
            lines=lines,
            second=clinic.beside.signs(),
        ),
        by=by,
        now=left_at - timedelta(minutes=90),
    )
    numbers = tuple(number for line in got.content["found"]["bottles"] for number in line)
    trip = Trip(
        carrier_id=clinic.carrier.person_id,
        transport=TRANSPORT,
        route=ROUTE,
        expected_at=expected_at,
        companion=COMPANION,
    )
    prepared = Preparation(
        id=site.id(left_at, *key, "prepared"),
        kind=ConsignmentKind.SUPPLY,
        to_facility_id=site.facility_id,
        trip=trip,
        numbers=numbers,
    )
    asked.prepare(site, lines, clinic, prepared, now=left_at - timedelta(minutes=60))
    if asks:
        _ask(clinic, prepared.id, at=left_at - timedelta(minutes=50))
    box = f"NP{left_at:%d%m}"
    seals = tuple(f"{box}-{place}" for place in range(1, 2 + len(numbers) // 24))
    consignments.pack(
        command=Packing(
            id=site.id(left_at, *key, "packed"),
            consignment_id=prepared.id,
            numbers=numbers,
            seals=seals,
            second=clinic.beside.signs(),
        ),
        by=by,
        now=left_at - timedelta(minutes=30),
    )
    consignments.hand_over(
        command=HandOver(
            id=site.id(left_at, *key, "handed over"),
            consignment_id=prepared.id,
            own_pin=clinic.keeper.post.pin,
            carrier_pin=clinic.carrier.post.pin,
        ),
        by=by,
        now=left_at,
    )
    return Consignment.objects.get(pk=prepared.id)


def _ask(clinic: Clinic, consignment_id: UUID, *, at: datetime) -> None:
    """The carrier asks for a second person and a lock box; the head of the clinic has no second person to send."""
    company, box = transport.ask(
        consignment_id=consignment_id,
        items=(TransportItem.SECOND_PERSON, TransportItem.LOCK_BOX),
        reason=WHY_ASKED,
        by=clinic.carrier.access,
        now=at,
    )
    if clinic.head is not None:
        said = Answer(company.pk, granted=False, words=WHY_REFUSED)
        transport.answer(command=said, by=clinic.head.access, now=at + timedelta(minutes=10))
        transport.answer(command=Answer(box.pk, granted=True), by=clinic.head.access, now=at + timedelta(minutes=11))


def _receive(site: Site, consignment: Consignment, *, at: datetime) -> None:
    """Arrived, looked at, counted by the dispenser and the witness, and ended by the clinic."""
    clinic, by = clinic_of(site), site.dispenser(_day(site, at), 0)
    key = ("consignment", consignment.pk)
    journeys.arrive(consignment_id=consignment.pk, event_id=site.id(at, *key, "arrived"), by=by.access, now=at)
    receipts.inspect(
        command=Inspection(
            id=site.id(at, *key, "inspected"),
            consignment_id=consignment.pk,
            seals=tuple(consignment.seals or ()),
            intact=True,
        ),
        by=by.access,
        now=at,
    )
    numbers = consignment.lines.filter(bottle__isnull=False).values_list("bottle__number", "seal_number")
    receipts.receive(
        command=Counting(
            id=site.id(at, *key, "received"),
            consignment_id=consignment.pk,
            bottles=tuple(Arrived(number, seal) for number, seal in numbers),
            second=site.team.witness.signs(),
            own_pin=by.post.pin,
        ),
        by=by.access,
        now=at,
    )
    settlements.close(
        consignment_id=consignment.pk, event_id=site.id(at, *key, "closed"), by=clinic.keeper.access, now=at
    )


def _day(site: Site, at: datetime) -> date:
    return at.astimezone(site.zone).date()
