"""Tasks and notices: opened once, owned by somebody, told once, done, handed on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.ids import new_id
from core.models import AuditEvent
from followup.models import Notice, Task, TaskEvent, TaskStep
from followup.queries import tasks as queries
from followup.queries.cases import Whose
from followup.rules.owners import Nearness
from followup.services import notices, tasks
from tests import cast, world
from tests.entrance import access, signed_in
from tests.followup.hands import COUNT_SHELF, task, wanted

NOW = world.NOW
LATER = NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_task_of_a_job_belongs_to_the_head_of_the_site_who_is_told():
    made = task()

    head = world.person(cast.SITE_HEAD).pk
    assert (made.owner_id, made.opened_by_id) == (head, None)
    assert [event.step for event in made.events.all()] == [TaskStep.OPENED]
    told = Notice.objects.get(subject_id=made.pk)
    assert (told.person_id, told.read_at) == (head, None)
    assert AuditEvent.objects.get(action="task.opened").actor_label == SYSTEM.label


@pytest.mark.django_db
def test_task_asked_of_the_main_clinic_first_belongs_to_its_head():
    assert task(first=Nearness.CLINIC_HEAD).owner_id == world.person(cast.CLINIC_HEAD).pk


@pytest.mark.django_db
def test_the_same_task_again_is_the_same_and_tells_nobody_twice():
    subject = new_id()
    first = task(subject_id=subject)
    again = task(subject_id=subject, now=LATER)

    assert again.pk == first.pk
    assert TaskEvent.objects.filter(task=first).count() == 1
    assert Notice.objects.filter(subject_id=first.pk).count() == 1


@pytest.mark.django_db
def test_a_task_that_gets_worse_is_told_again_and_due_sooner():
    subject = new_id()
    first = task(subject_id=subject, hours=48)
    task(subject_id=subject, hours=4, worse=1)
    task(subject_id=subject, hours=4, worse=1, now=LATER)

    first.refresh_from_db()
    assert first.due_at == NOW + timedelta(hours=4)
    assert [event.step for event in first.events.order_by("at", "id")] == [TaskStep.OPENED, TaskStep.WORSE]
    assert Notice.objects.filter(subject_id=first.pk).count() == 2


@pytest.mark.django_db
def test_a_done_task_asked_for_again_is_a_new_one():
    subject = new_id()
    first = task(subject_id=subject)
    tasks.done(task_id=first.pk, outcome="counted", words="", by=access(cast.SITE_HEAD), now=LATER)

    assert task(subject_id=subject, now=LATER).pk != first.pk


@pytest.mark.django_db
def test_what_happened_by_itself_closes_its_task():
    made, other = task(), task()

    closed = tasks.close(
        kind=COUNT_SHELF, subject_kind="shelf", subject_ids=[made.subject_id], outcome="counted", by=SYSTEM, now=LATER
    )

    made.refresh_from_db()
    assert closed == 1
    assert (made.done_at, made.done_by_id, made.outcome) == (LATER, None, "counted")
    assert Task.objects.get(pk=other.pk).done_at is None


@pytest.mark.django_db
def test_done_with_an_unknown_word_is_refused_and_twice_is_refused():
    made, by = task(), access(cast.SITE_HEAD)
    with pytest.raises(tasks.UnknownOutcome):
        tasks.done(task_id=made.pk, outcome="whatever", words="", by=by, now=NOW)
    tasks.done(task_id=made.pk, outcome="counted", words="", by=by, now=NOW)
    with pytest.raises(tasks.AlreadyDone):
        tasks.done(task_id=made.pk, outcome="counted", words="", by=by, now=NOW)


@pytest.mark.django_db
def test_a_task_of_another_site_is_out_of_reach():
    made = task(at=cast.OTHER_SITE)
    with pytest.raises(Task.DoesNotExist):
        tasks.note(task_id=made.pk, words="?", by=access(cast.DISPENSER), now=NOW)


@pytest.mark.django_db
def test_hand_on_to_somebody_without_standing_is_refused_and_otherwise_told():
    made, by = task(), access(cast.SITE_HEAD)
    with pytest.raises(tasks.NotTheirs):
        tasks.hand_on(task_id=made.pk, to_id=world.person(cast.WITNESS).pk, words="", by=by, now=NOW)
    to = world.person(cast.DISPENSER).pk
    tasks.hand_on(task_id=made.pk, to_id=to, words="giúp tôi", by=by, now=LATER)

    assert Task.objects.get(pk=made.pk).owner_id == to
    assert Notice.objects.filter(person_id=to, subject_id=made.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [3, 25])
def test_lists_ask_the_same_number_of_statements_whatever_the_number(number: int):
    tasks.open_tasks([wanted() for _each in range(number)], by=SYSTEM, now=NOW)
    by = access(cast.SITE_HEAD)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown = queries.open_tasks(access=by, whose=Whose.MINE, now=NOW)
        told = queries.notices(access=by)

    assert (len(shown.rows), len(told)) == (number, number)
    assert len(asked) == 3


@pytest.mark.django_db
def test_reading_marks_only_ones_own_notices():
    made = task()
    notice = Notice.objects.get(subject_id=made.pk)

    assert notices.read(notice_ids=[notice.pk], by=access(cast.DISPENSER), now=LATER) == 0
    assert notices.read(notice_ids=[notice.pk], by=access(cast.SITE_HEAD), now=LATER) == 1
    assert notices.read(notice_ids=[notice.pk], by=access(cast.SITE_HEAD), now=LATER) == 0


@pytest.mark.usefixtures("committed_db")
def test_open_task_at_once_opens_one_with_one_line_and_one_notice():
    subject = new_id()
    gate = Barrier(8)

    def one(_number: int) -> object:
        try:
            gate.wait()
            return task(subject_id=subject).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(one, range(8)))

    assert len(ids) == 1
    assert TaskEvent.objects.filter(task__subject_id=subject).count() == 1
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_pages_show_a_task_do_it_and_count_what_is_unread():
    made = task()
    client = signed_in(cast.SITE_HEAD)

    listed = client.get("/cases/tasks/")
    assert "Đếm lại kệ cấp cứu" in listed.content.decode()
    assert '<b class="number">1</b><span class="out-of-sight">thông báo chưa đọc' in listed.content.decode()
    refused = client.post(f"/cases/tasks/{made.pk}/done/", {"words": "đã nhờ cô Mỷ"})
    assert refused.status_code == 422
    assert "đã nhờ cô Mỷ" in refused.content.decode()
    assert client.post(f"/cases/tasks/{made.pk}/done/", {"outcome": "counted"}).status_code == 302
    told = client.get("/cases/notices/")
    assert "Còn 2 ống" in told.content.decode()
    client.post("/cases/notices/read/", {"notice": [str(Notice.objects.get().pk), "x"]})
    assert "chưa đọc" not in client.get("/cases/notices/").content.decode()
