"""A site asks its main clinic, and somebody there has to answer: once, signed, in time, and never as an order."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Prescription, Question, QuestionStep
from dispensing.queries import matters
from dispensing.queries import questions as queries
from dispensing.queries.site_days import DayLine
from dispensing.rules import questions as rules
from dispensing.rules.question_codes import OF_THE_CLINIC, WAYS, Said, Turn, Urgency
from dispensing.rules.question_settings import QuestionSettings
from dispensing.services import questions
from dispensing.services.doses import OtherContent
from dispensing.services.questions import QuestionRefused
from followup.models import Notice, Task
from followup.services import escalation
from patients.models import Patient
from tests import cast, world
from tests.dispensing import clinic_asked as asking
from tests.dispensing import morning
from tests.dispensing.clinic_asked import answered, asked, said
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
ALL = "/dispensing/questions/"
NOW = world.NOW
NO_DAY = DayLine(world.TODAY, None, None, to_close=False, unclosed=())


@pytest.mark.parametrize(
    ("urgency", "after"),
    [
        (Urgency.WAITING, timedelta(minutes=20)),
        (Urgency.TODAY, timedelta(hours=4)),
        (Urgency.DAYS, timedelta(hours=48)),
    ],
)
def test_due_at_follows_the_urgency(urgency: Urgency, after: timedelta):
    assert rules.due_at(urgency, since=NOW, settings=QuestionSettings()) == NOW + after


@pytest.mark.parametrize("state", list(Turn))
def test_open_steps_are_the_table_read_for_one_side(state: Turn):
    clinic = rules.open_steps(state, clinic=True, site=False)
    site = rules.open_steps(state, clinic=False, site=True)

    assert set(clinic) == {step for before, step in WAYS if before is state and step in OF_THE_CLINIC}
    assert set(site) == {step for before, step in WAYS if before is state and step not in OF_THE_CLINIC} - {Said.ASK}
    assert state is not Turn.CLOSED or (not clinic and not site)


def test_asking_opens_a_task_at_the_clinic_and_tells_its_physicians():
    made = asked()

    task = Task.objects.get(kind=questions.WAITS, subject_id=made.pk)
    assert task.facility_id == world.facility(cast.MAIN_CLINIC).pk
    assert task.owner == world.person(cast.CLINIC_PHYSICIAN)
    assert task.due_at == NOW + timedelta(minutes=20)
    assert Notice.objects.filter(person=task.owner, kind=questions.WAITS).exists()


def test_question_without_an_answer_in_time_goes_up_to_the_clinic_head():
    asked()

    escalation.escalate(now=NOW + timedelta(minutes=21))

    head = world.person(cast.CLINIC_HEAD)
    assert Notice.objects.filter(person=head, kind=escalation.TASK_OVERDUE).exists()


def test_tasks_and_notices_name_neither_patient_nor_drug():
    made = asked()
    said(made.pk, Said.ANSWER)

    stored = str(list(Notice.objects.values_list("data", flat=True))) + str(list(Task.objects.values_list("data")))
    assert made.patient.code not in stored
    assert "rifampicin" not in stored


def test_answer_is_signed_closes_the_task_and_tells_who_asked():
    made = asked()

    step = said(made.pk, Said.ANSWER)

    assert step.signature is not None
    assert step.signature.person_id == world.person(cast.CLINIC_PHYSICIAN).pk
    assert not Task.objects.filter(subject_id=made.pk, done_at__isnull=True).exists()
    assert Notice.objects.filter(person=world.person(cast.DISPENSER), kind=questions.ANSWERED).exists()
    assert list(questions.answers()) == []


def test_answer_changes_no_order():
    patient = morning.patient()
    before = list(Prescription.objects.filter(patient=patient).values())

    answered(patient)

    assert list(Prescription.objects.filter(patient=patient).values()) == before


def test_answer_with_a_wrong_pin_is_refused_at_its_field():
    made = asked()

    with pytest.raises(QuestionRefused) as refused:
        said(made.pk, Said.ANSWER, own_pin="000001")

    assert refused.value.field == "own_pin"
    assert QuestionStep.objects.filter(question=made).count() == 1


def test_asked_back_the_site_has_until_then_and_answers_with_more():
    made = asked()

    said(made.pk, Said.ASK_BACK, "Uống từ ngày nào, liều bao nhiêu?")
    back = Task.objects.get(subject_id=made.pk, done_at__isnull=True)
    assert (back.kind, back.facility_id) == (questions.ASKED_BACK, morning.site().pk)
    said(made.pk, Said.REPLY, "Từ hôm qua, hai viên.", member=cast.DISPENSER, now=NOW + timedelta(minutes=5))

    waits = Task.objects.get(subject_id=made.pk, done_at__isnull=True)
    assert (waits.kind, waits.due_at) == (questions.WAITS, NOW + timedelta(minutes=25))


def test_same_question_sent_twice_is_one():
    new = asking.question(morning.patient())
    by = morning.access(cast.DISPENSER)

    first = questions.ask(new=new, by=by, now=NOW)
    again = questions.ask(new=new, by=by, now=NOW + timedelta(seconds=5))

    assert first == again
    assert (Question.objects.count(), QuestionStep.objects.count()) == (1, 1)


def test_same_id_with_other_words_is_refused_and_audited():
    new = asking.question(morning.patient())
    by = morning.access(cast.DISPENSER)
    questions.ask(new=new, by=by, now=NOW)

    with pytest.raises(OtherContent):
        questions.ask(new=asking.question(Patient(pk=new.patient_id), id=new.id, words="khác"), by=by, now=NOW)

    assert AuditEvent.objects.filter(action="question.refused", subject_id=str(new.id)).exists()


def test_same_answer_sent_twice_is_one_step():
    made, step_id = asked(), new_id()

    first = said(made.pk, Said.ANSWER, id=step_id)
    again = said(made.pk, Said.ANSWER, id=step_id)

    assert first == again
    assert QuestionStep.objects.filter(question=made).count() == 2


def test_answer_after_the_site_closed_it_says_who_was_first():
    made = asked()
    said(made.pk, Said.CLOSE, "", member=cast.DISPENSER)

    with pytest.raises(QuestionRefused) as refused:
        said(made.pk, Said.ANSWER)

    assert "đã xong" in refused.value.sentence


def test_site_never_answers_its_own_question():
    made = asked()

    with pytest.raises(PermissionDenied):
        said(made.pk, Said.ANSWER, member=cast.PHYSICIAN)


def test_another_site_learns_nothing():
    made = asked()

    with pytest.raises(Question.DoesNotExist):
        said(made.pk, Said.REPLY, member=cast.OTHER_DISPENSER, at=cast.OTHER_SITE)
    assert signed_in(cast.OTHER_DISPENSER).get(f"{ALL}{made.pk}/").status_code == 404


def test_asking_about_somebody_who_drinks_elsewhere_is_refused():
    with pytest.raises((QuestionRefused, Patient.DoesNotExist)):
        questions.ask(
            new=asking.question(morning.patient()),
            by=morning.access(cast.OTHER_DISPENSER, cast.OTHER_SITE), now=NOW,
        )  # fmt: skip


def test_clinic_sees_the_overdue_first():
    early = asked(urgency=Urgency.DAYS, now=NOW - timedelta(hours=5))
    late = asked(urgency=Urgency.WAITING, now=NOW - timedelta(hours=1))

    rows = queries.open_ones(morning.access(cast.CLINIC_PHYSICIAN, cast.MAIN_CLINIC), now=NOW)

    assert [row.id for row in rows] == [late.pk, early.pk]
    assert [row.late for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("member", "words"),
    [(cast.DISPENSER, "Chờ cơ sở điều trị trả lời 1 câu"), (cast.CLINIC_PHYSICIAN, "1 câu hỏi của trạm chờ trả lời")],
)
def test_board_says_what_waits_on_each_side(member: cast.Member, words: str):
    asked()
    place = cast.SITE if member is cast.DISPENSER else cast.MAIN_CLINIC
    by = morning.access(member, place)

    found = matters.matters(day=NO_DAY, by=by, now=NOW)

    assert words in [one.words for one in found]


def test_board_says_that_an_answer_came():
    answered()
    by = morning.access(cast.DISPENSER)

    found = matters.matters(day=NO_DAY, by=by, now=NOW)

    assert "1 câu trả lời của cơ sở điều trị" in [one.words for one in found]


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.CLINIC_PHYSICIAN])
def test_list_takes_as_many_statements_for_many_as_for_few(member: cast.Member):
    client = signed_in(member)
    for _ in range(2):
        asked()
    statements(client)
    few = statements(client)
    for _ in range(18):
        answered()

    assert statements(client) == few


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(ALL).status_code == 200
    return len(seen)


def test_pages_ask_answer_and_close():
    patient = morning.patient()
    site, clinic = signed_in(cast.DISPENSER), signed_in(cast.CLINIC_PHYSICIAN)
    shown = site.get(f"/dispensing/patients/{patient.pk}/ask/").context["form"]
    typed = {
        "id": shown["id"].value(), "step_id": shown["step_id"].value(), "urgency": "waiting", "topic": "medicine",
        "words": asking.WORDS,
    }  # fmt: skip

    assert site.post(f"/dispensing/patients/{patient.pk}/ask/", typed | {"words": ""}).status_code == 422
    assert site.post(f"/dispensing/patients/{patient.pk}/ask/", typed).status_code == 302
    made = Question.objects.get(patient=patient)
    page = clinic.get(f"{ALL}{made.pk}/")
    assert "rifampicin" in page.content.decode()
    answer = {"id": page.context["form"]["id"].value(), "words": asking.ADVICE, "own_pin": cast.PIN}
    assert clinic.post(f"{ALL}{made.pk}/answer/", answer | {"own_pin": "000001"}).status_code == 422
    assert clinic.post(f"{ALL}{made.pk}/answer/", answer).status_code == 302
    read = site.get(f"{ALL}{made.pk}/")
    assert "không phải y lệnh" in read.content.decode()
    done = {"id": read.context["form"]["id"].value(), "words": ""}
    assert site.post(f"{ALL}{made.pk}/close/", done).status_code == 302
    made.refresh_from_db()
    assert made.closed_at is not None
    assert made.patient.code in clinic.get(f"/dispensing/patients/{patient.pk}/following/").content.decode()
