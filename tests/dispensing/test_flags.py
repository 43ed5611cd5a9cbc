"""Flags over the decided days: raised, worsened, cleared by themselves; one task per patient and who it belongs to."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from dispensing.models import Absence, CutOff, Flag
from dispensing.rules.flag_codes import ContactResult
from dispensing.services import flags
from followup.models import Notice, Task
from followup.rules.escalation import Rung
from followup.services import escalation
from patients.models import Patient, Status
from tests import cast, world
from tests.dispensing import morning, staying_away
from tests.dispensing.staying_away import decided, ended, open_task, refresh, standing, tried

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("missed", "level"), [(1, "reason"), (2, "reason"), (3, "check"), (4, "order"), (5, "order"), (6, "main_clinic")]
)
def test_refresh_raises_the_level_of_the_table(missed: int, level: str):
    one = staying_away.patient("DDD" + missed * "M")

    refresh(one)

    assert standing(one)["missed"] == level
    flag = Flag.objects.get(patient=one, kind="missed")
    assert flag.since == world.TODAY - missed * DAY
    assert flag.figures["days"] == missed


def test_refresh_after_thirty_days_asks_the_site_head_to_confirm():
    one = staying_away.patient("D" + 30 * "M")

    refresh(one)

    task = open_task(one)
    assert standing(one)["missed"] == "dropped_out"
    assert task is not None
    assert task.owner == world.person(cast.SITE_HEAD)
    one.refresh_from_db()
    assert one.status == Status.IN_TREATMENT


def test_single_missed_day_is_flagged_and_asks_nobody_to_call():
    one = staying_away.patient("DDM")

    refresh(one)

    assert standing(one) == {"missed": "reason"}
    assert open_task(one) is None


def test_two_missed_days_give_the_dispenser_one_task_and_no_name_in_it():
    one = staying_away.patient("DDMM")

    refresh(one)

    task = open_task(one)
    assert task is not None
    assert task.owner in {world.person(cast.DISPENSER), world.person(cast.SECOND_DISPENSER)} | {
        world.person(cast.PHARMACIST)
    }
    assert task.due_at == world.NOW + timedelta(hours=24)
    assert task.data == {
        "level": "reason", "since": (world.TODAY - 2 * DAY).isoformat(), "kinds": ["missed"], "worse": 3
    }  # fmt: skip


def test_refresh_again_changes_nothing():
    one = staying_away.patient("DDMMMM")
    assert refresh(one) > 0
    told = Notice.objects.count()

    assert refresh(one) == 0
    assert refresh(one, now=world.NOW + timedelta(minutes=2)) == 0
    assert (Task.objects.filter(kind=flags.MISSED).count(), Notice.objects.count()) == (1, told)


def test_worse_is_written_onto_the_open_task_and_the_old_level_is_kept():
    one = staying_away.patient("DDMMM")
    refresh(one, now=world.NOW - DAY)
    decided(one, "M", through=world.TODAY)

    refresh(one)

    task = open_task(one)
    assert task is not None
    assert (task.data["level"], task.events.filter(step="worse").count()) == ("order", 1)
    history = Flag.objects.filter(patient=one, kind="missed").order_by("raised_at")
    assert [(flag.level, flag.cleared_why) for flag in history] == [("check", "other_level"), ("order", None)]


def test_third_day_tells_physician_and_head_of_the_main_clinic_once():
    one = staying_away.patient("DDMMM")

    refresh(one)
    refresh(one)

    told = Notice.objects.filter(kind=flags.TOLD_CLINIC)
    assert {notice.person for notice in told} == {world.person(cast.CLINIC_PHYSICIAN), world.person(cast.CLINIC_HEAD)}
    assert told.count() == 2
    assert "L.V.T." not in str([notice.data for notice in told])


def test_undone_call_goes_up_from_the_dispenser_to_head_clinic_and_area():
    one = staying_away.patient("DDMMM")
    refresh(one)
    rungs = []

    for turn in range(1, 4):
        escalation.escalate(now=world.NOW + timedelta(hours=12 * turn, minutes=turn))
        task = open_task(one)
        assert task is not None
        rungs.append(Rung(task.rung))

    assert rungs == [Rung.SITE_HEAD, Rung.CLINIC_HEAD, Rung.AREA_MANAGER]
    told = Notice.objects.filter(kind=escalation.TASK_OVERDUE).order_by("made_at")
    assert [notice.person for notice in told] == [
        world.person(member) for member in (cast.SITE_HEAD, cast.CLINIC_HEAD, cast.AREA_MANAGER)
    ]


def test_who_drinks_again_clears_the_flag_and_ends_the_task():
    one = staying_away.patient("DDMMM")
    refresh(one)
    decided(one, "D", through=world.TODAY)

    refresh(one, now=world.NOW.replace(hour=10))

    assert standing(one) == {}
    assert Flag.objects.get(patient=one, kind="missed").cleared_why == "came_back"
    assert ended(one) == ["came_back"]


def test_dose_that_came_late_from_paper_corrects_the_flag():
    one = staying_away.patient("DDMMMM")
    refresh(one)
    decided(one, "DMM")

    refresh(one)

    assert standing(one)["missed"] == "reason"
    history = Flag.objects.filter(patient=one, kind="missed").order_by("raised_at", "pk")
    assert [flag.cleared_why for flag in history] == ["other_level", None]


def test_days_of_the_site_count_for_the_level_but_not_for_the_pattern():
    one = staying_away.patient("D" + 4 * "W")

    refresh(one)

    assert standing(one) == {"missed": "order"}


def test_four_missed_days_in_ninety_are_a_pattern_merged_into_one_task():
    one = staying_away.patient("MDDMDDMDDDMM")

    refresh(one)

    assert standing(one)["pattern"] == "alert"
    assert Task.objects.filter(kind=flags.MISSED, subject_id=one.pk).count() == 1


def test_same_weekday_again_and_again_is_a_pattern_of_its_own():
    one = staying_away.patient("MDDDDDD" * 3)

    refresh(one)

    flag = Flag.objects.get(patient=one, kind="weekday")
    assert (flag.figures["days"], flag.figures["weekday"]) == (3, (world.TODAY - 7 * DAY).isoweekday())


def test_induction_is_blocked_from_the_first_missed_day():
    one = morning.patient(known_from=staying_away.LONG_AGO, prescribed=False)
    morning.prescription(one, phase="induction")
    decided(one, "DM")

    refresh(one)

    assert standing(one) == {"missed": "order"}
    assert open_task(one) is not None


def test_order_signed_in_sight_of_the_days_answers_the_block():
    one = morning.patient(known_from=staying_away.LONG_AGO, prescribed=False)
    morning.prescription(one, starts_on=world.TODAY, answers_until=world.TODAY - DAY)
    decided(one, "DMMMM")

    refresh(one)

    assert standing(one)["missed"] == "check"


def absence(of: Patient, first: int, last: int) -> Absence:
    """Announced from so many days ago (or ahead) on."""
    return Absence.objects.create(
        id=new_id(), patient=of, facility=morning.site(), from_day=world.TODAY + first * DAY,
        until_day=world.TODAY + last * DAY, reason="work", told_by="patient", recorded_at=world.NOW - 10 * DAY,
        recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip


def test_announced_days_still_count_but_ask_nobody_to_call():
    one = staying_away.patient("DDMMM")
    absence(one, -3, 1)

    refresh(one)

    assert standing(one)["missed"] == "check"
    assert open_task(one) is None


def test_who_stays_longer_than_announced_is_called():
    one = staying_away.patient("DDMMM")
    absence(one, -3, -2)

    refresh(one)

    assert open_task(one) is not None


def test_cut_off_site_asks_nobody_to_call_and_ends_what_is_open():
    one = staying_away.patient("DDMM")
    refresh(one)
    CutOff.objects.create(
        id=new_id(), facility=morning.site(), kind="road", cause="flood", from_day=world.TODAY - DAY,
        until_day=world.TODAY + DAY, recorded_at=world.NOW, recorded_by=world.person(cast.SITE_HEAD),
    )  # fmt: skip

    refresh(one)

    assert standing(one)["missed"] == "reason"
    assert ended(one) == ["cut_off"]


def test_attempt_that_reached_nobody_leaves_the_task_open_with_its_line():
    one = staying_away.patient("DDMM")
    refresh(one)

    tried(one)

    task = open_task(one)
    assert task is not None
    assert task.events.filter(step="note").count() == 1


@pytest.mark.parametrize(
    ("result", "days", "asked"),
    [
        (ContactResult.WILL_COME, 1, False),
        (ContactResult.WILL_COME, 2, True),
        (ContactResult.IN_HOSPITAL, 6, False),
        (ContactResult.IN_HOSPITAL, 7, True),
    ],
)
def test_attempt_settles_for_a_while(result: ContactResult, days: int, asked: bool):
    one = staying_away.patient("D" + 7 * "M")
    refresh(one)
    tried(one, result)
    assert ended(one) == [result]

    later = world.NOW + days * DAY
    decided(one, days * "M", through=world.TODAY + (days - 1) * DAY)
    refresh(one, now=later)

    assert (open_task(one) is not None) is asked


def test_promise_to_come_is_asked_again_at_once_when_the_level_rises():
    one = staying_away.patient("DDMMM")
    refresh(one)
    tried(one, ContactResult.WILL_COME)
    decided(one, "M", through=world.TODAY)

    refresh(one, now=world.NOW.replace(hour=11))

    assert open_task(one) is not None


def test_heard_of_a_death_asks_the_site_head_and_changes_no_status():
    one = staying_away.patient("DDMMM")
    refresh(one)

    tried(one, ContactResult.DIED)

    task = open_task(one, flags.STATUS)
    assert task is not None
    assert task.owner == world.person(cast.SITE_HEAD)
    one.refresh_from_db()
    assert one.status == Status.IN_TREATMENT


def test_who_leaves_treatment_takes_flags_and_tasks_along():
    one = staying_away.patient("DDMMM")
    refresh(one)
    tried(one, ContactResult.DIED)
    Patient.objects.filter(pk=one.pk).update(status=Status.DIED)

    refresh(one)

    assert standing(one) == {}
    assert open_task(one, flags.STATUS) is None
    assert Flag.objects.get(patient=one).cleared_why == "left"


def test_refresh_of_many_takes_as_many_statements_as_of_a_few():
    few, many = ([staying_away.patient("DDMMMM") for _ in range(count)] for count in (3, 12))

    with CaptureQueriesContext(connection) as of_few:
        refresh(*few)
    with CaptureQueriesContext(connection) as of_many:
        refresh(*many)

    assert len(of_many) <= len(of_few)
