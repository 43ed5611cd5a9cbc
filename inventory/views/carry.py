"""The carrier's phone: what I carry, to where, are the seals whole, and what to do when something goes wrong."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from facilities.services import settings
from inventory.forms_custody import CheckPointForm, IncidentForm, NewLegForm, NoteForm
from inventory.queries import consignments as lists
from inventory.queries import sources
from inventory.queries.consignment_lives import sides_of
from inventory.rules.consignments import Incident
from inventory.rules.custody import Step, steps_for
from inventory.rules.settings_custody import CustodySettings
from inventory.services import journeys, legs
from inventory.services.consignments import Trip
from inventory.services.custody import Stepped
from inventory.services.journeys import CheckPoint, Trouble
from inventory.services.legs import NewLeg
from inventory.views.handling import elsewhere, life_of, posted, sent_files, take

CARRY = "inventory:carry"


@allow(Permission.CARRY)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """Everything in this person's hands, and what waits to be taken."""
    access, now = request.access, clock.now()
    rows = lists.carried_by(access.actor_id)
    rules = (
        settings.for_facility(CustodySettings, facility_id=access.facility_id, at=now)
        if access.facility_id
        else CustodySettings()
    )
    shown = [
        (row, lists.lateness(row, now=now, rules=rules), steps_for(state=row.state, sides=sides_of(row, access)))
        for row in rows
    ]
    return render(request, "inventory/carry.html", {"rows": shown})


@allow(Permission.CARRY)
@require_http_methods(["GET", "POST"])
def check_point(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Where am I, and are the seals whole."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.CHECK_POINT)
    if away is not None:
        return away
    form = CheckPointForm(posted(request))

    def work() -> Stepped:
        said = form.cleaned_data
        here = (said["latitude"], said["longitude"])
        command = CheckPoint(
            id=said["id"],
            consignment_id=consignment_id,
            seals_intact=said["intact"] == "yes",
            place=said["place"],
            position=None if None in here else (str(here[0]), str(here[1])),
        )
        return journeys.check_point(command=command, by=request.access, now=clock.now())

    context = {"row": life.row, "intact": request.POST.get("intact", "")}
    words = _("Đã báo.")
    return take(request, form, work, template="inventory/check_point.html", context=context, done=words, to=CARRY)


@allow(Permission.CARRY)
@require_http_methods(["GET", "POST"])
def incident(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Something went wrong: first whether I am safe."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.INCIDENT)
    if away is not None:
        return away
    form = IncidentForm(posted(request), files=sent_files(request))

    def work() -> Stepped:
        said = form.cleaned_data
        command = Trouble(
            id=said["id"],
            consignment_id=consignment_id,
            kind=Incident(said["kind"]),
            note=said["note"],
            safe=said["safe"] == "yes",
            photos=form.kept,
        )
        return journeys.report(command=command, by=request.access, now=clock.now())

    chosen = {"kind": request.POST.get("kind", ""), "safe": request.POST.get("safe", "")}
    context = {"row": life.row, "chosen": chosen}
    words = _("Đã báo. Cơ sở điều trị nhận được ngay.")
    return take(request, form, work, template="inventory/incident.html", context=context, done=words, to=CARRY)


@allow(Permission.CARRY)
@sensitive_post_parameters("own_pin", "carrier_pin")
@require_http_methods(["GET", "POST"])
def new_leg(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Another carrier, another way, another hour: a new leg, signed where the two meet."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.NEW_LEG)
    if away is not None:
        return away
    form = leg_form(request, life.row)

    def work() -> Stepped:
        said = form.cleaned_data
        trip = Trip(said["carrier"], said["transport"], said["route"], said["expected_at"], said["companion"])
        pins = {"own_pin": said["own_pin"], "carrier_pin": said["carrier_pin"]}
        command = NewLeg(said["id"], consignment_id, trip, said["intact"] == "yes", said["note"], **pins)
        return legs.new_leg(command=command, by=request.access, now=clock.now())

    context = {"row": life.row, "intact": request.POST.get("intact", "")}
    words = _("Đã ghi chặng mới. Hai nơi được báo.")
    return take(request, form, work, template="inventory/new_leg.html", context=context, done=words, to=CARRY)


def leg_form(request: AccessRequest, row: lists.ConsignmentRow) -> NewLegForm:
    """The form of a new leg, filled with how it goes now."""
    access, now = request.access, clock.now()
    expected = row.expected_at.astimezone(ZoneInfo(access.zone))
    carriers = sources.carriers(facility_ids=[row.from_id, row.to_id], besides=None, now=now)
    return NewLegForm(
        posted(request), zone=access.zone, by=access.actor_id, carriers=carriers,
        initial={
            "carrier": row.carrier_id, "companion": row.companion, "transport": row.transport, "route": row.route,
            "expected_on": expected.date(), "expected_time": expected.time(),
        },
    )  # fmt: skip


@allow(Permission.CARRY, Permission.RECEIVE_DELIVERY)
@require_http_methods(["GET", "POST"])
def turn_back(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Go back to who sent it."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.TURN_BACK)
    if away is not None:
        return away
    form = NoteForm(posted(request))

    def work() -> Stepped:
        said = form.cleaned_data
        return journeys.turn_back(
            consignment_id=consignment_id, event_id=said["id"], note=said["note"], by=request.access, now=clock.now()
        )

    context = {
        "row": life.row,
        "title": _("Quay về nơi gửi"),
        "why": _("Thùng vẫn niêm phong, mọi thứ vẫn trong thùng. Nơi gửi đếm lại khi nhận."),
        "button": _("Tôi chở thùng quay về"),
    }
    return take(request, form, work, template="inventory/step.html", context=context, done=_("Đã ghi quay về."))
