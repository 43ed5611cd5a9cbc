"""A lot by itself: its paper, and what a millilitre of it weighs."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms_measures import DensityForm
from inventory.models import Lot
from inventory.queries import lots
from inventory.services import densities
from inventory.services.acts import StockRefused
from inventory.services.densities import Density


@allow(Permission.VIEW_STOCK)
@require_http_methods(["GET", "POST"])
def lot(request: AccessRequest, lot_id: int) -> HttpResponse:
    """What the lot is; the main clinic's store-keeper states its density."""
    try:
        shown = lots.get_lot(lot_id, request.access)
    except Lot.DoesNotExist as missing:
        raise Http404(_("Không có lô này.")) from missing
    form = DensityForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        command = Density(said["id"], lot_id, said["g_per_ml"], said["source"])
        try:
            densities.state(command=command, by=request.access, now=clock.now())
        except StockRefused as refused:
            form.refuse(refused.violations)
        else:
            messages.success(request, _("Đã ghi khối lượng riêng của lô."))
            return redirect("inventory:lot", lot_id)
    context = {
        "lot": shown,
        "form": form,
        "densities": lots.densities(lot_id),
        "may_state": densities.may_state(request.access),
    }
    return render(request, "inventory/lot.html", context, status=INVALID if form.is_bound else 200)
