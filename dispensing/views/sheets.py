"""Sheets of paper: the list, printing one, and the printed page."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.qr import qr_path
from dispensing.models import Sheet
from dispensing.queries import sheets as sheets_query
from dispensing.queries.sheets import SheetView, read_line
from dispensing.rules.late import SheetReason
from dispensing.services import sheets
from dispensing.services.sheets import DayIsOver


@require_http_methods(["GET", "POST"])
@allow(Permission.VIEW_ROSTER)
def all_sheets(request: AccessRequest) -> HttpResponse:
    """The site's sheets; a POST prints today's or tomorrow's. Opening the page makes outdated ones void."""
    by, now = request.access, clock.now()
    if by.facility_id is None:
        raise Http404(_("Chọn cơ sở trước khi in phiếu."))
    if request.method == "POST":
        return _issue(request, by.facility_id)
    sheets.void_outdated(facility_id=by.facility_id, by=by, now=now)
    today = clock.local_day(now, by.zone)
    return render(
        request,
        "dispensing/sheets.html",
        {
            "sheets": sheets_query.sheets_of(facility_id=by.facility_id),
            "tomorrow": today + timedelta(days=1),
            "may_type": by.may(Permission.GIVE_DOSE),
        },
    )


def _issue(request: AccessRequest, facility_id: int) -> HttpResponse:
    by, now = request.access, clock.now()
    today = clock.local_day(now, by.zone)
    day = today if request.POST.get("day") == "today" else today + timedelta(days=1)
    try:
        sheet = sheets.issue(facility_id=facility_id, for_day=day, by=by, now=now, why=SheetReason.ON_DEMAND)
    except DayIsOver:  # midnight came between the two clocks
        messages.error(request, _("Ngày này đã qua. In lại phiếu."))
        return redirect("dispensing:sheets")
    return redirect("dispensing:sheet", sheet.pk)


@require_safe
@allow(Permission.VIEW_ROSTER)
def one_sheet(request: AccessRequest, sheet_id: UUID) -> HttpResponse:
    """The sheet as it is printed."""
    try:
        sheet = sheets_query.get_sheet(sheet_id, access=request.access)
    except Sheet.DoesNotExist as missing:
        raise Http404(_("Không có phiếu này ở cơ sở của bạn.")) from missing
    view = SheetView(sheet)
    return render(
        request,
        "dispensing/sheet.html",
        {
            "view": view,
            "sheet": sheet,
            "qr": qr_path(view.scan),
            "lines": [read_line(line) for line in sheet.content["lines"]],
            "bottles": sheet.content["bottles"],
            "empty": range(3),
            "signers": [{"role": _("Người cấp phát")}, {"role": _("Người chứng kiến")}, {"role": _("Phụ trách cơ sở")}],
        },
    )
