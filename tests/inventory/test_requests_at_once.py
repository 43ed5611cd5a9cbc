"""Two people at one request: one wins, the other is told."""

import pytest

from core.ids import new_id
from inventory.models import Request, RequestEvent
from inventory.rules.request_table import State, Step
from inventory.rules.violations import Code
from staff.models import Proof
from staff.services import pins
from staff.services.pins import Proven
from tests.inventory.asking import Asking, sent
from tests.inventory.test_custody_at_once import at_once
from tests.plugins.clones import CommittedDatabase


@pytest.fixture(autouse=True)
def proven_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs are checked before a step's transaction; here only what lies inside is looked at."""
    monkeypatch.setattr(pins, "verify", lambda *, person_id, now, **_: Proven(person_id, Proof.PIN, now))


def test_two_drafting_a_month_at_once_make_one_request(committed_db: CommittedDatabase):
    results = at_once(lambda: Asking().draft(2), lambda: Asking().draft(3))

    assert sum(isinstance(each, Code) for each in results) == 1
    assert list(Request.objects.values_list("number", flat=True)) == [1]


def test_two_drafting_beside_the_month_draw_two_numbers(committed_db: CommittedDatabase):
    at_once(*[lambda: Asking().draft(1, monthly=False)] * 3)

    assert sorted(Request.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_approve_and_return_at_once_leave_one_answer(committed_db: CommittedDatabase):
    it = sent()

    results = at_once(it.approve, it.give_back)

    assert sum(isinstance(each, Code) for each in results) == 1
    assert it.state() in (State.APPROVED, State.RETURNED)
    assert RequestEvent.objects.filter(request_id=it.id, step__in=[Step.APPROVE, Step.RETURN]).count() == 1


def test_one_send_delivered_several_times_at_once_is_sent_once(committed_db: CommittedDatabase):
    it = Asking()
    it.draft()
    same = {"version": it.version(), "event_id": new_id()}

    results = at_once(*[lambda: it.send(**same)] * 3)

    assert not any(isinstance(each, Code) for each in results)
    assert RequestEvent.objects.filter(request_id=it.id, step=Step.SEND).count() == 1
