"""The OpenAPI document of the JSON API, made from the code, and the page that lets people read it."""

from functools import lru_cache
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from config.api_words import in_words
from core.access import AccessRequest, allow
from core.api.problems import PROBLEM_TYPE
from core.api.sessions import ProductSession
from staff.api.tokens import PERSON_HEADER, DeviceToken

_PROBLEM: Final = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` is for machines and never renamed, `detail` for people, in the "
    "language of Accept-Language (vi, en).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {}},
        "violations": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
    },
    "additionalProperties": {},
}
_EXAMPLE: Final = {
    "type": "about:blank",
    "title": "Chưa ghi được.",
    "status": 422,
    "code": "no_prescription",
    "detail": "Không có đơn thuốc còn hiệu lực.",
}

schema = allow()(SpectacularAPIView.as_view())


@allow()
@require_safe
def page(request: AccessRequest) -> HttpResponse:
    """The same document for people: every operation with its fields, examples and refusals. No script."""
    document = read_document()
    return render(request, "config/api.html", {"groups": in_words(document), "info": document["info"]})


@lru_cache(maxsize=1)
def read_document() -> dict[str, Any]:
    """The document as served; the code does not change while a process runs."""
    made: dict[str, Any] = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two tokens as the document names them: both are needed."""

    target_class = DeviceToken
    name = ["device", "person"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "The token of an enrolled device."},
            {
                "type": "apiKey",
                "in": "header",
                "name": PERSON_HEADER,
                "description": "The token of the person who acts through it, from POST /api/v1/device/sign-in/.",
            },
        ]


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A browser's session."""

    target_class = ProductSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A signed-in browser; what writes also sends X-CSRFToken.",
        }


def with_problems(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Every operation may be refused with a problem; said once, in every operation's default answer."""
    parts = result["components"]
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLE}}
    parts["responses"] = {"Problem": {"description": "Refused: see `code`.", "content": content}}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    return result
