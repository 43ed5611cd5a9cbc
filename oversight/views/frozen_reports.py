"""Frozen reports: signing, approving, looking, comparing, giving out."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from core.views.files import as_file
from core.views.pages import INVALID
from facilities.services import settings
from oversight.forms_reports import ApproveForm, FreezeForm
from oversight.models import Report
from oversight.queries.reports import Frozen, get_frozen, versions, zone_of
from oversight.reports import dhis2
from oversight.reports.addresses import path_of
from oversight.reports.compare import against_before, against_now
from oversight.reports.gather import from_stored, gather
from oversight.reports.papers import Printed, paper
from oversight.reports.places import answers_for, places
from oversight.reports.shown import look, rows
from oversight.rules.report_codes import KIND_WORDS, ReportKind
from oversight.rules.report_settings import ReportSettings
from oversight.services import reports
from oversight.services.reports import ReportRefused
from oversight.views.reports import asked
from staff.services.pins import PinRefused


@allow(Permission.SIGN_REPORTS)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def sign(request: AccessRequest) -> HttpResponse:
    """Freeze the report as it counts now, with the signature of who made it."""
    now = clock.now()
    place, period = asked(request, Permission.SIGN_REPORTS)
    form = FreezeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = reports.freeze(command=form.command(place, period), by=request.access, now=now)
        except PinRefused as refused:
            form.add_error("own_pin", refused.sentence)
        except ReportRefused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, _("Đã khóa và ký. Số liệu được giữ đúng như lúc ký."))
            return redirect("oversight:frozen", made.pk)
    before = reports.latest(place, period)
    open_checks = [check for check in gather(place, period, by=request.access, now=now).checks if not check.ok]
    context = {
        "form": form, "place": place, "period": period, "kind_words": KIND_WORDS[period.kind], "before": before,
        "checks": open_checks, "back": path_of("report", place, period),
    }  # fmt: skip
    return render(request, "oversight/reports/sign.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.VIEW_REPORTS)
@require_safe
def frozen(request: AccessRequest, report_id: UUID) -> HttpResponse:
    """One frozen report as it was signed."""
    one = _frozen(request, report_id)
    seen = look(one.place, access=request.access, under=_small(one))
    total = from_stored(one.report.figures)[None]
    context = {
        "one": one,
        "kind_words": KIND_WORDS[one.period.kind],
        "monthly": one.period.kind is ReportKind.MONTH,
        "rows": rows(
            one.period.kind,
            total,
            look=seen,
            link=lambda each: path_of("lines", one.place, one.period, code=each.code, report=str(report_id)),
        ),
        "explained": one.report.figures.get("explained", ""),
        "versions": versions(one),
        "may_approve": _may_approve(request, one),
        "may_give_out": answers_for(one.place, access=request.access, permission=Permission.SIGN_REPORTS),
        "live": path_of("report", one.place, one.period),
    }
    return render(request, "oversight/reports/frozen.html", context)


@allow(Permission.APPROVE_REPORTS)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def approve(request: AccessRequest, report_id: UUID) -> HttpResponse:
    """The second signature."""
    one = _frozen(request, report_id)
    form = ApproveForm(request.POST or None)
    if form.is_bound and form.is_valid():
        pin, now = form.cleaned_data["own_pin"], clock.now()
        try:
            reports.approve(report_id=report_id, own_pin=pin, by=request.access, now=now)
        except PinRefused as refused:
            form.add_error("own_pin", refused.sentence)
        except ReportRefused as refused:
            form.add_error(None, refused.sentence)
        except Report.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("Đã ký duyệt."))
            return redirect("oversight:frozen", report_id)
    context = {"form": form, "one": one, "kind_words": KIND_WORDS[one.period.kind]}
    return render(request, "oversight/reports/approve.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.VIEW_REPORTS)
@require_safe
def compare(request: AccessRequest, report_id: UUID) -> HttpResponse:
    """What has changed since it was frozen, counted anew; and what this version changed in the one before."""
    one = _frozen(request, report_id)
    seen = look(one.place, access=request.access, under=_small(one))
    now = clock.now()
    context = {
        "one": one,
        "kind_words": KIND_WORDS[one.period.kind],
        "since": against_now(one, look=seen, by=request.access, now=now),
        "before": against_before(one, look=seen),
    }
    return render(request, "oversight/reports/compare.html", context)


@allow(Permission.VIEW_REPORTS)
@require_safe
def file(request: AccessRequest, report_id: UUID) -> HttpResponse:
    """The signed form: ?as=pdf|xlsx; and for who hands it in, dhis2."""
    one = _frozen(request, report_id)
    now = clock.now()
    if request.GET.get("as") == "dhis2":
        return _dhis2(request, one)
    seen = look(one.place, access=request.access, under=_small(one))
    day = one.report.figures["day"]
    printed = Printed(
        one.place, one.period, from_stored(one.report.figures), one.report, f"{day[8:]}/{day[5:7]}/{day[:4]}"
    )
    made = paper(printed, look=seen, by=request.access, now=now)
    return as_file(made, _name(one), excel=request.GET.get("as") == "xlsx")


@allow(Permission.SIGN_REPORTS)
@require_safe
def mapping(request: AccessRequest) -> HttpResponse:
    """What of our codes has no UID of DHIS2 yet."""
    today = local_day(clock.now(), request.access.zone)
    own = places(access=request.access, day=today, permission=Permission.SIGN_REPORTS)
    codes, wrong = dhis2.mapping()
    context = {"missing": dhis2.missing(codes, own), "wrong": wrong}
    return render(request, "oversight/reports/mapping.html", context)


def _dhis2(request: AccessRequest, one: Frozen) -> HttpResponse:
    if not answers_for(one.place, access=request.access, permission=Permission.SIGN_REPORTS):
        raise Http404
    try:
        payload = dhis2.value_set(one.report, zone=zone_of(one.place))
    except dhis2.Unmapped:
        messages.error(request, _("Chưa có mã DHIS2 cho báo cáo hoặc nơi này. Xem danh sách còn thiếu."))
        return redirect("oversight:dhis2")
    made = HttpResponse(json.dumps(payload, indent=2), content_type="application/json")
    made["Content-Disposition"] = f'attachment; filename="{_name(one)}.json"'
    made["Cache-Control"] = "no-store"
    return made


def _name(one: Frozen) -> str:
    return f"report-{one.report.period}-{one.place.key}-v{one.report.version}"


def _small(one: Frozen) -> int:
    """As the setting was when the report was made."""
    at = one.report.made_at
    return max(settings.for_facility(ReportSettings, facility_id=pk, at=at).small_number for pk in one.place.ids)


def _frozen(request: AccessRequest, report_id: UUID) -> Frozen:
    try:
        return get_frozen(report_id, access=request.access, day=local_day(clock.now(), request.access.zone))
    except Report.DoesNotExist as error:
        raise Http404 from error


def _may_approve(request: AccessRequest, one: Frozen) -> bool:
    approves = answers_for(one.place, access=request.access, permission=Permission.APPROVE_REPORTS)
    free = not one.approved and not one.superseded
    return approves and free and one.report.made_by_id != request.access.person_id
