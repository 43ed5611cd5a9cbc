"""The register for programs that speak FHIR (docs/fhir.md): de-identified, so that no look is to be audited."""

from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Permission
from core.fhir.door import fhir, found, searched
from patients.queries import fhir as fhir_patients
from patients.rules.fhir import PATIENT

RESOURCES = (PATIENT,)


@fhir(Permission.VIEW_PATIENT)
def patients(request: Request) -> Response:
    """The patients of the facilities within reach."""
    return searched(request, PATIENT, fhir_patients.search)


@fhir(Permission.VIEW_PATIENT)
def patient(request: Request, fhir_patient: str) -> Response:
    """One of them."""
    return found(request, fhir_patient, fhir_patients.search)
