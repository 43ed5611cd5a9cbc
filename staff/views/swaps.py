"""One's own next duties, and giving one to a colleague: offered, taken or not, decided by the head where it must be."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import day_short, weekday_short
from core.views.pages import INVALID
from staff.forms_rota import OfferForm
from staff.models import RotaSwap
from staff.queries.rota import duties_between
from staff.queries.rota_fair import AHEAD
from staff.queries.rota_pages import MyDuty, candidates, my_duties, swaps_of
from staff.rules.wording_rota import ROLE_WORDS
from staff.services import swaps
from staff.services.hours_refusals import HoursRefused, NotReached
from staff.services.swaps import SwapStep


@allow(Permission.VIEW_ROTA)
@require_safe
def mine(request: AccessRequest) -> HttpResponse:
    """One's own duties of the next four weeks, what colleagues ask, and what became of one's own offers."""
    now = clock.now()
    me = request.access.actor_id
    found = swaps_of(person_id=me, now=now)
    context = {
        "duties": my_duties(person_id=me, today=clock.local_day(now, request.access.zone)),
        "asked": [row for row in found if row.to_id == me and row.state == "open"],
        "swaps": [row for row in found if not (row.to_id == me and row.state == "open")],
    }
    return render(request, "staff/rota/mine.html", context)


@allow(Permission.VIEW_ROTA)
@require_http_methods(["GET", "POST"])
def offer(request: AccessRequest, rota_duty_id: UUID) -> HttpResponse:
    """Ask a colleague to take one of one's own duties, perhaps for one of theirs."""
    duty = _own(request, rota_duty_id)
    form = _form(request, duty)
    if request.method == "POST" and form.is_valid():
        try:
            swaps.offer(command=form.command(rota_duty_id), by=request.access, now=clock.now())
        except HoursRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã hỏi. Ca chỉ đổi khi người đó nhận."))
            return redirect("staff:rota-mine")
    return render(
        request, "staff/rota/offer.html", {"duty": duty, "form": form}, status=INVALID if form.is_bound else 200
    )  # fmt: skip


@allow(Permission.VIEW_ROTA)
@require_POST
def answer(request: AccessRequest, swap_id: UUID) -> HttpResponse:
    """Take what was offered, or not; or take one's own offer back."""
    what = request.POST.get("what", "")
    try:
        if what == "withdraw":
            swaps.withdraw(swap_id=swap_id, by=request.access, now=clock.now())
            messages.success(request, _("Đã rút lời đề nghị. Ca vẫn là của bạn."))
        else:
            _say(request, swaps.answer(swap_id=swap_id, yes=what == "yes", by=request.access, now=clock.now()))
    except RotaSwap.DoesNotExist as missing:
        raise Http404 from missing
    except HoursRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("staff:rota-mine")


@allow(Permission.PLAN_ROTA)
@require_POST
def decide(request: AccessRequest, swap_id: UUID) -> HttpResponse:
    """The head's word on what both agreed."""
    try:
        yes = request.POST.get("what") == "yes"
        _say(request, swaps.decide(swap_id=swap_id, yes=yes, by=request.access, now=clock.now()))
    except (RotaSwap.DoesNotExist, NotReached) as missing:
        raise Http404 from missing
    except HoursRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("staff:rota")


def _own(request: AccessRequest, duty_id: UUID) -> MyDuty:
    today = clock.local_day(clock.now(), request.access.zone)
    found = my_duties(person_id=request.access.actor_id, today=today)
    duty = next((each for each in found if each.duty.id == duty_id), None)
    if duty is None:
        raise Http404
    return duty


def _form(request: AccessRequest, duty: MyDuty) -> OfferForm:
    """Colleagues who may do it that day, and their own duties of the next weeks."""
    one = duty.duty
    others = [
        each
        for each in candidates(facility_id=one.facility_id, day=one.day, role=one.role)
        if each.person_id != one.person_id
    ]
    people = [(str(each.person_id), f"{each.name} ({each.note})" if each.note else each.name) for each in others]
    able = {each.person_id for each in others}
    today = clock.local_day(clock.now(), request.access.zone)
    theirs = [
        (str(each.id), f"{each.name}: {weekday_short(each.day)} {day_short(each.day)}, {ROLE_WORDS[each.role]}")
        for each in duties_between([one.facility_id], today, today + AHEAD)
        if each.person_id in able
    ]
    return OfferForm(request.POST or None, initial={"id": new_id()}, people=people, duties=theirs)


def _say(request: AccessRequest, step: SwapStep) -> None:
    words = {
        SwapStep.DONE: _("Đã đổi ca. Lịch trực đã thay."),
        SwapStep.AGREED: _("Đã nhận. Ca đổi khi người phụ trách duyệt."),
        SwapStep.DECLINED: _("Đã trả lời không nhận. Ca giữ nguyên."),
        SwapStep.REFUSED: _("Đã ghi không duyệt. Ca giữ nguyên."),
    }
    messages.success(request, words[step])
