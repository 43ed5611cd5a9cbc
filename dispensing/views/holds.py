"""Stops on dosing, placed and lifted on the patient's page of the physician."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import AccessRequest, Permission, Role, allow
from core.ids import new_id
from core.templatetags.tram import day_time
from core.views.pages import INVALID
from dispensing.forms.prescriptions import HoldForm, LiftForm
from dispensing.models import Hold
from dispensing.queries import named_orders, order_words
from dispensing.queries import prescriptions as queries
from dispensing.queries.prescriptions import PatientPage
from dispensing.rules.choices import HOLD_WORDS, HoldReason
from dispensing.rules.named_orders import may_be_told
from dispensing.rules.violations import Unlocker
from dispensing.services import holds
from dispensing.services.holds import HoldRefused
from patients.models import Patient

PATIENT = "dispensing/prescriptions/patient.html"


@allow(Permission.PLACE_HOLD)
@require_POST
def place(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Stop the next doses until somebody of the chosen level has looked."""
    page = patient_page(request, patient_id, Permission.PLACE_HOLD)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return show_patient(request, page, hold_form=form, status=INVALID)
    try:
        holds.place(command=form.command(patient_id), by=request.access, now=clock.now())
    except HoldRefused as refused:
        form.add_error(None, refused.sentence)
        return show_patient(request, page, hold_form=form, status=INVALID)
    messages.success(request, _("%(code)s: đã dừng cấp liều.") % {"code": page.known.code})
    return redirect("dispensing:prescription_patient", patient_id)


@allow(Permission.LIFT_HOLD)
@require_POST
def lift(request: AccessRequest, hold_id: UUID) -> HttpResponse:
    """Let the patient drink again, with the reason."""
    hold = Hold.objects.filter(pk=hold_id).first()
    if hold is None:
        raise Http404
    page = patient_page(request, hold.patient_id, Permission.LIFT_HOLD)
    form = LiftForm(request.POST)
    if form.is_valid():
        try:
            holds.lift(hold_id=hold_id, reason=form.cleaned_data["reason"], by=request.access, now=clock.now())
        except HoldRefused as refused:
            form.add_error("reason", refused.sentence)
        else:
            messages.success(request, _("%(code)s: được uống lại.") % {"code": page.known.code})
            return redirect("dispensing:prescription_patient", hold.patient_id)
    return show_patient(request, page, lift_form=form, lifting=hold_id, status=INVALID)


def patient_page(
    request: AccessRequest, patient_id: UUID, permission: Permission = Permission.VIEW_PRESCRIPTIONS
) -> PatientPage:
    """The patient within the permission's reach, or 404 alike for unknown and out of reach."""
    try:
        return queries.patient_page(patient_id=patient_id, by=request.access, now=clock.now(), permission=permission)
    except Patient.DoesNotExist as error:
        raise Http404 from error


def show_patient(
    request: AccessRequest,
    page: PatientPage,
    *,
    hold_form: HoldForm | None = None,
    lift_form: LiftForm | None = None,
    lifting: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """The patient's page; a form that was refused stands where it was, with everything that was typed."""
    by = request.access
    lifts = [
        {
            "hold": hold,
            "words": HOLD_WORDS.get(HoldReason(hold.reason), hold.reason),
            "since": _("%(who)s, %(at)s") % {"who": hold.placed_by.initials, "at": day_time(hold.placed_at)},
            "level": holds.LEVEL_WORDS.get(Unlocker(hold.unlocker), ""),
            "may_lift": holds.may_lift(hold, by),
            "form": lift_form if hold.pk == lifting and lift_form else LiftForm(auto_id=f"lift_{hold.pk}_%s"),
        }
        for hold in page.holds
    ]
    context = {
        "page": page,
        "lifts": lifts,
        "hold_form": hold_form or HoldForm(initial={"id": new_id()}),
        "may_hold": by.may_at(Permission.PLACE_HOLD, page.place.pk),
        "may_prescribe": by.may_at(Permission.PRESCRIBE, page.place.pk),
        "may_act": _may_act(request, page),
        "orders": order_words.orders_in_words(page),
    }
    return render(request, PATIENT, context, status=status)


def _may_act(request: AccessRequest, page: PatientPage) -> bool:
    """Whether an assistant physician holds a delegation here, for what it may be used for."""
    by = request.access
    if Role.ASSISTANT_PHYSICIAN not in by.roles or not may_be_told(page.blocks, page.settings):
        return False
    return bool(named_orders.delegations_for(facility_id=page.place.pk, by=by, now=clock.now()))
