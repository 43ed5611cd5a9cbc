"""A view of the FHIR server: the JSON API's door, speaking FHIR. Reading only."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access, Permission
from core.api import handling
from core.api.door import View, access_of, api
from core.api.problems import Problem
from core.fhir import asked as asking
from core.fhir import outcomes
from core.fhir.asked import Asked, NotUnderstood, Resource
from core.fhir.bundles import searchset
from core.fhir.found import Page
from core.fhir.outcomes import FHIR, FHIR_JSON

Search = Callable[..., Page]
_UNDERSTOOD: Final = ("*/*", "application/*", FHIR_JSON, "application/json", "json")


class FhirRenderer(BaseRenderer):
    """JSON in which a decimal is a number, as FHIR wants it. Ours have so few digits that none of them changes."""

    media_type = FHIR_JSON
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return json.dumps(data, ensure_ascii=False, default=_number).encode()


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not for FHIR")
    return int(value) if value == value.to_integral_value() else float(value)


class FhirNegotiation(BaseContentNegotiation):
    """JSON is all there is: asked for by header or by `_format`."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        wanted = request.query_params.get("_format") or request.META.get("HTTP_ACCEPT") or "*/*"
        kinds = {part.partition(";")[0].strip().replace(" ", "+").lower() for part in wanted.split(",")}
        if kinds.isdisjoint(_UNDERSTOOD):
            raise exceptions.NotAcceptable(available_renderers=renderers)
        return renderers[0], FHIR_JSON


def fhir(*permissions: Permission) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let in who holds any of the permissions, as `core.api.door.api` does; every refusal is an OperationOutcome.

    It stands in no OpenAPI document: a FHIR server is described by its CapabilityStatement.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        view.renderer_classes = [FhirRenderer]  # type: ignore[attr-defined]
        view.content_negotiation_class = FhirNegotiation  # type: ignore[attr-defined]
        guarded: Any = api(*permissions)(view)
        guarded.cls.content_negotiation_class = FhirNegotiation
        guarded.cls.get_exception_handler = lambda _view: handler
        told: Callable[..., HttpResponse] = extend_schema(exclude=True)(guarded)
        return told

    return decorate


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem that the API would answer, as an OperationOutcome; None lets any other error through."""
    answer = handling.handler(error, context)
    if answer is not None:
        more = getattr(error, "more", {})
        told = answer.data
        answer.data = outcomes.refused(
            answer.status_code, told["code"], told["detail"], issue=more.get("issue", ""), where=more.get("where", ())
        )
        answer.content_type = FHIR_JSON
    return answer


def base_of(request: Request) -> str:
    """The address of this server as whoever asks knows it."""
    return request.build_absolute_uri(FHIR)


def searched(request: Request, of: Resource, search: Search) -> Response:
    """One page of a search as a bundle. `search(asked, by=, now=)` finds it."""
    by = access_of(request)
    lenient = "handling=lenient" in request.headers.get("Prefer", "").replace(" ", "")
    given = dict(request.query_params.lists())
    try:
        asked = asking.read(given, of=of, zone=by.zone, lenient=lenient)
    except NotUnderstood as refused:
        words = _("Tham số này không đọc được: %(name)s.") % {"name": refused.name[:60]}
        raise Problem(
            code="parameter_not_understood", words=words, status_code=400, issue=refused.code,
            where=[f"http.{refused.name[:60]}"],
        ) from refused  # fmt: skip
    page = search(asked, by=by, now=clock.now())
    return Response(searchset(page, asked, base=base_of(request), kind=of.type))


def found(request: Request, id_: str, search: Search) -> Response:
    """One resource within reach, found by the same search; raises Http404 alike for all others."""
    by: Access = access_of(request)
    asked: Asked = asking.one(id_)
    page = search(asked, by=by, now=clock.now())
    for each in (*page.resources, *page.along):
        if each["id"] == id_:
            return Response(each)
    raise Http404
