"""The operations page: every job, what failed where, what somebody says of it; and the line on everybody's morning."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.production.released import version
from core import clock, known_jobs
from core.models import AuditEvent, JobRun
from core.queries import nights, operations
from tests import cast, world
from tests.entrance import signed_in

PROVE = "core.tasks.prove"
PUSH = "dispensing.tasks.push_demand"
BANNER = "Việc tự động đêm qua chưa xong"

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return signed_in(cast.SYSTEM_ADMINISTRATOR)


def failed(job: str = PROVE, *, error: str = "KeyError", ago: timedelta = timedelta(minutes=5)) -> JobRun:
    when = clock.now() - ago
    return JobRun.objects.create(job=job, started_at=when, ended_at=when, ok=False, error=error, gave_up=True)


def went_well(job: str = PROVE, *, ago: timedelta = timedelta(minutes=1)) -> JobRun:
    when = clock.now() - ago
    return JobRun.objects.create(job=job, started_at=when, ended_at=when, ok=True, result={"count": 4})


def page(client: Client) -> str:
    return client.get("/operations/").content.decode()


def test_every_job_stands_on_the_page_in_words_with_its_next_turn(administrator: Client):
    went_well(PUSH)

    shown = page(administrator)

    for job in known_jobs.known().values():
        assert str(job.words) in shown
        assert job.name not in shown
    assert "mỗi ngày lúc 02:40" in shown
    assert "đã làm 4" in shown


def test_the_page_says_which_release_answers(administrator: Client):
    assert f"<dt>Đang chạy</dt><dd>{version() or 'chưa phát hành'}</dd>" in page(administrator)


def test_a_failed_night_names_its_sites_and_leaves_the_list_when_somebody_has_seen_it(administrator: Client):
    run = failed()
    JobRun.objects.create(
        job=PROVE, part_of_id=run.pk, facility_id=world.facility(cast.SITE).pk, day=world.TODAY, ok=False,
        started_at=run.started_at, ended_at=run.started_at, error="DataError",
    )  # fmt: skip
    shown = page(administrator)
    assert "Việc hỏng đang chờ người xem" in shown
    assert cast.SITE in shown
    assert "DataError" in shown

    answer = administrator.post("/operations/dead/", {"run": run.pk, "what": "seen"}, follow=True)

    assert "Việc hỏng đang chờ người xem" not in answer.content.decode()
    run.refresh_from_db()
    assert run.seen_by_id == world.person(cast.SYSTEM_ADMINISTRATOR).pk
    assert AuditEvent.objects.filter(action="job.seen", subject_id=str(run.pk)).count() == 1


def test_many_failures_of_one_job_are_one_line_and_a_later_success_ends_it(administrator: Client):
    for ago in (50, 40, 30):
        failed("followup.tasks.send_messages", error="OSError", ago=timedelta(minutes=ago))

    [line] = operations.dead(now=clock.now())
    assert (line.times, line.error) == (3, "OSError")
    went_well("followup.tasks.send_messages")
    assert operations.dead(now=clock.now()) == ()


def test_trying_again_is_written_down_whether_the_broker_is_there_or_not(administrator: Client):
    run = failed()

    answer = administrator.post("/operations/dead/", {"run": run.pk, "what": "again"}, follow=True)

    assert "Đã yêu cầu chạy lại" in answer.content.decode()
    run.refresh_from_db()
    assert run.again_at is not None
    assert AuditEvent.objects.filter(action="job.again").count() == 1


@pytest.mark.parametrize("run", ["", "x", "999999", "9" * 30])
def test_a_run_that_is_not_on_the_list_cannot_be_spoken_of(administrator: Client, run: str):
    assert administrator.post("/operations/dead/", {"run": run, "what": "seen"}).status_code == 404


def test_a_failed_night_is_a_calm_line_for_everybody_until_it_went_well():
    for member in (cast.DISPENSER, cast.CLINIC_HEAD, cast.SYSTEM_ADMINISTRATOR):
        client = signed_in(member)
        assert BANNER not in client.get("/staff/me/").content.decode()
        failed(ago=timedelta(0))
        nights.forget()

        shown = client.get("/staff/me/").content.decode()

        assert BANNER in shown
        assert ("Xem và chạy lại" in shown) is (member is cast.SYSTEM_ADMINISTRATOR)
        went_well(ago=timedelta(0))
        nights.forget()


def test_a_stranger_is_told_nothing_of_the_night(client: Client):
    failed()

    assert BANNER not in client.get("/staff/sign-in/").content.decode()


def test_the_night_is_asked_for_in_one_statement_and_then_kept_for_a_minute():
    failed()
    nights.forget()
    now, ticks = clock.now(), iter([0.0, 59.9, 60.0])

    for statements in (1, 0, 1):
        with CaptureQueriesContext(connection) as asked:
            assert len(nights.undone_kept(now=now, tick=lambda: next(ticks))) == 1
        assert len(asked) == statements


def test_the_page_asks_the_same_number_of_questions_whatever_failed(administrator: Client):
    page(administrator)
    counts = []
    for runs in (20, 200):
        for _run in range(runs):
            run = failed()
            JobRun.objects.create(
                job=PROVE, part_of_id=run.pk, facility_id=world.facility(cast.SITE).pk, ok=False,
                started_at=run.started_at, ended_at=run.started_at,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            page(administrator)
        counts.append(len(asked))
    assert counts[0] == counts[1]
