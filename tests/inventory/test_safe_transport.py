"""Asking for a safe journey: who may ask, who must answer, and what stays when nobody does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from followup.models import Task
from inventory.models import TransportRequest
from inventory.queries import transport as queries
from inventory.rules.transport import Asked, Became, TransportItem, became
from inventory.rules.violations import Code
from inventory.services import transport, watch
from inventory.services.acts import StockRefused
from inventory.services.transport import Answer
from tests import cast, world
from tests.entrance import access
from tests.inventory.road import Road, acting, stored
from tests.world import NOW

pytestmark = pytest.mark.django_db
ALL = tuple(TransportItem)
MONTH_AGO = NOW - timedelta(days=30)


@pytest.fixture
def road() -> Road:
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.prepare()
    return road


def ask(road: Road, *items: TransportItem, by: cast.Member = cast.CARRIER) -> list[TransportRequest]:
    return transport.ask(
        consignment_id=road.id, items=items or ALL, reason="qua đèo, một mình", by=acting(by), now=NOW
    )  # fmt: skip


def answer(
    asked: TransportRequest, *, granted: bool, words: str = "", by: cast.Member = cast.CLINIC_HEAD
) -> TransportRequest:
    manages = access(by) if by is cast.AREA_MANAGER else acting(by)
    return transport.answer(command=Answer(asked.pk, granted, words), by=manages, now=NOW)


def lines(road: Road) -> dict[str, Became]:
    return {line.item: line.became for line in queries.asked_for(road.id)}


def code_of(refused: pytest.ExceptionInfo[StockRefused]) -> Code:
    return refused.value.violations[0].code


def test_became_unanswered_only_once_the_boxes_left() -> None:
    assert became(Asked(None)) is Became.WAITING
    assert became(Asked(None, NOW)) is Became.UNANSWERED
    assert became(Asked(False, NOW)) is Became.REFUSED
    assert became(Asked(True)) is Became.GRANTED


def test_carrier_asks_and_the_clinic_head_has_a_task_until_everything_is_answered(road: Road) -> None:
    first, second, third = ask(road)
    [task] = Task.objects.filter(kind=watch.ASKED_TASK)
    assert task.owner.username == cast.CLINIC_HEAD.username
    answer(first, granted=True)
    answer(second, granted=False, words="không có xe")
    task.refresh_from_db()
    assert task.done_at is None
    answer(third, granted=True, by=cast.AREA_MANAGER)
    task.refresh_from_db()
    assert task.outcome == "answered"


def test_sender_asks_for_the_carrier(road: Road) -> None:
    assert len(ask(road, TransportItem.VEHICLE, by=cast.STORE_KEEPER)) == 1


def test_ask_again_keeps_what_was_asked_before(road: Road) -> None:
    [first] = ask(road, TransportItem.VEHICLE)
    again = ask(road, TransportItem.VEHICLE, TransportItem.LOCK_BOX)
    assert again[0].pk == first.pk
    assert len(again) == 2


def test_ask_by_somebody_else_is_refused(road: Road) -> None:
    with pytest.raises(PermissionDenied):
        ask(road, by=cast.DISPENSER)


def test_answer_by_somebody_who_manages_nothing_is_refused(road: Road) -> None:
    [first] = ask(road, TransportItem.VEHICLE)
    for member in (cast.STORE_KEEPER, cast.SITE_HEAD, cast.CARRIER):
        with pytest.raises(PermissionDenied):
            answer(first, granted=True, by=member)


def test_refusal_without_a_reason_is_asked_back(road: Road) -> None:
    [first] = ask(road, TransportItem.VEHICLE)
    with pytest.raises(StockRefused) as refused:
        answer(first, granted=False)
    assert code_of(refused) is Code.WORDS_FOR_REFUSAL


def test_same_answer_again_is_the_same_and_another_is_refused(road: Road) -> None:
    [first] = ask(road, TransportItem.VEHICLE)
    answer(first, granted=True)
    answer(first, granted=True)
    with pytest.raises(StockRefused) as refused:
        answer(first, granted=False, words="thôi")
    assert code_of(refused) is Code.ALREADY_ANSWERED


def test_journey_leaves_all_the_same_and_what_nobody_answered_stays_so(road: Road) -> None:
    vehicle, _second, _box = ask(road)
    answer(vehicle, granted=False, words="xe hỏng")
    road.pack()
    road.hand_over()
    assert list(lines(road).values()) == [Became.REFUSED, Became.UNANSWERED, Became.UNANSWERED]
    waiting = TransportRequest.objects.filter(granted__isnull=True).first()
    assert waiting is not None
    with pytest.raises(StockRefused) as late:
        answer(waiting, granted=True)
    assert code_of(late) is Code.NOT_NOW
    assert Task.objects.get(kind=watch.ASKED_TASK).outcome == "hand_over"
    site = world.facility(cast.SITE).pk
    figures = queries.safe_journeys([site], since=MONTH_AGO)[site]
    assert (figures.refused, figures.unanswered, figures.waiting, figures.denied) == (1, 2, 0, 3)
    assert len(queries.not_granted(site, since=MONTH_AGO)) == 3


def test_asking_after_the_boxes_left_is_too_late(road: Road) -> None:
    road.pack()
    road.hand_over()
    with pytest.raises(StockRefused) as refused:
        ask(road)
    assert code_of(refused) is Code.NOT_NOW


def test_answer_of_an_unknown_request_is_not_found(road: Road) -> None:
    with pytest.raises(TransportRequest.DoesNotExist):
        transport.answer(command=Answer(new_id(), True), by=acting(cast.CLINIC_HEAD), now=NOW)
