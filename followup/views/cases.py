"""Cases: the list, worst first, and one case with its timeline."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from followup.forms import ConcludeForm, HandOnForm, NoteForm
from followup.models import Case
from followup.queries import cases as case_queries
from followup.queries.cases import CaseView, Whose
from followup.services import cases
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at, with_permission
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

NOTE, HAND_ON = "note_%s", "hand_on_%s"  # three forms of one page: their fields need ids of their own


@allow(Permission.VIEW_CASES)
@require_safe
def case_list(request: AccessRequest) -> HttpResponse:
    """Open cases: my own, or all of my sites (?whose=sites, &facility=ID for one of them)."""
    asked = request.GET
    whose = Whose.SITES if asked.get("whose") == Whose.SITES else Whose.MINE
    shown = case_queries.open_cases(
        access=request.access,
        whose=whose,
        now=clock.now(),
        facility_id=_number(asked.get("facility")),
        page=_number(asked.get("page")) or 1,
    )
    if "whose" not in asked and not shown.mine and shown.sites:
        return redirect("/cases/?whose=sites")
    return render(request, "followup/cases.html", {"cases": shown, "facility": asked.get("facility", "")})


@allow(Permission.VIEW_CASES)
@require_safe
def case(request: AccessRequest, case_id: UUID) -> HttpResponse:
    return _page(request, case_id)


@allow(Permission.VIEW_CASES)
@require_POST
def note(request: AccessRequest, case_id: UUID) -> HttpResponse:
    form = NoteForm(request.POST, auto_id=NOTE)
    if form.is_valid():
        try:
            cases.note(case_id=case_id, words=form.cleaned_data["words"], by=request.access, now=clock.now())
        except Case.DoesNotExist as error:
            raise Http404 from error
        except cases.CaseRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("followup:case", case_id)
    return _page(request, case_id, note=form)


@allow(Permission.VIEW_CASES)
@require_POST
def hand_on(request: AccessRequest, case_id: UUID) -> HttpResponse:
    shown = _view(request, case_id)
    form = HandOnForm(request.POST, people=_people(shown), auto_id=HAND_ON)
    if form.is_valid():
        said = form.cleaned_data
        try:
            cases.hand_on(case_id=case_id, to_id=said["to"], words=said["words"], by=request.access, now=clock.now())
        except cases.CaseRefused as refused:
            form.add_error("to", refused.sentence)
        else:
            messages.success(request, _("Đã chuyển việc này cho người phụ trách mới."))
            return redirect("followup:case", case_id)
    return _page(request, case_id, hand_on=form)


@allow(Permission.VIEW_CASES)
@sensitive_post_parameters("pin", "second_pin")
@require_POST
def conclude(request: AccessRequest, case_id: UUID) -> HttpResponse:
    """Sign what came of it; a difference in stock with a second person."""
    shown = _view(request, case_id)
    form, second = ConcludeForm(request.POST), _second_form(request, shown)
    valid = form.is_valid()
    if (second is None or second.is_valid()) and valid:
        try:
            cases.conclude(
                case_id=case_id,
                words=form.cleaned_data["words"],
                pin=form.cleaned_data["pin"],
                second=second.second_person() if second else None,
                by=request.access,
                now=clock.now(),
            )
        except (cases.CaseRefused, PinRefused, AttestationRefused) as refused:
            _show_refusal(form, second, refused)
        else:
            messages.success(request, _("Đã ký kết luận."))
            return redirect("followup:case", case_id)
    return _page(request, case_id, conclude=form, second=second)


def _show_refusal(
    form: ConcludeForm,
    second: SecondPersonForm | None,
    refused: cases.CaseRefused | PinRefused | AttestationRefused,
) -> None:
    """Say it at the field that it is about: whose PIN was wrong is told by the person it names."""
    if isinstance(refused, cases.OwnPinRefused):
        form.add_error("pin", refused.sentence)
    elif isinstance(refused, cases.CaseRefused):
        form.add_error(None, refused.sentence)
    elif second is not None:
        second.refuse(refused)


def _view(request: AccessRequest, case_id: UUID) -> CaseView:
    try:
        return case_queries.case_view(case_id, access=request.access, now=clock.now())
    except Case.DoesNotExist as error:
        raise Http404 from error


def _page(request: AccessRequest, case_id: UUID, **forms: Any) -> HttpResponse:
    """The case's page; a form given is one that was refused, with what was typed."""
    shown = _view(request, case_id)
    second = forms.get("second") or _second_form(request, shown)
    context = {
        "shown": shown,
        "note_form": forms.get("note") or NoteForm(auto_id=NOTE),
        "hand_on_form": forms.get("hand_on") or HandOnForm(people=_people(shown), auto_id=HAND_ON),
        "conclude_form": forms.get("conclude") or ConcludeForm(),
        "second": second.panel if second else None,
    }
    return render(request, "followup/case.html", context, status=INVALID if forms else 200)


def _people(shown: CaseView) -> list[tuple[int, str]]:
    """Who could answer for the case instead."""
    able = with_permission(Permission.VIEW_CASES, facility_id=shown.case.facility_id, now=clock.now()).exclude(
        pk=shown.case.owner_id
    )
    return [(person.pk, person.full_name) for person in able]


def _second_form(request: AccessRequest, shown: CaseView) -> SecondPersonForm | None:
    """The second signature, where the case needs one."""
    if not cases.needs_two(shown.case) or not shown.may_conclude:
        return None
    people = seconds_at(facility_id=shown.case.facility_id, now=clock.now(), besides=request.access.person_id)
    data = request.POST if "second_mode" in request.POST else None
    return SecondPersonForm(data, people=people, alone=False)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
