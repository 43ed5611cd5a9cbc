"""The demo's first site has asked its main clinic, and a hospital has documented a dose."""

import pytest

from core.portraits import MOST_KEPT
from dispensing.models import DoseElsewhere, Question, QuestionStep
from patients.models import Consent, DataRequest, Patient, Photo
from tests.demo.tiny import LARGE, SMALL

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


def test_most_patients_agreed_to_a_photo_which_is_a_drawing():
    here = Patient.objects.filter(status="in_treatment", placements__facility__name__in=[LARGE.name, SMALL.name])
    treated = here.distinct().count()
    faces = [Photo.opened(row.pk, row.key, row.content) for row in Photo.objects.all()]

    assert treated // 2 < len(faces) < treated
    assert len(set(faces)) == len(faces) == Consent.objects.filter(purpose="photo").count()
    assert max(len(face) for face in faces) <= MOST_KEPT // 2
