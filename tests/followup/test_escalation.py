"""What is overdue goes up, one rung at a time, and nobody is told twice."""

from datetime import timedelta

import pytest

from followup.models import CaseEvent, CaseKind, CaseStep, Notice, TaskEvent, TaskStep
from followup.rules.escalation import Rung, next_rung, next_time
from followup.services import escalation
from tests import cast, world
from tests.followup.hands import opened, task

NOW = world.NOW
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def told() -> list[int]:
    """Who was told of something overdue, in order."""
    kinds = (escalation.CASE_OVERDUE, escalation.TASK_OVERDUE)
    return list(
        Notice.objects.filter(kind__in=kinds).order_by("made_at", "person_id").values_list("person_id", flat=True)
    )


@pytest.mark.parametrize(
    ("given_hours", "told_hours_ago", "due_in"),
    [(2, None, 0), (2, 0, 2), (2, 1, 1), (72, 0, 24), (0, 0, 1)],
)
def test_next_time_is_as_long_again_as_it_was_given_but_at_most_a_day(given_hours, told_hours_ago, due_in):
    due = NOW if told_hours_ago is None else NOW - HOUR
    told_at = None if told_hours_ago is None else NOW - told_hours_ago * HOUR
    at = next_time(opened_at=due - given_hours * HOUR, due_at=due, told_at=told_at, longest=DAY)
    assert at == NOW + due_in * HOUR


@pytest.mark.parametrize(
    ("rung", "people", "expected"),
    [
        (0, {Rung.SITE_HEAD: [1], Rung.CLINIC_HEAD: [2]}, Rung.CLINIC_HEAD),
        (0, {Rung.SITE_HEAD: [1, 5]}, Rung.SITE_HEAD),
        (1, {Rung.SITE_HEAD: [5], Rung.AREA_MANAGER: [3]}, Rung.AREA_MANAGER),
        (2, {Rung.CLINIC_HEAD: [2]}, None),
    ],
)
def test_next_rung_is_the_next_with_somebody_else_on_it(rung, people, expected):
    assert next_rung(rung, owner_id=1, people=people) == expected


@pytest.mark.django_db
def test_what_is_not_due_yet_is_told_to_nobody():
    opened()
    task()
    assert escalation.escalate(now=NOW + HOUR) == 0
    assert told() == []


@pytest.mark.django_db
def test_overdue_case_goes_up_to_the_clinic_then_the_area_and_no_further():
    case = opened(kind=CaseKind.DOSE_FINDING)
    clinic, area = world.person(cast.CLINIC_HEAD).pk, world.person(cast.AREA_MANAGER).pk

    first = case.due_at + HOUR
    assert escalation.escalate(now=first) == 1
    assert told() == [clinic]
    assert escalation.escalate(now=first + HOUR) == 0
    assert escalation.escalate(now=first + DAY) == 1
    assert told() == [clinic, area]
    assert escalation.escalate(now=first + 5 * DAY) == 0
    case.refresh_from_db()
    assert case.owner_id == world.person(cast.SITE_HEAD).pk
    steps = CaseEvent.objects.filter(case=case, step=CaseStep.ESCALATED).order_by("at")
    assert [(event.to_id, event.by_id) for event in steps] == [(clinic, None), (area, None)]


@pytest.mark.django_db
def test_overdue_task_is_told_to_the_clinic_head_once_however_often_the_job_runs():
    made = task(hours=2)
    for minutes in (5, 6, 20, 60):
        escalation.escalate(now=made.due_at + timedelta(minutes=minutes))

    assert told() == [world.person(cast.CLINIC_HEAD).pk]
    assert TaskEvent.objects.filter(task=made, step=TaskStep.ESCALATED).count() == 1
    escalation.escalate(now=made.due_at + timedelta(hours=2, minutes=6))
    assert len(told()) == 2
