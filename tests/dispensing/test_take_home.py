"""Doses taken home: stock to the microlitre, one hand-out for one form, and a lost vial uncovers its day."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock, proofs
from core.access import SYSTEM
from core.ids import new_id
from dispensing.models import DayOutcome, Dose, Hold, TakeHome, TakeHomeDay, TakeHomeVial
from dispensing.queries import facts as facts_query
from dispensing.queries import stability
from dispensing.queries import take_home as queries
from dispensing.queries.board import State
from dispensing.queries.board import morning as board
from dispensing.queries.day_sheet import day_sheet
from dispensing.queries.days import to_decide
from dispensing.queries.gaps import gaps_of
from dispensing.rules import take_home as rules
from dispensing.rules.authorise import authorise
from dispensing.rules.codes import Code
from dispensing.rules.daycodes import How, Why
from dispensing.rules.facts import Answers
from dispensing.rules.settings import DosingSettings
from dispensing.rules.take_home_codes import VialFate, VialVoidKind, WhyNot
from dispensing.services import days, doses, vial_tasks, vials
from dispensing.services.doses import OtherContent
from dispensing.services.take_home import TakeHomeRefused
from followup.models import Case, Task
from inventory.models import AccountKind, Act, Balance, Movement
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning, taking_home
from tests.dispensing.test_at_once import broken, together
from tests.entrance import signed_in

NOW, TODAY, ONE_DAY = world.NOW, world.TODAY, timedelta(days=1)
TOMORROW = TODAY + ONE_DAY
db = pytest.mark.django_db


def known(patient: Patient, *, now=NOW) -> facts_query.Known:
    here = morning.site()
    return facts_query.load(patient_ids=[patient.pk], facility_id=here.pk, now=now, zone=here.zone)[patient.pk]


@db
def test_hand_out_takes_each_vial_from_the_bottle_to_the_microlitre():
    made = taking_home.handed(days=3)

    moves = Movement.objects.filter(act_id=made.pk)
    assert Act.objects.get(pk=made.pk).kind == "take_home"
    assert sorted(moves.values_list("quantity", flat=True)) == [6_500] * 3
    assert {move.target.kind for move in moves} == {"patients"}
    assert list(made.vials.order_by("day").values_list("day", "mg", "ul")) == [
        (TODAY + n * ONE_DAY, Decimal("65"), 6_500) for n in (1, 2, 3)
    ]
    bottle = made.vials.first().bottle
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 1_000_000 - 4 * 6_500
    assert [found for name in proofs.names() for found in proofs.run(name)] == []


@db
def test_same_form_twice_is_one_hand_out_and_other_content_is_refused():
    patient, form = taking_home.ready(), new_id()

    first, again = taking_home.handed(patient, id=form), taking_home.handed(patient, id=form)

    assert first.pk == again.pk
    assert TakeHomeVial.objects.filter(patient=patient).count() == 3
    with pytest.raises(OtherContent):
        taking_home.handed(patient, id=form, days=2)


@db
def test_without_todays_dose_or_a_physician_nothing_is_handed_out():
    with pytest.raises(TakeHomeRefused):
        taking_home.handed(taking_home.ready(dosed=False))
    patient = taking_home.ready(signed=False)
    with pytest.raises(TakeHomeRefused):
        taking_home.handed(patient)
    taking_home.allowed(patient)
    taking_home.allowed(patient, allowed=False, words="đổi ý")
    with pytest.raises(TakeHomeRefused):
        taking_home.handed(patient)

    assert not TakeHome.objects.exists()


def test_two_forms_at_once_hand_out_once(committed_db):
    patient = taking_home.ready()

    answers = together(*(lambda: taking_home.handed(patient) for _ in range(4)))

    assert sum(isinstance(answer, TakeHome) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {TakeHome, TakeHomeRefused}
    assert broken() == []


@db
def test_vial_covers_its_day_on_board_close_gaps_and_decision():
    patient = taking_home.handed(days=2).patient
    then = NOW + ONE_DAY
    by, facts = morning.access(cast.DISPENSER, now=then), known(patient, now=then).facts

    decision = authorise(
        facts=facts, bottles=(), device=None, answers=Answers(), settings=DosingSettings(), now=then, slot=1
    )
    [row] = [row for row in board(by=by, now=then).done if row.patient_id == patient.pk]
    [one] = [one for one in to_decide(facility_id=morning.site().pk, day=TOMORROW) if one.patient_id == patient.pk]
    days.decide(facility_id=morning.site().pk, day=TOMORROW, by=by, now=then + ONE_DAY, why=Why.SWEEP)

    assert facts.take_home_today_mg == 65
    assert Code.TAKE_HOME_TODAY in {each.code for each in decision.violations}
    assert (row.state, row.mg) == (State.TAKEN, Decimal(65))
    assert one.known.swallowed_mg == 65  # a close asks nothing of who has swallowed
    assert DayOutcome.objects.get(patient=patient, day=TOMORROW).how == How.TAKE_HOME
    assert gaps_of([patient.pk], today=TODAY + 2 * ONE_DAY)[patient.pk].last_covered == TOMORROW


@db
def test_lost_vial_uncovers_its_day_and_stops_until_a_physician_has_looked():
    vial = taking_home.vial()
    then = NOW + 2 * ONE_DAY
    by = morning.access(cast.DISPENSER, now=then)
    days.decide(facility_id=morning.site().pk, day=TOMORROW, by=by, now=then, why=Why.SWEEP)

    taking_home.reported(vial, days_later=2)

    last = DayOutcome.objects.filter(patient=vial.patient, day=TOMORROW).order_by("-version").first()
    assert (last.how, last.version) == (How.NOTHING, 2)
    assert not Hold.objects.filter(patient=vial.patient).exists()  # that day is past: its rules are those of missing
    assert stability._take_home_broken([vial.patient_id], now=then)[vial.patient_id] == [TODAY + 2 * ONE_DAY]

    taking_home.reported(vial.take_home.vials.get(day=TODAY + 2 * ONE_DAY), VialFate.RETURNED_FULL, days_later=2)

    assert Hold.objects.get(patient=vial.patient).unlocker == "physician"
    assert known(vial.patient, now=then).facts.take_home_today_mg == 0
    assert Dose.objects.filter(patient=vial.patient).count() == 1


@db
def test_report_is_put_right_once_by_one_that_names_it():
    row = taking_home.corrected()

    assert known(row.vial.patient, now=NOW + ONE_DAY).facts.take_home_today_mg == 65
    with pytest.raises(TakeHomeRefused):
        taking_home.reported(row.vial, corrects=row.corrects_id)


@db
def test_pages_sign_hand_out_print_labels_and_report():
    patient = taking_home.ready(signed=False)
    address, physician = f"/dispensing/patients/{patient.pk}/take-home/", signed_in(cast.PHYSICIAN)
    typed = {
        "id": str(new_id()), "allowed": "1", "from_day": TODAY.isoformat(), "max_days": "3", "agreed": "on",
        "until_day": (TODAY + 9 * ONE_DAY).isoformat(), "pin": cast.PHYSICIAN.pin,
    }  # fmt: skip
    assert physician.post(address + "allow/", typed | {"max_days": "x"}).status_code == 422
    assert physician.post(address + "allow/", typed | {"agreed": ""}).status_code == 422
    assert physician.post(address + "allow/", typed).status_code == 302
    assert physician.get(address).status_code == 403

    client = signed_in(cast.DISPENSER)
    said = {"id": str(new_id()), "days": "3", "box": "on", "second_mode": "alone", "second_reason": "một mình"}
    assert client.post(address, said | {"days": "4"}).status_code == 422
    assert client.post(address, said | {"box": ""}).status_code == 422
    labels = client.post(address, said, follow=True).content.decode()
    assert labels.count("Để xa tầm tay trẻ em") == 3
    vial = TakeHomeVial.objects.filter(patient=patient).order_by("day").first()
    lost = {"id": str(new_id()), "what": "lost", "words": ""}
    assert client.post(f"/dispensing/vials/{vial.pk}/", lost).status_code == 422
    assert client.post(f"/dispensing/vials/{vial.pk}/", lost | {"words": "rơi"}).status_code == 302
    page = client.get(f"/dispensing/patients/{patient.pk}/following/").content.decode()
    assert "không được tính" in page
    assert patient.code in client.get(f"/dispensing/days/{TODAY}/").content.decode()
    assert signed_in(cast.OTHER_DISPENSER).get(f"/dispensing/vials/{vial.pk}/").status_code == 404
    wrong = f"/dispensing/take-home/{vial.take_home_id}/void/"
    assert client.post(wrong, {"id": str(new_id()), "kind": "never_filled", "reason": "nhầm"}).status_code == 422
    last = {"id": str(new_id()), "kind": "never_filled", "reason": "nhầm", "days": (TODAY + 3 * ONE_DAY).isoformat()}
    assert client.post(wrong, last).status_code == 302
    assert client.post(f"/dispensing/patients/{patient.pk}/vials/call/").status_code == 302
    assert Task.objects.get(kind=vial_tasks.CALLED).patient_id == patient.pk
    assert signed_in(cast.OTHER_DISPENSER).get(wrong).status_code == 404


@pytest.mark.parametrize(
    ("kind", "opened", "poured", "given"),
    [
        (VialVoidKind.NEVER_FILLED, 1_000_000 - 2 * 6_500, 0, 2 * 6_500),
        (VialVoidKind.GIVEN_BACK, 1_000_000 - 4 * 6_500, 2 * 6_500, 2 * 6_500),
        (VialVoidKind.WITH_ANOTHER, 1_000_000 - 4 * 6_500, 0, 4 * 6_500),
    ],
)
@db
def test_vials_handed_out_wrongly_are_voided_and_their_days_are_free(kind, opened, poured, given):
    made = taking_home.handed(days=3)

    voids = taking_home.voided(made, kind, days=2)

    held = dict(Balance.objects.filter(quantity__gt=0).values_list("account__kind", "quantity"))
    assert (held["opened"], held.get("poured_out", 0), held["patients"]) == (opened, poured, given)
    assert [void.vial.day for void in voids] == [TODAY + 2 * ONE_DAY, TODAY + 3 * ONE_DAY]
    assert known(made.patient, now=NOW + ONE_DAY).facts.take_home_today_mg == 65
    assert known(made.patient, now=NOW + 2 * ONE_DAY).facts.take_home_today_mg == 0
    sheet = day_sheet(facility_id=morning.site().pk, day=TODAY, zone=morning.site().zone)
    assert sheet.agrees
    assert [line.voided for line in sheet.taken_home] == [2]
    assert Case.objects.filter(patient_id=made.patient_id).count() == (kind is VialVoidKind.WITH_ANOTHER)
    with pytest.raises(TakeHomeRefused):
        taking_home.voided(made, kind, days=2)
    with pytest.raises(TakeHomeRefused):
        taking_home.reported(voids[0].vial)
    assert [found for name in proofs.names() for found in proofs.run(name)] == []


@db
def test_after_a_void_the_right_number_is_handed_out_for_the_same_days():
    made = taking_home.handed(days=3)
    taking_home.voided(made, VialVoidKind.NEVER_FILLED)

    again = taking_home.handed(made.patient, days=2)

    assert again.vials.count() == 2
    assert TakeHomeDay.objects.filter(patient=made.patient).count() == 2
    assert [found for name in proofs.names() for found in proofs.run(name)] == []


@db
def test_what_comes_back_in_a_vial_is_poured_out_and_taken_back_when_put_right():
    vial = taking_home.vial()
    first = taking_home.reported(vial, VialFate.RETURNED_FULL, ul=5_000, days_later=1)

    poured = Balance.objects.filter(account__kind=AccountKind.POURED_OUT)
    assert poured.get().quantity == 5_000
    with pytest.raises(TakeHomeRefused):
        taking_home.reported(vial, VialFate.RETURNED_FULL, ul=6_501, days_later=1, corrects=first.pk)
    with pytest.raises(TakeHomeRefused):
        taking_home.reported(vial, VialFate.RETURNED_FULL, second=None, days_later=1, corrects=first.pk)
    second = taking_home.reported(vial, VialFate.RETURNED_FULL, ul=6_000, days_later=1, corrects=first.pk)
    assert poured.get().quantity == 6_000
    taking_home.reported(vial, VialFate.RETURNED_EMPTY, days_later=1, corrects=second.pk, words="đếm lại")

    assert poured.get().quantity == 0
    assert day_sheet(facility_id=morning.site().pk, day=TODAY, zone=morning.site().zone).agrees
    assert [found for name in proofs.names() for found in proofs.run(name)] == []


@db
def test_late_vials_are_a_task_until_counted_and_stop_the_next_until_a_physician_signs_again():
    made = taking_home.handed(days=2)
    patient, back, late = made.patient, NOW + 3 * ONE_DAY, NOW + 4 * ONE_DAY
    by = morning.access(cast.DISPENSER, now=late)

    assert vial_tasks.chase([patient.pk], by=SYSTEM, now=back) == 0  # the day on which they are due
    assert [vial_tasks.chase([patient.pk], by=SYSTEM, now=late) for _ in range(2)] == [1, 1]
    task = Task.objects.get(kind=vial_tasks.LATE, done_at__isnull=True)
    assert task.data["count"] == 2
    assert [vials.all_empty(send_id=new_id(), patient_id=patient.pk, by=by, now=late) for _ in range(2)] == [2, 0]
    assert vial_tasks.chase([patient.pk], by=SYSTEM, now=late) == 0
    task.refresh_from_db()
    assert task.outcome == vial_tasks.RETURNED

    settings = queries.settings_at(morning.site().pk, late)
    _known, facts = queries.load(patient=patient, place=morning.site(), now=late)
    assert (facts.unreturned, facts.broken) == ((), 2)
    assert WhyNot.SUSPENDED in {no.why for no in rules.patient_reasons(facts, settings)}
    taking_home.allowed(patient, now=late + timedelta(minutes=1))
    _known, facts = queries.load(patient=patient, place=morning.site(), now=late + timedelta(minutes=2))
    assert facts.broken == 0


@db
def test_dose_at_the_window_on_the_day_of_a_vial_is_recorded_and_looked_at():
    patient, then = taking_home.ready(), NOW + ONE_DAY
    by = morning.access(cast.DISPENSER, now=then)
    poured = morning.confirmation(morning.slip(patient, by, now=then))
    taking_home.handed(patient, days=2)

    drunk = doses.confirm(confirmation=poured, by=by, now=then, screen="s1")

    assert str(Code.TAKE_HOME_TODAY) in {finding["code"] for finding in drunk.findings}
    assert Case.objects.filter(subject_id=drunk.dose_id, concluded_at__isnull=True).exists()


@db
def test_card_says_which_vials_are_due_back_in_one_statement_until_somebody_has_said_what_became_of_them(
    django_assert_num_queries,
):
    made = taking_home.handed(days=2)
    path = f"/dispensing/patients/{made.patient_id}/"

    def card(days_later: int) -> str:
        with clock.at(NOW + days_later * ONE_DAY):
            return signed_in(cast.DISPENSER).get(path).content.decode()

    assert "chưa mang trả" not in card(2)  # the last vial is of this day
    assert "Còn 2 lọ chưa mang trả, hạn hôm nay." in card(3)
    assert f'href="{path}following/#take-home"' in card(3)
    assert "Còn 2 lọ chưa mang trả, hạn từ 27/11." in card(5)
    with django_assert_num_queries(1):
        assert queries.owed(made.patient_id, today=TODAY + 3 * ONE_DAY) == queries.Owed(2, TODAY + 3 * ONE_DAY, False)
    taking_home.reported(taking_home.vial(made), VialFate.RETURNED_EMPTY, days_later=3)
    assert "Còn 1 lọ chưa mang trả, hạn hôm nay." in card(3)
    taking_home.voided(made, VialVoidKind.WITH_ANOTHER, days=1)
    assert "chưa mang trả" not in card(3)
