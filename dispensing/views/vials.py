"""What became of vials taken home, and vials of a hand-out that was not as recorded."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from dispensing.forms.take_home import EmptiesForm, ReportForm, VialVoidForm
from dispensing.models import TakeHome, TakeHomeVial
from dispensing.queries import take_home as queries
from dispensing.rules.take_home_codes import VialFate
from dispensing.services import vial_tasks, vials
from dispensing.services.doses import OtherContent
from dispensing.services.take_home import TakeHomeRefused
from dispensing.views.following import whom
from dispensing.views.mishaps import STANDS
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

REPORT: Final = "dispensing/following/vial.html"
VOID: Final = "dispensing/following/vial_void.html"


@allow(Permission.GIVE_DOSE)
@require_http_methods(["GET", "POST"])
def report(request: AccessRequest, vial_id: UUID) -> HttpResponse:
    """What became of one vial; where somebody has said it already, this puts it right."""
    now = clock.now()
    try:
        vial = queries.vial_in_reach(vial_id, by=request.access, now=now)
    except TakeHomeVial.DoesNotExist as error:
        raise Http404 from error
    shown, stands = whom(request, vial.patient_id), queries.standing_report(vial.pk)
    posted = request.POST if request.method == "POST" else None
    first = {"id": new_id(), "what": str(VialFate.RETURNED_EMPTY)}
    form, second = ReportForm(posted, initial=first, replaces=stands.pk if stands else None), _second(request)
    if form.is_bound and form.is_valid() & (not form.poured_out or second.is_valid()):
        try:
            seen = second.second_person() if form.poured_out else None
            vials.report(command=form.command(vial.pk, seen), by=request.access, now=now)
        except TakeHomeRefused as refused:
            form.refuse(refused.wrongs)
        except (AttestationRefused, PinRefused) as refused:
            second.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, _("%(code)s: đã ghi về lọ mang về.") % {"code": shown.patient.code})
            return redirect("dispensing:following", shown.patient.pk)
    context = {"form": form, "second": second.panel, "shown": shown, "vial": vial, "stands": stands}
    return render(request, REPORT, context, status=INVALID if form.is_bound else 200)


@allow(Permission.GIVE_DOSE)
@require_POST
def all_empty(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Every vial that is due came back empty: one tap."""
    shown = whom(request, patient_id)
    if not shown.may(request.access, Permission.GIVE_DOSE):
        raise Http404
    form = EmptiesForm(request.POST)
    if not form.is_valid():
        raise Http404
    sent, whose = form.cleaned_data["id"], shown.patient.pk
    count = vials.all_empty(send_id=sent, patient_id=whose, by=request.access, now=clock.now())
    said = ngettext("%(code)s: đã nhận %(n)d vỏ lọ rỗng.", "%(code)s: đã nhận %(n)d vỏ lọ rỗng.", count)
    messages.success(request, said % {"code": shown.patient.code, "n": count})
    return redirect("dispensing:following", shown.patient.pk)


@allow(Permission.FOLLOW_PATIENT)
@require_POST
def call_back(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The site calls the patient, who brings every vial to be counted."""
    shown = whom(request, patient_id)
    try:
        vial_tasks.call_back(patient_id=shown.patient.pk, by=request.access, now=clock.now())
    except TakeHomeRefused as refused:
        messages.error(request, refused.wrongs[0].sentence)
    else:
        said = _("%(code)s: đã giao việc gọi mang lọ đến đếm, hạn ngày mai.")
        messages.success(request, said % {"code": shown.patient.code})
    return redirect("dispensing:following", shown.patient.pk)


@allow(Permission.VOID_DOSE)
@require_http_methods(["GET", "POST"])
def void(request: AccessRequest, take_home_id: UUID) -> HttpResponse:
    """Say which vials of a hand-out were not handed out as recorded, and where they really are."""
    try:
        made, every = queries.hand_out(take_home_id, facility_id=request.access.facility_id or 0)
    except TakeHome.DoesNotExist as error:
        raise Http404 from error
    stand = [vial for vial in every if not hasattr(vial, "void")]
    form = VialVoidForm(request.POST if request.method == "POST" else None, vials=stand, initial={"id": new_id()})
    second = _second(request)
    if form.is_bound and form.is_valid() & (not form.poured_out or second.is_valid()):
        try:
            seen = second.second_person() if form.poured_out else None
            vials.void(command=form.command(made.pk, seen), by=request.access, now=clock.now())
        except TakeHomeRefused as refused:
            form.refuse(refused.wrongs)
        except (AttestationRefused, PinRefused) as refused:
            second.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, _("%(code)s: đã ghi lại lần giao lọ.") % {"code": made.patient.code})
            return redirect("dispensing:following", made.patient_id)
    context = {"form": form, "second": second.panel, "made": made, "stand": stand}
    return render(request, VOID, context, status=INVALID if form.is_bound else 200)


def _second(request: AccessRequest) -> SecondPersonForm:
    by = request.access
    people = seconds_at(facility_id=by.facility_id or 0, now=clock.now(), besides=by.person_id)
    return SecondPersonForm(request.POST if request.method == "POST" else None, people=people)
