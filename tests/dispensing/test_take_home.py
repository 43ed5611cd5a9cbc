"""Doses taken home: stock to the microlitre, one hand-out for one form, and a lost vial uncovers its day."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import proofs
from core.ids import new_id
from dispensing.models import DayOutcome, Dose, Hold, TakeHome, TakeHomeVial
from dispensing.queries import facts as facts_query
from dispensing.queries import stability
from dispensing.queries.board import State
from dispensing.queries.board import morning as board
from dispensing.queries.days import to_decide
from dispensing.queries.gaps import gaps_of
from dispensing.rules.authorise import authorise
from dispensing.rules.codes import Code
from dispensing.rules.daycodes import How, Why
from dispensing.rules.facts import Answers
from dispensing.rules.settings import DosingSettings
from dispensing.rules.take_home_codes import VialFate
from dispensing.services import days
from dispensing.services.doses import OtherContent
from dispensing.services.take_home import TakeHomeRefused
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
        "id": str(new_id()), "allowed": "1", "from_day": TODAY.isoformat(), "max_days": "3",
        "until_day": (TODAY + 9 * ONE_DAY).isoformat(), "pin": cast.PHYSICIAN.pin,
    }  # fmt: skip
    assert physician.post(address + "allow/", typed | {"max_days": "x"}).status_code == 422
    assert physician.post(address + "allow/", typed).status_code == 302
    assert physician.get(address).status_code == 403

    client = signed_in(cast.DISPENSER)
    said = {"id": str(new_id()), "days": "3", "second_mode": "alone", "second_reason": "một mình"}
    assert client.post(address, said | {"days": "4"}).status_code == 422
    labels = client.post(address, said, follow=True).content.decode()
    assert labels.count("Để xa tầm tay trẻ em") == 3
    vial = TakeHomeVial.objects.filter(patient=patient).order_by("day").first()
    lost = {"id": str(new_id()), "what": "lost", "words": ""}
    assert client.post(f"/dispensing/vials/{vial.pk}/", lost).status_code == 422
    assert client.post(f"/dispensing/vials/{vial.pk}/", lost | {"words": "rơi"}).status_code == 302
    page = client.get(f"/dispensing/patients/{patient.pk}/following/").content.decode()
    assert "ngày này không tính là đã uống" in page
    assert patient.code in client.get(f"/dispensing/days/{TODAY}/").content.decode()
    assert signed_in(cast.OTHER_DISPENSER).get(f"/dispensing/vials/{vial.pk}/").status_code == 404
