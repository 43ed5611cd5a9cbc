"""No dose today, and why."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import time
from core.views.pages import INVALID, page_or_partial
from dispensing.forms.morning import NOT_HERE, NOT_POURED, POURED, OutcomeForm
from dispensing.models import Outcome
from dispensing.rules.choices import OUTCOME_WORDS, SIGN_WORDS, OutcomeCode
from dispensing.rules.facts import Answers
from dispensing.rules.outcomes import recheck_time, rule_of
from dispensing.rules.violations import Code
from dispensing.services import authorisations, outcomes
from dispensing.services.authorisations import Snapshot
from dispensing.services.outcomes import NewOutcome, OtherContent, OutcomeRefused
from dispensing.views.after import recorded
from dispensing.views.screen import screen_of
from facilities.models import Facility
from patients.models import Patient

PAGE = "dispensing/not_given.html"
_FIELD_OF: Final = {
    Code.SIGNS_NEEDED: "signs",
    Code.SIGNS_UNKNOWN: "signs",
    Code.RECHECK_NEEDED: "recheck",
    Code.RECHECK_PAST: "recheck",
    Code.RECHECK_AFTER_CLOSING: "recheck",
}


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_OUTCOME)
def not_given(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """State why there was no dose. The open card sends its slip along; then a poured cup may be stated, too."""
    now, by = clock.now(), request.access
    snapshot = _snapshot(request, patient_id, now)
    if "id" not in request.POST:
        initial = {"id": new_id(), "slip": request.POST.get("slip", ""), "recheck": _offered(request, snapshot, now)}
        return _page(request, snapshot, OutcomeForm(initial=initial, patient_id=patient_id, by=by))
    form = OutcomeForm(request.POST, patient_id=patient_id, by=by)
    if not form.is_valid():
        return _page(request, snapshot, form, status=INVALID)
    command = _command(request, patient_id, form, now)
    try:
        outcome = outcomes.state(command=command, by=by, now=now, screen=screen_of(request))
    except OutcomeRefused as refused:
        for found in refused.violations:
            form.add_error(_FIELD_OF.get(found.code), f"{found.words} {found.what_to_do}".strip())
        return _page(request, snapshot, form, status=INVALID)
    except OtherContent:
        form.add_error(None, _("Chưa ghi: màn hình này đã cũ. Xem lại thẻ và ghi lại."))
        return _page(request, snapshot, form, status=INVALID)
    rule = rule_of(outcome.code)
    return recorded(request, _said(snapshot.known.code, outcome), case=rule is not None and rule.opens_case)


def _said(code: str, outcome: Outcome) -> str:
    words = OUTCOME_WORDS[OutcomeCode(outcome.code)]
    if outcome.recheck_at is None:
        return _("%(code)s: đã ghi: %(words)s.") % {"code": code, "words": words}
    at = time(outcome.recheck_at)
    return _("%(code)s: đã ghi: %(words)s, xem lại lúc %(at)s.") % {"code": code, "words": words, "at": at}


def _command(request: AccessRequest, patient_id: UUID, form: OutcomeForm, now: datetime) -> NewOutcome:
    said = form.cleaned_data
    rule = rule_of(said["code"])
    withheld = rule is not None and rule.stays_open
    return NewOutcome(
        id=said["id"],
        patient_id=patient_id,
        code=said["code"],
        signs=tuple(said["signs"]) if withheld else (),
        note=said["note"],
        recheck_at=form.recheck_at(now, request.access.zone) if withheld else None,
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
    context = {
        "known": snapshot.known,
        "form": form,
        "poured": form.poured,
        "not_poured_codes": _choices(NOT_POURED),
        "poured_codes": _choices(POURED),
        "not_here_codes": _choices(NOT_HERE),
        "chosen": form["code"].value(),
        "signs": [{"value": str(value), "label": label} for value, label in SIGN_WORDS.items()],
        "chosen_signs": form["signs"].value() or [],
    }
    return page_or_partial(request, PAGE, "panel", context, status=status)


def _choices(codes: tuple[OutcomeCode, ...]) -> list[dict[str, Any]]:
    return [{"value": str(code), "label": OUTCOME_WORDS[code]} for code in codes]
