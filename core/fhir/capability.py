"""The CapabilityStatement: what this server can be asked. Pure."""

from collections.abc import Iterable
from typing import Final

from core.fhir.asked import Resource
from core.fhir.outcomes import FHIR_JSON
from core.fhir.parts import Told

VERSION: Final = "4.0.1"  # R4
_SINCE: Final = "2026-11-22"  # of this statement, not of a process
_SECURITY: Final = (
    "Two tokens (Authorization: Bearer of an enrolled device, Tram-Person of who acts through it) or a browser's"
    " session, as in the JSON API. Everybody reads what their appointments reach; all else is not found."
)
_INTERACTIONS: Final = ("read", "search-type")


def statement(resources: Iterable[Resource], *, base: str) -> Told:
    """The statement of this installation at `base`."""
    rest = {
        "mode": "server",
        "security": {"cors": False, "description": _SECURITY},
        "resource": [_resource(each) for each in sorted(resources, key=lambda each: each.type)],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _SINCE,
        "kind": "instance",
        "software": {"name": "Trạm"},
        "implementation": {"description": "Trạm", "url": base.rstrip("/")},
        "fhirVersion": VERSION,
        "format": [FHIR_JSON, "json"],
        "rest": [rest],
    }


def _resource(each: Resource) -> Told:
    parameters = [{"name": name, "type": kind} for name, kind in each.parameters()]
    return {
        "type": each.type,
        "documentation": each.words,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "no-version",
        "searchParam": parameters,
    }
