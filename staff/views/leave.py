"""Days off, and overtime as leave: what I have, what I could choose, when I am not there."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from staff.forms_rota import LeaveForm, OffForm
from staff.models import DaysOff, DutyInterval, LeaveChoice
from staff.queries.leave import my_leave, off_ahead
from staff.queries.rota import planning
from staff.services import days_off
from staff.services import leave as services
from staff.services.hours_refusals import HoursRefused
from staff.services.rota_refusals import LeaveBegun


@allow(Permission.VIEW_ROTA)
@require_http_methods(["GET", "POST"])
def leave(request: AccessRequest) -> HttpResponse:
    """One's own days off and leave; who plans the rota enters those of the place's people here, too."""
    mine = my_leave(by=request.access, now=clock.now())
    people = _people(request)
    form = OffForm(
        request.POST or None, initial={"id": new_id(), "person": request.access.actor_id}, people=people,
        leave=mine.in_use,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            days_off.record(command=form.command(), by=request.access, now=clock.now())
        except HoursRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi ngày nghỉ. Lịch trực hiện ngày này."))
            return redirect("staff:leave")
    today = clock.local_day(clock.now(), request.access.zone)
    others = off_ahead([number for number, _name in people if number != request.access.actor_id], today)
    context = {"mine": mine, "form": form, "others": others, "several": len(people) > 1}
    return render(request, "staff/rota/leave.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.VIEW_ROTA)
@require_POST
def end(request: AccessRequest, off_id: UUID) -> HttpResponse:
    """They are there, after all."""
    try:
        days_off.end(off_id=off_id, by=request.access, now=clock.now())
    except LeaveBegun as begun:
        messages.error(request, begun.sentence)
        return redirect("staff:leave")
    except (DaysOff.DoesNotExist, HoursRefused) as missing:
        raise Http404 from missing
    messages.success(request, _("Đã bỏ ngày nghỉ này."))
    return redirect("staff:leave")


@allow(Permission.RECORD_HOURS)
@require_POST
def choose(request: AccessRequest) -> HttpResponse:
    """So much of an approved interval is to be leave instead of pay."""
    form = LeaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ghi số giờ và số phút bằng chữ số."))
        return redirect("staff:leave")
    try:
        services.choose(command=form.command(), by=request.access, now=clock.now())
    except DutyInterval.DoesNotExist as missing:
        raise Http404 from missing
    except HoursRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Đã chọn nghỉ bù. Giờ này không thanh toán nữa."))
    return redirect("staff:leave")


@allow(Permission.RECORD_HOURS)
@require_POST
def take_back(request: AccessRequest, choice_id: UUID) -> HttpResponse:
    """They are to be paid, after all."""
    try:
        services.take_back(choice_id=choice_id, by=request.access, now=clock.now())
    except LeaveChoice.DoesNotExist as missing:
        raise Http404 from missing
    except HoursRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Đã bỏ nghỉ bù. Giờ này được thanh toán."))
    return redirect("staff:leave")


def _people(request: AccessRequest) -> list[tuple[int, str]]:
    """Oneself; for who plans the rota of the place acted in, its people too."""
    access = request.access
    me = [(access.actor_id, _("Tôi"))]
    if access.facility_id is None or not access.may_at(Permission.PLAN_ROTA, access.facility_id):
        return me
    today = clock.local_day(clock.now(), access.zone)
    members = planning([access.facility_id], today, today).members.get(access.facility_id, ())
    return me + [(each.crew.person_id, each.name) for each in members if each.crew.person_id != access.actor_id]
