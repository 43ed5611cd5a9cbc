"""Devices of one's place: enrolled, with their token shown once, listed, revoked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.qr import qr_path
from core.views.pages import INVALID
from staff.forms_devices import EnrolForm
from staff.models import Device
from staff.queries.devices import devices_of, places_of
from staff.services import devices as services
from staff.services.devices import EnrolRefused


@allow(Permission.KEEP_DEVICES)
@require_http_methods(["GET", "POST"])
def devices(request: AccessRequest) -> HttpResponse:
    """The devices of the places that one keeps, and a new one."""
    reach = request.access.reach_by_permission.get(Permission.KEEP_DEVICES, frozenset())
    form = EnrolForm(request.POST or None, places=places_of(reach))
    if form.is_bound and form.is_valid():
        try:
            made = services.enrol(**form.said(), by=request.access, now=clock.now())
        except EnrolRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
        else:
            context: dict[str, Any] = {"made": made, "code": qr_path(made.token) if made.token else None}
            return render(request, "staff/devices/enrolled.html", context, status=200 if made.known else 201)
    context = {"form": form, "devices": devices_of(reach, now=clock.now()), "several": len(reach) > 1}
    return render(request, "staff/devices/list.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.KEEP_DEVICES)
@require_POST
def revoke(request: AccessRequest, enrolled_id: UUID) -> HttpResponse:
    """This device opens nothing any more."""
    try:
        device = services.revoke(device_id=enrolled_id, by=request.access, now=clock.now())
    except Device.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, _("Đã thu hồi “%(name)s”. Thiết bị này không dùng được nữa.") % {"name": device.name})
    return redirect("staff:devices")
