"""One patient of the register: no name until somebody asks for it, and then it is written down who asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, scanning
from core.access import AccessRequest, Permission, allow
from core.qr import qr_path
from core.vietnamese import sort_key
from core.views.pages import INVALID, page_or_partial
from patients import links
from patients.forms.register import ConsentForm, PlaceForm, StatusForm
from patients.models import Patient, Status
from patients.queries import register as register_queries
from patients.queries.reach import dosing_facilities
from patients.queries.register import PatientPage
from patients.rules.scancodes import CARD
from patients.rules.words import PLACEMENT_WORDS, SEX_WORDS, STATUS_WORDS, WHY_WORDS
from patients.services import cards, consents, identity, placements, status

PAGE = "patients/patient.html"


@allow(Permission.VIEW_PATIENT)
@require_safe
def patient(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    return _page(request, patient_id)


@allow(Permission.VIEW_PATIENT)
@require_POST
def show_identity(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The deliberate tap: the name is shown, and the look is written down."""
    try:
        seen = identity.look(patient_id=patient_id, by=request.access, now=clock.now(), why="register")
    except Patient.DoesNotExist as error:
        raise Http404 from error
    shown = shown_to(request, patient_id)
    return page_or_partial(request, PAGE, "identity", _context(shown, request) | {"identity": seen})


@allow(Permission.REGISTER_PATIENT)
@require_POST
def place(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Another facility from a day on; for who drinks nowhere, the first one."""
    shown = shown_to(request, patient_id)
    form = PlaceForm(request.POST, facilities=_facilities(shown))
    if form.is_valid():
        act = placements.move if shown.present else placements.place
        try:
            act(
                patient_id=patient_id,
                facility_id=form.cleaned_data["facility"],
                starts_on=form.cleaned_data["starts_on"],
                by=request.access,
                now=clock.now(),
            )
        except Patient.DoesNotExist as error:
            raise Http404 from error
        except placements.PlacementRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã xếp nơi uống thuốc mới."))
            return redirect("patients:patient", patient_id)
    return _page(request, patient_id, place_form=form)


@allow(Permission.REGISTER_PATIENT)
@require_POST
def change_status(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    form = StatusForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            status.change(
                patient_id=patient_id,
                status=Status(said["status"]),
                from_day=said["from_day"],
                reason=said["reason"],
                by=request.access,
                now=clock.now(),
            )
        except Patient.DoesNotExist as error:
            raise Http404 from error
        except status.StatusRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã đổi tình trạng."))
            return redirect("patients:patient", patient_id)
    return _page(request, patient_id, status_form=form)


@allow(Permission.REGISTER_PATIENT)
@require_POST
def give_consent(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, patient_id, consent_form=form)
    try:
        consents.give(
            patient_id=patient_id,
            language=form.cleaned_data["language"],
            by=request.access,
            now=clock.now(),
        )
    except Patient.DoesNotExist as error:
        raise Http404 from error
    return redirect("patients:patient", patient_id)


@allow(Permission.REGISTER_PATIENT)
@require_POST
def withdraw_consent(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    try:
        consents.withdraw(patient_id=patient_id, by=request.access, now=clock.now())
    except Patient.DoesNotExist as error:
        raise Http404 from error
    return redirect("patients:patient", patient_id)


@allow(Permission.REGISTER_PATIENT)
@require_POST
def replace_card(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    try:
        cards.replace(patient_id=patient_id, by=request.access, now=clock.now())
    except Patient.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Đã cấp thẻ mới. Thẻ cũ không còn dùng được."))
    return redirect("patients:patient", patient_id)


@allow(Permission.VIEW_PATIENT)
@require_safe
def print_card(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The card in its real size on a sheet of A4: code, initials and the number to scan, no name."""
    shown = shown_to(request, patient_id)
    if shown.card is None:
        raise Http404
    digits = scanning.encode(CARD, shown.card.number)
    context = {
        "patient": shown.patient,
        "digits": digits,
        "qr": qr_path(digits),
        "facility": shown.present.facility if shown.present else None,
    }
    return render(request, "patients/card.html", context)


def shown_to(request: AccessRequest, patient_id: UUID) -> PatientPage:
    """What the register shows of a patient within reach; anybody else is not found."""
    day = clock.local_day(clock.now(), request.access.zone)
    try:
        return register_queries.patient_page(patient_id, access=request.access, day=day)
    except Patient.DoesNotExist as error:
        raise Http404 from error


def _page(request: AccessRequest, patient_id: UUID, **refused: Any) -> HttpResponse:
    """The patient's page; a form given is one that was refused, with what was typed."""
    context = _context(shown_to(request, patient_id), request) | refused
    return render(request, PAGE, context, status=INVALID if refused else 200)


def _context(shown: PatientPage, request: AccessRequest) -> dict[str, Any]:
    today = clock.local_day(clock.now(), request.access.zone)
    return {
        "shown": shown,
        "may_put_right": request.access.may(Permission.RECORD_CONTACT) or shown.may_change,
        "links": links.of_patient(shown.patient.pk, request.access),
        "status_words": STATUS_WORDS,
        "sex_words": SEX_WORDS,
        "why_words": WHY_WORDS,
        "placement_words": PLACEMENT_WORDS,
        "place_form": PlaceForm(facilities=_facilities(shown)),
        "status_form": StatusForm(initial={"from_day": today, "status": shown.patient.status}),
        "consent_form": ConsentForm(initial={"language": shown.patient.language}),
    }


def _facilities(shown: PatientPage) -> list[tuple[int, str]]:
    """Where the patient could drink instead."""
    if not shown.may_change:
        return []
    others = dosing_facilities()
    if shown.present:
        others = others.exclude(pk=shown.present.facility_id)
    return [(place.pk, place.name) for place in sorted(others, key=lambda place: sort_key(place.name))]
