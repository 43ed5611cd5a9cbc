"""The main clinic's pages: the month's requests of all sites on one, approve, return, cancel, prepare."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from facilities.services import settings
from inventory.forms_requests import ApproveForm, WordsForm
from inventory.queries import month_requests
from inventory.queries.requests import Life
from inventory.rules.requests import Pick, cycle, month_after, month_before, month_of, pick, quarter_due
from inventory.rules.settings_requests import RequestSettings
from inventory.services import approvals
from inventory.services.acts import StockRefused
from inventory.services.approvals import Approval
from inventory.services.request_steps import Receipt
from inventory.views.keeping import posted
from inventory.views.preparing import Choice, Preparing
from inventory.views.requests import STEP_PAGE, life_of, steps, take


@allow(Permission.APPROVE_REQUEST)
@require_safe
def month(request: AccessRequest) -> HttpResponse:
    """Every satellite with what it asks for a month, ?month=2026-12; who has not sent stands there too."""
    access, now = request.access, clock.now()
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    today = clock.local_day(now, access.zone)
    period = _month(request.GET.get("month", "")) or month_after(today)
    rules = settings.for_facility(RequestSettings, facility_id=access.facility_id, at=now)
    context = {
        "page": month_requests.month_page(access.facility_id, period=period, now=now, zone=access.zone),
        "dates": cycle(period, rules),
        "today": today,
        "months": _months(today),
        "quarter": quarter_due(today, rules),
        "may_send": access.may_at(Permission.DISPATCH, access.facility_id),
    }
    return render(request, "inventory/requests/month.html", context)


@allow(Permission.APPROVE_REQUEST)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def approve(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """Line by line: as asked, or another number with its reason; signed."""
    life = life_of(request, requisition_id)
    form = ApproveForm(posted(request), lines=life.asked.lines, initial={"version": life.asked.event.pk})

    def work() -> Receipt:
        said = form.cleaned_data
        ids = {"id": said["id"], "request_id": requisition_id, "version": said["version"]}
        command = Approval(**ids, lines=form.granted(), own_pin=said["own_pin"], words=said["words"])
        return approvals.approve(command=command, by=request.access, now=clock.now())

    context = {"life": life, "row": life.row, "available": month_requests.available(life.row.main_clinic_id)}
    template = "inventory/requests/approve.html"
    return take(request, form, work, template=template, context=context, done=_("Đã duyệt dự trù."))


@allow(Permission.APPROVE_REQUEST)
@require_http_methods(["GET", "POST"])
def give_back(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """Return it to the site with words."""
    life = life_of(request, requisition_id)
    form = WordsForm(posted(request))

    def work() -> Receipt:
        said = form.cleaned_data
        ids = {"request_id": requisition_id, "event_id": said["id"]}
        return approvals.give_back(**ids, words=said["words"], by=request.access, now=clock.now())

    context = {"life": life, "title": _("Trả lại để cơ sở sửa"), "button": _("Trả lại")}
    return take(request, form, work, template=STEP_PAGE, context=context, done=_("Đã trả lại dự trù."))


@allow(Permission.APPROVE_REQUEST)
@require_http_methods(["GET", "POST"])
def cancel(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """Give up what was approved."""
    life = life_of(request, requisition_id)
    form = WordsForm(posted(request))

    def work() -> Receipt:
        said = form.cleaned_data
        ids = {"request_id": requisition_id, "event_id": said["id"]}
        return approvals.cancel(**ids, words=said["words"], by=request.access, now=clock.now())

    context = {"life": life, "title": _("Hủy dự trù đã duyệt"), "button": _("Hủy dự trù này")}
    return take(request, form, work, template=STEP_PAGE, context=context, done=_("Đã hủy dự trù."))


class RequestPreparing(Preparing):
    """The page of a new consignment, filled with what was approved: first expiry first, size by size."""

    def __init__(self, request: AccessRequest, life: Life) -> None:
        self.life = life
        super().__init__(request)
        self.to = next((place for place in self.places if place.id == life.row.facility_id), None)

    def _choices(self, facility_id: int) -> list[Choice]:
        found = super()._choices(facility_id)
        lots = {choice.key: _lot_of(choice) for choice in found}
        items = month_requests.items_of_lots(set(lots.values()))
        there = [
            Pick(each.key, items[lots[each.key]], each.group.size_ul if each.group else None, each.most)
            for each in found
        ]
        wanted = {(line.item_id, line.size_ul): line.approved or 0 for line in self.life.lines}
        taken = pick(wanted, there)
        return [Choice(each.key, each.most, taken[each.key], each.group, each.lot) for each in found]


@allow(Permission.DISPATCH)
@require_http_methods(["GET", "POST"])
def prepare(request: AccessRequest, requisition_id: UUID) -> HttpResponse:
    """Prepare the consignment that carries what was approved."""
    life = life_of(request, requisition_id)
    if request.method == "GET" and "prepare" not in steps(request, life)["steps"]:
        return redirect("inventory:request", requisition_id)
    page = RequestPreparing(request, life)
    form, bound = page.form, request.method == "POST"
    if not bound:
        form.initial["to_facility"] = life.row.facility_id
    if bound and form.is_valid():
        command = page.command()
        try:
            approvals.prepare(
                request_id=requisition_id,
                event_id=_beside(command.id),
                command=command,
                by=request.access,
                now=clock.now(),
            )
        except StockRefused as refused:
            form.refuse(refused.violations)
        else:
            messages.success(request, _("Đã ghi chuyến thuốc. Giờ đóng gói và niêm phong."))
            return redirect("inventory:consignment", command.id)
    context = {**page.context, "form": form, "life": life, "row": life.row}
    return render(request, "inventory/requests/prepare.html", context, status=INVALID if bound else 200)


def _lot_of(choice: Choice) -> int:
    if choice.group is not None:
        return choice.group.bottles[0].state.lot_id
    return choice.lot.lot_id if choice.lot is not None else 0


def _beside(consignment_id: UUID) -> UUID:
    """The request's event of the same send: another id, and the same whoever sends it again."""
    return UUID(int=consignment_id.int ^ 2)


def _month(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        return None


def _months(today: date) -> list[date]:
    """The month after this one, this one, and those before."""
    months = [month_after(today), month_of(today)]
    while len(months) < 8:
        months.append(month_before(months[-1]))
    return months
