"""Somebody drank another amount or another's dose; something nearly happened; who drank from a bottle."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import time
from core.views.pages import INVALID
from dispensing.forms.incidents import KIND_CHOICES, NearMissForm, NoteForm, ToldForm, WrongDoseForm
from dispensing.models import Dose, NearMiss, WrongDose
from dispensing.queries import incidents as queries
from dispensing.rules.incident_codes import (
    ADVICE_WORDS,
    FOUND_WORDS,
    NEAR_MISS_WORDS,
    Advice,
    FoundHow,
    NearMissKind,
)
from dispensing.services import incidents, told_physicians, wrong_doses
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused, NewNearMiss
from dispensing.services.told_physicians import NewlyTold
from dispensing.services.wrong_doses import NewWrongDose
from dispensing.views.screen import screen_of
from patients.models import Patient

WRONG, SHOWN = "dispensing/incidents/wrong.html", "dispensing/incidents/wrong_shown.html"
NEAR, NOTE = "dispensing/incidents/near_misses.html", "dispensing/incidents/near_miss.html"
STANDS = gettext_lazy("Việc này đã được ghi với nội dung khác. Mở lại danh sách và xem.")


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def wrong_dose(request: AccessRequest, dose_id: UUID) -> HttpResponse:
    """A recorded dose was drunk by another, or was another amount."""
    dose = get_object_or_404(Dose.objects.select_related("patient"), pk=dose_id, facility_id=request.access.facility_id)
    return _wrong(request, dose.patient, dose)


@require_POST
@allow(Permission.RECORD_OUTCOME)
def wrong_cup(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Another drank the cup of the open card, before anything was recorded."""
    try:
        patient = incidents.patient_here(patient_id=patient_id, by=request.access)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    return _wrong(request, patient, None)


def _wrong(request: AccessRequest, patient: Patient, dose: Dose | None) -> HttpResponse:
    if "id" not in request.POST:
        initial = {"id": new_id(), "slip": request.POST.get("slip", ""), "kind": None if dose else "other_person"}
        return _wrong_page(request, patient, dose, WrongDoseForm(initial=initial))
    form = WrongDoseForm(request.POST)
    if not form.is_valid() or (dose is None and _other_slip(form, patient)):
        return _wrong_page(request, patient, dose, form, INVALID)
    try:
        made = wrong_doses.record(
            command=_wrong_command(form, dose), by=request.access, now=clock.now(), screen=screen_of(request)
        )
    except IncidentRefused as refused:
        form.refuse(refused)
        return _wrong_page(request, patient, dose, form, INVALID)
    except OtherContent:
        form.add_error(None, STANDS)
        return _wrong_page(request, patient, dose, form, INVALID)
    return redirect("dispensing:wrong_dose_shown", made.pk)


def _other_slip(form: WrongDoseForm, patient: Patient) -> bool:
    slip = form.cleaned_data.get("slip")
    if slip is not None and slip.patient_id == patient.pk:
        return False
    form.add_error(None, _("Màn hình này đã cũ. Mở lại người bệnh."))
    return True


def _wrong_command(form: WrongDoseForm, dose: Dose | None) -> NewWrongDose:
    said = form.cleaned_data
    return NewWrongDose(
        id=said["id"],
        dose_id=dose.pk if dose else None,
        slip=None if dose else said["slip"],
        drinker=form.drinker_code,
        actual_ul=said["actual"],
        found_how=FoundHow(said["found_how"] or FoundHow.OTHER),
        advice=tuple(said["advice"]),
        told=said["told"],
    )


def _wrong_page(
    request: AccessRequest, patient: Patient, dose: Dose | None, form: WrongDoseForm, status: int = 200
) -> HttpResponse:
    slip = None if dose else form.fields["slip"].clean(form["slip"].value()) if not form.errors.get("slip") else None
    context = {
        "form": form,
        "patient": patient,
        "dose": dose,
        "mg": dose.mg if dose else slip.mg if slip else None,
        "kinds": _choices(KIND_CHOICES) if dose else (),
        "found": _choices(FOUND_WORDS.items()),
        "advice": _choices(ADVICE_WORDS.items()),
    }
    return render(request, WRONG, context, status=status)


