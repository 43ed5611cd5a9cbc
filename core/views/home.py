"""The first page, the scanner's door, the choice of language, and the gallery of components."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_django_language

from core import scanning
from core.access import AccessRequest, allow, allow_public
from core.gallery import samples
from core.views.pages import INVALID, go


@allow_public("It only sends on: strangers to sign in, everybody else to the page of their role.")
@require_safe
def home(request: AccessRequest) -> HttpResponse:
    if not request.access.signed_in:
        return redirect(settings.LOGIN_URL)
    return redirect(request.access.first_page)


@allow_public("The language is chosen before anybody has signed in; nothing but a cookie is written.")
@require_POST
def set_language(request: AccessRequest) -> HttpResponse:
    return set_django_language(request)


@allow()
@require_POST
def scan(request: AccessRequest) -> HttpResponse:
    """Lead a scanned code to its page; one that leads nowhere gets a sentence."""
    digits = request.POST.get("code", "").strip()
    try:
        address = scanning.resolve(digits, request.access)
    except scanning.NotACode:
        return render(request, "core/scan.html", {"a_code": False}, status=INVALID)
    if address is None:
        return render(request, "core/scan.html", {"a_code": True}, status=404)
    return go(request, address)


@allow_public("Components with made-up content, mounted in debug mode only.")
@require_safe
def gallery(request: AccessRequest) -> HttpResponse:
    return render(request, "core/gallery.html", samples())
