"""A patient is elsewhere for some days: guest, hospital, detention. Home resumes by itself."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.vietnamese import sort_key
from core.views.pages import INVALID
from patients.forms.visits import VisitEndForm, VisitForm
from patients.models import VISITS, Patient, Placement
from patients.queries.reach import dosing_facilities, get_patient
from patients.rules.words import PLACEMENT_WORDS
from patients.services import placements


@allow(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def visit(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Where the patient is for some days, and until when."""
    patient, today = _patient(request, patient_id), clock.local_day(clock.now(), request.access.zone)
    places = [(place.pk, place.name) for place in sorted(dosing_facilities(), key=lambda each: sort_key(each.name))]
    form = VisitForm(request.POST or None, facilities=places, initial={"from_day": today + timedelta(days=1)})
    if form.is_bound and form.is_valid():
        try:
            placements.visit(patient_id=patient_id, visit=form.visit(), by=request.access, now=clock.now())
        except placements.PlacementRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi. Hết đợt này người bệnh tự về uống ở nơi cũ."))
            return redirect("patients:patient", patient_id)
    context = {"form": form, "patient": patient}
    return render(request, "patients/visit.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def end(request: AccessRequest, patient_id: UUID, placement_id: int) -> HttpResponse:
    """The patient comes back earlier than was said."""
    patient, today = _patient(request, patient_id), clock.local_day(clock.now(), request.access.zone)
    held = get_object_or_404(
        Placement.objects.select_related("facility"), pk=placement_id, patient_id=patient_id, kind__in=VISITS
    )
    form = VisitEndForm(request.POST or None, initial={"last_day": today})
    if form.is_bound and form.is_valid():
        last_day = form.cleaned_data["last_day"]
        try:
            placements.end_visit(
                patient_id=patient_id, placement_id=placement_id, last_day=last_day, by=request.access, now=clock.now()
            )
        except Placement.DoesNotExist as error:
            raise Http404 from error
        except placements.PlacementRefused as refused:
            form.add_error("last_day", refused.sentence)
        else:
            messages.success(request, _("Đã ghi. Từ ngày hôm sau người bệnh uống ở nơi cũ."))
            return redirect("patients:patient", patient_id)
    context = {"form": form, "patient": patient, "held": held, "kind_words": PLACEMENT_WORDS[held.kind]}
    return render(request, "patients/visit_end.html", context, status=INVALID if form.is_bound else 200)


def _patient(request: AccessRequest, patient_id: UUID) -> Patient:
    day = clock.local_day(clock.now(), request.access.zone)
    try:
        return get_patient(patient_id, access=request.access, permission=Permission.REGISTER_PATIENT, day=day)
    except Patient.DoesNotExist as error:
        raise Http404 from error
