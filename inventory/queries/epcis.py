"""One consignment as an EPCIS document, as far as the person who asks may see it."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.access import Access
from core.scanning import encode
from inventory.models import BaseUnit, ConsignmentLine, CustodyEvent
from inventory.queries.consignment_lives import is_blind
from inventory.queries.consignments import ConsignmentRow
from inventory.rules.custody import State, Step
from inventory.rules.epcis import MICROLITRE, Thing, Told, document
from inventory.rules.scancodes import BOTTLE

_URI: Final = "urn:tram"


def epcis(row: ConsignmentRow, access: Access, *, now: datetime) -> dict[str, Any]:
    """Its history as JSON-LD. Two statements."""
    events = list(CustodyEvent.objects.filter(consignment_id=row.id).select_related("facility").order_by("position"))
    packed = tuple(event.pk for event in events if event.step == Step.PACK)
    return document(
        consignment_uri=f"{_URI}:consignment:{row.number}",
        number=str(row.number),
        source=_facility(row.from_id),
        destination=_facility(row.to_id),
        told=[_told(event, packed) for event in events],
        things=() if is_blind(row, access) else _things(row),
        made_at=now,
    )


def _things(row: ConsignmentRow) -> tuple[Thing, ...]:
    lines = ConsignmentLine.objects.filter(consignment_id=row.id).select_related("lot__item", "bottle")
    return tuple(
        Thing(
            lot_uri=f"{_URI}:lot:{line.lot.item.code}:{line.lot.number}",
            bottle_uri=f"{_URI}:bottle:{encode(BOTTLE, line.bottle.number)}" if line.bottle else "",
            quantity=line.quantity,
            unit=MICROLITRE if line.lot.item.base_unit == BaseUnit.MICROLITRE else "",
        )
        for line in lines.order_by("position")
    )


def _told(event: CustodyEvent, packed: tuple[Any, ...]) -> Told:
    position = event.content.get("stated", {}).get("position")
    step = Step(event.step)
    return Told(
        id=event.pk,
        step=step,
        state=State(event.state),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        zone_offset=_offset(event.occurred_at, event.facility.zone),
        facility_uri=_facility(event.facility_id),
        position=tuple(position) if position else None,
        corrects=packed if step is Step.ADMIT else (),
        hands=_hands(event) if step is Step.NEW_LEG else None,
    )


def _hands(event: CustodyEvent) -> tuple[str, str]:
    return _carrier(event.actor_id), _carrier(event.content["stated"]["carrier"])


def _carrier(person_id: int) -> str:
    return f"{_URI}:carrier:{person_id}"


def _facility(facility_id: int) -> str:
    return f"{_URI}:facility:{facility_id}"


def _offset(moment: datetime, zone: str) -> str:
    """+07:00"""
    text = moment.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
