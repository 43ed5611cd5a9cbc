"""Lots that are called back: declared once, seen by everybody who handles stock."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory import links
from inventory.forms_recalls import RecallForm
from inventory.models import Recall
from inventory.queries.recalls import get_recall, recallable
from inventory.queries.recalls import recalls as all_recalls
from inventory.rules.countkinds import Answer
from inventory.services import recalls
from inventory.services.acts import StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.views.keeping import kept, posted


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """Every lot that is called back, newest first."""
    context = {"recalls": all_recalls(), "may_recall": request.access.may(Permission.RECALL_LOT)}
    return render(request, "inventory/recalls.html", context)


@allow(Permission.RECALL_LOT)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def new(request: AccessRequest) -> HttpResponse:
    """Call a lot back: everything of it is set apart at every facility at once."""
    if request.access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    form = RecallForm(posted(request), lots=recallable())
    if form.is_bound and form.is_valid():
        try:
            done = kept(form, lambda: recalls.declare(command=form.command(), by=request.access, now=clock.now()))
        except OwnPinRefused as refused:
            form.add_error("own_pin", refused.sentence)
            done = None
        if done is not None:
            messages.success(request, _("Đã thu hồi lô. Mọi cơ sở còn lô này đã biệt trữ."))
            return redirect("inventory:recall", done.pk)
    return render(request, "inventory/recall_new.html", {"form": form}, status=INVALID if form.is_bound else 200)


@allow(Permission.VIEW_STOCK)
@require_safe
def recall(request: AccessRequest, recall_id: UUID) -> HttpResponse:
    """One recall: what was set apart where, and the bottles of the acting facility with who drank from them."""
    try:
        shown = get_recall(recall_id, access=request.access)
    except Recall.DoesNotExist as missing:
        raise Http404(_("Không có quyết định thu hồi này.")) from missing
    access = request.access
    bottles = [(each, links.of_bottle(each.number, access) if each.opened else []) for each in shown.bottles]
    here = next((each for each in shown.places if each.facility_id == access.facility_id), None)
    context = {
        "shown": shown,
        "bottles": bottles,
        "ways": links.of_recall(recall_id, access),
        "may_answer": here is not None
        and here.kind is Answer.WAITED_FOR
        and access.may_at(Permission.HANDLE_STOCK, here.facility_id),
    }
    return render(request, "inventory/recall.html", context)


@allow(Permission.HANDLE_STOCK)
@require_POST
def answer_none(request: AccessRequest, recall_id: UUID) -> HttpResponse:
    """Somebody looked in the cabinets here: nothing of the lot."""
    try:
        recalls.answer_none(recall_id=recall_id, by=request.access, now=clock.now())
    except Recall.DoesNotExist as missing:
        raise Http404(_("Không có quyết định thu hồi này.")) from missing
    except StockRefused as refused:
        for violation in refused.violations:
            messages.error(request, f"{violation.words} {violation.todo}".strip())
    else:
        messages.success(request, _("Đã trả lời: không có chai nào của lô này."))
    return redirect("inventory:recall", recall_id)
