"""Messages out of the product: one sentence, when it is due, at least once, and never a word about anybody."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import translation

from core import outgoing
from core.access import Access
from core.ids import new_id
from core.models import JobRun
from followup import tasks
from followup.models import Message, MessageAttempt, MessageNotice, Notice, Task
from followup.rules.channels import Channel
from followup.rules.kinds import CaseKind
from followup.services import messages, notices
from followup.services.messages import Went
from followup.services.notices import Telling
from followup.services.outlets import Outlet
from staff.models import Person
from tests import cast, world

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY_TIME = world.NOW.replace(hour=10, minute=0)
NIGHT = world.NOW.replace(hour=23, minute=0)
URGENT = str(CaseKind.OVERDOSE)
CANARIES = ("Lò Thị Hoa", "0418", "methadone", "Mường Pồn", "65 mg", "L.T.H.")

pytestmark = pytest.mark.django_db


class Box:
    """An outlet of the tests: keeps what went, fails while told to."""

    def __init__(self) -> None:
        self.went: list[tuple[str, UUID]] = []
        self.fails: type[Exception] | None = None

    def __call__(self, *, to: str, message_id: UUID) -> None:
        if self.fails:
            raise self.fails("0912 345 678 Lò Thị Hoa")
        self.went.append((to, message_id))


def reachable(member: cast.Member = cast.SITE_HEAD, *, sms: bool = True, email: bool = False) -> Person:
    person = world.person(member)
    Person.objects.filter(pk=person.pk).update(
        phone="0912 345 678", email="ai.do@example.vn", wants_sms=sms, wants_email=email
    )
    return person


def told(
    person: Person,
    *,
    at: datetime,
    kind: str = "count_due",
    subject: str = "task",
    data: object = None,
) -> Notice:
    [notice] = notices.tell(
        [
            Telling(
                person_id=person.pk, kind=kind, key=f"{new_id()}", subject_kind=subject, subject_id=new_id(),
                facility_id=world.facility(cast.SITE).pk, data=data or {},
            )
        ],
        now=at,
    )  # fmt: skip
    return notice


def run(box: Box, *, at: datetime) -> Went:
    outlets: Mapping[Channel, Outlet] = {Channel.SMS: box, Channel.EMAIL: box}
    messages.make(through=outlets, now=at)
    return messages.send(outlets=outlets, now=at)


def test_what_is_unread_for_hours_goes_out_once_and_as_one():
    person, box = reachable(), Box()
    for minute in range(5):
        told(person, at=DAY_TIME + minute * MINUTE)

    assert run(box, at=DAY_TIME + 3 * HOUR).sent == 0
    assert run(box, at=DAY_TIME + 4 * HOUR).sent == 1
    assert run(box, at=DAY_TIME + 8 * HOUR).sent == 0
    [message] = Message.objects.all()
    assert message.notices.count() == 5
    assert box.went == [("0912 345 678", message.pk)]


def test_what_is_urgent_goes_at_once_at_night_too_and_takes_the_rest_along():
    person, box = reachable(), Box()
    told(person, at=NIGHT - MINUTE)
    told(person, at=NIGHT, kind="case_overdue", subject="case")
    assert run(box, at=NIGHT).sent == 0

    told(person, at=NIGHT, kind=URGENT, subject="case")

    assert run(box, at=NIGHT).sent == 1
    assert Message.objects.get().urgent
    assert MessageNotice.objects.count() == 3
    told(person, at=NIGHT + MINUTE, kind="case_overdue", subject="case", data={"kind": URGENT})
    assert run(box, at=NIGHT + 2 * MINUTE).sent == 0  # the first one says the same
    assert run(box, at=NIGHT + 10 * MINUTE).sent == 1


def test_at_night_what_can_wait_waits_for_the_morning():
    person, box = reachable(), Box()
    told(person, at=NIGHT - 5 * HOUR)

    assert run(box, at=NIGHT).sent == 0
    assert run(box, at=NIGHT.replace(hour=4) + timedelta(days=1)).sent == 0
    assert run(box, at=NIGHT.replace(hour=5) + timedelta(days=1)).sent == 1


def test_within_the_pause_nothing_more_goes_to_the_same_person():
    person, box = reachable(), Box()
    told(person, at=DAY_TIME - 5 * HOUR)
    assert run(box, at=DAY_TIME).sent == 1
    told(person, at=DAY_TIME - 5 * HOUR)

    assert run(box, at=DAY_TIME + 119 * MINUTE).sent == 0
    assert run(box, at=DAY_TIME + 120 * MINUTE).sent == 1


def test_who_does_not_wish_it_or_has_read_it_or_has_it_done_is_sent_nothing():
    silent, reader, doer = world.person(cast.DISPENSER), reachable(cast.SITE_HEAD), reachable(cast.CLINIC_HEAD)
    box, early = Box(), DAY_TIME - 5 * HOUR
    told(silent, at=early)
    notices.read(notice_ids=[told(reader, at=early).pk], by=Access(person_id=reader.pk), now=DAY_TIME)
    waits = told(doer, at=early)
    Task.objects.create(
        id=waits.subject_id, kind="count_due", facility=world.facility(cast.SITE), subject_kind="x", owner=doer,
        subject_id=new_id(), due_at=DAY_TIME, opened_at=early, done_at=DAY_TIME, outcome="done",
    )  # fmt: skip

    assert run(box, at=DAY_TIME).sent == 0
    assert not Message.objects.exists()


def test_what_is_read_before_it_goes_does_not_go():
    person, box = reachable(), Box()
    notice = told(person, at=DAY_TIME - 5 * HOUR)
    box.fails = ConnectionError
    assert run(box, at=DAY_TIME) == Went(failed=1)

    Notice.objects.filter(pk=notice.pk).update(read_at=DAY_TIME)
    box.fails = None

    assert run(box, at=DAY_TIME + HOUR) == Went(dropped=1)
    assert Message.objects.get().dropped_why == "read"


def test_an_address_that_is_gone_drops_the_message():
    person, box = reachable(), Box()
    told(person, at=DAY_TIME - 5 * HOUR)
    messages.make(through=[Channel.SMS], now=DAY_TIME)
    Person.objects.filter(pk=person.pk).update(wants_sms=False)

    assert run(box, at=DAY_TIME) == Went(dropped=1)
    assert (Message.objects.get().dropped_why, box.went) == ("unreachable", [])


def test_a_failure_is_tried_again_ever_later_and_given_up_with_its_reason():
    person, box = reachable(), Box()
    told(person, at=DAY_TIME - 5 * HOUR)
    box.fails = TimeoutError
    moment, tries = DAY_TIME, []
    while not Message.objects.filter(dropped_at__isnull=False).exists():
        if run(box, at=moment).failed:
            tries.append((moment - DAY_TIME) / MINUTE)
        moment += MINUTE

    assert tries == [0, 2, 6, 14, 30, 62]
    assert Message.objects.get().dropped_why == "tries"
    errors = MessageAttempt.objects.order_by("number").values_list("number", "error")
    assert list(errors) == [(number, "TimeoutError") for number in range(1, 7)]


def test_a_worker_that_died_in_the_middle_of_a_try_leaves_it_for_the_next_one():
    person, box = reachable(), Box()
    told(person, at=DAY_TIME - 5 * HOUR)
    messages.make(through=[Channel.SMS], now=DAY_TIME)
    MessageAttempt.objects.create(message=Message.objects.get(), number=1, at=DAY_TIME)

    assert run(box, at=DAY_TIME + MINUTE).sent == 0
    assert run(box, at=DAY_TIME + 2 * MINUTE).sent == 1
    assert Message.objects.get().sent_at == DAY_TIME + 2 * MINUTE


def test_the_job_says_how_it_went_and_a_dead_gateway_is_told_after_some_turns(monkeypatch: pytest.MonkeyPatch):
    person, box = reachable(), Box()
    told(person, at=world.NOW - 5 * HOUR, kind=URGENT, subject="case")
    box.fails = ConnectionError
    monkeypatch.setattr("followup.tasks.outlets.configured", lambda: {Channel.SMS: box})

    tasks.send_messages()

    row = JobRun.objects.get(job="followup.tasks.send_messages")
    assert (row.ok, row.result) == (False, {"made": 1, "sent": 0, "failed": 1, "dropped": 0})


def test_nothing_that_leaves_names_anybody_or_anything(tmp_path: Path, mailoutbox: list[mail.EmailMessage]):
    person = reachable(email=True)
    for kind in (URGENT, "count_due", "task_overdue"):
        told(person, at=world.NOW - HOUR, kind=kind, data={"what": " ".join(CANARIES), "urgent": True})
    with override_settings(SMS={"folder": str(tmp_path / "sms")}, START_PAGE="https://tram.example.vn/"):
        tasks.send_messages()

    [sms] = (tmp_path / "sms").iterdir()
    [letter] = mailoutbox
    assert sms.read_text() == "0912345678\nTrạm: có việc cần xem. Mở Trạm. https://tram.example.vn/\n"
    assert (letter.subject, letter.body, letter.to) == (
        "Trạm: có việc cần xem. Mở Trạm.", "Trạm: có việc cần xem. Mở Trạm. https://tram.example.vn/",
        ["ai.do@example.vn"],
    )  # fmt: skip
    everything = sms.name + sms.read_text() + letter.message().as_string() + str(list(Message.objects.values()))
    everything += str(list(JobRun.objects.values())) + str(list(MessageAttempt.objects.values()))
    assert not [canary for canary in (*CANARIES, person.full_name) if canary in everything]
    assert len(sms.read_text().splitlines()[1]) <= 70, "one SMS in Vietnamese letters"


def test_the_sentence_is_the_same_in_whatever_language_the_worker_stands():
    with translation.override("en"):
        assert outgoing.sentence() == "Trạm: có việc cần xem. Mở Trạm."


def test_notices_that_are_neither_task_nor_case_stay_inside():
    person, box = reachable(), Box()
    told(person, at=DAY_TIME - 5 * HOUR, subject="consignment")

    assert run(box, at=DAY_TIME).sent == 0
