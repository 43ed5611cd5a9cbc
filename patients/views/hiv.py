"""HIV status of one patient: hidden until a physician asks for it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from patients.forms.hiv import HivForm
from patients.models import Patient
from patients.queries.reach import get_patient
from patients.services import hiv as services


@allow(Permission.KEEP_HIV_STATUS)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def hiv(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Nothing is shown on opening. `look` shows what is recorded, `record` writes a result down."""
    now, by = clock.now(), request.access
    today = clock.local_day(now, by.zone)
    try:
        patient = get_patient(patient_id, access=by, permission=Permission.KEEP_HIV_STATUS, day=today)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    context = {"patient": patient, "form": HivForm(today=today)}
    if request.POST.get("part") == "look":
        context |= {"looked": True, "status": services.look(patient_id=patient_id, by=by, now=now)}
        return render(request, "patients/hiv.html", context)
    if request.method == "GET":
        return render(request, "patients/hiv.html", context)
    form = HivForm(request.POST, today=today)
    if not form.is_valid():
        return render(request, "patients/hiv.html", context | {"form": form}, status=INVALID)
    said = form.cleaned_data
    services.record(
        patient_id=patient_id, positive=said["result"] == "positive", recorded_on=said["recorded_on"], by=by, now=now
    )
    messages.success(request, _("Đã ghi."))
    return redirect("patients:patient", patient_id)
