"""The site's pages of a request: what it has asked, propose and change, send, sign as head, withdraw."""

from collections.abc import Callable
from datetime import date
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
from facilities.services import settings
from inventory.forms import ActForm
from inventory.forms_requests import DraftForm, PinForm, WordsForm
from inventory.models import Request
from inventory.queries import demand
from inventory.queries import requests as lists
from inventory.queries.requests import Life
from inventory.rules.request_table import steps_for
from inventory.rules.requests import cycle, month_after, month_of
from inventory.rules.settings_requests import RequestSettings
from inventory.services import requests
from inventory.services.acts import StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.request_steps import Receipt, sides_of
from inventory.services.requests import Draft
from inventory.views.keeping import posted


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """What this site has asked for, newest first, ?page=N; at a main clinic: what waits for it."""
    access, now = request.access, clock.now()
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000 else 1
    rows, more = lists.of_site(access.facility_id, page=page, now=now, zone=access.zone)
    rules = settings.for_facility(RequestSettings, facility_id=access.facility_id, at=now)
    today = clock.local_day(now, access.zone)
    dates = cycle(month_after(today), rules)
    context = {
        "rows": rows,
        "page": page,
        "more": more,
        "dates": dates,
        "late": today > dates.send_by,
        "asked": any(row.monthly and row.period == dates.period and row.sent_at for row in rows),
        "waiting": lists.waiting_at(access.facility_id, now=now, zone=access.zone),
        "may_prepare": access.may_at(Permission.PREPARE_REQUEST, access.facility_id),
        "may_approve": access.may_at(Permission.APPROVE_REQUEST, access.facility_id),
    }
    return render(request, "inventory/requests/overview.html", context)


