"""How tests ask the FHIR server: every answer is validated as what it says it is.

`fhir.resources` has R4B and no R4 of its own; of the resources used here nothing changed between the two.
"""

from typing import Any, Final

from django.db import connection
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B import get_fhir_model_class

from config.fhir import RESOURCES
from core.fhir.parts import URN
from tests import cast
from tests.api.hands import Caller
from tests.entrance import signed_in

JSON: Final = "application/fhir+json"
STATUSES: Final = {each.type: set(each.statuses) for each in RESOURCES}


def by(member: cast.Member = cast.DISPENSER) -> Caller:
    return Caller(signed_in(member), {})


def ask(caller: Caller, path: str, **query: Any) -> dict[str, Any]:
    """The answer, once it is known to be FHIR."""
    answer = caller.get(f"/fhir/{path}", **query)
    assert (answer.status_code, answer["Content-Type"]) == (200, JSON), answer.content
    told: dict[str, Any] = answer.json()
    valid(told)
    return told


def valid(told: dict[str, Any]) -> None:
    get_fhir_model_class(told["resourceType"]).model_validate(told)
    status = told.get("status", str(told.get("active", "")).lower())
    assert status in STATUSES.get(told["resourceType"], {status})


def count_of(caller: Caller, path: str, **query: Any) -> tuple[int, int]:
    """How many resources match on a page, and in how many statements. Not validated: that takes long at length."""
    with CaptureQueriesContext(connection) as asked:
        answer = caller.get(f"/fhir/{path}", **query)
    return len(matches(answer.json())), len(asked)


def matches(bundle: dict[str, Any], mode: str = "match") -> list[dict[str, Any]]:
    assert bundle["type"] == "searchset"
    return [each["resource"] for each in bundle.get("entry", ()) if each["search"]["mode"] == mode]


def refused(caller: Caller, path: str, **query: Any) -> tuple[int, str]:
    answer = caller.get(f"/fhir/{path}", **query)
    assert answer["Content-Type"] == JSON
    valid(answer.json())
    [issue] = answer.json()["issue"]
    return answer.status_code, issue["code"]


def extension(told: dict[str, Any], name: str) -> Any:
    """The value of an extension of ours, None where it is not there."""
    found = next((each for each in told.get("extension", ()) if each["url"] == f"{URN}:{name}"), None)
    return next(value for key, value in found.items() if key != "url") if found else None
