"""The receiver's pages, and those of what differs: arrived, boxes looked at, counted blind, settled, admitted."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from inventory.forms_custody import AdmitForm, CountForm, InspectForm, NotArrivedForm, NoteForm, SettleForm
from inventory.queries.consignment_lives import ConsignmentLife
from inventory.rules.consignments import Fate
from inventory.rules.custody import Step
from inventory.services import journeys, receipts, settlements
from inventory.services.custody import Stepped
from inventory.services.receipts import Counting, Inspection
from inventory.services.settlements import FATES_OF, Admission, Settlement
from inventory.views.handling import elsewhere, life_of, posted, sent_files, take
from staff.forms import SecondPersonForm
from staff.models import Person
from staff.queries.people import Second, seconds_at
from staff.services.attestations import Present, SecondPerson


@allow(Permission.RECEIVE_DELIVERY, Permission.CARRY)
@require_http_methods(["GET", "POST"])
def arrive(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """The boxes are here; nobody has opened them."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.ARRIVE)
    if away is not None:
        return away
    form = NoteForm(posted(request))

    def work() -> Stepped:
        return journeys.arrive(
            consignment_id=consignment_id, event_id=form.cleaned_data["id"], by=request.access, now=clock.now()
        )

    context = {
        "row": life.row,
        "title": _("Thùng thuốc đã đến"),
        "why": _("Chưa mở thùng. Bước sau: đọc niêm phong trên thùng."),
        "button": _("Thùng đã ở đây, chưa mở"),
        "without_note": True,
    }
    return take(request, form, work, template="inventory/step.html", context=context, done=_("Đã ghi thùng đến nơi."))


