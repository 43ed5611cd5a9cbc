"""Hand-over of duty: what is open is read, keys change holder, bottles are measured, both sign (domain 12.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from dispensing.queries.handover import OpenAtHandover, open_at
from inventory.forms_measures import HandOverForm
from inventory.queries.opening_day import expected
from inventory.services import duty, measures
from inventory.services.duty import Duty, HandedOver
from inventory.views.keeping import kept, posted, second_form
from staff.forms import SecondPersonForm


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def hand_over(request: AccessRequest) -> HttpResponse:
    """Give the duty to the second person, who signs; alone, the keys are sealed away."""
    by, now = request.access, clock.now()
    if by.facility_id is None:
        return render(request, "inventory/nowhere.html")
    asked = expected(facility_id=by.facility_id, now=now, zone=by.zone)
    waiting = open_at(facility_id=by.facility_id, now=now, zone=by.zone)
    own = [str(held.key) for held in asked.keys if held.holder_id == by.person_id]
    form = HandOverForm(posted(request), method=asked.method, bottles=asked.bottles, initial={"keys": own})
    second = second_form(request)
    if form.is_bound and all([_stands(request, form), second.is_valid()]):
        command = _command(form, second, waiting)
        done = kept(form, lambda: duty.hand_over(command=command, by=by, now=now), second)
        if done is not None:
            _say(request, done)
            return redirect("inventory:keys")
    context: dict[str, Any] = {"form": form, "second": second.panel, "waiting": waiting, "asked": asked}
    return render(request, "dispensing/handover.html", context, status=INVALID if form.is_bound else 200)


def _stands(request: AccessRequest, form: HandOverForm) -> bool:
    """Whether everything is there; readings far off the book are asked a second time first."""
    if form.is_valid():
        form.ask_again(measures.to_read_again(commands=form.measures(), by=request.access, now=clock.now()))
    return form.is_valid()


def _command(form: HandOverForm, second: SecondPersonForm, waiting: OpenAtHandover) -> Duty:
    said = form.cleaned_data
    return Duty(
        said["id"],
        second.second_person(),
        keys=form.chosen,
        envelope_number=said["envelope_number"],
        measures=form.measures(),
        closed=form.closed(),
        open_items=waiting.codes(),
        note=said["words"],
    )


def _say(request: AccessRequest, done: HandedOver) -> None:
    """What came of it, and what of it somebody must look at."""
    messages.success(request, _("Đã bàn giao ca trực."))
    if any(each.posted for each in done.measured):
        messages.warning(request, _("Có chai đo khác sổ quá mức cho phép. Đã mở một việc cần xem lại."))
    if done.counted is not None and not done.counted.row.agrees:
        messages.warning(request, _("Chai còn nguyên không khớp sổ. Đã mở một việc cần xem lại."))
