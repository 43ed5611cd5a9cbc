"""Everything that is known of one patient and who looked, opened with a reason; and what the patient asks about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.papers import pdf
from core.views.pages import INVALID
from patients.forms.known import ANSWERED, PUT_OFF, OpenForm, RequestForm, StepForm
from patients.models import DataRequest, Patient
from patients.queries.known_words import acting_words, look_words
from patients.queries.reach import get_patient
from patients.rules.data_requests import ASKED_FOR_WORDS, OUTCOME_WORDS, Outcome
from patients.rules.words import SEX_WORDS, STATUS_WORDS
from patients.services import data_requests
from patients.services import known as services
from patients.services.known import PatientFile
from patients.views.known_paper import known_paper

PAGE = "patients/known.html"


@allow(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def known(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Nothing is shown on opening. With a reason it is shown, or printed for the patient."""
    patient = _patient(request, patient_id)
    form = OpenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, patient, form=form, status=INVALID if form.is_bound else 200)
    printed = request.POST.get("part") == "print"
    file = services.open_file(
        patient_id=patient.pk, why=form.reason, printed=printed, by=request.access, now=clock.now()
    )
    if not printed:
        return _page(request, patient, form=form, file=file)
    made = HttpResponse(pdf(known_paper(file, by=request.access, now=clock.now())), "application/pdf")
    made.headers["Content-Disposition"] = f'attachment; filename="{patient.code}.pdf"'
    return made


@allow(Permission.REGISTER_PATIENT)
@require_POST
@sensitive_post_parameters()
def ask(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The patient asks something about their own data."""
    patient, now = _patient(request, patient_id), clock.now()
    form = RequestForm(request.POST, today=clock.local_day(now, request.access.zone))
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = data_requests.receive(
                request_id=said["id"], patient_id=patient.pk, kind=form.kind_said, received_on=said["received_on"],
                words=said["words"], by=request.access, now=now,
            )  # fmt: skip
        except data_requests.DataRequestRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            words = _("Đã ghi. Trả lời người bệnh trước hết ngày %(day)s.")
            messages.success(request, words % {"day": f"{made.answer_due:%d/%m/%Y}"})
            return redirect("patients:known", patient.pk)
    return _page(request, patient, request_form=form, status=INVALID)


@allow(Permission.REGISTER_PATIENT)
@require_POST
def step(request: AccessRequest, patient_id: UUID, asked_id: UUID) -> HttpResponse:
    """What was done about a request."""
    patient, form = _patient(request, patient_id), StepForm(request.POST, of=asked_id)
    if not form.is_valid():
        return _page(request, patient, step_form=form, step_of=asked_id, status=INVALID)
    try:
        _do(form, asked_id, patient.pk, request)
    except DataRequest.DoesNotExist as error:
        raise Http404 from error
    except data_requests.DataRequestRefused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, patient, step_form=form, step_of=asked_id, status=INVALID)
    messages.success(request, _("Đã ghi."))
    return redirect("patients:known", patient.pk)


def _do(form: StepForm, asked_id: UUID, patient_id: UUID, request: AccessRequest) -> None:
    said, by, now = form.cleaned_data, request.access, clock.now()
    if said["step"] == ANSWERED:
        data_requests.answer(request_id=asked_id, patient_id=patient_id, by=by, now=now)
    elif said["step"] == PUT_OFF:
        data_requests.put_off(request_id=asked_id, patient_id=patient_id, why=said["words"], by=by, now=now)
    else:
        outcome = Outcome(said["step"])
        data_requests.end(request_id=asked_id, patient_id=patient_id, outcome=outcome, by=by, now=now)


def _patient(request: AccessRequest, patient_id: UUID) -> Patient:
    day = clock.local_day(clock.now(), request.access.zone)
    try:
        return get_patient(patient_id, access=request.access, permission=Permission.REGISTER_PATIENT, day=day)
    except Patient.DoesNotExist as error:
        raise Http404 from error


def _page(
    request: AccessRequest,
    patient: Patient,
    *,
    file: PatientFile | None = None,
    step_form: StepForm | None = None,
    step_of: UUID | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    today = clock.local_day(clock.now(), request.access.zone)
    context = {
        "patient": patient,
        "file": file,
        "looks": [(look, acting_words(look), look_words(look)) for look in file.looks] if file else [],
        "requests": [
            (row, step_form if step_form is not None and row.pk == step_of else StepForm(of=row.pk))
            for row in DataRequest.objects.filter(patient=patient).order_by("-received_on", "-id")
        ],
        "step_of": step_of,
        "form": OpenForm(),
        "request_form": RequestForm(today=today),
        "asked_for_words": {str(kind): words for kind, words in ASKED_FOR_WORDS.items()},
        "outcome_words": {str(outcome): words for outcome, words in OUTCOME_WORDS.items()},
        "sex_words": SEX_WORDS,
        "status_words": STATUS_WORDS,
    }
    return render(request, PAGE, context | forms, status=status)
