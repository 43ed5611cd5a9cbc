"""The sender's pages: what is on its way, prepare, pack, hand over, cancel, close; and one consignment's whole life."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from facilities.services import settings
from followup.rules.due import spoken
from inventory.forms_custody import HandOverForm, NoteForm, PackForm
from inventory.queries import consignments as lists
from inventory.queries import transport
from inventory.rules.custody import Step
from inventory.rules.settings_custody import CustodySettings
from inventory.services import consignments, settlements
from inventory.services.consignments import HandOver, Packing
from inventory.services.custody import Stepped
from inventory.views.handling import elsewhere, life_of, posted, sent_files, take
from inventory.views.keeping import second_form
from inventory.views.preparing import Preparing, loose_of


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """What leaves this facility and what comes: the open ones, then the ended, ?page=N."""
    access, now = request.access, clock.now()
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000 else 1
    rules = settings.for_facility(CustodySettings, facility_id=access.facility_id, at=now)
    ended, more = lists.ended_at(access.facility_id, page=page)
    rows = lists.open_at(access.facility_id)
    context = {
        "rows": [(row, lists.lateness(row, now=now, rules=rules)) for row in rows],
        "ended": ended,
        "page": page,
        "more": more,
        "may_send": access.may_at(Permission.DISPATCH, access.facility_id),
    }
    return render(request, "inventory/consignments.html", context)


@allow(Permission.VIEW_STOCK, Permission.CARRY)
@require_safe
def consignment(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """One consignment with its whole life, for both ends and the carrier."""
    life, now = life_of(request, consignment_id), clock.now()
    rules = settings.for_facility(CustodySettings, facility_id=life.row.from_id, at=now)
    context = {
        "life": life,
        "row": life.row,
        "late": lists.lateness(life.row, now=now, rules=rules),
        "cases": [(case, spoken(case.due_at, now)) for case in life.cases],
        "sees_stock": request.access.may(Permission.VIEW_STOCK),
        "asked": transport.asked_for(consignment_id),
    }
    return render(request, "inventory/consignment.html", context)


@allow(Permission.DISPATCH)
@require_http_methods(["GET", "POST"])
def prepare(request: AccessRequest) -> HttpResponse:
    """Choose the receiver, the carrier and the bottles, first expiry first."""
    if request.access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    page = Preparing(request)
    return take(
        request,
        page.form,
        lambda: consignments.prepare(command=page.command(), by=request.access, now=clock.now()),
        template="inventory/prepare.html",
        context=page.context,
        done=_("Đã ghi chuyến thuốc. Giờ đóng gói và niêm phong."),
    )


@allow(Permission.DISPATCH)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def pack(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Tick what goes into the boxes, write their seals, and freeze the manifest with a second person."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.PACK)
    if away is not None:
        return away
    planned = lists.planned(consignment_id)
    form = PackForm(posted(request), files=sent_files(request), numbers=[number for number, *_rest in planned.bottles])
    second = second_form(request)

    def work() -> Stepped:
        said = form.cleaned_data
        command = Packing(
            id=said["id"],
            consignment_id=consignment_id,
            numbers=(*said["bottles"], *(number for number, _seal in said["labels"])),
            seals=tuple(said["seals"]),
            second=second.second_person(),
            loose=loose_of(planned.loose),
            note=said["note"],
            photos=form.kept,
        )
        return consignments.pack(command=command, by=request.access, now=clock.now())

    chosen = set(map(str, request.POST.getlist("bottles")))
    context = {"life": life, "row": life.row, "planned": planned, "chosen": chosen}
    words = _("Đã đóng gói và niêm phong. Giờ giao cho người vận chuyển.")
    return take(request, form, work, template="inventory/pack.html", context=context, done=words, second=second)


@allow(Permission.DISPATCH)
@sensitive_post_parameters("own_pin", "carrier_pin")
@require_http_methods(["GET", "POST"])
def hand_over(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Both sign: from now on the boxes are in the carrier's hands."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.HAND_OVER)
    if away is not None:
        return away
    form = HandOverForm(posted(request))

    def work() -> Stepped:
        said = form.cleaned_data
        command = HandOver(said["id"], consignment_id, said["own_pin"], said["carrier_pin"], said["note"])
        return consignments.hand_over(command=command, by=request.access, now=clock.now())

    context = {"life": life, "row": life.row}
    words = _("Đã giao. Thuốc đang trên đường.")
    return take(request, form, work, template="inventory/hand_over.html", context=context, done=words)


@allow(Permission.DISPATCH)
@require_http_methods(["GET", "POST"])
def cancel(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Give it up before it left."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.CANCEL)
    if away is not None:
        return away
    form = NoteForm(posted(request))

    def work() -> Stepped:
        said = form.cleaned_data
        return consignments.cancel(
            consignment_id=consignment_id, event_id=said["id"], note=said["note"], by=request.access, now=clock.now()
        )

    context = {
        "row": life.row,
        "title": _("Hủy chuyến"),
        "why": _("Chưa có gì rời kho. Muốn gửi khác đi thì hủy rồi chuẩn bị chuyến mới."),
        "button": _("Hủy chuyến này"),
    }
    return take(request, form, work, template="inventory/step.html", context=context, done=_("Đã hủy chuyến."))


@allow(Permission.DISPATCH)
@require_http_methods(["GET", "POST"])
def close(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """End it: everything arrived, came back or is settled."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.CLOSE)
    if away is not None:
        return away
    form = NoteForm(posted(request))

    def work() -> Stepped:
        return settlements.close(
            consignment_id=consignment_id, event_id=form.cleaned_data["id"], by=request.access, now=clock.now()
        )

    context = {
        "row": life.row,
        "title": _("Kết thúc chuyến"),
        "why": _("Hai bên khớp nhau, không còn gì chờ giải quyết."),
        "button": _("Kết thúc chuyến này"),
        "without_note": True,
    }
    return take(request, form, work, template="inventory/step.html", context=context, done=_("Đã kết thúc chuyến."))
