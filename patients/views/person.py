"""Who a patient is, put right; and whom to call when they stay away. Each opening is written down."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID, page_or_partial
from patients.forms.register import NameForm, PhonesForm
from patients.models import Patient
from patients.services import identity, persons
from patients.services.identity import IdentityView
from patients.views.patient import shown_to


@allow(Permission.RECORD_CONTACT)
@require_POST
def telephones(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Whom to call: a deliberate tap, written down."""
    seen = _look(request, patient_id, why="contact")
    context = {"shown": shown_to(request, patient_id), "identity": seen}
    return page_or_partial(request, "patients/telephones.html", "told", context)


@allow(Permission.RECORD_CONTACT, Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def person(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Telephones for who reaches people, the name for who keeps the register."""
    seen, shown = _look(request, patient_id, why="change"), shown_to(request, patient_id)
    part = request.POST.get("part", "")
    phones = PhonesForm(request.POST if part == "phones" else None, phones=seen.phones)
    name = NameForm(request.POST if part == "name" else None, initial={"full_name": seen.full_name})
    may_reach = request.access.may(Permission.RECORD_CONTACT)
    if _kept(request, patient_id, name if part == "name" else phones):
        messages.success(request, _("Đã lưu."))
        return redirect("patients:patient", patient_id)
    context = {
        "shown": shown,
        "phones_form": phones if may_reach else None,
        "name_form": name if shown.may_change else None,
    }
    return render(request, "patients/person.html", context, status=INVALID if request.method == "POST" else 200)


def _kept(request: AccessRequest, patient_id: UUID, form: PhonesForm | NameForm) -> bool:
    if not form.is_bound or not form.is_valid():
        return False
    now = clock.now()
    try:
        if isinstance(form, PhonesForm):
            persons.keep_phones(patient_id=patient_id, phones=form.phones(), by=request.access, now=now)
        else:
            name = form.cleaned_data["full_name"]
            persons.correct_name(patient_id=patient_id, full_name=name, by=request.access, now=now)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    return True


def _look(request: AccessRequest, patient_id: UUID, *, why: str) -> IdentityView:
    try:
        return identity.look(patient_id=patient_id, by=request.access, now=clock.now(), why=why)
    except Patient.DoesNotExist as error:
        raise Http404 from error
