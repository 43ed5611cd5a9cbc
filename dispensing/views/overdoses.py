"""An overdose: the list, one tap to start, each step as it is done, who it was, the written report."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import day_time, time
from core.views.pages import INVALID
from dispensing.forms.overdoses import IdentifyForm, NaloxoneForm, NoteForm, ReportForm, SignsForm, StartForm
from dispensing.models import OverdoseIncident
from dispensing.queries import overdoses as queries
from dispensing.rules.overdose_codes import (
    END_WORDS,
    ONE_TAP,
    STEP_WORDS,
    SUBSTANCE_WORDS,
    TAKE_HOME_WORDS,
    OverdoseEnd,
    OverdoseStep,
    Substance,
    TakeHome,
)
from dispensing.services import overdose_reports, overdoses
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.overdoses import NewStep
from dispensing.views.mishaps import STANDS
from inventory.queries.shelf import lots_here
from staff.services.pins import PinRefused

LIST, NEW = "dispensing/overdoses/list.html", "dispensing/overdoses/new.html"
SHOWN, REPORT = "dispensing/overdoses/overdose.html", "dispensing/overdoses/report.html"


@allow(Permission.RECORD_OVERDOSE)
@require_safe
def overdose_list(request: AccessRequest) -> HttpResponse:
    """The overdoses of this facility, newest first."""
    rows = [
        {"row": row, "place": queries.place_words(row), "reported": hasattr(row, "report")}
        for row in queries.overdoses_of(facility_id=request.access.facility_id or 0)
    ]
    return render(request, LIST, {"rows": rows})


@allow(Permission.RECORD_OVERDOSE)
@require_http_methods(["GET", "POST"])
def overdose_new(request: AccessRequest) -> HttpResponse:
    """One tap starts it: found now, at the site, somebody unknown, unless told otherwise."""
    by, now = request.access, clock.now()
    form = StartForm(request.POST if request.method == "POST" else None, initial={"id": new_id(), "found": time(now)})
    if form.is_bound and form.is_valid():
        try:
            made = overdoses.start(command=form.command(now=now, zone=by.zone), by=by, now=now)
        except IncidentRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, _("Đã ghi sự cố. Cơ sở điều trị được báo. Ghi từng việc khi làm xong."))
            return redirect("dispensing:overdose", made.pk)
    return render(request, NEW, {"form": form}, status=INVALID if form.errors else 200)


@allow(Permission.RECORD_OVERDOSE)
@require_safe
def overdose(request: AccessRequest, incident_id: UUID) -> HttpResponse:
    """What to tap now, and what was done so far."""
    return _page(request, _get(request, incident_id))


@allow(Permission.RECORD_OVERDOSE)
@require_POST
def overdose_step(request: AccessRequest, incident_id: UUID) -> HttpResponse:
    """Write one step: a tap, naloxone, signs, or anything else with its own time."""
    shown, now, zone = _get(request, incident_id), clock.now(), request.access.zone
    tapped, kind = request.POST.get("tap", ""), request.POST.get("kind", "")
    bound: dict[str, Any] = {}
    if tapped:
        command = _tapped(tapped, incident_id, now)
    else:
        form = _forms(request, now, kind)[kind if kind in ("naloxone", "signs") else "note"]
        bound = {kind if kind in ("naloxone", "signs") else "note": form}
        command = _typed(form, incident_id, now, zone) if form.is_valid() else None
    if command is None and not bound:
        return redirect("dispensing:overdose", incident_id)
    if command is not None and _added(request, command, next(iter(bound.values()), None)):
        return redirect("dispensing:overdose", incident_id)
    return _page(request, shown, status=INVALID, **bound)


def _tapped(text: str, incident_id: UUID, now: datetime) -> NewStep | None:
    """A button of one tap says which step, and the id of the line that it makes."""
    code, _colon, id_ = text.partition(":")
    try:
        return NewStep(UUID(id_), incident_id, OverdoseStep(code), now) if code in ONE_TAP else None
    except ValueError:
        return None


def _typed(form: Any, incident_id: UUID, now: datetime, zone: str) -> NewStep:
    if isinstance(form, NoteForm):
        step: NewStep = form.new_step(incident_id, OverdoseStep(form.cleaned_data["step"]), now=now, zone=zone)
        return step
    typed: NewStep = form.step(incident_id, now=now, zone=zone)
    return typed


def _added(request: AccessRequest, command: NewStep, form: django_forms.Form | None) -> bool:
    try:
        overdoses.add(command=command, by=request.access, now=clock.now())
    except (IncidentRefused, OtherContent) as refused:
        words = refused.sentence if isinstance(refused, IncidentRefused) else STANDS
        field = refused.field if isinstance(refused, IncidentRefused) else None
        if form is None:
            messages.error(request, words)
        else:
            form.add_error(field if field in form.fields else None, words)
        return False
    messages.success(request, _("Đã ghi: %(what)s.") % {"what": STEP_WORDS[command.step]})
    return True


@allow(Permission.RECORD_OVERDOSE)
@require_POST
def overdose_identify(request: AccessRequest, incident_id: UUID) -> HttpResponse:
    """It is known now who it was."""
    shown, form = _get(request, incident_id), IdentifyForm(request.POST)
    if form.is_valid():
        try:
            overdoses.identify(
                incident_id=incident_id, code=form.cleaned_data["code"], by=request.access, now=clock.now()
            )
        except IncidentRefused as refused:
            form.add_error("code", refused.sentence)
        else:
            messages.success(request, _("Đã ghi là ai. Liều của người này dừng cho đến khi bác sĩ xem."))
            return redirect("dispensing:overdose", incident_id)
    return _page(request, shown, status=INVALID, identify=form)


@allow(Permission.RECORD_OVERDOSE)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def overdose_report(request: AccessRequest, incident_id: UUID) -> HttpResponse:
    """The written report; what the record knows stands above it."""
    shown, by = _get(request, incident_id), request.access
    if hasattr(shown, "report"):
        return redirect("dispensing:overdose", incident_id)
    wrong = [(pk, day_time(at)) for pk, at in queries.wrong_doses_near(shown)]
    form = ReportForm(request.POST if request.method == "POST" else None, wrong=wrong, zone=by.zone)
    if form.is_bound and form.is_valid():
        try:
            overdose_reports.write(command=form.command(incident_id), by=by, now=clock.now())
        except IncidentRefused as refused:
            form.refuse(refused)
        except PinRefused as refused:
            form.add_error("pin", refused.sentence)
        else:
            messages.success(request, _("Đã ký báo cáo."))
            return redirect("dispensing:overdose", incident_id)
    context = {
        "form": form, "shown": shown, "history": queries.history_of(shown, zone=by.zone), "wrong": wrong,
        "substances": _choices(SUBSTANCE_WORDS),
    }  # fmt: skip
    return render(request, REPORT, context, status=INVALID if form.errors else 200)


def _get(request: AccessRequest, incident_id: UUID) -> OverdoseIncident:
    try:
        return queries.get_overdose(incident_id, access=request.access)
    except OverdoseIncident.DoesNotExist as error:
        raise Http404 from error


def _forms(request: AccessRequest, now: datetime, bound: str = "") -> dict[str, Any]:
    """The forms of the page, the one that was sent with what was typed."""
    lots = lots_here(facility_id=request.access.facility_id or 0)
    steps = [(str(step), STEP_WORDS[step]) for step in (OverdoseStep.NOTE, *ONE_TAP)]

    def fresh(name: str) -> dict[str, Any]:
        data = request.POST if request.method == "POST" and bound == name else None
        return {"data": data, "initial": {"id": new_id(), "at": time(now)}, "auto_id": f"{name}_%s"}

    return {
        "naloxone": NaloxoneForm(**fresh("naloxone"), lots=lots),
        "signs": SignsForm(**fresh("signs")),
        "note": NoteForm(**fresh("note"), steps=steps),
    }


def _page(request: AccessRequest, shown: OverdoseIncident, *, status: int = 200, **refused: Any) -> HttpResponse:
    by, now = request.access, clock.now()
    report = getattr(shown, "report", None)
    context = {
        "shown": shown,
        "place": queries.place_words(shown),
        "timeline": queries.timeline_of(shown),
        "taps": [{"value": f"{step}:{new_id()}", "label": STEP_WORDS[step]} for step in ONE_TAP],
        "may_write": by.facility_id == shown.facility_id,
        "identify": IdentifyForm(),
        "report": report,
        "outcome": END_WORDS[OverdoseEnd(report.outcome)] if report else "",
        "taken_home": TAKE_HOME_WORDS[TakeHome(report.take_home)] if report else "",
        "substances": [SUBSTANCE_WORDS[Substance(one)] for one in report.substances] if report else [],
        **_forms(request, now),
        **refused,
    }
    return render(request, SHOWN, context, status=status)


def _choices(words: Any) -> list[dict[str, Any]]:
    return [{"value": str(value), "label": label} for value, label in words.items()]
