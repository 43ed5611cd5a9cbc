"""A patient as FHIR R4, de-identified: code, sex, birth year and place of treatment (docs/fhir.md). Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from core.fhir import parts
from core.fhir.asked import Resource
from core.fhir.parts import Told

PATIENT: Final = Resource(
    "Patient",
    "Somebody in treatment, de-identified: the code of the treatment card, sex and birth year; no name is ever told.",
    statuses=("true", "false"),
    status="active",
    identifier=parts.system("patient-code"),
)
_GENDER: Final = {"f": "female", "m": "male"}
_MASKED: Final[Told] = {
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]
}


@dataclass(frozen=True)
class PatientRow:
    """`facility_id`: who doses them today; None for nobody."""

    uuid: UUID
    code: str
    sex: str
    birth_year: int
    treatment: str
    updated: datetime
    facility_id: int | None
    facility: str | None
    zone: str


def patient(row: PatientRow) -> Told:
    """`name` says that there is one and that it is kept back."""
    return parts.resource(
        "Patient",
        str(row.uuid),
        updated=row.updated,
        zone=row.zone,
        of_patient=True,
        extension=[parts.extension("treatment-status", valueCode=row.treatment)],
        identifier=[{"use": "secondary", "system": parts.system("patient-code"), "value": row.code}],
        active=row.treatment in ("in_treatment", "suspended"),
        name=[_MASKED],
        gender=_GENDER[row.sex],
        birthDate=f"{row.birth_year:04}",
        deceasedBoolean=True if row.treatment == "died" else None,
        managingOrganization=parts.facility(row.facility_id, row.facility or "") if row.facility_id else None,
    )
