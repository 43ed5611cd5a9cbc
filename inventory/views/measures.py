"""An opened bottle is measured. Its book is shown after the measure is kept, never before (domain 12.3)."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms_measures import MeasureForm
from inventory.models import BottleMeasure
from inventory.queries.findings import get_measure
from inventory.rules import measures as rules
from inventory.rules.bottles import Standing, standing
from inventory.rules.kinds import Why
from inventory.rules.levels import level
from inventory.services import measures
from inventory.views.bottles import rules_of, state_of
from inventory.views.keeping import kept, posted, second_form
from inventory.views.stock import rights


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def measure(request: AccessRequest, number: int) -> HttpResponse:
    """What was read on the bottle, and who saw it."""
    state, in_force, now = state_of(request, number), rules_of(request), clock.now()
    if standing(state) is Standing.EMPTIED:
        raise Http404(_("Chai này đã kết thúc."))
    method = rules.site_method(in_force)
    asks_tare = rules.tare_of(state.size_ul, in_force) is None
    form, second = MeasureForm(posted(request), method=method, asks_tare=asks_tare), second_form(request)
    if request.method == "POST" and all([_stands(request, form, number, now), second.is_valid()]):
        command = form.command(number=number, why=Why.WEEKLY, second=second.second_person())
        done = kept(form, lambda: measures.record(command=command, by=request.access, now=now), second)
        if done is not None:
            return redirect("inventory:measured", done.row.pk)
    shown = str(level(book_ul=state.book_ul, next_dose_ul=None, settings=in_force))
    context = {"bottle": state, "level": shown, "form": form, "second": second.panel, "method": str(method)}
    return render(request, "inventory/measure.html", context, status=INVALID if form.is_bound else 200)


def _stands(request: AccessRequest, form: MeasureForm, number: int, now: datetime) -> bool:
    """Whether everything is there; a reading far off the book is asked a second time first."""
    if form.is_valid():
        command = form.command(number=number, why=Why.WEEKLY, second=None)
        if measures.to_read_again(commands=[command], by=request.access, now=now):
            form.ask_again()
    return form.is_valid()


@allow(Permission.VIEW_STOCK)
@require_safe
def measured(request: AccessRequest, measure_id: UUID) -> HttpResponse:
    """The measure beside the book of its moment, and what to do now."""
    try:
        shown = get_measure(measure_id, facility_id=request.access.facility_id or 0)
    except BottleMeasure.DoesNotExist as missing:
        raise Http404(_("Không có lần đo này ở cơ sở của bạn.")) from missing
    return render(request, "inventory/measured.html", {"shown": shown, **rights(request)})
