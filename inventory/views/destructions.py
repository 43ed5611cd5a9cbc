"""Destruction at a main clinic: the list and its notice, then the committee; a satellite is told to return instead."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from facilities.models import Facility, FacilityKind
from facilities.services import settings
from inventory.forms_destructions import MOST_ROWS, CancelForm, CommitteeForm, PlanForm
from inventory.models import Bottle, Destruction
from inventory.queries import destructions as lists
from inventory.queries.destructions import ShownDestruction
from inventory.rules.settings_counts import DestructionSettings
from inventory.services import destructions
from inventory.services.acts import StockRefused
from inventory.services.destructions import Destroying, MemberRefused
from inventory.views.keeping import keep_photos, kept, posted, sent_files
from inventory.views.stock import rights
from staff.queries.people import appointed_at

_PINS = tuple(f"pin_{row}" for row in range(MOST_ROWS))


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """The clinic's destructions, newest first, ?page=N; at a satellite, what to do instead."""
    access = request.access
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000 else 1
    found, more = lists.destructions(facility_id=access.facility_id, now=clock.now(), zone=access.zone, page=page)
    context = {"found": found, "page": page, "more": more, **_here(request)}
    return render(request, "inventory/destructions.html", context)


def _here(request: AccessRequest) -> dict[str, bool]:
    """What may be done where the person acts."""
    access = request.access
    here = access.facility_id or 0
    clinic = Facility.objects.filter(pk=here, kind=FacilityKind.MAIN_CLINIC).exists()
    return {"clinic": clinic, "may_send": access.may_at(Permission.DISPATCH, here), **rights(request)}


@allow(Permission.HANDLE_STOCK)
@require_http_methods(["GET", "POST"])
def new(request: AccessRequest) -> HttpResponse:
    """Choose from the quarantine, write down the notice and the day."""
    access, now = request.access, clock.now()
    today, here = clock.local_day(now, access.zone), access.facility_id or 0
    things = lists.in_quarantine(facility_id=here, today=today)
    earliest = destructions.earliest_on(notice_on=today, facility_id=here, now=now)
    form = PlanForm(posted(request), today=today, earliest=earliest)
    if form.is_bound and form.is_valid():
        done = kept(form, lambda: _planned(request, form))
        if done is not None:
            messages.success(request, _("Đã ghi danh mục. Đến ngày, hội đồng ký tại trang này."))
            return redirect("inventory:destruction", done.pk)
    chosen = {name: set(request.POST.getlist(name)) for name in ("bottles", "lots")}
    context = {"form": form, "things": things, "chosen": chosen, "earliest": earliest, **_here(request)}
    return render(request, "inventory/destruction_new.html", context, status=INVALID if form.is_bound else 200)


def _planned(request: AccessRequest, form: PlanForm) -> Destruction | None:
    try:
        return destructions.plan(command=form.command(), by=request.access, now=clock.now())
    except Bottle.DoesNotExist:
        form.add_error("labels", _("Có nhãn không phải chai của cơ sở này. Đọc lại từng nhãn."))
        return None


@allow(Permission.VIEW_STOCK)
@require_safe
def destruction(request: AccessRequest, destruction_id: UUID) -> HttpResponse:
    """One destruction: its list and notice, what is to be done, who signed."""
    shown = shown_to(request, destruction_id)
    photos = [reverse("inventory:act-photo", args=[shown.row.act_id, digest]) for digest in shown.photos]
    return render(request, "inventory/destruction.html", {"shown": shown, "photos": photos, **rights(request)})


def shown_to(request: AccessRequest, destruction_id: UUID) -> ShownDestruction:
    """The destruction, for who acts at its clinic; 404 for everybody else."""
    access = request.access
    try:
        return lists.get_destruction(
            destruction_id, facility_id=access.facility_id or 0, now=clock.now(), zone=access.zone
        )
    except Destruction.DoesNotExist as missing:
        raise Http404(_("Không có đợt hủy này ở cơ sở của bạn.")) from missing


@allow(Permission.HANDLE_STOCK)
@sensitive_post_parameters(*_PINS)
@require_http_methods(["GET", "POST"])
def sign(request: AccessRequest, destruction_id: UUID) -> HttpResponse:
    """The committee is there: minutes, photos, each with their own PIN."""
    shown = shown_to(request, destruction_id)
    if not shown.may_be_signed and request.method != "POST":
        return redirect("inventory:destruction", destruction_id)
    form = _committee(request)
    keep_photos(request, form)
    if form.is_bound and form.is_valid() and _destroyed(request, form, destruction_id):
        messages.success(request, _("Hội đồng đã ký. Đã ghi sổ: đã hủy."))
        return redirect("inventory:destruction", destruction_id)
    context = {"form": form, "shown": shown}
    return render(request, "inventory/destruction_sign.html", context, status=INVALID if form.is_bound else 200)


def _committee(request: AccessRequest) -> CommitteeForm:
    here, now = request.access.facility_id or 0, clock.now()
    fewest = settings.for_facility(DestructionSettings, facility_id=here, at=now).destroy_min_members
    people = [(each.username, each.label) for each in appointed_at(facility_id=here, now=now)]
    return CommitteeForm(posted(request), files=sent_files(request), people=people, fewest=fewest)


def _destroyed(request: AccessRequest, form: CommitteeForm, destruction_id: UUID) -> bool:
    command = Destroying(destruction_id, form.cleaned_data["minutes"], form.members(), form.kept)
    try:
        destructions.destroy(command=command, by=request.access, now=clock.now())
    except StockRefused as refused:
        form.refuse(refused.violations)
    except MemberRefused as refused:
        form.refuse_member(refused.place, refused.why.sentence)
    else:
        return True
    return False


@allow(Permission.HANDLE_STOCK)
@require_http_methods(["GET", "POST"])
def cancel(request: AccessRequest, destruction_id: UUID) -> HttpResponse:
    """Call it off, with why; what was listed stays in quarantine."""
    shown = shown_to(request, destruction_id)
    if not shown.is_open:
        return redirect("inventory:destruction", destruction_id)
    form = CancelForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            destructions.cancel(
                destruction_id=destruction_id, why=form.cleaned_data["why"], by=request.access, now=clock.now()
            )
        except StockRefused as refused:
            form.refuse(refused.violations)
        else:
            messages.success(request, _("Đã bỏ đợt hủy. Thuốc vẫn ở biệt trữ."))
            return redirect("inventory:destruction", destruction_id)
    context = {"form": form, "shown": shown}
    return render(request, "inventory/destruction_cancel.html", context, status=INVALID if form.is_bound else 200)
