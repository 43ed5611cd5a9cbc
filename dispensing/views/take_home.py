"""Doses taken home: the physician's answer, vials handed out, and their labels."""

from typing import Final
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
from dispensing.forms.take_home import AllowForm, HandOutForm
from dispensing.models import TakeHome
from dispensing.queries import take_home as queries
from dispensing.queries.following import Followed
from dispensing.rules import take_home as rules
from dispensing.rules.take_home import No
from dispensing.services import take_home
from dispensing.services.doses import OtherContent
from dispensing.services.take_home import TakeHomeRefused
from dispensing.views.following import whom
from dispensing.views.mishaps import STANDS
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

ALLOW: Final = "dispensing/following/take_home_allow.html"
HAND_OUT: Final = "dispensing/following/take_home.html"
LABELS: Final = "dispensing/following/vial_labels.html"
MONTH: Final = 30 * rules.ONE_DAY


@allow(Permission.PRESCRIBE)
@require_http_methods(["GET", "POST"])
def permit(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """A physician signs that the patient may take doses home, or may not; what speaks against it is shown."""
    shown, now = _shown(request, patient_id, Permission.PRESCRIBE), clock.now()
    settings = queries.settings_at(shown.place.pk, now)
    first = {
        "id": new_id(), "from_day": shown.today + rules.ONE_DAY, "until_day": shown.today + MONTH,
        "max_days": settings.takehome_max_days,
    }  # fmt: skip
    form = AllowForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            command = form.command(shown.patient.pk)
            row = take_home.allow(command=command, by=request.access, pin=form.cleaned_data["pin"], now=now)
        except PinRefused as refused:
            form.add_error("pin", refused.sentence)
        except TakeHomeRefused as refused:
            form.refuse(refused.wrongs)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            said = _("đã ký cho mang thuốc về.") if row.allowed else _("đã ghi: không mang thuốc về.")
            messages.success(request, f"{shown.patient.code}: {said}")
            return redirect("dispensing:following", shown.patient.pk)
    context = {"form": form, "shown": shown, "against": _against(shown)}
    return render(request, ALLOW, context, status=INVALID if form.is_bound else 200)


@allow(Permission.GIVE_DOSE)
@require_http_methods(["GET", "POST"])
def hand_out(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Fill and hand out vials for the days ahead, after today's dose."""
    shown, now = _shown(request, patient_id, Permission.GIVE_DOSE), clock.now()
    settings = queries.settings_at(shown.place.pk, now)
    _known, facts = queries.load(patient=shown.patient, place=shown.place, now=now)
    offered = rules.most(facts, settings)
    posted = request.POST if request.method == "POST" else None
    form = HandOutForm(posted, initial={"id": new_id(), "days": offered or 1})
    people = seconds_at(facility_id=shown.place.pk, now=now, besides=request.access.person_id)
    second = SecondPersonForm(posted, people=people)
    if form.is_bound and form.is_valid() & second.is_valid():
        try:
            command = form.command(shown.patient.pk, second.second_person())
            made = take_home.hand_out(command=command, by=request.access, now=now)
        except TakeHomeRefused as refused:
            form.refuse(refused.wrongs)
        except (AttestationRefused, PinRefused) as refused:
            second.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, _("%(code)s: đã ghi giao lọ mang về.") % {"code": shown.patient.code})
            return redirect("dispensing:vial_labels", made.pk)
    against = () if form.is_bound else rules.check(facts=facts, days=offered or 1, settings=settings)
    context = {"form": form, "second": second.panel, "shown": shown, "against": against, "offered": offered}
    return render(request, HAND_OUT, context, status=INVALID if form.is_bound else 200)


@allow(Permission.GIVE_DOSE)
@require_safe
def labels(request: AccessRequest, take_home_id: UUID) -> HttpResponse:
    """A label for every vial of a hand-out of this facility."""
    try:
        made, vials = queries.hand_out(take_home_id, facility_id=request.access.facility_id or 0)
    except TakeHome.DoesNotExist as error:
        raise Http404 from error
    return render(request, LABELS, {"made": made, "vials": vials})


def _against(shown: Followed) -> tuple[No, ...]:
    _known, facts = queries.load(patient=shown.patient, place=shown.place, now=shown.now)
    return rules.patient_reasons(facts, queries.settings_at(shown.place.pk, shown.now))


def _shown(request: AccessRequest, patient_id: UUID, permission: Permission) -> Followed:
    """The patient, where this person may do it, at a house that hands vials out."""
    shown = whom(request, patient_id)
    if not shown.may(request.access, permission):
        raise Http404
    return shown
