"""One's own page: appointments, password, PIN, and the facility acted in."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, allow
from core.views.pages import INVALID
from staff.forms import PasswordForm, PinForm
from staff.models import Person
from staff.queries.appointments import in_force
from staff.queries.mine import my_appointments
from staff.roles import REMOTE_WITNESSES
from staff.rules.acting import facilities_of
from staff.services import accounts, pins
from staff.views.session_keys import FACILITY


@allow()
@require_safe
def me(request: AccessRequest) -> HttpResponse:
    person = cast(Person, request.user)
    context = {
        "person": person,
        "appointments": my_appointments(person, now=clock.now()),
        "has_pin": bool(person.pin_hash),
        "may_witness": any(request.access.may(permission) for permission in REMOTE_WITNESSES),
    }
    return render(request, "staff/me.html", context)


@allow(before_second_factor=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: AccessRequest) -> HttpResponse:
    """Choose one's own password; the session stays, others of the same person end."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _proven(request, data["current"])
            person = accounts.change_password(
                person_id=request.access.person_id or 0,
                current=data["current"],
                new=data["new"],
                by=request.access,
                now=clock.now(),
            )
        except pins.WrongPassword as wrong:
            form.add_error("current", wrong.sentence)
        except accounts.PasswordUnsuitable as unsuitable:
            form.add_error("new", unsuitable.sentence)
        else:
            update_session_auth_hash(request, person)
            messages.success(request, _("Đã đổi mật khẩu."))
            return redirect("staff:me")
    handed_out = cast(Person, request.user).one_time_until is not None
    status = INVALID if request.method == "POST" else 200
    return render(request, "staff/password.html", {"form": form, "handed_out": handed_out}, status=status)


@allow()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def pin(request: AccessRequest) -> HttpResponse:
    """Choose one's own PIN, known by the password."""
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _proven(request, data["password"])
            pins.choose(
                person_id=request.access.person_id or 0,
                pin=data["pin"],
                password=data["password"],
                by=request.access,
                now=clock.now(),
            )
        except pins.WrongPassword as wrong:
            form.add_error("password", wrong.sentence)
        except pins.PinUnsuitable as unsuitable:
            form.add_error("pin", unsuitable.sentence)
        else:
            messages.success(request, _("Đã đặt PIN mới."))
            return redirect("staff:me")
    return render(request, "staff/pin.html", {"form": form}, status=INVALID if request.method == "POST" else 200)


def _proven(request: AccessRequest, password: str) -> None:
    """Wrong ones count with those of the sign-in page, and lock it: nobody guesses at an open session. Raises
    WrongPassword."""
    person = cast(Person, request.user)
    if authenticate(request, username=person.username, password=password) is None:
        accounts.note_failed(person.username, now=clock.now())
        raise pins.WrongPassword


@allow()
@require_http_methods(["GET", "POST"])
def facility(request: AccessRequest) -> HttpResponse:
    """Choose at which of one's own facilities to act."""
    found, _expired = in_force(cast(Person, request.user).held, clock.now())
    own = facilities_of(found)
    if request.method == "GET":
        return render(request, "staff/facility.html", {"facilities": own})
    chosen = request.POST.get("facility_id", "")
    if not chosen.isdecimal() or int(chosen) not in own:
        raise PermissionDenied
    request.session[FACILITY] = int(chosen)
    return redirect("/")
