"""Asking for a safe journey, answering it; and the photos of a journey, for whom it concerns."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import attachments, clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms_transport import AnswerForm, AskForm
from inventory.models import Consignment, TransportRequest
from inventory.queries import transport as lists
from inventory.rules.transport import TransportItem
from inventory.services import transport
from inventory.services.acts import StockRefused
from inventory.services.transport import Answer
from inventory.views.handling import life_of, posted


@allow(Permission.VIEW_STOCK, Permission.CARRY)
@require_http_methods(["GET", "POST"])
def asked(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """What was asked for this journey and what became of it; ask for more while it has not left."""
    life = life_of(request, consignment_id)
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            transport.ask(
                consignment_id=consignment_id,
                items=form.chosen(),
                reason=form.cleaned_data["reason"],
                by=request.access,
                now=clock.now(),
            )
        except StockRefused as refused:
            form.refuse(refused.violations)
        else:
            messages.success(request, _("Đã gửi. Người quản lý phải trả lời từng điều; chuyến vẫn đi được."))
            return redirect("inventory:consignment-transport", consignment_id)
    consignment, before = Consignment.objects.get(pk=consignment_id), life.row.state in transport.BEFORE
    lines = lists.asked_for(consignment_id)
    context = {
        "row": life.row,
        "lines": lines,
        "form": form,
        "chosen": request.POST.getlist("wanted"),
        "may_ask": before and len(lines) < len(TransportItem) and transport.may_ask(consignment, request.access),
        "may_answer": before and transport.may_answer(consignment, request.access),
    }
    return render(request, "inventory/transport.html", context, status=INVALID if form.errors else 200)


@allow(Permission.ANSWER_TRANSPORT)
@require_http_methods(["GET", "POST"])
def answer(request: AccessRequest, transport_id: UUID) -> HttpResponse:
    """Grant or refuse one thing that was asked for."""
    wanted = TransportRequest.objects.filter(pk=transport_id).first()
    if wanted is None:
        raise Http404(_("Không có yêu cầu này."))
    life = life_of(request, wanted.consignment_id)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        command = Answer(transport_id, granted=said["granted"] == "yes", words=said["words"])
        try:
            transport.answer(command=command, by=request.access, now=clock.now())
        except StockRefused as refused:
            form.refuse(refused.violations)
        else:
            messages.success(request, _("Đã trả lời. Người xin được báo."))
            return redirect("inventory:consignment-transport", wanted.consignment_id)
    [line] = [each for each in lists.asked_for(wanted.consignment_id) if each.id == transport_id]
    context = {"row": life.row, "line": line, "form": form, "chosen": request.POST.get("granted", "")}
    return render(request, "inventory/transport_answer.html", context, status=INVALID if form.errors else 200)


@allow(Permission.VIEW_STOCK, Permission.CARRY)
@require_safe
def photo(request: AccessRequest, consignment_id: UUID, digest: str) -> HttpResponse:
    """One picture of an event that this person may see; 404 for every other."""
    life = life_of(request, consignment_id)
    if not any(digest in event.photos for event in life.events):
        raise Http404(_("Không có ảnh này."))
    try:
        return attachments.answer(digest)
    except FileNotFoundError as missing:
        raise Http404(_("Không có ảnh này.")) from missing
