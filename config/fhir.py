"""What the FHIR server says of itself: every room's resources in one CapabilityStatement."""

from typing import Final

from rest_framework.request import Request
from rest_framework.response import Response

import dispensing.api.fhir
import inventory.api_fhir
import patients.api_fhir
from core.fhir.capability import statement
from core.fhir.door import base_of, fhir

RESOURCES: Final = (
    *patients.api_fhir.RESOURCES,
    *dispensing.api.fhir.RESOURCES,
    *inventory.api_fhir.RESOURCES,
)


@fhir()
def metadata(request: Request) -> Response:
    """The CapabilityStatement, for whoever is signed in."""
    return Response(statement(RESOURCES, base=base_of(request)))
