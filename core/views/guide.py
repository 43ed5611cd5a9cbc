"""The help: the list of its pages, and each page. Everybody who is signed in may read all of it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import guide
from core.access import AccessRequest, allow


@allow()
@require_safe
def index(request: AccessRequest) -> HttpResponse:
    return render(request, "core/help.html", {"index": guide.index()})


@allow()
@require_safe
def page(request: AccessRequest, help_page: str) -> HttpResponse:
    found = guide.page(help_page)
    if found is None:
        raise Http404
    return render(request, "core/help_page.html", {"page": found})
