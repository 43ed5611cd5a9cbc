"""A patient's alerts: what is to be heeded, added and ended from the card in one step."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from patients.forms.alerts import AlertForm, EndForm, SpeechForm, StopForm
from patients.models import Alert, Patient
from patients.queries import alerts as alert_queries
from patients.rules.alert_words import CHANGE_WORDS, EFFECT_WORDS, ENDED_WORDS, KIND_WORDS, MEDICINE_WORDS, SOURCE_WORDS
from patients.rules.alerts import AlertKind
from patients.services import alerts as alert_services
from patients.services import speech as speech_services
from patients.services.alerts import AlertRefused
from patients.views.back import back_of

PAGE = "patients/alerts.html"


@allow(Permission.RECORD_ALERT)
@require_http_methods(["GET", "POST"])
def alerts(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The list with the form below it; ?kind= chooses what the form asks, ?back= leads back to the card."""
    if request.method == "GET":
        return _page(request, patient_id)
    form = AlertForm(request.POST)
    if form.is_valid():
        try:
            alert_services.record(new=form.new_alert(patient_id), by=request.access, now=clock.now())
        except Patient.DoesNotExist as error:
            raise Http404 from error
        except AlertRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi cảnh báo. Bác sĩ thấy trong việc cần xử lý."))
            return redirect(back_of(request) or f"/patients/{patient_id}/alerts/")
    return _page(request, patient_id, alert_form=form)


@allow(Permission.RECORD_ALERT)
@require_POST
def stop(request: AccessRequest, patient_id: UUID, alert_id: UUID) -> HttpResponse:
    """The medicine is no longer taken."""
    form = StopForm(request.POST)
    if form.is_valid():
        try:
            alert_services.stop(
                alert_id=alert_id,
                stopped_id=form.cleaned_data["stopped_id"],
                on=form.day(),
                by=request.access,
                now=clock.now(),
            )
        except Alert.DoesNotExist as error:
            raise Http404 from error
        except AlertRefused as refused:
            form.add_error("on", refused.sentence)
        else:
            messages.success(request, _("Đã ghi việc ngừng thuốc. Thẻ theo dõi từ ngày đó."))
            return redirect("patients:alerts", patient_id)
    return _page(request, patient_id, stop_form=form, refused_id=alert_id)


@allow(Permission.RECORD_ALERT)
@require_POST
def end(request: AccessRequest, patient_id: UUID, alert_id: UUID) -> HttpResponse:
    """It is over, or was recorded by mistake."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, patient_id, end_form=form, refused_id=alert_id)
    try:
        alert_services.end(alert_id=alert_id, why=form.reason(), by=request.access, now=clock.now())
    except Alert.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Đã kết thúc cảnh báo."))
    return redirect("patients:alerts", patient_id)


@allow(Permission.RECORD_ALERT, Permission.VIEW_MEDICINE_NAME)
@require_POST
def medicine(request: AccessRequest, patient_id: UUID, alert_id: UUID) -> HttpResponse:
    """The deliberate tap: the medicine's name is shown, and the look is written down; so is one that is refused."""
    try:
        name = alert_services.medicine_name(alert_id=alert_id, by=request.access, now=clock.now())
    except Alert.DoesNotExist as error:
        raise Http404 from error
    shown = str(MEDICINE_WORDS.get(name, name)) or _("không ai ghi tên thuốc")
    return _page(request, patient_id, status=200, named_id=alert_id, medicine_name=shown)


@allow(Permission.RECORD_ALERT)
@require_POST
def speech(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The language and the need of an interpreter."""
    form = SpeechForm(request.POST)
    if not form.is_valid():
        return _page(request, patient_id, speech_form=form)
    try:
        speech_services.state(
            patient_id=patient_id,
            language=form.cleaned_data["language"],
            needs_interpreter=form.cleaned_data["needs_interpreter"],
            by=request.access,
            now=clock.now(),
        )
    except Patient.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Đã ghi tiếng nói."))
    return redirect(back_of(request) or f"/patients/{patient_id}/alerts/")


def _page(request: AccessRequest, patient_id: UUID, status: int = INVALID, **refused: Any) -> HttpResponse:
    """The page; a form given is one that was refused, with what was typed."""
    today = clock.local_day(clock.now(), request.access.zone)
    try:
        shown = alert_queries.alerts_page(patient_id, access=request.access, day=today)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    back = back_of(request)
    first = {"id": new_id(), "since": today, "back": back, "kind": _kind(request), "change": "started"}
    spoken = {"language": shown.patient.language, "needs_interpreter": shown.needs_interpreter, "back": back}
    context = {
        "shown": shown,
        "back": back,
        "alert_form": AlertForm(initial=first | {"source": "patient", "medicine": "other", "effect": "unknown"}),
        "speech_form": SpeechForm(initial=spoken),
        "stop_form": StopForm(initial={"on": today}),
        "stopped_id": new_id(),
        "kind_words": KIND_WORDS,
        "effect_words": EFFECT_WORDS,
        "change_words": CHANGE_WORDS,
        "source_words": SOURCE_WORDS,
        "ended_words": ENDED_WORDS,
        "may_name": request.access.may(Permission.VIEW_MEDICINE_NAME),
    }
    return render(request, PAGE, context | refused, status=status if refused else 200)


def _kind(request: AccessRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in set(AlertKind) else ""
