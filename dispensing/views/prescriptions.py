"""The physician's pages: who waits for an order, one patient, a new order in two steps, the end of one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from dispensing.forms.prescriptions import PrescriptionForm, SignForm, StopForm
from dispensing.models import Prescription
from dispensing.queries import named_orders, order_words
from dispensing.queries import prescriptions as queries
from dispensing.queries.prescriptions import PatientPage
from dispensing.rules.choices import PHASE_WORDS
from dispensing.services import prescriptions as service
from dispensing.services.prescriptions import (
    NewPrescription,
    OtherContent,
    PrescriptionRefused,
    ShownOther,
    StopRefused,
)
from dispensing.views.holds import patient_page, show_patient
from patients.services import identity
from staff.services.pins import PinRefused

LIST = "dispensing/prescriptions/list.html"
WRITE = "dispensing/prescriptions/write.html"
REVIEW = "dispensing/prescriptions/review.html"
STOP = "dispensing/prescriptions/stop.html"


@allow(Permission.VIEW_PRESCRIPTIONS)
@require_safe
def index(request: AccessRequest) -> HttpResponse:
    """Who waits for an order first, then whose order ends soon, then the others."""
    query = request.GET.get("q", "").strip()[:40]
    shown = queries.physician_list(by=request.access, now=clock.now(), query=query)
    mine = request.access.may(Permission.PRESCRIBE)
    unsigned = named_orders.count_unsigned(request.access) if mine else 0
    return render(request, LIST, {"shown": shown, "mine": mine, "unsigned": unsigned})


@allow(Permission.VIEW_PRESCRIPTIONS)
@require_safe
def patient(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    return show_patient(request, patient_page(request, patient_id))


@allow(Permission.PRESCRIBE)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def new(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Write, look at exactly what will be signed, sign. Every step carries what was typed."""
    page = patient_page(request, patient_id, Permission.PRESCRIBE)
    if request.method == "GET":
        return _write(request, page, _form(page, None))
    form = _form(page, request.POST)
    if not form.is_valid():
        return _write(request, page, form, status=INVALID)
    step = request.POST.get("step")
    if step == "write":
        return _write(request, page, form)
    if step == "sign":
        return _sign(request, page, form)
    return _review(request, page, form, SignForm())


@allow(Permission.PRESCRIBE)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def stop(request: AccessRequest, prescription_id: UUID) -> HttpResponse:
    """End an order at once, by PIN, without another in its place."""
    order = _order(prescription_id)
    page = patient_page(request, order.patient_id, Permission.PRESCRIBE)
    form = StopForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            service.stop(prescription_id=order.pk, by=request.access, pin=form.cleaned_data["pin"], now=clock.now())
        except PinRefused as refused:
            form.add_error("pin", refused.sentence)
        except StopRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("%(code)s: đã ngừng đơn thuốc.") % {"code": page.known.code})
            return redirect("dispensing:prescription_patient", order.patient_id)
    status = INVALID if form.errors else 200
    return render(request, STOP, {"page": page, "order": order, "form": form}, status=status)


def _order(prescription_id: UUID) -> Prescription:
    try:
        return Prescription.objects.select_related("signed_by").get(pk=prescription_id)
    except Prescription.DoesNotExist as error:
        raise Http404 from error


def _form(page: PatientPage, posted: QueryDict | None) -> PrescriptionForm:
    initial = order_words.proposal(page) | {"id": new_id()}
    return PrescriptionForm(posted, initial=initial, settings=page.settings, today=page.today)


def _write(
    request: AccessRequest,
    page: PatientPage,
    form: PrescriptionForm,
    *,
    refused: tuple[Any, ...] = (),
    status: int = 200,
) -> HttpResponse:
    lines = order_words.orders_in_words(page)
    context = {
        "page": page,
        "form": form,
        "refused": refused,
        "phases": [{"value": value, "label": label} for value, label in PHASE_WORDS.items()],
        "last": lines[0] if lines else None,
    }
    return render(request, WRITE, context, status=status)


def _review(
    request: AccessRequest,
    page: PatientPage,
    form: PrescriptionForm,
    sign_form: SignForm,
    *,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Exactly what would be signed now; back to writing where a rule stands against it."""
    now = clock.now()
    patient_id = page.known.facts.patient_id
    reviewed = service.review(command=form.command(patient_id), by=request.access, now=now)
    if reviewed.stops:
        return _write(request, page, form, refused=reviewed.stops, status=INVALID)
    seen = identity.look(patient_id=patient_id, by=request.access, now=now, why="prescription")
    context = {
        "page": page,
        "form": form,
        "sign_form": sign_form,
        "reviewed": reviewed,
        "order": order_words.reviewed_line(reviewed.prescription),
        "identity": seen,
        "changed": changed,
    }
    return render(request, REVIEW, context, status=status)


def _sign(request: AccessRequest, page: PatientPage, form: PrescriptionForm) -> HttpResponse:
    sign_form = SignForm(request.POST)
    if not sign_form.is_valid():
        return _review(request, page, form, sign_form, status=INVALID)
    command = _confirmed(form.command(page.known.facts.patient_id), sign_form)
    try:
        order = service.sign(command=command, by=request.access, pin=sign_form.cleaned_data["pin"], now=clock.now())
    except PinRefused as refused:
        sign_form.add_error("pin", refused.sentence)
    except PrescriptionRefused as refused:
        sign_form.ask_again(refused.violations)
    except ShownOther:
        return _review(request, page, form, sign_form, changed=True, status=INVALID)
    except OtherContent:
        messages.error(request, _("Chưa ký: phiếu này đã được gửi với nội dung khác. Xem lại các đơn bên dưới."))
        return redirect("dispensing:prescription_patient", page.known.facts.patient_id)
    else:
        return _signed(request, page, order)
    return _review(request, page, form, sign_form, status=INVALID)


def _confirmed(command: NewPrescription, sign_form: SignForm) -> NewPrescription:
    said = sign_form.cleaned_data
    return replace(
        command,
        large_change_confirmed=said["large_change_confirmed"],
        answers_missed=said["answers_missed"],
        shown_digest=said["shown_digest"],
    )


def _signed(request: AccessRequest, page: PatientPage, order: Prescription) -> HttpResponse:
    words = _("%(code)s: đã ký đơn %(mg)s mg mỗi ngày, %(from)s đến hết %(to)s.")
    messages.success(request, words % order_words.signed_figures(page.known.code, order))
    return redirect("dispensing:prescription_patient", order.patient_id)
