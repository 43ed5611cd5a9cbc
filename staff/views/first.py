"""The first administrator of an empty installation comes in here, once."""

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, allow_public
from core.views.pages import INVALID
from staff.forms_first import FirstForm
from staff.services import first, pins
from staff.services.accounts import PasswordUnsuitable
from staff.services.people import UsernameTaken

AFTER = "/staff/second-factor/?next=/operations/"


@allow_public("Nobody can sign in yet; a code from the server lets one person in, once. Closed ever after.")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def begin(request: AccessRequest) -> HttpResponse:
    if not first.possible():
        return redirect("staff:sign-in")
    form = FirstForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _let_in(request, form):
        return redirect(AFTER)
    status = INVALID if request.method == "POST" else 200
    return render(request, "staff/first.html", {"form": form}, status=status)


def _let_in(request: AccessRequest, form: FirstForm) -> bool:
    """Make the account and sign it in; False with the reason at its field."""
    now, code = clock.now(), form.cleaned_data["code"]
    try:
        first.check(code, now=now)
        person = first.begin(code=code, new=form.new(), now=now)
    except (first.CodeRefused, first.NotFirst) as refused:
        form.add_error("code", refused.sentence)
    except PasswordUnsuitable as unsuitable:
        form.add_error("password", unsuitable.sentence)
    except pins.PinUnsuitable as unsuitable:
        form.add_error("pin", unsuitable.sentence)
    except UsernameTaken as taken:
        form.add_error("username", taken.sentence)
    else:
        login(request, person, backend="staff.backends.PersonBackend")
        return True
    return False
