"""Two people, or two workers, at one patient who stays away."""

from core.ids import new_id
from dispensing.models import Absence, ContactAttempt, CutOff, DropOut, Flag
from dispensing.rules.flag_codes import ContactResult
from dispensing.services import drop_outs, flags
from dispensing.services.drop_outs import NewDropOut
from dispensing.services.incidents import IncidentRefused
from followup.models import Task
from tests import cast, world
from tests.dispensing import morning, staying_away
from tests.dispensing.staying_away import ended, refresh, tried
from tests.dispensing.test_at_once import together
from tests.entrance import access


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


def test_two_people_who_write_down_the_same_absence_at_once_leave_one(committed_db):
    one = staying_away.patient("DD")
    first, second = morning.access(cast.DISPENSER), morning.access(cast.SITE_HEAD)

    answers = together(lambda: staying_away.announced(one, by=first), lambda: staying_away.announced(one, by=second))

    assert Absence.objects.filter(patient=one).count() == 1
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [IncidentRefused]


def test_road_closed_twice_at_once_is_closed_once(committed_db):
    answers = together(staying_away.cut_off, staying_away.cut_off)

    assert CutOff.objects.count() == 1
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [IncidentRefused]


def test_drop_out_confirmed_twice_at_once_is_confirmed_once(committed_db):
    one = staying_away.patient("D" + 31 * "M")
    refresh(one)
    head, clinic = morning.access(cast.SITE_HEAD), access(cast.CLINIC_PHYSICIAN)

    answers = together(
        *(
            lambda by=by: drop_outs.confirm(
                command=NewDropOut(new_id(), one.pk, "đã tìm", cast.PIN), by=by, now=world.NOW
            )
            for by in (head, clinic)
        )
    )

    assert DropOut.objects.filter(patient=one).count() == 1
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [IncidentRefused]
