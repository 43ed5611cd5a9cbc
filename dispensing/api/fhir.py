"""Doses, orders and vials for programs that speak FHIR (docs/fhir.md)."""

from typing import Final

from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Permission
from core.fhir.door import fhir, found, searched
from dispensing.queries import fhir_doses, fhir_orders
from dispensing.rules.fhir import ADMINISTRATION, DISPENSE, REQUEST

RESOURCES: Final = (ADMINISTRATION, REQUEST, DISPENSE)


@fhir(Permission.VIEW_PATIENT)
def administrations(request: Request) -> Response:
    """Doses, days without one, doses elsewhere: of the patients within reach, and what was given there to guests."""
    return searched(request, ADMINISTRATION, fhir_doses.search)


@fhir(Permission.VIEW_PATIENT)
def administration(request: Request, fhir_administration: str) -> Response:
    """One of them."""
    return found(request, fhir_administration, fhir_doses.search)


@fhir(Permission.VIEW_PRESCRIPTIONS)
def orders(request: Request) -> Response:
    """Orders for the patients within reach."""
    return searched(request, REQUEST, fhir_orders.orders)


@fhir(Permission.VIEW_PRESCRIPTIONS)
def order(request: Request, fhir_order: str) -> Response:
    """One order."""
    return found(request, fhir_order, fhir_orders.orders)


@fhir(Permission.VIEW_PATIENT)
def dispenses(request: Request) -> Response:
    """Vials taken home."""
    return searched(request, DISPENSE, fhir_orders.vials)


@fhir(Permission.VIEW_PATIENT)
def dispense(request: Request, fhir_dispense: str) -> Response:
    """One vial."""
    return found(request, fhir_dispense, fhir_orders.vials)
