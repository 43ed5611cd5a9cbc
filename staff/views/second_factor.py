"""The second factor: enrol a telephone once, then give its code after each sign-in."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as remember_device

from core import clock
from core.access import AccessRequest, allow
from core.views.pages import INVALID, own_address
from staff.forms import CodeForm
from staff.models import Person
from staff.services import second_factor as factor


@allow(before_second_factor=True)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: AccessRequest) -> HttpResponse:
    then = own_address(request, request.POST.get("next") or request.GET.get("next") or "/")
    if not request.access.second_factor_missing:
        return redirect(then)
    if request.method == "GET":
        return _page(request, CodeForm(), then)
    form = CodeForm(request.POST)
    if form.is_valid():
        person = cast(Person, request.user)
        try:
            device = factor.check(person=person, code=form.cleaned_data["code"], by=request.access, now=clock.now())
        except factor.WrongCode as wrong:
            form.add_error("code", wrong.sentence)
        else:
            request.session.cycle_key()
            remember_device(request, device)
            return redirect(then)
    return _page(request, form, then, status=INVALID)


def _page(request: AccessRequest, form: CodeForm, then: str, *, status: int = 200) -> HttpResponse:
    device = factor.device_of(cast(Person, request.user))
    context = {"form": form, "next": then, "enrolling": not device.confirmed}
    if device.confirmed:
        form.fields["code"].widget.attrs["autofocus"] = True
    else:  # no focus below the picture that is to be scanned first
        context |= {"picture": factor.picture(device), "secret": factor.secret(device)}
    return render(request, "staff/second_factor.html", context, status=status)