@allow(Permission.RECEIVE_DELIVERY)
@require_http_methods(["GET", "POST"])
def inspect(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Read the seals before anything is opened."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.INSPECT)
    if away is not None:
        return away
    form = InspectForm(posted(request), files=sent_files(request))

    def work() -> Stepped:
        said = form.cleaned_data
        whole = said["intact"] == "yes"
        command = Inspection(said["id"], consignment_id, tuple(said["seals"]), whole, said["note"], photos=form.kept)
        return receipts.inspect(command=command, by=request.access, now=clock.now())

    words = _("Đã ghi niêm phong. Giờ mở thùng và đếm.")
    context = {"row": life.row, "intact": request.POST.get("intact", "")}
    to = "inventory:consignment-receive"
    return take(request, form, work, template="inventory/inspect.html", context=context, done=words, to=to)


@allow(Permission.RECEIVE_DELIVERY)
@sensitive_post_parameters("own_pin", "second_pin", "second_code")
@require_http_methods(["GET", "POST"])
def receive(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Count what is in the boxes without knowing what was sent; two people sign."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.RECEIVE)
    if away is not None:
        return away
    form = CountForm(posted(request), files=sent_files(request))
    by_carrier = request.access.person_id == life.row.carrier_id
    second = _second(request, life, alone=by_carrier)

    def work() -> Stepped:
        command = _counting(form, consignment_id, second.second_person())
        return receipts.receive(command=command, by=request.access, now=clock.now())

    context = {"row": life.row, "by_carrier": by_carrier, "back": False}
    words = _("Đã ghi những gì thật sự có trong thùng.")
    return take(request, form, work, template="inventory/count.html", context=context, done=words, second=second)


@allow(Permission.DISPATCH)
@sensitive_post_parameters("own_pin", "second_pin")
@require_http_methods(["GET", "POST"])
def take_back(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Count what came back, the same way."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.TAKE_BACK)
    if away is not None:
        return away
    form = CountForm(posted(request), files=sent_files(request))
    second = _second(request, life, alone=False)

    def work() -> Stepped:
        command = _counting(form, consignment_id, second.second_person())
        return receipts.take_back(command=command, by=request.access, now=clock.now())

    context = {"row": life.row, "by_carrier": False, "back": True}
    words = _("Đã nhận lại, để ở biệt trữ.")
    return take(request, form, work, template="inventory/count.html", context=context, done=words, second=second)


@allow(Permission.DISPATCH)
@sensitive_post_parameters("own_pin", "second_pin")
@require_http_methods(["GET", "POST"])
def not_arrived(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """It reached nobody: everything is in dispute and a case is due."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.NOT_ARRIVED)
    if away is not None:
        return away
    form, second = NotArrivedForm(posted(request)), _second(request, life, alone=False)

    def work() -> Stepped:
        said = form.cleaned_data
        return receipts.not_arrived(
            consignment_id=consignment_id,
            event_id=said["id"],
            note=said["note"],
            second=_present(second),
            own_pin=said["own_pin"],
            by=request.access,
            now=clock.now(),
        )

    context = {"row": life.row}
    words = _("Đã ghi. Vụ việc đã mở, có người phụ trách và thời hạn.")
    return take(request, form, work, template="inventory/not_arrived.html", context=context, done=words, second=second)


@allow(Permission.DISPATCH, Permission.RECEIVE_DELIVERY)
@sensitive_post_parameters("own_pin", "second_pin")
@require_http_methods(["GET", "POST"])
def settle(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """Say what became of what is in dispute."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.SETTLE)
    if away is not None:
        return away
    fates = sorted(str(fate) for side in life.sides if side in FATES_OF for fate in FATES_OF[side])
    form = SettleForm(posted(request), parts=[part.id for part in life.disputed], fates=fates)
    second = _second(request, life, alone=False)

    def work() -> Stepped:
        said = form.cleaned_data
        command = Settlement(
            id=said["id"],
            consignment_id=consignment_id,
            fate=Fate(said["fate"]),
            balances=tuple(said["parts"]),
            words=said["words"],
            second=_present(second),
            own_pin=said["own_pin"],
        )
        return settlements.settle(command=command, by=request.access, now=clock.now())

    fate, chosen = request.POST.get("fate", ""), set(request.POST.getlist("parts"))
    context = {"life": life, "row": life.row, "chosen": chosen, "fate": fate}
    words = _("Đã ghi kết quả đối chiếu.")
    return take(request, form, work, template="inventory/settle.html", context=context, done=words, second=second)


@allow(Permission.DISPATCH)
@sensitive_post_parameters("own_pin", "second_pin")
@require_http_methods(["GET", "POST"])
def admit(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """The sender says that bottles went along without being listed."""
    life = life_of(request, consignment_id)
    away = elsewhere(request, life, Step.ADMIT)
    if away is not None:
        return away
    form = AdmitForm(posted(request), numbers=[number for number, _label in life.extra])
    second = _second(request, life, alone=False)

    def work() -> Stepped:
        said = form.cleaned_data
        command = Admission(
            id=said["id"],
            consignment_id=consignment_id,
            numbers=tuple(said["bottles"]),
            words=said["words"],
            second=_present(second),
            own_pin=said["own_pin"],
        )
        return settlements.admit(command=command, by=request.access, now=clock.now())

    context = {"life": life, "row": life.row, "chosen": set(request.POST.getlist("bottles"))}
    words = _("Đã ghi. Nơi nhận giờ nhận được những chai này.")
    return take(request, form, work, template="inventory/admit.html", context=context, done=words, second=second)


def _second(request: AccessRequest, life: ConsignmentLife, *, alone: bool) -> SecondPersonForm:
    """Who can sign beside: people of the place, and at a receipt the carrier who stands there."""
    access = request.access
    people = seconds_at(facility_id=access.facility_id or 0, now=clock.now(), besides=access.person_id)
    carrier = Person.objects.get(pk=life.row.carrier_id)
    receiving = access.facility_id == life.row.to_id and carrier.pk != access.person_id
    if receiving and carrier.username not in {person.username for person in people if person.present}:
        words = _("%(name)s (người vận chuyển)") % {"name": carrier.full_name}
        people = (*people, Second(carrier.username, words, remote=False))
    return SecondPersonForm(posted(request), people=people, alone=alone)


def _present(second: SecondPersonForm) -> Present:
    person = second.second_person()
    if not isinstance(person, Present):
        raise TypeError("Two real people are needed.")
    return person


def _counting(form: CountForm, consignment_id: UUID, second: SecondPerson) -> Counting:
    said = form.cleaned_data
    return Counting(
        id=said["id"],
        consignment_id=consignment_id,
        bottles=form.arrived(),
        second=second,
        own_pin=said["own_pin"],
        loose=said["loose"],
        note=said["note"],
        photos=form.kept,
    )
