"""Clinic and site at one question, and two people at one slip."""

from core.ids import new_id
from dispensing.models import DoseElsewhere, QuestionStep
from dispensing.rules.codes import Code
from dispensing.rules.question_codes import Said
from dispensing.services.elsewhere import ElsewhereRefused
from dispensing.services.questions import QuestionRefused
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.clinic_asked import asked, said
from tests.dispensing.elsewhere import documented
from tests.dispensing.test_at_once import together


def test_answer_and_close_at_once_leave_one_line_of_steps(committed_db):
    made = asked()

    answers = together(lambda: said(made.pk, Said.ANSWER), lambda: said(made.pk, Said.CLOSE, "", member=cast.DISPENSER))

    steps = list(QuestionStep.objects.filter(question=made).order_by("position").values_list("step", flat=True))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, QuestionRefused) for answer in refused)
    assert steps in (["ask", "answer", "close"], ["ask", "close"])
    assert len(refused) == (steps == ["ask", "close"])


def test_same_answer_sent_twice_at_once_is_one_step(committed_db):
    made, step_id = asked(), new_id()

    together(lambda: said(made.pk, Said.ANSWER, id=step_id), lambda: said(made.pk, Said.ANSWER, id=step_id))

    assert QuestionStep.objects.filter(question=made, step="answer").count() == 1


def test_two_people_who_record_one_slip_at_once_leave_a_finding(committed_db):
    patient = morning.patient()

    together(lambda: documented(patient), lambda: documented(patient, member=cast.SITE_HEAD))

    rows = DoseElsewhere.objects.filter(patient=patient)
    assert sorted(len(row.findings) for row in rows) == [0, 1]
    assert {found["code"] for row in rows for found in row.findings} == {Code.ELSEWHERE_TWICE}


def test_dose_at_the_window_and_slip_of_today_at_once_never_go_unnoticed(committed_db):
    patient, by = morning.patient(), morning.access(cast.DISPENSER)

    together(lambda: morning.drink(patient, by), lambda: documented(patient, day=world.TODAY, member=cast.SITE_HEAD))

    [row] = DoseElsewhere.objects.filter(patient=patient)
    dose = patient.dose_set.first()
    assert dose is None or dose.findings or row.findings


def test_two_corrections_of_one_record_at_once_leave_one(committed_db):
    patient = morning.patient()
    [row] = documented(patient)

    answers = together(
        lambda: documented(patient, corrects=row.pk),
        lambda: documented(patient, corrects=row.pk, took_place=False, member=cast.SITE_HEAD),
    )

    assert DoseElsewhere.objects.filter(corrects=row).count() == 1
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [ElsewhereRefused]
