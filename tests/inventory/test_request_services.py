"""A request through its services: who may, what is kept, what the other side does meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from followup.models import Task
from inventory.models import Consignment, DemandFigure, Request, RequestEvent, RequestLine
from inventory.rules.consignments import Arrived
from inventory.rules.request_table import State, Step
from inventory.rules.violations import Code
from inventory.services import cycle, request_tasks, requests
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.requests import Asked
from staff.models import Signature
from tests import cast, world, world_stock
from tests.inventory import road
from tests.inventory.asking import LITRE, PERIOD, Asking, acting, sent
from tests.world import NOW

pytestmark = pytest.mark.django_db


def tasks(kind: str, *, open_: bool = True) -> list[Task]:
    return list(Task.objects.filter(kind=kind, done_at__isnull=open_))


def test_draft_numbers_from_one_for_each_site_and_keeps_proposal_and_wish():
    it = Asking()
    it.draft(7)

    row = it.row()
    [line] = RequestLine.objects.filter(event__request=row, asked=7)
    assert (row.number, row.year, row.period, row.main_clinic.name) == (1, 2026, PERIOD, cast.MAIN_CLINIC)
    assert (line.size_ul, line.approved) == (LITRE, None)
    more = Asking()
    more.draft(1, monthly=False)
    assert more.row().number == 2


def test_draft_a_second_time_for_a_month_is_refused_in_words():
    Asking().draft()

    with pytest.raises(StockRefused) as refused:
        Asking().draft()

    assert refused.value.violations[0].field == "period"
    assert Request.objects.count() == 1


def test_send_signs_the_version_and_gives_the_clinic_its_task():
    it = sent()

    signature = Signature.objects.get(subject_kind="request.send")
    assert (it.state(), it.last().signature_id, it.last().digest) == (State.SENT, signature.pk, signature.digest)
    [task] = tasks(request_tasks.ANSWER)
    assert (task.owner.username, task.facility.name) == (cast.STORE_KEEPER.username, cast.MAIN_CLINIC)


def test_send_with_a_wrong_pin_writes_nothing():
    it = Asking()
    it.draft()

    with pytest.raises(OwnPinRefused):
        it.send(own_pin="000000")

    assert it.state() is State.DRAFT


def test_send_of_a_version_that_somebody_changed_meanwhile_is_refused():
    it = Asking()
    it.draft()
    seen = it.version()
    it.revise(5)

    with pytest.raises(StockRefused) as refused:
        it.send(version=seen)

    assert refused.value.violations[0].code is Code.CHANGED_MEANWHILE


def test_revise_keeps_every_version_with_who_changed_what():
    it = Asking()
    it.draft(3)
    it.revise(5)
    it.send()

    kept = RequestLine.objects.filter(event__request_id=it.id, size_ul=LITRE).order_by("event__position")
    assert list(kept.values_list("asked", flat=True)) == [3, 5, 5]
    content = RequestEvent.objects.get(request_id=it.id, position=1).content
    assert content["found"]["system"].keys() == content["stated"]["figures"].keys()


def test_approve_as_asked_hands_the_task_on_to_delivery():
    it = sent()
    it.endorse()
    it.approve()

    assert it.state() is State.APPROVED
    assert tasks(request_tasks.ANSWER) == []
    assert len(tasks(request_tasks.DELIVER)) == 1


def test_approve_another_number_needs_its_reason():
    it = sent()

    with pytest.raises(StockRefused) as refused:
        it.change(2, reason=" ")
    it.change(2)

    assert refused.value.violations[0].field.startswith("why_")
    assert it.state() is State.CHANGED
    line = RequestLine.objects.get(event=it.last(), size_ul=LITRE)
    assert (line.asked, line.approved, line.reason) == (3, 2, "kho chỉ còn bấy nhiêu")


def test_give_back_is_changed_and_sent_again():
    it = sent()
    it.give_back()
    assert it.state() is State.RETURNED
    assert len(tasks(request_tasks.DUE)) == 1

    it.revise(4)
    it.send()

    assert it.state() is State.SENT
    assert tasks(request_tasks.DUE) == []


def test_same_step_sent_twice_is_one_and_with_other_content_is_refused():
    it = Asking()
    first, again = it.draft(), it.draft()
    assert (first.event_id, again.known) == (again.event_id, True)

    with pytest.raises(OtherContent):
        it.draft(9)

    assert RequestEvent.objects.count() == 1


def test_prepared_consignment_carries_the_request_to_its_end():
    it = sent()
    it.approve()
    it.prepare(road.stored(cast.MAIN_CLINIC, 2))
    trip = road.Road(road.stored(cast.MAIN_CLINIC, 2), id=Consignment.objects.get().pk)
    assert it.state() is State.PREPARED

    trip.pack()
    trip.hand_over()
    trip.arrive()
    trip.inspect()
    trip.receive()
    assert it.state() is State.RECEIVED
    assert tasks(request_tasks.DELIVER) == []
    trip.close()

    assert it.state() is State.CLOSED
    assert it.row().ended_at is not None


def test_received_in_part_is_received_and_the_rest_is_the_consignments_case():
    it = sent()
    it.approve()
    numbers = road.stored(cast.MAIN_CLINIC, 2)
    it.prepare(numbers)
    trip = road.Road(numbers, id=Consignment.objects.get().pk)
    trip.pack()
    trip.hand_over()
    trip.arrive()
    trip.inspect()
    trip.receive([Arrived(numbers[0])])

    assert it.state() is State.RECEIVED


@pytest.mark.parametrize("answer", [State.APPROVED, State.CHANGED])
def test_cancelled_consignment_puts_the_request_back_as_it_was_approved(answer: State):
    it = sent()
    if answer is State.APPROVED:
        it.approve()
    else:
        it.change(2)
    it.prepare()
    trip = road.Road(road.stored(cast.MAIN_CLINIC, 2), id=Consignment.objects.get().pk)
    trip.cancel()
    assert it.state() is answer

    it.prepare()

    assert it.state() is State.PREPARED


def test_prepare_for_another_site_writes_nothing():
    it = sent()
    it.approve()

    with pytest.raises(StockRefused):
        it.prepare(to_facility_id=world.facility(cast.OTHER_SITE).pk)

    assert not Consignment.objects.exists()


@pytest.mark.parametrize("step", ["withdraw", "give_back"])
def test_end_without_words_is_refused(step: str):
    it = sent()

    with pytest.raises(StockRefused) as refused:
        getattr(it, step)(words=" ")

    assert refused.value.violations[0].field == "words"


def test_withdrawn_request_lets_the_month_be_asked_again():
    it = sent()
    it.withdraw()
    again = Asking()
    again.draft()

    assert (it.state(), again.row().number) == (State.CANCELLED, 2)


STEPS: dict[Step, Callable[[Asking], object]] = {
    Step.REVISE: lambda it: it.revise(4),
    Step.SEND: lambda it: it.send(),
    Step.ENDORSE: lambda it: it.endorse(),
    Step.WITHDRAW: lambda it: it.withdraw(),
    Step.APPROVE: lambda it: it.approve(),
    Step.RETURN: lambda it: it.give_back(),
    Step.CANCEL: lambda it: it.cancel(),
    Step.PREPARE: lambda it: it.prepare(),
}


def _reach(state: State) -> Asking:
    it = Asking()
    it.draft()
    if state is not State.DRAFT:
        it.send()
    match state:
        case State.RETURNED:
            it.give_back()
        case State.APPROVED:
            it.approve()
        case State.CHANGED:
            it.change(2)
        case State.PREPARED:
            it.approve()
            it.prepare()
        case State.CANCELLED:
            it.withdraw()
    return it


MAY = {
    cast.DISPENSER: {Step.REVISE, Step.SEND, Step.WITHDRAW},
    cast.SITE_HEAD: {Step.REVISE, Step.SEND, Step.WITHDRAW, Step.ENDORSE},
    cast.STORE_KEEPER: {Step.APPROVE, Step.RETURN, Step.CANCEL, Step.PREPARE},
    cast.CLINIC_HEAD: {Step.APPROVE, Step.RETURN, Step.CANCEL},
    cast.OTHER_DISPENSER: set(),
    cast.PHYSICIAN: set(),
    cast.CARRIER: set(),
}
FROM = {
    State.DRAFT: {Step.REVISE, Step.SEND, Step.WITHDRAW},
    State.SENT: {Step.ENDORSE, Step.APPROVE, Step.RETURN, Step.WITHDRAW},
    State.RETURNED: {Step.REVISE, Step.SEND, Step.WITHDRAW},
    State.APPROVED: {Step.CANCEL, Step.PREPARE},
    State.CHANGED: {Step.CANCEL, Step.PREPARE},
    State.PREPARED: set(),
    State.CANCELLED: set(),
}


@pytest.mark.parametrize("state", list(FROM))
def test_each_role_may_in_each_state_what_the_table_says(state: State):
    it = _reach(state)
    for member, may in MAY.items():
        actor = replace(it, site=member, head=member, keeper=member)
        for step, take in STEPS.items():
            before = transaction.savepoint()
            try:
                take(actor)
                done = True
            except (PermissionDenied, StockRefused):
                done = False
            transaction.savepoint_rollback(before)
            assert done == (step in FROM[state] and step in may), (state, step, member.username)


def test_remind_opens_the_sites_task_once_and_sending_closes_it():
    cycle.remind(now=NOW)
    cycle.remind(now=NOW)
    mine = request_tasks.month_subject(world.facility(cast.SITE).pk, PERIOD)
    assert Task.objects.filter(kind=request_tasks.DUE, subject_id=mine).count() == 1

    sent()
    cycle.remind(now=NOW + timedelta(hours=1))

    assert not Task.objects.filter(kind=request_tasks.DUE, subject_id=mine, done_at__isnull=True).exists()
    assert Task.objects.get(kind=request_tasks.DUE, subject_id=mine).outcome == "sent"


def test_remind_lets_a_past_month_go_and_asks_the_clinic_for_its_quarter():
    cycle.remind(now=NOW)
    cycle.remind(now=NOW + timedelta(days=38))  # 1 January 2027

    assert {task.outcome for task in tasks(request_tasks.DUE, open_=False)} == {"passed"}
    [task] = tasks(request_tasks.QUARTER)
    assert task.data["day"] == "05/01"


def test_expected_new_patients_are_offered_again():
    here, item = world.facility(cast.SITE), world_stock.methadone()
    DemandFigure.objects.create(
        facility=here, item=item, as_of=NOW, patients=3, daily_mg=Decimal(210), used_daily=20_000
    )
    it = Asking()
    command = it.command(2)
    figures = {item.pk: replace(command.figures[item.pk], new_patients=4)}
    requests.draft(command=replace(command, figures=figures), by=acting(cast.DISPENSER), now=NOW)

    assert Asking().command().figures[item.pk].new_patients == 4


def test_draft_of_nothing_is_refused():
    with pytest.raises(StockRefused):
        Asking().draft(0, asked=(Asked(world_stock.methadone().pk, LITRE, 0),))


def test_approval_of_a_version_sent_again_is_refused():
    it = sent()
    old = it.version()
    it.give_back()
    it.send()

    with pytest.raises(StockRefused) as refused:
        it.approve(version=old)

    assert refused.value.violations[0].code is Code.CHANGED_MEANWHILE


def test_month_whose_request_was_taken_back_is_asked_for_again():
    cycle.remind(now=NOW)
    it = sent()
    it.withdraw()

    cycle.remind(now=NOW + timedelta(hours=1))

    mine = request_tasks.month_subject(world.facility(cast.SITE).pk, PERIOD)
    assert Task.objects.filter(kind=request_tasks.DUE, subject_id=mine, done_at__isnull=True).count() == 1


def test_request_between_months_that_is_returned_is_a_task_of_its_own_that_ends_with_it():
    month = request_tasks.month_subject(world.facility(cast.SITE).pk, PERIOD)
    first, second = Asking(), Asking()
    for it in (first, second):
        it.draft(monthly=False)
        it.send()
        it.give_back()
    cycle.remind(now=NOW)
    assert {task.subject_id for task in tasks(request_tasks.DUE)} >= {first.id, second.id, month}

    first.revise(4, monthly=False)
    first.send()
    second.withdraw()

    still = {task.subject_id for task in tasks(request_tasks.DUE)}
    assert (month in still, first.id in still, second.id in still) == (True, False, False)
