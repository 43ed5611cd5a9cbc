"""An inspection of a site: opened, counted blind, read, ended; who the patients are only with its legal paper."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms import ActForm
from inventory.models import IdentityPaper, Inspection
from inventory.queries.inspections import get_inspection, inspections_at
from inventory.services import counts, inspections
from inventory.services.bottles import OwnPinRefused
from inventory.views.counts import count_form, told
from inventory.views.keeping import kept, posted, second_form
from inventory.views.printed import as_file
from oversight.forms_inspections import EndForm, LegalPaperForm, StartForm
from oversight.queries.inspection_paper import inspection_paper
from oversight.queries.inspections import InspectionPage, inspection_page
from oversight.services import identities


@allow(Permission.INSPECT, Permission.HANDLE_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """The inspections of the sites in reach, newest first; who only counts sees those of the place they act at."""
    reach = request.access.reach_by_permission
    wide = reach.get(Permission.INSPECT, frozenset())
    rows = inspections_at(wide or reach.get(Permission.HANDLE_STOCK, frozenset()))
    context = {"rows": rows, "reach": wide, "here": request.access.facility_id, **_rights(request)}
    return render(request, "oversight/inspections.html", context)


@allow(Permission.INSPECT)
@require_http_methods(["GET", "POST"])
def start(request: AccessRequest) -> HttpResponse:
    """Freeze the moment; the counting comes next."""
    if request.access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    form = StartForm(posted(request))
    if form.is_bound and form.is_valid():
        row = kept(form, lambda: inspections.start(command=form.command(), by=request.access, now=clock.now()))
        if row is not None:
            messages.success(request, _("Đã ghi mốc thanh tra. Đếm thuốc trước, sổ hiện ra sau khi đếm."))
            return redirect("oversight:inspection", row.pk)
    return render(request, "oversight/inspection_new.html", {"form": form}, status=INVALID if form.is_bound else 200)


@allow(Permission.INSPECT)
@require_safe
def inspection(request: AccessRequest, inspection_id: UUID) -> HttpResponse:
    """What is to be counted; then the book and all the rest beside it."""
    return render(request, "oversight/inspection.html", {"page": _page(request, inspection_id), **_rights(request)})


@allow(Permission.INSPECT)
@require_safe
def paper(request: AccessRequest, inspection_id: UUID) -> HttpResponse:
    """The same as a paper to sign by hand."""
    page = _page(request, inspection_id)
    if page.rest is None:
        raise Http404(_("Đếm thuốc trước, biên bản in được sau khi đếm."))
    made = inspection_paper(page, page.rest, by=request.access, now=clock.now())
    return as_file(made, f"inspection-{page.row.pressed_at:%Y-%m-%d}")


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def count(request: AccessRequest, inspection_id: UUID) -> HttpResponse:
    """Count everything for the inspection; nothing here says what the book has."""
    row = _row(request, inspection_id, Permission.HANDLE_STOCK)
    if row.facility_id != request.access.facility_id or getattr(row, "end", None):
        raise Http404(_("Cuộc thanh tra này đã kết thúc, hoặc ở cơ sở khác."))
    form, second = count_form(request, inspection=True), second_form(request)
    if form.is_bound and all([form.is_valid(), second.is_valid()]):
        command = form.command(second.second_person(), inspection_id=row.pk)
        done = kept(form, lambda: counts.record(command=command, by=request.access, now=clock.now()), second)
        if done is not None and request.access.may(Permission.INSPECT):
            return redirect("oversight:inspection", row.pk)
        if done is not None:
            return told(request, done.row)
    context = {"form": form, "second": second.panel, "back": reverse("oversight:inspections")}
    return render(request, "inventory/count_all.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.INSPECT)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def end(request: AccessRequest, inspection_id: UUID) -> HttpResponse:
    """The inspector writes their name, the site signs; what was found is kept as it was signed."""
    row = _row(request, inspection_id)
    form = EndForm(posted(request))
    if form.is_bound and form.is_valid():
        now = clock.now()
        command = form.command(row.pk)
        done = _signed(form, lambda: inspections.end(command=command, by=request.access, now=now))
        if done is not None:
            messages.success(request, _("Đã ký kết thúc thanh tra."))
            return redirect("oversight:inspection", row.pk)
    context = {"form": form, "row": row}
    return render(request, "oversight/inspection_end.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.INSPECT)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def legal_paper(request: AccessRequest, inspection_id: UUID) -> HttpResponse:
    """Record the legal paper that opens identities."""
    row = _row(request, inspection_id)
    form = LegalPaperForm(posted(request))
    if form.is_bound and form.is_valid():
        now, command = clock.now(), form.command(row.pk)
        done = _signed(form, lambda: inspections.allow_identities(command=command, by=request.access, now=now))
        if done is not None:
            return redirect("oversight:inspection-identities", row.pk)
    context = {"form": form, "row": row}
    return render(request, "oversight/inspection_legal.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.INSPECT)
@never_cache
@require_http_methods(["GET", "POST"])
def patient_identities(request: AccessRequest, inspection_id: UUID) -> HttpResponse:
    """The legal paper; and, each time the button is pressed, who the patients are: every look is in the audit trail."""
    row = _row(request, inspection_id)
    now = clock.now()
    standing = inspections.opens_identities(row, now=now)
    may_look = request.access.may_at(Permission.VIEW_PATIENT, row.facility_id)
    context: dict[str, Any] = {"row": row, "paper": _paper(row), "standing": standing, "may_look": may_look}
    if request.method == "POST":
        _legal, people = identities.look(row=row, by=request.access, now=now)
        context["people"] = people
    return render(request, "oversight/inspection_identities.html", context)


def _signed(form: ActForm, work: Callable[[], Any]) -> Any:
    """Do the act that is signed with one's own PIN; None where it was refused, told at its field."""
    try:
        return kept(form, work)
    except OwnPinRefused as refused:
        form.add_error("own_pin", refused.sentence)
        return None


def _row(request: AccessRequest, inspection_id: UUID, permission: Permission = Permission.INSPECT) -> Inspection:
    try:
        return get_inspection(inspection_id, access=request.access, permission=permission)
    except Inspection.DoesNotExist as missing:
        raise Http404(_("Không có cuộc thanh tra này ở nơi bạn xem được.")) from missing


def _page(request: AccessRequest, inspection_id: UUID) -> InspectionPage:
    return inspection_page(_row(request, inspection_id), now=clock.now())


def _paper(row: Inspection) -> IdentityPaper | None:
    return getattr(row, "identitypaper", None)


def _rights(request: AccessRequest) -> dict[str, bool]:
    access, here = request.access, request.access.facility_id or 0
    return {
        "may_inspect": access.may_at(Permission.INSPECT, here),
        "may_handle": access.may_at(Permission.HANDLE_STOCK, here),
    }
