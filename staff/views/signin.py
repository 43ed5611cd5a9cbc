"""Signing in and out."""

from typing import Any, cast

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth import authenticate, login, logout
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, allow, allow_public
from core.views.pages import INVALID, own_address
from staff.forms import SignInForm
from staff.lockout import counted_as
from staff.models import Person
from staff.services import accounts
from staff.views.session_keys import LOCKED

LOCKED_OUT = 429


@allow_public("Who signs in is not known yet.")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: AccessRequest) -> HttpResponse:
    then = request.POST.get("next") or request.GET.get("next") or "/"
    if request.method == "GET":
        return redirect("/") if request.access.signed_in else _page(request, SignInForm(), then)
    form = SignInForm(request.POST)
    if form.is_valid() and _let_in(request, form):
        return redirect(own_address(request, then))
    return _page(request, form, then, status=INVALID)


@allow(before_second_factor=True)
@require_POST
def sign_out(request: AccessRequest) -> HttpResponse:
    accounts.note_signed_out(cast(Person, request.user), now=clock.now())
    logout(request)
    return redirect("staff:sign-in")


def locked_out(
    request: AccessRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Too many wrong passwords: when it opens again, and who can help until then. Called by django-axes."""
    latest = AccessAttempt.objects.filter(username=counted_as(request, credentials)).aggregate(at=Max("attempt_time"))[
        "at"
    ]
    opens_at = latest + get_cool_off(request) if latest else None
    return render(request, "staff/locked_out.html", {"opens_at": opens_at}, status=LOCKED_OUT)


def _let_in(request: AccessRequest, form: SignInForm) -> bool:
    """Sign the person in; False with the reason on the form."""
    now = clock.now()
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    person = authenticate(request, username=name, password=password)
    if person is None:
        accounts.note_failed(name, now=now)
        form.add_error(None, _("Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."))
        return False
    try:
        accounts.check_one_time(person, now=now)
    except accounts.OneTimePasswordExpired as expired:
        form.add_error(None, expired.sentence)
        return False
    login(request, person)
    request.session.pop(LOCKED, None)  # the password proves more than the PIN that the lock asks for
    accounts.note_signed_in(person, now=now)
    return True


def _page(request: AccessRequest, form: SignInForm, then: str, *, status: int = 200) -> HttpResponse:
    return render(request, "staff/sign_in.html", {"form": form, "next": then}, status=status)
