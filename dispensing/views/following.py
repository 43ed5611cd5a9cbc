"""How one patient is followed: one page, made of the sections that each follow-up work adds."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from dispensing.queries import elsewhere, missed_section, place_section, questions, stability_section, take_home
from dispensing.queries import following as queries
from dispensing.queries.following import Followed, Section
from patients.models import Patient
from patients.rules.words import STATUS_WORDS

PAGE: Final = "dispensing/following/page.html"

# Top to bottom. A section is one module of queries and one template; it gets its own context under its own name.
SECTIONS: Final[tuple[Section, ...]] = (
    Section(missed_section.KEY, missed_section.TEMPLATE, missed_section.load),
    Section(take_home.KEY, take_home.TEMPLATE, take_home.section),
    Section("stability", "dispensing/following/_stability.html", stability_section.load),
    Section(place_section.KEY, place_section.TEMPLATE, place_section.load),
    Section(elsewhere.KEY, elsewhere.TEMPLATE, elsewhere.section),
    Section(questions.KEY, questions.TEMPLATE, questions.section),
)


@allow(Permission.FOLLOW_PATIENT)
@require_safe
def following(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The patient's page of follow-up."""
    shown = whom(request, patient_id)
    found = [(section, section.load(shown, request.access)) for section in SECTIONS]
    context = {
        "shown": shown,
        "status_words": STATUS_WORDS.get(shown.patient.status, shown.patient.status),
        "prescriptions": request.access.may(Permission.VIEW_PRESCRIPTIONS),
        "sections": [
            {"key": section.key, "template": section.template, "shows": shows} for section, shows in found
            if shows is not None
        ],
    }  # fmt: skip
    return render(request, PAGE, context)


def whom(request: AccessRequest, patient_id: UUID) -> Followed:
    """The patient within reach, or 404 alike for unknown and out of reach. For every page below this one."""
    try:
        return queries.followed(patient_id=patient_id, by=request.access, now=clock.now())
    except Patient.DoesNotExist as error:
        raise Http404 from error
