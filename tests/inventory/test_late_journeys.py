"""Journeys that are late: told once, and again as it gets worse, and ended by the arrival."""

from datetime import timedelta

import pytest

from followup.models import Notice, Task
from followup.services import notices
from inventory.models import Consignment
from inventory.queries.consignments import lateness
from inventory.rules.settings_custody import CustodySettings
from inventory.rules.transport import lateness_rank
from inventory.services import watch
from inventory.tasks import raise_overdue_consignments
from tests import cast, world
from tests.inventory.road import EXPECTED, Road, stored

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def road() -> Road:
    return Road(stored(cast.MAIN_CLINIC, 2))


def told() -> dict[str, int]:
    """How often each person was told of a late journey, by user name."""
    found = Notice.objects.filter(kind__in=[watch.LATE_TASK, watch.LATE_NOTICE]).select_related("person")
    counted: dict[str, int] = {}
    for notice in found:
        counted[notice.person.username] = counted.get(notice.person.username, 0) + 1
    return counted


def late_tasks() -> list[Task]:
    return list(Task.objects.filter(kind=watch.LATE_TASK).order_by("opened_at"))


@pytest.mark.parametrize(("hours", "rank"), [(1.9, None), (2, 0), (3.9, 0), (4, 1), (11, 1), (12, 2), (30, 3)])
def test_lateness_rank_rises_at_each_threshold(hours: float, rank: int | None) -> None:
    assert lateness_rank(hours, late_after=2, again_after=(4, 12, 24)) == rank


def test_late_journey_is_told_to_both_ends_once(road: Road) -> None:
    road.leave()
    assert watch.raise_overdue(now=EXPECTED + HOUR) == 0
    assert watch.raise_overdue(now=EXPECTED + 2 * HOUR) == 1
    assert watch.raise_overdue(now=EXPECTED + 3 * HOUR) == 1
    [task] = late_tasks()
    assert task.owner.username == cast.STORE_KEEPER.username
    assert told() == {member.username: 1 for member in (cast.STORE_KEEPER, cast.CLINIC_HEAD, cast.SITE_HEAD)}


def test_late_journey_is_told_again_as_it_gets_worse(road: Road) -> None:
    road.leave()
    for hours in (2, 4, 5, 12, 13):
        watch.raise_overdue(now=EXPECTED + hours * HOUR)
    [task] = late_tasks()
    assert (task.data["worse"], task.data["hours"]) == (2, 12)
    assert set(told().values()) == {3}


def test_arrival_ends_what_a_late_journey_asked_for(road: Road) -> None:
    road.leave()
    watch.raise_overdue(now=EXPECTED + 2 * HOUR)
    road.arrive()
    assert [(task.outcome, task.done_at is not None) for task in late_tasks()] == [("arrive", True)]
    assert watch.raise_overdue(now=EXPECTED + 5 * HOUR) == 0


def test_journey_that_never_left_is_not_late(road: Road) -> None:
    road.prepare()
    road.pack()
    assert watch.raise_overdue(now=EXPECTED + 20 * HOUR) == 0


def test_job_killed_in_the_middle_is_finished_by_the_next_and_tells_nobody_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = stored(cast.MAIN_CLINIC, 4)
    for part in (numbers[:2], numbers[2:]):
        Road(part).leave()
    tell, calls = notices.tell, []

    def dies(tellings: object, *, now: object) -> object:
        calls.append(1)
        if len(calls) == 4:  # the notices of the second journey, after its task
            raise KeyboardInterrupt
        return tell(tellings, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(notices, "tell", dies)
    with pytest.raises(KeyboardInterrupt):
        watch.raise_overdue(now=EXPECTED + 2 * HOUR)
    assert len(late_tasks()) == 1
    assert watch.raise_overdue(now=EXPECTED + 2 * HOUR) == 2
    assert watch.raise_overdue(now=EXPECTED + 2 * HOUR) == 2
    assert len(late_tasks()) == 2
    assert set(told().values()) == {2}


def test_job_delivered_twice_changes_nothing(road: Road) -> None:
    road.leave()
    Consignment.objects.get(pk=road.id)
    for _ in range(2):
        raise_overdue_consignments()
    assert len(late_tasks()) <= 1


def test_late_words_name_neither_drug_nor_person(road: Road) -> None:
    road.leave()
    watch.raise_overdue(now=EXPECTED + 2 * HOUR)
    data = Notice.objects.filter(kind=watch.LATE_NOTICE).values_list("data", flat=True)
    assert {frozenset(each) for each in data} == {frozenset({"number", "hours"})}


def test_list_and_job_agree_on_what_is_late(road: Road) -> None:
    from inventory.queries.consignments import get_row

    road.leave()
    row, rules = get_row(road.id), CustodySettings()
    for minutes in (110, 121, 250):
        now = EXPECTED + timedelta(minutes=minutes)
        assert bool(lateness(row, now=now, rules=rules)) is bool(watch.raise_overdue(now=now))
    assert world.facility(cast.SITE).pk == late_tasks()[0].facility_id
