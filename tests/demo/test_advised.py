"""The demo's first site has asked its main clinic, and a hospital has documented a dose."""

import pytest

from dispensing.models import DoseElsewhere, Question, QuestionStep
from patients.models import DataRequest

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_leaves_one_question_answered_and_one_waiting():
    newest = QuestionStep.objects.order_by("question_id", "-position").distinct("question_id")
    assert sorted(step.state for step in newest) == ["answered", "clinic", "closed"]
    assert Question.objects.filter(closed_at__isnull=False).count() == 1
    assert DoseElsewhere.objects.filter(counts=True).exists()


def test_two_people_have_asked_about_their_own_data_and_one_waits():
    assert sorted(DataRequest.objects.values_list("kind", "outcome")) == [("access", "done"), ("correction", None)]
