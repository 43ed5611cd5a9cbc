"""What is looked at each day beside the bottles: closed bottles by label, naloxone, the measuring devices."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.quantities import format_decimal
from core.templatetags.tram import separator
from core.views.pages import INVALID
from inventory.forms_measures import ClosedForm, DeviceCheckForm, DeviceForm, NaloxoneForm
from inventory.models import DeviceCheck, MeasuringDevice
from inventory.queries.findings import findings
from inventory.queries.opening_day import expected
from inventory.rules.kinds import DeviceKind, Why
from inventory.services import checks, closed_counts, devices
from inventory.services.checks import Device, Naloxone
from inventory.services.devices import NewDevice
from inventory.views.keeping import kept, posted, second_form
from inventory.views.stock import rights
from staff.forms import SecondPersonForm


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """What is due, and what was found last."""
    access = request.access
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    due = expected(facility_id=access.facility_id, now=clock.now(), zone=access.zone)
    found = findings(facility_id=access.facility_id)
    return render(request, "inventory/checks.html", {"due": due, "found": found, **rights(request)})


@allow(Permission.HANDLE_STOCK)
@require_http_methods(["GET", "POST"])
def closed(request: AccessRequest) -> HttpResponse:
    """Count the closed bottles by their labels; the book's own labels come after they are entered."""
    form = ClosedForm(posted(request))
    if form.is_bound and form.is_valid():
        command = form.command(why=Why.COUNT)
        done = kept(form, lambda: closed_counts.record(command=command, by=request.access, now=clock.now()))
        if done is not None:
            if done.row.agrees:
                messages.success(request, _("Khớp sổ: đủ %(count)d chai.") % {"count": len(done.compared.found)})
            else:
                messages.warning(request, _("Không khớp sổ. Đã mở một việc cần xem lại."))
            return redirect("inventory:checks")
    return render(request, "inventory/closed_count.html", {"form": form}, status=INVALID if form.is_bound else 200)


@allow(Permission.HANDLE_STOCK)
@require_http_methods(["GET", "POST"])
def naloxone(request: AccessRequest) -> HttpResponse:
    """How many ampoules are in date and within reach."""
    form = NaloxoneForm(posted(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        command = Naloxone(said["id"], said["usable"], said["nearest_expiry"])
        done = kept(form, lambda: checks.naloxone(command=command, by=request.access, now=clock.now()))
        if done is not None:
            messages.success(request, _("Đã ghi: %(count)d ống naloxone còn hạn.") % {"count": done.usable})
            return redirect("inventory:checks")
    return render(request, "inventory/naloxone.html", {"form": form}, status=INVALID if form.is_bound else 200)


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def device(request: AccessRequest, device_id: int) -> HttpResponse:
    """Check a device; a pump's strokes are poured out and signed."""
    access, now = request.access, clock.now()
    checked = _device(request, device_id)
    due = expected(facility_id=access.facility_id or 0, now=now, zone=access.zone)
    bottles = [(each.number, each.label) for each in due.bottles]
    form = DeviceCheckForm(posted(request), kind=checked.kind, bottles=bottles)
    second = second_form(request) if checked.kind == DeviceKind.PUMP else None
    if form.is_bound and form.is_valid() and (second is None or second.is_valid()):
        command = _check(form, checked, second)
        done = kept(form, lambda: checks.device(command=command, by=access, now=now), second)
        if done is not None:
            _say(request, done)
            return redirect("inventory:checks")
    context = {"form": form, "device": checked, "second": second.panel if second else None}
    return render(request, "inventory/device_check.html", context, status=INVALID if form.is_bound else 200)


def _check(form: DeviceCheckForm, checked: MeasuringDevice, second: SecondPersonForm | None) -> Device:
    said = form.cleaned_data
    poured_out = said.get("poured_out") or 0
    return Device(
        said["id"],
        checked.pk,
        said["nominal"],
        said["measured"],
        poured_out_ul=poured_out,
        number=said.get("number"),
        second=second.second_person() if second and poured_out else None,
    )


def _say(request: AccessRequest, done: DeviceCheck) -> None:
    percent = format_decimal(done.error_pct, separator=separator())
    if done.passed:
        messages.success(request, _("Dụng cụ đạt: lệch %(percent)s %%.") % {"percent": percent})
    else:
        messages.warning(request, _("Dụng cụ lệch %(percent)s %%. Chỉnh rồi kiểm tra lại.") % {"percent": percent})


@allow(Permission.HANDLE_STOCK)
@require_http_methods(["GET", "POST"])
def add_device(request: AccessRequest) -> HttpResponse:
    """The site begins to measure with another device."""
    form = DeviceForm(posted(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        kind = DeviceKind(said["kind"])
        command = NewDevice(kind, said["name"], said["step"], said["least"], said["most"])
        done = kept(form, lambda: devices.add(command=command, by=request.access, now=clock.now()))
        if done is not None:
            messages.success(request, _("Đã thêm %(name)s.") % {"name": done.name})
            return redirect("inventory:checks")
    return render(request, "inventory/device_new.html", {"form": form}, status=INVALID if form.is_bound else 200)


@allow(Permission.HANDLE_STOCK)
@require_POST
def retire_device(request: AccessRequest, device_id: int) -> HttpResponse:
    """The site measures with this device no longer."""
    retired = devices.retire(device_id=_device(request, device_id).pk, by=request.access, now=clock.now())
    messages.success(request, _("Đã ngừng dùng %(name)s.") % {"name": retired.name})
    return redirect("inventory:checks")


def _device(request: AccessRequest, device_id: int) -> MeasuringDevice:
    found = MeasuringDevice.objects.filter(pk=device_id, facility_id=request.access.facility_id or 0).first()
    if found is None:
        raise Http404(_("Không có dụng cụ này ở cơ sở của bạn."))
    return found
