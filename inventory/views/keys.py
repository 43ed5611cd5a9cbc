"""The key register: who holds what now, and how it came to them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms_measures import KeysForm
from inventory.queries.keys import history, register
from inventory.services import keys
from inventory.services.acts import StockRefused
from inventory.services.keys import HandOver, Lost, Take
from inventory.views.keeping import kept, second_form
from inventory.views.stock import rights
from staff.forms import SecondPersonForm


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """Who holds which key now; what can be done with them."""
    return _page(request)


@allow(Permission.HANDLE_STOCK)
@require_POST
def take(request: AccessRequest) -> HttpResponse:
    """The person holds these keys from now on."""
    form = KeysForm(request.POST, auto_id="take_%s")

    def work() -> object:
        command = Take(form.cleaned_data["id"], form.chosen, form.cleaned_data["words"])
        return keys.take(command=command, by=request.access, now=clock.now())

    return _done(request, form, work, _("Đã ghi: bạn giữ chìa khóa."), "take")


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_POST
def hand_over(request: AccessRequest) -> HttpResponse:
    """Two people sign; who is alone seals the keys away."""
    form, second = KeysForm(request.POST, auto_id="hand_over_%s"), second_form(request)

    def work() -> object:
        said = form.cleaned_data
        command = HandOver(said["id"], form.chosen, second.second_person(), said["envelope_number"])
        return keys.hand_over(command=command, by=request.access, now=clock.now())

    return _done(request, form, work, _("Đã ghi bàn giao chìa khóa."), "hand_over", second)


@allow(Permission.HANDLE_STOCK)
@require_POST
def lost(request: AccessRequest) -> HttpResponse:
    """A key cannot be found."""
    form = KeysForm(request.POST, auto_id="lost_%s")

    def work() -> object:
        if len(form.chosen) != 1:
            raise StockRefused(keys.one_key())
        command = Lost(form.cleaned_data["id"], form.chosen[0], form.cleaned_data["words"])
        return keys.report_lost(command=command, by=request.access, now=clock.now())

    return _done(request, form, work, _("Đã ghi mất chìa khóa và mở một việc cần xử lý."), "lost")


def _done(
    request: AccessRequest,
    form: KeysForm,
    work: Callable[[], object],
    words: str,
    name: str,
    second: SecondPersonForm | None = None,
) -> HttpResponse:
    if all([form.is_valid(), second is None or second.is_valid()]) and kept(form, work, second) is not None:
        messages.success(request, words)
        return redirect("inventory:keys")
    return _page(request, status=INVALID, second=second, **{name: form})


def _page(
    request: AccessRequest, *, status: int = 200, second: SecondPersonForm | None = None, **forms: Any
) -> HttpResponse:
    here = request.access.facility_id
    if here is None:
        return render(request, "inventory/nowhere.html")
    asked = {name: forms.get(name) or KeysForm(auto_id=f"{name}_%s") for name in ("take", "hand_over", "lost")}
    context = {
        "register": register(facility_id=here),
        "history": history(facility_id=here),
        "second": (second or second_form(request, fresh=True)).panel,
        "open": next(iter(forms), ""),
        **asked,
        **rights(request),
    }
    return render(request, "inventory/keys.html", context, status=status)
