"""Medicines, requests and consignments as FHIR R4 (docs/fhir.md). Pure: rows in, resources out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from core.fhir import parts
from core.fhir.asked import Resource
from core.fhir.parts import Told

# The codes of the WHO; what has none here goes out under our own code alone.
_ATC: Final = {"methadone-oral": "N07BC02", "naloxone-0.4": "V03AB15"}
_SUPPLY_TYPE: Final[Told] = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/supply-item-type", "code": "medication"}]
}
SUPPLY_REQUEST: Final = Resource(
    "SupplyRequest",
    "One line of a request (dự trù) of a site to its main clinic.",
    statuses=("draft", "active", "suspended", "cancelled", "completed"),
    date="date",
)
SUPPLY_DELIVERY: Final = Resource(
    "SupplyDelivery",
    "A consignment between a main clinic and a site; its lines come along as parts, for who may see what was sent.",
    statuses=("in-progress", "completed", "abandoned"),
)


@dataclass(frozen=True)
class LotRow:
    """A lot, and the bottle of it that was used (`label`: the digits on it; empty for none)."""

    item_code: str
    item_name: str
    number: str
    expires_on: date
    concentration: Decimal | None
    label: str = ""


@dataclass(frozen=True)
class RequestLineRow:
    """One item and bottle size of a request. `asked` as the site last said, `approved` once the clinic has answered."""

    id: str
    status: str
    request_id: UUID
    state: str
    number: str
    monthly: bool
    period: date
    period_end: date
    facility_id: int
    facility: str
    zone: str
    clinic_id: int
    clinic: str
    opened_at: datetime
    updated: datetime
    item_code: str
    item_name: str
    size_ul: int | None
    asked: int
    approved: int | None


@dataclass(frozen=True)
class ConsignmentRow:
    """A consignment. `seals` are for who may see what was sent."""

    id: UUID
    status: str
    state: str
    kind: str
    number: int
    from_id: int
    from_name: str
    to_id: int
    to_name: str
    zone: str
    carrier_id: int
    dispatched_at: datetime | None
    ended_at: datetime | None
    received_by: tuple[int, ...]
    requests: tuple[UUID, ...]
    seals: tuple[str, ...]
    updated: datetime


@dataclass(frozen=True)
class ConsignmentLineRow:
    """One line of its manifest; `quantity` in the item's base unit."""

    position: int
    lot: LotRow
    quantity: int
    in_microlitres: bool
    seal: str


def medicine(code: str, name: str) -> Told:
    """An item as a concept: the WHO's code where it has one, and ours."""
    atc = [{"system": "http://www.whocc.no/atc", "code": _ATC[code]}] if code in _ATC else []
    return {"coding": [*atc, parts.coding("item", code)], "text": name}


def medication(id_: str, lot: LotRow) -> Told:
    """A lot, or a bottle of it, as a resource inside another: its strength, number and expiry."""
    strength = None
    if lot.concentration is not None:
        strength = {"numerator": parts.mg(lot.concentration.normalize()), "denominator": parts.quantity(1, "mL")}
    concept = medicine(lot.item_code, lot.item_name)
    return {
        "resourceType": "Medication",
        "id": id_,
        "identifier": [{"system": parts.system("bottle"), "value": lot.label}] if lot.label else None,
        "code": concept,
        "ingredient": [{"itemCodeableConcept": concept, "strength": strength}] if strength else None,
        "batch": {"lotNumber": lot.number, "expirationDate": parts.day(lot.expires_on)},
    }


def supply_request(row: RequestLineRow) -> Told:
    """One line: what counts now, approved or still asked. Bottles are counted, the size is a parameter."""
    counted = "{bottle}" if row.size_ul else "{piece}"
    amount = row.asked if row.approved is None else row.approved
    parameters = [{"code": parts.concept("request-line", "asked"), "valueQuantity": parts.quantity(row.asked, counted)}]
    if row.size_ul:
        parameters.append({"code": parts.concept("request-line", "size"), "valueQuantity": parts.ml(row.size_ul)})
    return parts.resource(
        "SupplyRequest",
        row.id,
        updated=row.updated,
        zone=row.zone,
        of_patient=False,
        extension=[
            parts.extension("request-state", valueCode=row.state),
            parts.extension("monthly", valueBoolean=row.monthly),
        ],
        identifier=[
            {"system": parts.system("request"), "value": str(row.request_id)},
            {"system": parts.system("request-number"), "value": row.number},
        ],
        status=row.status,
        itemCodeableConcept=medicine(row.item_code, row.item_name),
        quantity=parts.quantity(amount, counted),
        parameter=parameters,
        occurrencePeriod={"start": parts.day(row.period), "end": parts.day(row.period_end)},
        authoredOn=parts.moment(row.opened_at, row.zone),
        requester=parts.facility(row.facility_id, row.facility),
        supplier=[parts.facility(row.clinic_id, row.clinic)],
        deliverTo=parts.facility(row.facility_id, row.facility),
    )


def supply_delivery(row: ConsignmentRow) -> Told:
    """The consignment as a whole, without what is in it."""
    return _delivery(
        row,
        str(row.id),
        identifier=[{"system": parts.system("consignment-number"), "value": str(row.number)}],
        basedOn=[
            {"type": "SupplyRequest", "identifier": {"system": parts.system("request"), "value": str(each)}}
            for each in row.requests
        ],
        extension=[
            parts.extension("consignment-state", valueCode=row.state),
            parts.extension("consignment-kind", valueCode=row.kind),
            {"url": parts.system("carrier"), "valueReference": parts.staff(row.carrier_id)},
            *(parts.extension("seal", valueString=seal) for seal in row.seals),
        ],
    )


def supply_delivery_line(row: ConsignmentRow, line: ConsignmentLineRow) -> Told:
    """One line of its manifest, as it was sent."""
    amount = parts.ml(line.quantity) if line.in_microlitres else parts.quantity(line.quantity, "{piece}")
    return _delivery(
        row,
        parts.part_id(row.id, line.position),
        contained=[medication("m1", line.lot)],
        extension=[parts.extension("seal", valueString=line.seal)],
        partOf=[parts.reference("SupplyDelivery", row.id)],
        suppliedItem={"quantity": amount, "itemReference": {"reference": "#m1"}},
    )


def _delivery(row: ConsignmentRow, id_: str, **more: Any) -> Told:
    when = None
    if row.dispatched_at:
        end = parts.moment(row.ended_at, row.zone) if row.ended_at else None
        when = {"start": parts.moment(row.dispatched_at, row.zone), "end": end}
    return parts.resource(
        "SupplyDelivery",
        id_,
        updated=row.updated,
        zone=row.zone,
        of_patient=False,
        status=row.status,
        type=_SUPPLY_TYPE,
        occurrencePeriod=when,
        supplier=parts.facility(row.from_id, row.from_name),
        destination=parts.facility(row.to_id, row.to_name, kind="Location"),
        receiver=_people(row.received_by),
        **more,
    )


def _people(ids: Sequence[int]) -> list[Told | None]:
    return [parts.staff(each) for each in ids]
