"""The records of counts, spills, losses and destructions as PDF, for who sees the pages of the same."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from inventory.models import LossReport, Spill, StockCount
from inventory.queries.count_pages import get_count, get_loss, get_spill
from inventory.queries.printed import destruction, findings
from inventory.views.destructions import shown_to
from inventory.views.printed import as_file


@allow(Permission.VIEW_STOCK)
@require_safe
def of_count(request: AccessRequest, count_id: UUID) -> HttpResponse:
    """Biên bản kiểm kê."""
    try:
        shown = get_count(count_id, facility_id=request.access.facility_id or 0)
    except StockCount.DoesNotExist as missing:
        raise Http404(_("Không có lần kiểm kê này ở cơ sở của bạn.")) from missing
    paper = findings.count_paper(shown=shown, by=request.access, now=clock.now())
    return as_file(paper, f"count-{shown.row.counted_at:%Y-%m-%d}")


@allow(Permission.VIEW_STOCK)
@require_safe
def of_spill(request: AccessRequest, spill_id: UUID) -> HttpResponse:
    """Biên bản xác nhận đổ vỡ, hao hụt."""
    try:
        row = get_spill(spill_id, facility_id=request.access.facility_id or 0)
    except Spill.DoesNotExist as missing:
        raise Http404(_("Không có biên bản này ở cơ sở của bạn.")) from missing
    paper = findings.spill_paper(row=row, by=request.access, now=clock.now())
    return as_file(paper, f"spill-{row.happened_at:%Y-%m-%d}")


@allow(Permission.VIEW_STOCK)
@require_safe
def of_loss(request: AccessRequest, loss_id: UUID) -> HttpResponse:
    """Báo cáo thất thoát."""
    now = clock.now()
    try:
        shown = get_loss(loss_id, facility_id=request.access.facility_id or 0, now=now)
    except LossReport.DoesNotExist as missing:
        raise Http404(_("Không có báo cáo này ở cơ sở của bạn.")) from missing
    return as_file(findings.loss_paper(shown=shown, by=request.access, now=now), f"loss-{shown.row.found_at:%Y-%m-%d}")


@allow(Permission.VIEW_STOCK)
@require_safe
def of_destruction(request: AccessRequest, destruction_id: UUID) -> HttpResponse:
    """Biên bản hủy thuốc; before it is done, the list for the notice."""
    shown = shown_to(request, destruction_id)
    paper = destruction.destruction_paper(shown=shown, by=request.access, now=clock.now())
    return as_file(paper, f"destruction-{shown.row.planned_on:%Y-%m-%d}")
