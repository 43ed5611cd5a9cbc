"""Spills, breakages and losses: written down at once, reported in time."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms_counts import LossForm, PoliceForm, SentForm, SpillForm
from inventory.models import Bottle, CountLine, LossReport
from inventory.queries.count_pages import get_loss, spillable
from inventory.rules.countkinds import LossKind
from inventory.services import losses, spills
from inventory.services.losses import Loss, Sent, Told
from inventory.views.keeping import keep_photos, kept, posted, second_form, sent_files
from inventory.views.stock import rights
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code", "other_pin")
@require_http_methods(["GET", "POST"])
def spill(request: AccessRequest) -> HttpResponse:
    """What was spilt or broken, who saw it."""
    form, second = _spill_form(request), second_form(request)
    keep_photos(request, form)
    if form.is_bound and all([form.is_valid(), second.is_valid()]):
        command = form.command(second.second_person())
        done = kept(form, lambda: spills.record(command=command, by=request.access, now=clock.now()), second)
        if done is not None:
            messages.success(request, _("Đã lập biên bản. Đã mở một việc với thời hạn báo cáo."))
            return redirect("inventory:act", done.pk)
    context = {"form": form, "second": second.panel}
    return render(request, "inventory/spill.html", context, status=INVALID if form.is_bound else 200)


def _spill_form(request: AccessRequest) -> SpillForm:
    here, now, asked = request.access.facility_id or 0, clock.now(), request.GET.get("bottle", "")
    people = seconds_at(facility_id=here, now=now, besides=request.access.person_id)
    return SpillForm(
        posted(request),
        files=sent_files(request),
        whats=spillable(facility_id=here),
        people=[(each.username, each.label) for each in people if each.present],
        now=now,
        number=int(asked) if asked.isascii() and asked.isdigit() else None,
    )


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters("second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def loss(request: AccessRequest) -> HttpResponse:
    """Medicine is missing; ?line= is the line of a count that found it."""
    form = LossForm(posted(request), files=sent_files(request), now=clock.now())
    second = second_form(request)
    keep_photos(request, form)
    asked = _uuid(request.GET.get("line", ""))
    here = {"count__facility_id": request.access.facility_id or 0}
    line = CountLine.objects.filter(pk=asked, **here).select_related("bottle").first() if asked else None
    if form.is_bound and all([form.is_valid(), second.is_valid()]):
        command = _loss(form, second, line)
        done = kept(form, lambda: _recorded(command, request, form), second)
        if done is not None:
            messages.success(request, _("Đã lập báo cáo. Gửi đi trong hạn."))
            return redirect("inventory:loss", done.pk)
    context = {"form": form, "second": second.panel, "line": line}
    return render(request, "inventory/loss_new.html", context, status=INVALID if form.is_bound else 200)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _loss(form: LossForm, second: SecondPersonForm, line: CountLine | None) -> Loss:
    said = form.cleaned_data
    return Loss(
        said["id"], LossKind(said["kind"]), said["found_at"], said["found_by"], said["words"],
        second.second_person(), said["bottles"], line.pk if line else None, said["danger_words"], form.kept,
    )  # fmt: skip


def _recorded(command: Loss, request: AccessRequest, form: LossForm) -> LossReport | None:
    try:
        return losses.record(command=command, by=request.access, now=clock.now())
    except Bottle.DoesNotExist:
        form.add_error("bottles", _("Có nhãn không phải chai của cơ sở này. Đọc lại từng nhãn."))
        return None


@allow(Permission.VIEW_STOCK)
@require_safe
def report(request: AccessRequest, loss_id: UUID) -> HttpResponse:
    """The report, its deadline, and what is still to be done."""
    return _page(request, loss_id)


@allow(Permission.HANDLE_STOCK)
@require_POST
def police(request: AccessRequest, loss_id: UUID) -> HttpResponse:
    """The police were told."""
    form = PoliceForm(request.POST)

    def work() -> LossReport:
        told = Told(loss_id, form.cleaned_data["police_unit"], form.cleaned_data["police_at"])
        return losses.tell_police(command=told, by=request.access, now=clock.now())

    return _step(request, loss_id, form, work, "police", _("Đã ghi: đã báo công an."))


@allow(Permission.HANDLE_STOCK)
@require_POST
def sent(request: AccessRequest, loss_id: UUID) -> HttpResponse:
    """The report went to the authority."""
    form = SentForm(request.POST)

    def work() -> LossReport:
        said = form.cleaned_data
        done = Sent(loss_id, said["report_number"], said["sent_to"], said["sent_at"])
        return losses.send(command=done, by=request.access, now=clock.now())

    return _step(request, loss_id, form, work, "sent", _("Đã ghi: đã gửi báo cáo."))


def _step(
    request: AccessRequest, loss_id: UUID, form: Any, work: Callable[[], LossReport], name: str, words: str
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, loss_id, status=INVALID, **{name: form})
    try:
        work()
    except LossReport.DoesNotExist as missing:
        raise Http404(_("Không có báo cáo này ở cơ sở của bạn.")) from missing
    messages.success(request, words)
    return redirect("inventory:loss", loss_id)


def _page(request: AccessRequest, loss_id: UUID, *, status: int = 200, **forms: Any) -> HttpResponse:
    now = clock.now()
    try:
        shown = get_loss(loss_id, facility_id=request.access.facility_id or 0, now=now)
    except LossReport.DoesNotExist as missing:
        raise Http404(_("Không có báo cáo này ở cơ sở của bạn.")) from missing
    context = {
        "shown": shown,
        "photos": [reverse("inventory:loss-photo", args=[loss_id, digest]) for digest in shown.row.photos],
        "police": forms.get("police") or PoliceForm(initial={"police_at": now}),
        "sent": forms.get("sent") or SentForm(initial={"sent_at": now}),
        **rights(request),
    }
    return render(request, "inventory/loss.html", context, status=status)
