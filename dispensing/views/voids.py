"""A recorded dose was not what it says."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from dispensing.forms.morning import VoidForm
from dispensing.models import Dose
from dispensing.rules.incident_codes import FoundHow
from dispensing.rules.violations import Code
from dispensing.rules.voids import BY_HAND, RULES, VOID_WORDS, VoidKind
from dispensing.services import voids, wrong_doses
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.voids import UNKNOWN, NewVoid, VoidRefused
from dispensing.services.wrong_doses import NewWrongDose
from dispensing.views.mishaps import STANDS
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

PAGE = "dispensing/void.html"
_FIELD_OF: Final = {Code.VOID_DRINKER_NEEDED: "drinker", Code.VOID_REASON_NEEDED: "reason"}


@require_http_methods(["GET", "POST"])
@allow(Permission.VOID_DOSE)
def void(request: AccessRequest, dose_id: UUID) -> HttpResponse:
    """Say which of three things really happened; stock and day follow."""
    dose = get_object_or_404(
        Dose.objects.select_related("patient", "poured_by", "recorded_by"),
        pk=dose_id,
        facility_id=request.access.facility_id,
    )
    now = clock.now()
    posted = request.POST if request.method == "POST" else None
    form = VoidForm(posted, initial={"id": new_id()})
    second = SecondPersonForm(
        posted, people=seconds_at(facility_id=dose.facility_id, now=now, besides=request.access.person_id)
    )
    if posted is None:
        return _page(request, dose, form, second)
    wants_second = posted.get("kind") in set(VoidKind) and RULES[VoidKind(posted["kind"])].needs_witness
    if not form.is_valid() or (wants_second and not second.is_valid()):
        return _page(request, dose, form, second, status=INVALID)
    if form.drinker_code:
        return _drunk_by(request, dose, form, second)
    try:
        voids.void(command=_command(dose, form, second if wants_second else None), by=request.access, now=now)
    except VoidRefused as refused:
        for found in refused.violations:
            form.add_error(_FIELD_OF.get(found.code), f"{found.words} {found.what_to_do}".strip())
        return _page(request, dose, form, second, status=INVALID)
    except (AttestationRefused, PinRefused) as refused:
        second.refuse(refused)
        return _page(request, dose, form, second, status=INVALID)
    messages.success(request, _("%(code)s: đã hủy bản ghi.") % {"code": dose.patient.code})
    return redirect("dispensing:board")


def _drunk_by(request: AccessRequest, dose: Dose, form: VoidForm, second: SecondPersonForm) -> HttpResponse:
    """Who drank it is known: it is recorded as that patient's dose, so that nobody pours them another one."""
    said = form.cleaned_data
    command = NewWrongDose(
        said["id"], dose_id=dose.pk, drinker=form.drinker_code, found_how=FoundHow.OTHER, reason=said["reason"]
    )
    try:
        made = wrong_doses.record(command=command, by=request.access, now=clock.now())
    except IncidentRefused as refused:
        form.add_error("drinker" if refused.field == "drinker" else None, refused.sentence)
    except OtherContent:
        form.add_error(None, STANDS)
    else:
        return redirect("dispensing:wrong_dose_shown", made.pk)
    return _page(request, dose, form, second, status=INVALID)


def _command(dose: Dose, form: VoidForm, second: SecondPersonForm | None) -> NewVoid:
    said = form.cleaned_data
    by_other = said["kind"] == VoidKind.DRUNK_BY_OTHER
    return NewVoid(
        id=said["id"],
        dose_id=dose.pk,
        kind=VoidKind(said["kind"]),
        reason=said["reason"],
        second=second.second_person() if second is not None else None,
        drinker=UNKNOWN if by_other and said["drinker_unknown"] else "",
    )


def _page(
    request: AccessRequest, dose: Dose, form: VoidForm, second: SecondPersonForm, status: int = 200
) -> HttpResponse:
    context = {
        "dose": dose,
        "form": form,
        "kinds": [{"value": str(kind), "label": VOID_WORDS[kind]} for kind in BY_HAND],
        "second": second.panel,
        "voided": hasattr(dose, "void"),
    }
    return render(request, PAGE, context, status=status)
