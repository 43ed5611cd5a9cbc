"""How a page answers htmx and a plain browser from one template."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from core.access import Access, AccessRequest, Policy

INVALID = 422  # the form comes back with everything that was typed


def page_or_partial(
    request: AccessRequest, template: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The named piece of the template for htmx, the whole page for the rest. Invalid forms pass status=INVALID."""
    piece = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    response = render(request, f"{template}#{partial}" if piece else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: AccessRequest, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """A redirect that htmx follows with the whole page, too."""
    address = resolve_url(to, *args, **kwargs)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def own_address(request: AccessRequest, address: str) -> str:
    """The address that a form brought along, if it is one of ours; else the first page. Never a stranger's."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else "/"


def may_open(access: Access, address: str) -> bool:
    """Whether the page at one of our addresses lets this person in at all; asked before a link to it is shown."""
    try:
        policy = getattr(resolve(address).func, "policy", Policy())
    except Resolver404:
        return False
    return not policy.permissions or any(access.may(permission) for permission in policy.permissions)