@require_http_methods(["GET", "POST"])
@allow(Permission.VIEW_ROSTER)
def wrong_dose_shown(request: AccessRequest, wrong_dose_id: UUID) -> HttpResponse:
    """What to do now; and, once somebody has been reached, which physician was told."""
    now, by = clock.now(), request.access
    try:
        shown = queries.get_wrong_dose(wrong_dose_id=wrong_dose_id, access=by)
    except WrongDose.DoesNotExist as error:
        raise Http404 from error
    may_tell = by.facility_id == shown.facility_id and by.may(Permission.RECORD_OUTCOME)
    posted = request.POST if request.method == "POST" and may_tell else None
    form = ToldForm(posted, initial={"id": new_id(), "told_at": time(now)})
    if posted is not None and form.is_valid():
        said = form.cleaned_data
        command = NewlyTold(said["id"], shown.pk, said["told"], form.at("told_at", now, by.zone), said["words"])
        try:
            told_physicians.record(command=command, by=by, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Đã ghi: đã báo bác sĩ."))
            return redirect("dispensing:wrong_dose_shown", shown.pk)
    context = {
        "shown": shown,
        "form": form if may_tell else None,
        "numbers": queries.numbers_to_call(facility_id=shown.facility_id, now=now),
        "advice": [ADVICE_WORDS[Advice(code)] for code in shown.advice if code in set(Advice)],
    }
    return render(request, SHOWN, context, status=INVALID if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def near_misses(request: AccessRequest) -> HttpResponse:
    """One tap records; the list is for those who learn from it."""
    by = request.access
    if request.method == "POST":
        form = NearMissForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Chưa ghi: chọn lại điều suýt xảy ra."))
            return redirect("dispensing:near_misses")
        said = form.cleaned_data
        command = NewNearMiss(said["id"], NearMissKind(said["kind"]), said["patient"])
        try:
            made = incidents.near_miss(command=command, by=by, now=clock.now())
        except Patient.DoesNotExist as error:
            raise Http404 from error
        except OtherContent:
            messages.error(request, STANDS)
            return redirect("dispensing:near_misses")
        messages.success(request, _("Đã ghi: %(what)s. Cảm ơn đã ghi lại.") % {"what": NEAR_MISS_WORDS[command.kind]})
        return redirect("dispensing:near_miss", made.pk)
    rows = queries.near_misses(facility_id=by.facility_id or 0)
    return render(request, NEAR, {"rows": rows} | near_miss_context())


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def near_miss(request: AccessRequest, near_miss_id: UUID) -> HttpResponse:
    """What was recorded, and a note where somebody wants to add one."""
    told = get_object_or_404(
        NearMiss.objects.select_related("patient", "recorded_by", "noted_by"),
        pk=near_miss_id,
        facility_id=request.access.facility_id,
    )
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            incidents.add_note(near_miss_id=told.pk, note=form.cleaned_data["note"], by=request.access, now=clock.now())
        except IncidentRefused as refused:
            form.add_error("note", refused.sentence)
        else:
            messages.success(request, _("Đã ghi thêm."))
            return redirect("dispensing:near_misses")
    context = {"told": told, "words": NEAR_MISS_WORDS[NearMissKind(told.kind)], "form": form}
    return render(request, NOTE, context, status=INVALID if form.errors else 200)


@require_GET
@allow(Permission.VIEW_ROSTER)
def bottle_patients(request: AccessRequest, number: int) -> HttpResponse:
    """Who drank from this bottle, at the sites whose roster the person may see."""
    if not queries.bottle_in_reach(number=number, access=request.access):
        raise Http404
    rows = queries.drank_from(number=number, access=request.access)
    return render(request, "dispensing/incidents/bottle.html", {"rows": rows, "number": number})


def near_miss_context(patient_id: UUID | None = None) -> dict[str, Any]:
    """What the one-tap form needs, on whichever page it stands."""
    return {
        "near_miss_kinds": _choices(NEAR_MISS_WORDS.items()),
        "near_miss_id": new_id(),
        "near_miss_patient": patient_id or "",
    }


def _choices(pairs: Any) -> list[dict[str, Any]]:
    return [{"value": str(value), "label": label} for value, label in pairs]
