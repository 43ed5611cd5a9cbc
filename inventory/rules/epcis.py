"""A consignment's history in the words of GS1 EPCIS 2.0 and its Core Business Vocabulary. Pure.

Every custody event is one EPCIS event: packing aggregates bottles into the consignment, receipt takes them out again,
the rest observe it. Our own URIs name things (`urn:tram:…`); GS1 keys can take their place without another mapping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from inventory.rules.custody import State, Step

MICROLITRE: Final = "4G"  # UN/ECE Recommendation 20

CONTEXT: Final = (
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"tram": "urn:tram:vocabulary:"},
)


@dataclass(frozen=True)
class Meaning:
    """What a step is in CBV 2.0. `action`: ADD and DELETE make the event an aggregation."""

    action: str
    biz_step: str
    disposition: str


MEANING: Final[Mapping[Step, Meaning]] = {
    Step.PREPARE: Meaning("OBSERVE", "reserving", "reserved"),
    Step.PACK: Meaning("ADD", "packing", "container_closed"),
    Step.CANCEL: Meaning("OBSERVE", "void_shipping", "in_progress"),
    Step.HAND_OVER: Meaning("OBSERVE", "shipping", "in_transit"),
    Step.CHECK_POINT: Meaning("OBSERVE", "transporting", "in_transit"),
    Step.INCIDENT: Meaning("OBSERVE", "transporting", "unknown"),
    Step.NEW_LEG: Meaning("OBSERVE", "transporting", "in_transit"),
    Step.TURN_BACK: Meaning("OBSERVE", "transporting", "returned"),
    Step.ARRIVE: Meaning("OBSERVE", "arriving", "in_progress"),
    Step.INSPECT: Meaning("OBSERVE", "inspecting", "in_progress"),
    Step.RECEIVE: Meaning("DELETE", "receiving", "in_progress"),
    Step.TAKE_BACK: Meaning("DELETE", "receiving", "returned"),
    Step.NOT_ARRIVED: Meaning("OBSERVE", "inspecting", "unknown"),
    Step.ADMIT: Meaning("OBSERVE", "stock_taking", "mismatch_instance"),
    Step.SETTLE: Meaning("OBSERVE", "stock_taking", "in_progress"),
    Step.CLOSE: Meaning("OBSERVE", "accepting", "in_progress"),
}
_DISPUTED: Final = frozenset({State.PARTIAL, State.DISPUTED})


@dataclass(frozen=True)
class Thing:
    """One line of the manifest: a bottle by its label, or so much of a lot. `unit`: UN/ECE code, empty for pieces."""

    lot_uri: str
    bottle_uri: str
    quantity: int
    unit: str


@dataclass(frozen=True)
class Told:
    """One custody event as this document tells it. `corrects`: the events that it puts right."""

    id: UUID
    step: Step
    state: State
    occurred_at: datetime
    recorded_at: datetime
    zone_offset: str
    facility_uri: str
    position: tuple[str, str] | None = None
    corrects: tuple[UUID, ...] = ()
    hands: tuple[str, str] | None = None  # from which carrier to which, of a new leg


def document(
    *, consignment_uri: str, number: str, source: str, destination: str, told: Sequence[Told],
    things: Sequence[Thing], made_at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """An EPCISDocument (JSON-LD). `things` is empty for who may not see what was sent yet: then only the boxes show."""
    corrected = {one: event for event in told for one in event.corrects}
    events = [
        _event(event, corrected.get(event.id), consignment_uri, number, source, destination, things) for event in told
    ]
    return {
        "@context": list(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _instant(made_at),
        "epcisBody": {"eventList": events},
    }


def _event(
    event: Told,
    corrected_by: Told | None,
    consignment_uri: str,
    number: str,
    source: str,
    destination: str,
    things: Sequence[Thing],
) -> dict[str, Any]:
    meaning = MEANING[event.step]
    aggregation = meaning.action in ("ADD", "DELETE")
    bottles = [thing.bottle_uri for thing in things if thing.bottle_uri]
    loose = [
        {"epcClass": thing.lot_uri, "quantity": thing.quantity, **({"uom": thing.unit} if thing.unit else {})}
        for thing in things
        if not thing.bottle_uri
    ]
    told: dict[str, Any] = {
        "type": "AggregationEvent" if aggregation else "ObjectEvent",
        "eventID": f"urn:uuid:{event.id}",
        "eventTime": _instant(event.occurred_at),
        "recordTime": _instant(event.recorded_at),
        "eventTimeZoneOffset": event.zone_offset,
        "action": meaning.action,
        "bizStep": meaning.biz_step,
        "disposition": "mismatch_quantity" if event.state in _DISPUTED else meaning.disposition,
        "readPoint": {"id": _read_point(event)},
        "bizTransactionList": [{"type": "desadv", "bizTransaction": f"{consignment_uri}:{number}"}],
        "sourceList": [{"type": "possessing_party", "source": event.hands[0] if event.hands else source}],
        "destinationList": [
            {"type": "possessing_party", "destination": event.hands[1] if event.hands else destination}
        ],
    }
    if aggregation:
        told["parentID"] = consignment_uri
        told["childEPCs"] = bottles
        told["childQuantityList"] = loose
    else:
        told["epcList"] = [consignment_uri]
    if corrected_by is not None:
        told["errorDeclaration"] = {
            "declarationTime": _instant(corrected_by.recorded_at),
            "reason": "incorrect_data",
            "correctiveEventIDs": [f"urn:uuid:{corrected_by.id}"],
        }
    return told


def _read_point(event: Told) -> str:
    """Where it was seen: on the road by the device's own word, else the facility in whose name it was written."""
    if event.position is None:
        return event.facility_uri
    latitude, longitude = event.position
    return f"geo:{latitude},{longitude}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
