"""The small parts that FHIR resources are made of. Pure: plain values in, plain dictionaries out.

What is identified here by numbers of ours has a system under `urn:tram:fhir`. No text that a person typed goes out:
it may hold a name.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

Told = dict[str, Any]

URN: Final = "urn:tram:fhir"
UCUM: Final = "http://unitsofmeasure.org"
_SECURITY: Final = (
    ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R"),
    ("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "PSEUDED"),
)
BOOK: Final = (("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N"),)
ORAL: Final[Told] = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "code": "PO"}]
}


def system(name: str) -> str:
    """The system of codes or identifiers of ours."""
    return f"{URN}:{name}"


def resource(kind: str, id_: str, *, updated: datetime, zone: str, of_patient: bool, **parts: Any) -> Told:
    """A resource without what is empty. Of a patient: restricted, and marked as pseudonymous."""
    labels = _SECURITY if of_patient else BOOK
    security = [{"system": where, "code": code} for where, code in labels]
    meta = {"lastUpdated": moment(updated, zone, "milliseconds"), "security": security}
    found: Told = kept({"resourceType": kind, "id": id_, "meta": meta, **parts})
    return found


def kept(value: Any) -> Any:
    """The same without anything empty: FHIR knows no null, no empty list and no empty text."""
    if isinstance(value, dict):
        inner = {name: kept(part) for name, part in value.items()}
        return {name: part for name, part in inner.items() if not _is_empty(part)}
    if isinstance(value, list | tuple):
        return [part for part in map(kept, value) if not _is_empty(part)]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def moment(at: datetime, zone: str, precision: str = "seconds") -> str:
    """An instant with the offset of the place."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec=precision)


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def coding(where: str, code: str) -> Told:
    return {"system": system(where), "code": str(code)}


def concept(where: str, code: str, words: str = "") -> Told:
    """One code of ours, with its words in the language of the request."""
    return {"coding": [coding(where, code)], "text": words}


def mg(value: Decimal) -> Told:
    return quantity(value, "mg")


def ml(microlitres: int) -> Told:
    return quantity(Decimal(microlitres) / 1000, "mL")


def quantity(value: Decimal | int, unit: str) -> Told:
    """An amount with its UCUM code, which is also its unit."""
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit}


def extension(name: str, **value: Any) -> Told | None:
    """An extension of ours; None where there is nothing to say."""
    [(kind, content)] = value.items()
    return None if _is_empty(content) else {"url": system(name), kind: content}


def nested(name: str, parts: Iterable[Told | None]) -> Told:
    """An extension that is made of others."""
    return {"url": system(name), "extension": [part for part in parts if part]}


def reference(kind: str, id_: object) -> Told | None:
    """A resource of this server."""
    return {"reference": f"{kind}/{id_}"} if id_ else None


def patient(id_: UUID, code: str) -> Told:
    """Whom it is about: by id, and by the code that the treatment card shows."""
    return {
        "reference": f"Patient/{id_}",
        "type": "Patient",
        "identifier": {"system": system("patient-code"), "value": code},
    }


def facility(id_: int, name: str = "", *, kind: str = "Organization") -> Told:
    """A site or clinic. This server keeps no Organization: it is named by its number."""
    return {"type": kind, "identifier": {"system": system("facility"), "value": str(id_)}, "display": name}


def staff(id_: int | None) -> Told | None:
    """Somebody who works here, by a number and never by a name."""
    if id_ is None:
        return None
    return {"type": "Practitioner", "identifier": {"system": system("person"), "value": str(id_)}}


def part_id(id_: UUID, *parts: object) -> str:
    """The id of a part of something that has an id: of a line, of a patient's day."""
    return ".".join([id_.hex, *map(str, parts)])


def whole_of(id_: str) -> UUID | None:
    """The id of what a part belongs to, or the id itself; None for anything that is no id of ours."""
    try:
        return UUID(id_.partition(".")[0])
    except ValueError:
        return None
