"""A urine test, an examination, counselling: written down in a few taps, or an old record put right."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.templatetags.tram import time
from core.views.pages import INVALID
from dispensing.forms.checkups import CheckupForm, CounsellingForm, ExamForm, UrineForm
from dispensing.models import Counselling, Examination, UrineTest
from dispensing.queries import checkups as queries
from dispensing.queries import due as due_queries
from dispensing.queries.following import Followed
from dispensing.rules.stability_codes import AskedHow, CounsellingKind, Sample
from dispensing.services import checkups
from dispensing.services.checkups import CheckupRefused
from dispensing.services.doses import OtherContent
from dispensing.views.following import whom
from dispensing.views.mishaps import STANDS

URINE: Final = "dispensing/following/urine.html"
EXAM: Final = "dispensing/following/exam.html"
COUNSELLING: Final = "dispensing/following/counselling.html"


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_TEST)
def urine(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """A sample, or that there was none; ?corrects= names a record that is put right or completed."""
    shown, now = _shown(request, patient_id, Permission.RECORD_TEST), clock.now()
    old = _old(request, UrineTest, shown)
    drawn = due_queries.is_open_draw(shown, now=now)
    initial = (
        queries.urine_as_typed(old, request.access.zone)
        if old
        else {"on": shown.today, "at_time": time(now), "sample": str(Sample.GIVEN),
              "asked": str(AskedHow.RANDOM if drawn else AskedHow.PLANNED)}
    )  # fmt: skip
    form = UrineForm(_posted(request), initial=initial | {"id": new_id()}, corrects=old.pk if old else None)

    def record() -> None:
        command = form.command(shown.patient.pk, now=now, zone=request.access.zone)
        checkups.record_urine(command=command, by=request.access, now=now)

    return _answer(request, URINE, shown, form, record, {"drawn": drawn}, _("Đã ghi xét nghiệm nước tiểu."))


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_TEST)
def exam(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """A physician examined the patient."""
    shown, now = _shown(request, patient_id, Permission.RECORD_TEST), clock.now()
    old = _old(request, Examination, shown)
    offered = queries.choices(shown.place, day=shown.today, now=now)
    mine = str(request.access.person_id) if request.access.may(Permission.PRESCRIBE) else ""
    first = {"on": shown.today, "place": _first(offered.places), "physician": mine or _first(offered.physicians)}
    initial = (queries.exam_as_typed(old) if old else first) | {"id": new_id()}
    form = ExamForm(
        _posted(request), initial=initial, corrects=old.pk if old else None, places=offered.places,
        physicians=offered.physicians,
    )  # fmt: skip

    def record() -> None:
        checkups.record_exam(command=form.command(shown.patient.pk), by=request.access, now=now)

    return _answer(request, EXAM, shown, form, record, {}, _("Đã ghi lần khám."))


@require_http_methods(["GET", "POST"])
@allow(Permission.RECORD_COUNSELLING)
def counselling(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Somebody counselled the patient."""
    shown, now = _shown(request, patient_id, Permission.RECORD_COUNSELLING), clock.now()
    old = _old(request, Counselling, shown)
    offered = queries.choices(shown.place, day=shown.today, now=now)
    first = {"on": shown.today, "kind": str(CounsellingKind.ALONE), "counsellor": str(request.access.person_id)}
    initial = (queries.counselling_as_typed(old) if old else first) | {"id": new_id()}
    form = CounsellingForm(
        _posted(request), initial=initial, corrects=old.pk if old else None, counsellors=offered.counsellors
    )

    def record() -> None:
        checkups.record_counselling(command=form.command(shown.patient.pk), by=request.access, now=now)

    return _answer(request, COUNSELLING, shown, form, record, {}, _("Đã ghi lần tư vấn."))


def _answer(
    request: AccessRequest,
    template: str,
    shown: Followed,
    form: CheckupForm,
    record: Callable[[], None],
    more: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Write it down and go back to the patient; or the form again with all that was typed."""
    if form.is_bound and form.is_valid():
        try:
            record()
        except CheckupRefused as refused:
            form.refuse(refused.wrongs)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, f"{shown.patient.code}: {done}")
            return redirect("dispensing:following", shown.patient.pk)
    status = INVALID if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "shown": shown, **more}, status=status)


def _shown(request: AccessRequest, patient_id: UUID, permission: Permission) -> Followed:
    """The patient, where this person may write such a thing down too."""
    shown = whom(request, patient_id)
    if not shown.may(request.access, permission):
        raise Http404
    return shown


def _old(request: AccessRequest, model: type[queries.Row], shown: Followed) -> queries.Row | None:
    """The record that is put right, as the address names it."""
    asked = request.GET.get("corrects", "")
    if not asked:
        return None
    try:
        return queries.standing_record(model, UUID(asked), patient_id=shown.patient.pk)
    except (ValueError, ObjectDoesNotExist) as error:
        raise Http404 from error


def _posted(request: AccessRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _first(named: queries.Named) -> str:
    """The likeliest, as the form names it."""
    return str(named[0][0]) if named else queries.OTHER
