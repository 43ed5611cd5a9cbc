"""Doses, days without one, orders and vials as FHIR R4 (docs/fhir.md). Pure: rows in, resources out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from core.fhir import parts
from core.fhir.asked import Resource
from core.fhir.parts import Told
from dispensing.rules.choices import OUTCOME_WORDS, SIGN_WORDS, OutcomeCode, SobrietySign
from inventory.rules.fhir import LotRow, medication, medicine

ADMINISTRATION: Final = Resource(
    "MedicationAdministration",
    "A dose drunk under somebody's eyes, a day decided to be without one (not-done), a dose that another place has"
    " documented.",
    statuses=("completed", "not-done", "entered-in-error", "unknown"),
    date="effective-time",
    of_patient=True,
)
REQUEST: Final = Resource(
    "MedicationRequest",
    "A physician's order: the daily dose between two days.",
    statuses=("active", "cancelled", "completed", "entered-in-error", "stopped"),
    date="authoredon",
    of_patient=True,
)
DISPENSE: Final = Resource(
    "MedicationDispense",
    "One vial handed out to be taken home on one day.",
    statuses=("completed", "entered-in-error"),
    date="whenhandedover",
    of_patient=True,
)
NOT_STATED: Final = "not_stated"  # nobody has said why there was no dose
_FUNCTION: Final = "http://terminology.hl7.org/CodeSystem/med-admin-perform-function"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/medication-admin-category"
_METHADONE: Final = ("methadone-oral", "Methadone")


@dataclass(frozen=True)
class Whose:
    """Whom it is about, and in whose name it was done."""

    patient_id: UUID
    code: str
    facility_id: int
    facility: str
    zone: str
    updated: datetime
    status: str


@dataclass(frozen=True)
class PortionRow:
    """So much of one bottle."""

    lot: LotRow
    ul: int


@dataclass(frozen=True)
class DoseRow:
    """A swallowed dose. `void`: why it is not what it says; `vomited_at`: what was drunk did not stay in."""

    whose: Whose
    id: UUID
    given_at: datetime
    covers_day: date
    slot: int
    kind: str
    mg: Decimal
    poured_by: int | None
    observed_by: int | None
    order_id: UUID | None
    void: str
    vomited_at: datetime | None
    portions: tuple[PortionRow, ...] = ()


@dataclass(frozen=True)
class DayRow:
    """A patient-day that was decided to be without a dose. `at`, `by`, `signs`: of what was stated at the window."""

    whose: Whose
    id: str
    day: date
    outcome: str
    caused_by_patient: bool
    order_id: UUID | None
    by: int | None
    signs: tuple[str, ...]


@dataclass(frozen=True)
class ElsewhereRow:
    """A dose that another place gave and documented; no stock of ours."""

    whose: Whose
    id: UUID
    day: date
    mg: Decimal
    place_kind: str
    proven: bool
    corrects_id: UUID | None


@dataclass(frozen=True)
class OrderRow:
    """A signed order, or one told by phone (`unsigned` while its physician has not signed)."""

    whose: Whose
    id: UUID
    phase: str
    slot_mg: tuple[Decimal, ...]
    starts_on: date
    last_day: date
    if_missed: tuple[Mapping[str, Any], ...]
    bridging: bool
    unsigned: bool
    requester: int | None
    recorder: int | None
    recorded_at: datetime
    end_reason: str


@dataclass(frozen=True)
class VialRow:
    """One vial of a hand-out. `fate`: what is reported of it, empty while nothing is."""

    whose: Whose
    id: UUID
    hand_out_id: UUID
    day: date
    mg: Decimal
    ul: int
    lot: LotRow
    order_id: UUID
    handed_at: datetime
    handed_by: int
    void: str
    fate: str


def dose(row: DoseRow) -> Told:
    """Completed, or entered in error once it is voided. What each bottle gave stands in an extension of its own."""
    lots = [medication(f"m{number}", portion.lot) for number, portion in enumerate(row.portions, start=1)]
    return _administration(
        row.whose,
        str(row.id),
        contained=lots,
        medicationReference={"reference": "#m1"} if lots else None,
        medicationCodeableConcept=None if lots else medicine(*_METHADONE),
        extension=[
            parts.extension("dose-kind", valueCode=row.kind),
            parts.extension("covers-day", valueDate=parts.day(row.covers_day)),
            parts.extension("slot", valuePositiveInt=row.slot),
            parts.extension("void", valueCode=row.void),
            parts.extension(
                "vomited", valueDateTime=parts.moment(row.vomited_at, row.whose.zone) if row.vomited_at else None
            ),
            *(_portion(number, portion) for number, portion in enumerate(row.portions, start=1)),
        ],
        effectiveDateTime=parts.moment(row.given_at, row.whose.zone),
        performer=[_performer("performer", row.poured_by), _performer("witness", row.observed_by)],
        request=parts.reference("MedicationRequest", row.order_id),
        dosage={"route": parts.ORAL, "dose": parts.mg(row.mg)},
    )


def missed_day(row: DayRow) -> Told:
    """Not done, with what was stated as the reason; entered in error where the day turned out otherwise."""
    reasons = _reasons(row) if row.whose.status == "not-done" else []
    caused = row.caused_by_patient if reasons else None
    return _administration(
        row.whose,
        row.id,
        extension=[parts.extension("caused-by-patient", valueBoolean=caused)],
        statusReason=reasons,
        medicationCodeableConcept=medicine(*_METHADONE),
        effectiveDateTime=parts.day(row.day),
        performer=[_performer("verifier", row.by)],
        request=parts.reference("MedicationRequest", row.order_id),
    )


def _reasons(row: DayRow) -> list[Told]:
    code = row.outcome or NOT_STATED
    words = str(OUTCOME_WORDS[OutcomeCode(code)]) if code in OUTCOME_WORDS else ""
    signs = [
        parts.concept("sign", sign, str(SIGN_WORDS[SobrietySign(sign)]) if sign in SIGN_WORDS else "")
        for sign in row.signs
    ]
    return [parts.concept("outcome", code, words), *signs]


def elsewhere(row: ElsewhereRow) -> Told:
    """Told by another place and not seen here; `unknown` where no slip proves it."""
    return _administration(
        row.whose,
        str(row.id),
        extension=[
            parts.nested(
                "information-source",
                [
                    parts.extension("place", valueCode=row.place_kind),
                    parts.extension("proven", valueBoolean=row.proven),
                ],
            ),
            parts.extension("corrects", valueReference=parts.reference("MedicationAdministration", row.corrects_id)),
        ],
        category="community",
        medicationCodeableConcept=medicine(*_METHADONE),
        effectiveDateTime=parts.day(row.day),
        dosage={"route": parts.ORAL, "dose": parts.mg(row.mg)},
    )


def order(row: OrderRow) -> Told:
    """An order of one or two parts a day. Its signed steps after missed days stand in extensions."""
    return _of_patient(
        "MedicationRequest",
        row.whose,
        str(row.id),
        extension=[
            _site(row.whose),
            parts.extension("phase", valueCode=row.phase),
            parts.extension("unsigned", valueBoolean=True if row.unsigned else None),
            parts.extension("bridging", valueBoolean=True if row.bridging else None),
            *map(_if_missed, row.if_missed),
        ],
        intent="order",
        statusReason=parts.concept("end-reason", row.end_reason) if row.end_reason else None,
        medicationCodeableConcept=medicine(*_METHADONE),
        authoredOn=parts.moment(row.recorded_at, row.whose.zone),
        requester=parts.staff(row.requester),
        recorder=parts.staff(row.recorder),
        dosageInstruction=[_instruction(number, row) for number in range(len(row.slot_mg))],
        dispenseRequest={"validityPeriod": _period(row.starts_on, row.last_day)},
    )


def vial(row: VialRow) -> Told:
    """One vial for one day. That it was drunk nobody has seen, so it is no administration."""
    return _of_patient(
        "MedicationDispense",
        row.whose,
        str(row.id),
        contained=[medication("m1", row.lot)],
        extension=[
            _site(row.whose),
            parts.extension("volume", valueQuantity=parts.ml(row.ul)),
            parts.extension("void", valueCode=row.void),
            parts.extension("vial-fate", valueCode=row.fate),
        ],
        identifier=[{"system": parts.system("hand-out"), "value": str(row.hand_out_id)}],
        medicationReference={"reference": "#m1"},
        performer=[{"actor": parts.staff(row.handed_by)}],
        location=parts.facility(row.whose.facility_id, row.whose.facility, kind="Location"),
        authorizingPrescription=[parts.reference("MedicationRequest", row.order_id)],
        quantity=parts.mg(row.mg),
        daysSupply=parts.quantity(1, "d"),
        whenHandedOver=parts.moment(row.handed_at, row.whose.zone),
        dosageInstruction=[
            {
                "timing": {"event": [parts.day(row.day)]},
                "route": parts.ORAL,
                "doseAndRate": [{"doseQuantity": parts.mg(row.mg)}],
            }
        ],
    )


def _administration(whose: Whose, id_: str, *, extension: Sequence[Told | None], **more: Any) -> Told:
    """`context` may not be an Organization in R4, so the site stands in an extension."""
    category = more.pop("category", "outpatient")
    return _of_patient(
        "MedicationAdministration",
        whose,
        id_,
        extension=[_site(whose), *extension],
        category={"coding": [{"system": _CATEGORY, "code": category}]},
        **more,
    )


def _of_patient(kind: str, whose: Whose, id_: str, **more: Any) -> Told:
    return parts.resource(
        kind,
        id_,
        updated=whose.updated,
        zone=whose.zone,
        of_patient=True,
        status=whose.status,
        subject=parts.patient(whose.patient_id, whose.code),
        **more,
    )


def _site(whose: Whose) -> Told | None:
    return parts.extension("site", valueReference=parts.facility(whose.facility_id, whose.facility))


def _performer(function: str, person_id: int | None) -> Told | None:
    if person_id is None:  # somebody without an account here, of whom only a name is known
        return None
    return {"function": {"coding": [{"system": _FUNCTION, "code": function}]}, "actor": parts.staff(person_id)}


def _portion(number: int, portion: PortionRow) -> Told:
    bottle = parts.extension("medication", valueReference={"reference": f"#m{number}"})
    return parts.nested("portion", [bottle, parts.extension("volume", valueQuantity=parts.ml(portion.ul))])


def _if_missed(step: Mapping[str, Any]) -> Told:
    return parts.nested(
        "if-missed",
        [
            parts.extension("from-missed", valuePositiveInt=step["from_missed"]),
            parts.extension("to-missed", valuePositiveInt=step["to_missed"]),
            parts.extension("dose", valueQuantity=parts.mg(Decimal(str(step["dose_mg"])))),
            parts.extension("days", valuePositiveInt=step["days"]),
        ],
    )


def _instruction(number: int, row: OrderRow) -> Told:
    bounds = _period(row.starts_on, row.last_day)
    return {
        "sequence": number + 1,
        "timing": {"repeat": {"boundsPeriod": bounds, "frequency": 1, "period": 1, "periodUnit": "d"}},
        "route": parts.ORAL,
        "doseAndRate": [{"doseQuantity": parts.mg(row.slot_mg[number])}],
    }


def _period(first: date, last: date) -> Told | None:
    """None for an order that was replaced before its first day: it covers none."""
    return {"start": parts.day(first), "end": parts.day(last)} if first <= last else None
