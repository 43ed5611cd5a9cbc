"""No dose today, and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import time
from core.views.pages import INVALID
from dispensing.forms.morning import OutcomeForm
from dispensing.rules.choices import SIGN_WORDS
from dispensing.rules.facts import Answers
from dispensing.rules.outcomes import recheck_time
from dispensing.services import authorisations, outcomes
from dispensing.services.authorisations import Snapshot
from dispensing.services.outcomes import NewOutcome, OutcomeRefused
from dispensing.views.screen import screen_of
from facilities.models import Facility
from patients.models import Patient

PAGE = "dispensing/not_given.html"


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def not_given(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """State why there was no dose; a withheld one names the signs and the time of the next look."""
    now = clock.now()
    snapshot = _snapshot(request, patient_id, now)
    if request.method == "GET":
        form = OutcomeForm(initial={"id": new_id(), "recheck": _offered(request, snapshot, now)})
        return _page(request, snapshot, form)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, snapshot, form, status=INVALID)
    try:
        outcomes.state(
            command=_command(request, patient_id, form, now),
            by=request.access,
            now=now,
            screen=screen_of(request),
        )
    except OutcomeRefused as refused:
        for found in refused.violations:
            form.add_error(None, f"{found.words} {found.what_to_do}".strip())
        return _page(request, snapshot, form, status=INVALID)
    messages.success(request, _("%(code)s: đã ghi.") % {"code": snapshot.known.code})
    return redirect("dispensing:board")


def _command(request: AccessRequest, patient_id: UUID, form: OutcomeForm, now: datetime) -> NewOutcome:
    said = form.cleaned_data
    return NewOutcome(
        id=said["id"],
        patient_id=patient_id,
        code=said["code"],
        signs=tuple(said["signs"]),
        note=said["note"],
        recheck_at=form.recheck_at(now, request.access.zone),
        slip=said["slip"],
    )


def _snapshot(request: AccessRequest, patient_id: UUID, now: datetime) -> Snapshot:
    try:
        return authorisations.look(patient_id=patient_id, by=request.access, now=now, answers=Answers())
    except Patient.DoesNotExist as error:
        raise Http404 from error


def _offered(request: AccessRequest, snapshot: Snapshot, now: datetime) -> str:
    facility = Facility.objects.get(pk=request.access.facility_id or 0)
    at = recheck_time(settings=snapshot.settings, now=now, closes_at=outcomes.closing_time(facility, now))
    return str(time(at))


def _page(request: AccessRequest, snapshot: Snapshot, form: OutcomeForm, status: int = 200) -> HttpResponse:
    chosen: Any = form["signs"].value() or []
    context = {
        "known": snapshot.known,
        "form": form,
        "signs": [{"value": str(value), "label": label} for value, label in SIGN_WORDS.items()],
        "chosen_signs": chosen,
    }
    return render(request, PAGE, context, status=status)
