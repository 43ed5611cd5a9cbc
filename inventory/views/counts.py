"""Everything at a site counted: asked blind, shown beside the book afterwards."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms_counts import CountForm
from inventory.models import StockCount
from inventory.queries.count_pages import get_count, written
from inventory.queries.counted import loose_lots
from inventory.queries.opening_day import expected
from inventory.services import counts
from inventory.views.keeping import kept, posted, second_form
from inventory.views.stock import rights


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """The last counts, spills and losses, and what can be written down now."""
    here = request.access.facility_id
    if here is None:
        return render(request, "inventory/nowhere.html")
    found = written(facility_id=here, now=clock.now())
    return render(request, "inventory/counts.html", {"found": found, **rights(request)})


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def new(request: AccessRequest) -> HttpResponse:
    """Count everything; what the book has comes after it is entered."""
    form, second = count_form(request), second_form(request)
    if form.is_bound and all([form.is_valid(), second.is_valid()]):
        command = form.command(second.second_person())
        done = kept(form, lambda: counts.record(command=command, by=request.access, now=clock.now()), second)
        if done is not None:
            return told(request, done.row)
    context = {"form": form, "second": second.panel}
    return render(request, "inventory/count_all.html", context, status=INVALID if form.is_bound else 200)


def count_form(request: AccessRequest, *, inspection: bool = False) -> CountForm:
    """The blind form for the facility that the person acts in."""
    here, now = request.access.facility_id or 0, clock.now()
    due = expected(facility_id=here, now=now, zone=request.access.zone)
    loose = loose_lots(facility_id=here)
    return CountForm(
        posted(request), method=due.method, opened=due.bottles, loose=loose, now=now, inspection=inspection
    )


def told(request: AccessRequest, row: StockCount) -> HttpResponse:
    """Say how the count went, and go to it."""
    if row.agrees:
        messages.success(request, _("Đã kiểm kê: khớp sổ."))
    else:
        messages.warning(request, _("Đã kiểm kê: có chênh lệch. Xem từng dòng bên dưới."))
    return redirect("inventory:count", row.pk)


@allow(Permission.VIEW_STOCK)
@require_safe
def count(request: AccessRequest, count_id: UUID) -> HttpResponse:
    """A count beside the book of its moment."""
    try:
        shown = get_count(count_id, facility_id=request.access.facility_id or 0)
    except StockCount.DoesNotExist as missing:
        raise Http404(_("Không có lần kiểm kê này ở cơ sở của bạn.")) from missing
    return render(request, "inventory/counted.html", {"shown": shown, **rights(request)})