@allow(Permission.VIEW_STOCK)
@require_safe
def request_page(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """One request: what was asked and approved, everything said of it, and what can be done now."""
    life = life_of(request, requisition_id)
    return render(request, "inventory/requests/request.html", {"life": life, "row": life.row, **steps(request, life)})


def steps(request: AccessRequest, life: Life) -> dict[str, Any]:
    """What this person may do with the request now."""
    ends = {"facility_id": life.row.facility_id, "main_clinic_id": life.row.main_clinic_id}
    return {"steps": {str(step) for step in steps_for(state=life.row.state, sides=sides_of(request.access, **ends))}}


def life_of(request: AccessRequest, requisition_id: UUID) -> Life:
    """The request as this person may see it; 404 where they have nothing to do with it."""
    try:
        row = lists.get_row(requisition_id, now=clock.now(), zone=request.access.zone)
    except Request.DoesNotExist as missing:
        raise Http404(_("Không có dự trù này.")) from missing
    if not lists.may_look(request.access, row):
        raise Http404(_("Không có dự trù này."))
    return lists.life_of(row)


@allow(Permission.PREPARE_REQUEST)
@require_http_methods(["GET", "POST"])
def draft(request: AccessRequest) -> HttpResponse:
    """The system's proposal with every figure open to change; `calculate` reckons again, else it is written down."""
    if request.access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    form = _form(request, posted(request))

    def work() -> Receipt:
        return requests.draft(command=_command(form), by=request.access, now=clock.now())

    return _drafted(request, form, work, lambda: _form(request, None, again=form), {})


@allow(Permission.PREPARE_REQUEST)
@require_http_methods(["GET", "POST"])
def revise(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """The same with the last version's figures: what is written is another version."""
    life = life_of(request, requisition_id)
    if request.method == "GET" and "revise" not in steps(request, life)["steps"]:
        return redirect("inventory:request", requisition_id)
    asked = {(line.item_id, line.size_ul): line.asked for line in life.asked.lines}
    form = _form(request, posted(request), life=life, asked=asked)

    def work() -> Receipt:
        command = _command(form, period=life.row.period, monthly=life.row.monthly)
        return requests.revise(request_id=requisition_id, command=command, by=request.access, now=clock.now())

    return _drafted(request, form, work, lambda: _form(request, None, again=form, life=life), {"row": life.row})


def _form(
    request: AccessRequest, data: Any, *, again: DraftForm | None = None, life: Life | None = None, asked: Any = None
) -> DraftForm:
    """The form as posted, as first proposed, or reckoned `again` from the figures that were typed."""
    now, access = clock.now(), request.access
    here = access.facility_id or 0
    this = month_of(clock.local_day(now, access.zone))
    typed = {name: again[name].value() for name in ("period", "kind", "note") if name in again.fields} if again else {}
    return DraftForm(
        data,
        needs=demand.needs(facility_id=here, now=now, zone=access.zone),
        periods=[month_after(this), this, month_after(month_after(this))],
        rules=settings.for_facility(RequestSettings, facility_id=here, at=now),
        figures=again.figures() if again else None,
        asked=asked if again is None else None,
        fixed=life is not None,
        initial=typed,
    )


def _command(form: DraftForm, *, period: date | None = None, monthly: bool | None = None) -> Draft:
    said = form.cleaned_data
    return Draft(
        id=said["id"],
        period=period or said["period"],
        monthly=said["kind"] == "monthly" if monthly is None else monthly,
        figures=form.figures(),
        system={need.item_id: need.figures for need in form.needs if need.figures},
        asked=form.asked(),
        note=said["note"],
    )


def _drafted(
    request: AccessRequest,
    form: DraftForm,
    work: Callable[[], Receipt],
    again: Callable[[], DraftForm],
    context: dict[str, Any],
) -> HttpResponse:
    """Write it down, reckon again, or show what is wrong."""
    status = INVALID if form.is_bound else 200
    if form.is_bound and form.is_valid():
        if "calculate" in request.POST:
            form, status = again(), 200
        else:
            receipt = kept(form, work)
            if receipt is not None:
                messages.success(request, _("Đã ghi. Xem lại rồi gửi."))
                return redirect("inventory:request", receipt.request_id)
    context = {"form": form, "items": form.shown(), **context}
    return render(request, "inventory/requests/draft.html", context, status=status)


def kept(form: ActForm, work: Callable[[], Receipt]) -> Receipt | None:
    """Take the step; None where it was refused, with each refusal at the field that it is about."""
    try:
        return work()
    except StockRefused as refused:
        form.refuse(refused.violations)
    except OwnPinRefused as refused:
        form.add_error("own_pin", refused.sentence)
    return None


def take(
    request: AccessRequest,
    form: ActForm,
    work: Callable[[], Receipt],
    *,
    template: str,
    context: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Show the form, or take its step once and go to the request; everything typed but the PIN stays."""
    if form.is_bound and form.is_valid():
        receipt = kept(form, work)
        if receipt is not None:
            messages.success(request, done)
            return redirect("inventory:request", receipt.request_id)
    return render(request, template, {"form": form, **context}, status=INVALID if form.is_bound else 200)


STEP_PAGE = "inventory/requests/step.html"


@allow(Permission.PREPARE_REQUEST)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def send(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """Sign the version that is shown, and send it."""
    life = life_of(request, requisition_id)
    form = PinForm(posted(request), initial={"version": life.asked.event.pk})

    def work() -> Receipt:
        said = form.cleaned_data
        seen = said["version"] or life.asked.event.pk
        ids = {"request_id": requisition_id, "event_id": said["id"], "version": seen}
        return requests.send(**ids, own_pin=said["own_pin"], by=request.access, now=clock.now())

    context = {"life": life, "title": _("Gửi dự trù"), "button": _("Ký và gửi")}
    return take(request, form, work, template=STEP_PAGE, context=context, done=_("Đã gửi dự trù."))


@allow(Permission.ENDORSE_REQUEST)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def endorse(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """The head of the site signs what was sent."""
    life = life_of(request, requisition_id)
    form = PinForm(posted(request))

    def work() -> Receipt:
        said = form.cleaned_data
        ids = {"request_id": requisition_id, "event_id": said["id"]}
        return requests.endorse(**ids, own_pin=said["own_pin"], by=request.access, now=clock.now())

    context = {"life": life, "title": _("Ký dự trù với tư cách trưởng cơ sở"), "button": _("Ký")}
    return take(request, form, work, template=STEP_PAGE, context=context, done=_("Đã ký dự trù."))


@allow(Permission.PREPARE_REQUEST)
@require_http_methods(["GET", "POST"])
def withdraw(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """Take it back before it is approved."""
    life = life_of(request, requisition_id)
    form = WordsForm(posted(request))

    def work() -> Receipt:
        said = form.cleaned_data
        ids = {"request_id": requisition_id, "event_id": said["id"]}
        return requests.withdraw(**ids, words=said["words"], by=request.access, now=clock.now())

    context = {"life": life, "title": _("Rút dự trù"), "button": _("Rút dự trù này")}
    return take(request, form, work, template=STEP_PAGE, context=context, done=_("Đã rút dự trù."))
