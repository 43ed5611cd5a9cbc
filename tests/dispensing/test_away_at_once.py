"""Two people, or two workers, at one patient who stays away."""

from dispensing.models import ContactAttempt, Flag
from dispensing.rules.flag_codes import ContactResult
from dispensing.services import flags
from followup.models import Task
from tests import cast
from tests.dispensing import morning, staying_away
from tests.dispensing.staying_away import ended, refresh, tried
from tests.dispensing.test_at_once import together


def test_two_workers_at_once_raise_one_flag_and_one_task(committed_db):
    one = staying_away.patient("DDMMM")

    answers = together(lambda: refresh(one), lambda: refresh(one))

    assert sorted(answers) == [0, 1]
    assert Flag.objects.filter(patient=one).count() == 1
    assert Task.objects.filter(kind=flags.MISSED, subject_id=one.pk).count() == 1


def test_two_people_who_reach_somebody_at_once_are_both_written_down_and_the_task_ends_once(committed_db):
    one = staying_away.patient("DDMMM")
    refresh(one)
    first, second = morning.access(cast.DISPENSER), morning.access(cast.SITE_HEAD)

    together(
        lambda: tried(one, ContactResult.WILL_COME, by=first),
        lambda: tried(one, ContactResult.IN_HOSPITAL, by=second),
    )

    assert ContactAttempt.objects.filter(patient=one).count() == 2
    assert len(ended(one)) == 1


def test_worker_and_window_at_once_leave_no_task_about_somebody_reached(committed_db):
    one = staying_away.patient("DDMMM")
    refresh(one)

    together(lambda: refresh(one), lambda: tried(one, ContactResult.WILL_COME))

    assert ended(one) == ["will_come"]
    assert not Task.objects.filter(kind=flags.MISSED, subject_id=one.pk, done_at__isnull=True).exists()
