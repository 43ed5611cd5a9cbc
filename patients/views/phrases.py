"""Ten phrases for the window: on the screen, on paper, and that they were explained and understood."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from patients.forms.alerts import ExplainedForm
from patients.models import Patient
from patients.queries.alerts import PhrasesPage, phrases_page
from patients.queries.phrases import phrase_sets, source_set
from patients.rules.alert_words import INTERPRETER_WORDS
from patients.rules.phrases import SOURCE, PhraseSet, find
from patients.services import speech
from patients.services.speech import ExplainedRefused
from patients.views.back import back_of


@allow(Permission.RECORD_ALERT)
@require_http_methods(["GET", "POST"])
def phrases(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Vietnamese beside the patient's language; one form says that they were explained."""
    shown = _shown(request, patient_id)
    if request.method == "GET":
        return _page(request, shown)
    form = ExplainedForm(request.POST)
    if form.is_valid():
        try:
            speech.explained(
                new=form.new_explained(patient_id, shown.patient.language), by=request.access, now=clock.now()
            )
        except ExplainedRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi việc giải thích."))
            return redirect(back_of(request) or f"/patients/{patient_id}/phrases/")
    return _page(request, shown, explained_form=form)


@allow(Permission.RECORD_ALERT)
@require_safe
def print_phrases(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """One sheet of A4 in big type, without anybody's name or code."""
    return render(request, "patients/phrases_sheet.html", _sets(_shown(request, patient_id).patient))


def _shown(request: AccessRequest, patient_id: UUID) -> PhrasesPage:
    day = clock.local_day(clock.now(), request.access.zone)
    try:
        return phrases_page(patient_id, access=request.access, day=day)
    except Patient.DoesNotExist as error:
        raise Http404 from error


def _sets(patient: Patient) -> dict[str, Any]:
    """The pairs of phrases. `theirs` is None for who speaks Vietnamese and where no reviewed translation is there."""
    ours = source_set()
    found = find(patient.language, phrase_sets().values())
    theirs: PhraseSet | None = None if found is None or found.language == SOURCE else found
    missing = found is None and bool(patient.language.strip())
    return {
        "patient": patient,
        "ours": ours,
        "theirs": theirs,
        "missing": missing,
        "pairs": list(zip(ours.phrases, theirs.phrases if theirs else ("",) * len(ours.phrases), strict=True)),
    }


def _page(request: AccessRequest, shown: PhrasesPage, **refused: Any) -> HttpResponse:
    context = _sets(shown.patient)
    used = context["theirs"] or context["ours"]
    first = {"id": new_id(), "phrases": used.language, "version": used.version, "back": back_of(request)}
    first |= {"interpreter": "" if shown.needs_interpreter or context["missing"] else "none"}
    context |= {
        "shown": shown,
        "back": back_of(request),
        "explained_form": ExplainedForm(initial=first),
        "interpreter_words": INTERPRETER_WORDS,
    }
    return render(request, "patients/phrases.html", context | refused, status=INVALID if refused else 200)
