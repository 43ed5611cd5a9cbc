"""The road to the site is closed, or the site cannot open: said, shown, ended."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from core.ids import new_id
from core.views.pages import INVALID
from dispensing.forms.away import CutOffForm, OpenAgainForm
from dispensing.models import CutOff
from dispensing.queries import cut_offs as queries
from dispensing.services import cut_offs
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.views.mishaps import STANDS

PAGE = "dispensing/away/road.html"


@allow(Permission.VIEW_ROSTER)
@require_http_methods(["GET", "POST"])
def road(request: AccessRequest) -> HttpResponse:
    """What is closed, who cannot come, for how long the stock lasts; the site head says that it is closed."""
    by, now = request.access, clock.now()
    today = local_day(now, by.zone)
    form = CutOffForm(request.POST if request.method == "POST" else None, initial={"id": new_id(), "from_day": today})
    if form.is_bound and form.is_valid():
        try:
            cut_offs.start(command=form.command(), by=by, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(
                request, _("Đã ghi. Cơ sở điều trị và khu vực được báo. Ngày vắng trong đợt không do người bệnh.")
            )
            return redirect("dispensing:road")
    return _page(request, form, INVALID if form.errors else 200)


@allow(Permission.CLOSE_ROAD)
@require_POST
def road_end(request: AccessRequest, cut_off_id: UUID) -> HttpResponse:
    """People can come again."""
    by, now = request.access, clock.now()
    form = OpenAgainForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nhập ngày, ví dụ 24/11/2026."))
        return redirect("dispensing:road")
    try:
        cut_offs.end(cut_off_id=cut_off_id, last_day=form.last(local_day(now, by.zone)), by=by, now=now)
    except CutOff.DoesNotExist as error:
        raise Http404 from error
    except IncidentRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Đã ghi: đường thông, người bệnh đến được."))
    return redirect("dispensing:road")


def _page(request: AccessRequest, form: CutOffForm, status: int) -> HttpResponse:
    by, now = request.access, clock.now()
    context = {
        "road": queries.road_page(by=by, now=now),
        "form": form,
        "again": OpenAgainForm(),
        "may_close": by.facility_id is not None and by.may_at(Permission.CLOSE_ROAD, by.facility_id),
        "today": local_day(now, by.zone),
    }
    return render(request, PAGE, context, status=status)
