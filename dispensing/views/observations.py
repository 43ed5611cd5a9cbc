"""Somebody is watched: begun, looked at, ended."""

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
from dispensing.forms.incidents import CheckForm, EndForm, WatchForm
from dispensing.models import Observation
from dispensing.queries import incidents as queries
from dispensing.rules.incident_codes import (
    DANGER,
    ENDED_WORDS,
    OBSERVATION_STATE_WORDS,
    OBSERVATION_WORDS,
    EndedHow,
    ObservationState,
    ObservationWhy,
)
from dispensing.services import incidents, observations
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.observations import NewCheck, NewObservation
from dispensing.views.mishaps import STANDS
from patients.models import Patient

BEGIN, SHOWN = "dispensing/incidents/watch.html", "dispensing/incidents/observation.html"


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def watch(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Watch a patient from now on."""
    try:
        patient = incidents.patient_here(patient_id=patient_id, by=request.access)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    form = WatchForm(request.POST if request.method == "POST" else None, initial={"id": new_id()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        command = NewObservation(said["id"], patient.pk, ObservationWhy(said["why"]), said["note"])
        try:
            made = observations.begin(command=command, by=request.access, now=clock.now())
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            words = _("%(code)s: theo dõi đến %(at)s.") % {"code": patient.code, "at": time(made.until)}
            messages.success(request, words)
            return redirect("dispensing:observation", made.pk)
    context = {"form": form, "patient": patient, "whys": _choices(OBSERVATION_WORDS)}
    return render(request, BEGIN, context, status=INVALID if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Permission.VIEW_ROSTER)
def observation(request: AccessRequest, observation_id: UUID) -> HttpResponse:
    """The time that is left, what to look for, each look, and the end."""
    by = request.access
    try:
        shown = queries.get_observation(observation_id=observation_id, access=by)
    except Observation.DoesNotExist as error:
        raise Http404 from error
    may_write = by.facility_id == shown.facility_id and by.may(Permission.RECORD_OUTCOME)
    posted = request.POST if request.method == "POST" and may_write else None
    ending = posted is not None and "how" in posted
    check = CheckForm(posted if posted is not None and not ending else None, initial={"id": new_id()})
    end = EndForm(posted if ending else None)
    if _written(request, shown, check, end):
        return redirect("dispensing:board") if ending else redirect("dispensing:observation", shown.pk)
    context = _context(request, shown) | {"check": check, "end": end, "may_write": may_write and not shown.ended_at}
    return render(request, SHOWN, context, status=INVALID if check.errors or end.errors else 200)


def _written(request: AccessRequest, shown: Observation, check: CheckForm, end: EndForm) -> bool:
    now, by = clock.now(), request.access
    form = end if end.is_bound else check
    if not form.is_bound or not form.is_valid():
        return False
    said = form.cleaned_data
    try:
        if end.is_bound:
            observations.end(observation_id=shown.pk, how=EndedHow(said["how"]), by=by, now=now)
            messages.success(request, _("%(code)s: đã kết thúc theo dõi.") % {"code": shown.patient.code})
        else:
            state = ObservationState(said["state"])
            command = NewCheck(said["id"], shown.pk, state, said["breaths"])
            observations.check(command=command, by=by, now=now)
            if state in DANGER:
                messages.error(request, _("Gọi cấp cứu 115 và tiêm naloxone ngay. Đã báo người phụ trách."))
            else:
                messages.success(request, _("Đã ghi lần xem."))
    except IncidentRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return False
    except OtherContent:
        form.add_error(None, STANDS)
        return False
    return True


def _context(request: AccessRequest, shown: Observation) -> dict[str, Any]:
    now = clock.now()
    return {
        "shown": shown,
        "why": OBSERVATION_WORDS[ObservationWhy(shown.why)],
        "over": now >= shown.until,
        "until_ms": int(shown.until.timestamp() * 1000),
        "now_ms": int(now.timestamp() * 1000),
        "checks": [
            {"at": one.at, "words": OBSERVATION_STATE_WORDS[ObservationState(one.state)], "breaths": one.breaths,
             "by": one.checked_by.initials}
            for one in sorted(shown.checks.all(), key=lambda one: one.at, reverse=True)
        ],
        "states": _choices(OBSERVATION_STATE_WORDS),
        "ends": _choices({how: words for how, words in ENDED_WORDS.items() if how is not EndedHow.LONGER}),
        "ended": ENDED_WORDS[EndedHow(shown.ended_how)] if shown.ended_how else "",
        "numbers": queries.numbers_to_call(facility_id=shown.facility_id, now=now),
    }  # fmt: skip


def _choices(words: Any) -> list[dict[str, Any]]:
    return [{"value": str(value), "label": label} for value, label in words.items()]
