"""The OpenAPI document is kept: programs made up from it find no error and no answer that it does not promise."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
import schemathesis.openapi
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.schema import read_document
from tests import cast
from tests.api.hands import Caller, enrolled, on_device
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
EXAMPLES: Final = 2
KEPT: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip


def test_document_says_who_may_ask_and_shows_examples():
    document = read_document()
    assert set(document["components"]["securitySchemes"]) == {"device", "person", "session"}
    without = [
        one["operationId"]
        for path in document["paths"].values()
        for method, one in path.items()
        if method == "post" and "requestBody" in one
        if not any("examples" in each for each in one["requestBody"]["content"].values())
    ]
    assert without == ["prescription_stop"]
    for path in document["paths"].values():
        for one in path.values():
            assert one["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            assert one["description"]


def test_page_for_people_shows_every_operation_without_a_script():
    page = signed_in(cast.DISPENSER).get("/api/v1/")
    shown = page.content.decode()

    assert page.status_code == 200
    for path in read_document()["paths"]:
        assert path in shown
    body = shown.partition("<main")[2].partition("</main>")[0]
    assert "<script" not in body
    assert "https://" not in body


def test_example_bodies_fit_what_is_asked_for():
    """Each example is a body that its own operation reads: whatever is refused is not refused for its form."""
    caller = on_device(cast.DISPENSER, enrolled()[1])
    physician = on_device(cast.PHYSICIAN, enrolled()[1])
    for path, methods in read_document()["paths"].items():
        for one in methods.values():
            for content in one.get("requestBody", {}).get("content", {}).values():
                for example in content.get("examples", {}).values():
                    who = physician if "prescription" in path else caller
                    filled = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
                    answer = who.post(filled, example["value"])
                    assert answer.status_code != 400, (path, answer.content)


@contextmanager
def one_connection() -> Iterator[None]:
    """The whole application closes what it finds old; here every request is within the test's one transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_programs_made_up_from_the_document_find_no_error():
    """A few made-up requests for each operation, in process, by somebody who may ask it."""
    cache.clear()
    config = SchemathesisConfig()
    config.projects.default.generation.update(modes=[GenerationMode.POSITIVE])
    document = json.loads(json.dumps(read_document(), default=str))
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = get_wsgi_application()
    keeper, site, _ = enrolled(cast.MAIN_CLINIC)[1], enrolled()[1], None
    callers = {
        "prescription": on_device(cast.PHYSICIAN, site), "stock": on_device(cast.SITE_HEAD, site),
        "consignment": on_device(cast.STORE_KEEPER, keeper), "": on_device(cast.DISPENSER, site),
    }  # fmt: skip
    asked, broken = 0, []
    for result in schema.get_all_operations():
        operation = result.ok()
        if "/fhir/" in operation.path:
            continue
        who = next(caller for word, caller in callers.items() if word in operation.path)
        asked += 1
        with one_connection():
            broken += [f"{operation.label}: {fault}" for fault in _tried(operation, who)]
    assert "\n".join(broken) == ""
    assert asked >= 29


def _tried(operation: Any, who: Caller) -> list[str]:
    """What was wrong with the first answer that was wrong."""

    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        cache.clear()
        headers = dict(who.headers)
        if operation.path.endswith("/sign-in/"):
            headers.pop("Tram-Person")
        if "sign-out" in operation.path:
            headers["Tram-Person"] = "tram_p_x"
        case.call_and_validate(headers=headers, checks=KEPT)

    try:
        one()
    except FailureGroup as found:
        return [str(each.message) for each in found.exceptions]
    return []
