"""Requests and consignments for programs that speak FHIR (docs/fhir.md)."""

from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Permission
from core.fhir.door import fhir, found, searched
from inventory.queries import fhir_deliveries, fhir_requests
from inventory.rules.fhir import SUPPLY_DELIVERY, SUPPLY_REQUEST

RESOURCES = (SUPPLY_REQUEST, SUPPLY_DELIVERY)


@fhir(Permission.VIEW_STOCK)
def requests(request: Request) -> Response:
    """Lines of requests, of the sites and clinics whose stock this person sees."""
    return searched(request, SUPPLY_REQUEST, fhir_requests.search)


@fhir(Permission.VIEW_STOCK)
def request_line(request: Request, supply_request: str) -> Response:
    """One line of a request."""
    return found(request, supply_request, fhir_requests.search)


@fhir(Permission.VIEW_STOCK, Permission.CARRY)
def deliveries(request: Request) -> Response:
    """Consignments that leave or reach what this person's appointments reach, or that they carry."""
    return searched(request, SUPPLY_DELIVERY, fhir_deliveries.search)


@fhir(Permission.VIEW_STOCK, Permission.CARRY)
def delivery(request: Request, supply_delivery: str) -> Response:
    """One consignment, or one line of it."""
    return found(request, supply_delivery, fhir_deliveries.search)
