"""Somebody stays away: an attempt to reach them, an announced absence, a drop-out that a person confirms."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from core.ids import new_id
from core.views.pages import INVALID
from dispensing.forms.away import AbsenceForm, AttemptForm, DropOutForm
from dispensing.models import Absence
from dispensing.queries.following import Followed
from dispensing.queries.missed_section import load
from dispensing.rules.missed import MissedLevel, missed_level
from dispensing.rules.settings import DosingSettings
from dispensing.services import absences, attempts, drop_outs
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.views.following import whom
from dispensing.views.mishaps import STANDS
from facilities.services import settings as rule_settings
from patients.models import Patient
from staff.services.pins import PinRefused

CONTACT, ABSENCE = "dispensing/away/contact.html", "dispensing/away/absence.html"
DROP_OUT = "dispensing/away/drop_out.html"


@allow(Permission.RECORD_CONTACT)
@require_http_methods(["GET", "POST"])
def contact(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Write down that somebody tried to reach the patient."""
    shown, now = whom(request, patient_id), clock.now()
    form = AttemptForm(request.POST if request.method == "POST" else None, initial={"id": new_id()})
    if form.is_bound and form.is_valid():
        command = form.command(patient_id=patient_id, now=now, zone=request.access.zone)
        try:
            made = attempts.record(command=command, by=request.access, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        except Patient.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("Đã ghi: %(said)s") % {"said": attempts.said_of(made)})
            return redirect("dispensing:work")
    return _page(request, CONTACT, shown, form)


@allow(Permission.RECORD_CONTACT)
@require_http_methods(["GET", "POST"])
def absence(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The patient says that they will be away."""
    shown, now = whom(request, patient_id), clock.now()
    initial = {"id": new_id(), "from_day": shown.today, "told_by": "patient"}
    form = AbsenceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = absences.announce(command=form.command(patient_id), by=request.access, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        except Patient.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("Đã ghi báo vắng."))
            warning = _on_return(made, shown)
            if warning:
                messages.warning(request, warning)
            return redirect("dispensing:following", patient_id)
    return _page(request, ABSENCE, shown, form)


def _on_return(made: Absence, shown: Followed) -> str:
    """What the patient should hear before going: what so many missed days ask on the day of return."""
    settings = rule_settings.for_facility(DosingSettings, facility_id=made.facility_id, at=shown.now)
    days = (made.until_day - made.from_day).days + 1
    level = missed_level(days, settings)
    if level in (MissedLevel.NONE, MissedLevel.REASON):
        return ""
    asks = {
        MissedLevel.CHECK: _("khi về phải được đánh giá tại chỗ trước khi uống"),
        MissedLevel.ORDER: _("khi về chưa được uống nếu không có y lệnh bác sĩ"),
    }.get(level, _("khi về phải đến cơ sở điều trị khởi liều lại"))
    said = ngettext(
        "Vắng %(days)d ngày: %(asks)s. Nói với người bệnh và hỏi bác sĩ về nơi uống thay trước khi đi.",
        "Vắng %(days)d ngày: %(asks)s. Nói với người bệnh và hỏi bác sĩ về nơi uống thay trước khi đi.",
        days,
    )
    return said % {"days": days, "asks": asks}


@allow(Permission.RECORD_CONTACT)
@require_POST
def absence_cancel(request: AccessRequest, absence_id: UUID) -> HttpResponse:
    """The patient is here after all."""
    try:
        gone = absences.cancel(absence_id=absence_id, by=request.access, now=clock.now())
    except Absence.DoesNotExist as error:
        raise Http404 from error
    except IncidentRefused as refused:
        messages.error(request, refused.sentence)
        found = Absence.objects.get(pk=absence_id)
        return redirect("dispensing:following", found.patient_id)
    messages.success(request, _("Đã bỏ báo vắng."))
    return redirect("dispensing:following", gone.patient_id)


@allow(Permission.CONFIRM_DROP_OUT)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def drop_out(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Confirm, signed, that the patient has given up treatment."""
    shown, now = whom(request, patient_id), clock.now()
    form = DropOutForm(request.POST if request.method == "POST" else None, initial={"id": new_id()})
    if form.is_bound and form.is_valid():
        try:
            drop_outs.confirm(command=form.command(patient_id), by=request.access, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        except PinRefused as refused:
            form.add_error("pin", refused.sentence)
        except Patient.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("Đã xác nhận bỏ điều trị. Muốn điều trị lại: đăng ký lại ở cơ sở điều trị."))
            return redirect("dispensing:work")
    return _page(request, DROP_OUT, shown, form)


def _page(
    request: AccessRequest, template: str, shown: Followed, form: AttemptForm | AbsenceForm | DropOutForm
) -> HttpResponse:
    context = {"shown": shown, "form": form, "today": local_day(shown.now, request.access.zone)}
    context |= load(shown, request.access)
    return render(request, template, context, status=INVALID if form.errors else 200)
