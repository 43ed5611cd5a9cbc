"""The demo's first site has asked its main clinic, and a hospital has documented a dose."""

import pytest

from demo.history import advance
from dispensing.models import DoseElsewhere, Question, QuestionStep
from tests import world
from tests.demo.tiny import DAYS, TINY

pytestmark = pytest.mark.django_db


def test_advance_leaves_one_question_answered_and_one_waiting():
    advance(TINY, days=DAYS, now=world.NOW)

    newest = QuestionStep.objects.order_by("question_id", "-position").distinct("question_id")
    assert sorted(step.state for step in newest) == ["answered", "clinic", "closed"]
    assert Question.objects.filter(closed_at__isnull=False).count() == 1
    assert DoseElsewhere.objects.filter(counts=True).exists()
