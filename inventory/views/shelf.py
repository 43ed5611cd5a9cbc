"""The emergency shelf of a site: how it stands, its monthly check, ampoules that leave it, requests for more."""

from typing import Any
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
from inventory.forms_shelf import AnswerForm, ShelfCheckForm, WithdrawForm
from inventory.models import RestockRequest
from inventory.queries import shelf as queries
from inventory.queries.shelf import ShownRequest
from inventory.rules.shelf_codes import AmpouleFate
from inventory.services import ampoules, restocking, shelf_checks
from inventory.services.acts import StockRefused
from inventory.services.ampoules import Withdrawal
from inventory.services.bottles import OwnPinRefused
from inventory.views.keeping import kept, posted, second_form
from inventory.views.stock import rights


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """How the shelf of the acting facility stands."""
    access = request.access
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    shown = queries.shelf(facility_id=access.facility_id, now=clock.now())
    return render(request, "inventory/shelf.html", {"shelf": shown, **rights(request)})


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def withdraw(request: AccessRequest) -> HttpResponse:
    """Take ampoules off the shelf; with two signatures, or alone and visibly so."""
    lots = queries.lots_here(facility_id=request.access.facility_id or 0)
    form, second = WithdrawForm(posted(request), lots=lots), second_form(request)
    if form.is_bound and all([form.is_valid(), second.is_valid()]):
        said = form.cleaned_data
        command = Withdrawal(
            id=said["id"],
            lot_id=said["lot"],
            quantity=said["quantity"],
            fate=AmpouleFate(said["fate"]),
            second=second.second_person(),
            words=said["words"],
        )
        done = kept(form, lambda: ampoules.withdraw(command=command, by=request.access, now=clock.now()), second)
        if done is not None:
            messages.success(request, _("Đã ghi: lấy %(count)d ống khỏi kệ.") % {"count": said["quantity"]})
            return redirect("inventory:shelf")
    context = {"form": form, "second": second.panel, "lots": lots, "fates": _choices(form, "fate")}
    return render(request, "inventory/ampoules_out.html", context, status=INVALID if form.is_bound else 200)


def _choices(form: Any, name: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": label} for value, label in form.fields[name].choices]


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def check(request: AccessRequest) -> HttpResponse:
    """The monthly check: everything of the shelf, signed by PIN."""
    form = ShelfCheckForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            done = kept(form, lambda: shelf_checks.record(command=form.command(), by=request.access, now=clock.now()))
        except OwnPinRefused as refused:
            form.add_error("own_pin", refused.sentence)
        else:
            if done is not None:
                messages.success(request, _("Đã ký: kệ cấp cứu đã kiểm tra."))
                return redirect("inventory:shelf")
    return render(request, "inventory/shelf_check.html", {"form": form}, status=INVALID if form.is_bound else 200)


@allow(Permission.VIEW_STOCK)
@require_safe
def restocks(request: AccessRequest) -> HttpResponse:
    """Every request that waits, at all sites of the person's reach, the longest first."""
    waiting = queries.open_requests(access=request.access, now=clock.now())
    return render(request, "inventory/restocks.html", {"waiting": waiting})


@allow(Permission.VIEW_STOCK)
@require_http_methods(["GET", "POST"])
def restock(request: AccessRequest, request_id: UUID) -> HttpResponse:
    """One request; who supplies the site answers it."""
    shown = _request(request, request_id)
    may_answer = request.access.may_at(Permission.APPROVE_REQUEST, shown.row.facility_id)
    form = AnswerForm(posted(request), consignments=queries.consignments_to(shown.row))
    if form.is_bound and form.is_valid():
        try:
            restocking.answer(command=form.command(request_id), by=request.access, now=clock.now())
        except StockRefused as refused:
            for violation in refused.violations:
                form.add_error(violation.field or None, f"{violation.words} {violation.todo}".strip())
        else:
            messages.success(request, _("Đã trả lời yêu cầu của %(site)s.") % {"site": shown.row.facility.name})
            return redirect("inventory:restock", request_id)
    waits = shown.row.ended_at is None and shown.row.sent_at is None
    context = {
        "shown": shown, "form": form, "answers": _choices(form, "answer"), "may_answer": may_answer and waits,
        "may_send": may_answer and waits and request.access.may(Permission.DISPATCH),
    }  # fmt: skip
    return render(request, "inventory/restock.html", context, status=INVALID if form.is_bound else 200)


def _request(request: AccessRequest, request_id: UUID) -> ShownRequest:
    try:
        return queries.request_of(request_id, access=request.access, now=clock.now())
    except RestockRequest.DoesNotExist as missing:
        raise Http404(_("Không có yêu cầu này.")) from missing
