"""Each rule of signing, through the service: what stops, what asks, what missed days bring."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dispensing.models import Prescription
from dispensing.rules.facts import Answers, IfMissedStep
from dispensing.rules.violations import Code
from patients.models import Patient, Status
from tests import cast, world
from tests.dispensing import morning, orders

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = world.NOW + timedelta(hours=1)
HALF = IfMissedStep(4, 5, Decimal("30"), 1)
CAME_BACK = Answers(missed_reason="ill", onsite_check_done=True, last_dose_proof="card")


@pytest.fixture
def patient(db):
    """65 mg from 10/11 to 09/12, days before today unknown: nothing missed, nothing to answer."""
    return morning.patient()


@pytest.mark.parametrize(
    ("parts", "more", "code"),
    [
        (("65",), {"phase": "dò"}, Code.PHASE_UNKNOWN),
        (("0",), {}, Code.DOSE_NOT_POSITIVE),
        (("301",), {}, Code.DOSE_ABOVE_CEILING),
        (("201",), {}, Code.DOSE_NEEDS_MAIN_CLINIC),
        (("30", "20", "15"), {}, Code.SLOTS_WRONG),
        (("65",), {"starts_on": world.TODAY - DAY}, Code.STARTS_IN_PAST),
        (("65",), {"days": 0}, Code.DATES_REVERSED),
        (("65",), {"days": 31}, Code.PRESCRIPTION_TOO_LONG),
        (("65",), {"phase": "adjustment", "days": 6}, Code.PRESCRIPTION_TOO_LONG),
        (("65",), {"phase": "taper", "days": 15}, Code.PRESCRIPTION_TOO_LONG),
        (("15",), {"phase": "induction", "days": 2}, Code.PRESCRIPTION_TOO_LONG),
        (("15",), {"phase": "induction", "days": 1}, Code.INDUCTION_NOT_HERE),
        (("35",), {"phase": "induction", "days": 1}, Code.INDUCTION_FIRST_ABOVE),
        (("15",), {"phase": "induction", "days": 1, "if_missed": (HALF,)}, Code.STEP_IN_INDUCTION),
        (("65",), {"if_missed": (replace(HALF, days=9),)}, Code.STEP_DAYS_WRONG),
        (("65",), {"if_missed": (replace(HALF, to_missed=9),)}, Code.STEP_RANGE_WRONG),
        (("65",), {"if_missed": (replace(HALF, dose_mg=Decimal(70)),)}, Code.STEP_DOSE_WRONG),
        (("65",), {"if_missed": (HALF, replace(HALF, from_missed=5))}, Code.STEP_OVERLAP),
        (("60",), {"bridging": True, "days": 3}, Code.BRIDGING_DOSE_DIFFERS),
        (("65",), {"bridging": True, "days": 4}, Code.BRIDGING_TOO_LONG),
    ],
    ids=lambda value: str(value) if isinstance(value, Code) else None,
)
def test_sign_against_a_stop_is_refused_whatever_is_confirmed(patient, parts, more, code):
    command = orders.order(patient, *parts, **more)

    assert code in orders.refused(command, large_change_confirmed=True, answers_missed=True)


@pytest.mark.parametrize(
    ("parts", "more", "code"),
    [
        (("85",), {}, Code.DOSE_CHANGE_LARGE),
        (("45",), {}, Code.DOSE_CHANGE_LARGE),
        (("85",), {"phase": "adjustment", "days": 5}, Code.RAISE_STEP_LARGE),
        (("65",), {"if_missed": (replace(HALF, dose_mg=Decimal(45)),)}, Code.STEP_ABOVE_HALF),
    ],
    ids=lambda value: str(value) if isinstance(value, Code) else None,
)
def test_sign_what_the_rules_ask_about_needs_its_confirmation(patient, parts, more, code):
    command = orders.order(patient, *parts, **more)

    assert code in orders.refused(command)
    assert orders.sign(command, large_change_confirmed=True).large_change_confirmed


def test_sign_confirmation_without_a_question_is_not_stored(patient):
    assert not orders.sign(orders.order(patient), large_change_confirmed=True).large_change_confirmed


def test_sign_first_order_with_a_high_dose_asks(db):
    newcomer = morning.patient(prescribed=False)

    assert orders.refused(orders.order(newcomer, "65")) == {Code.FIRST_DOSE_HIGH}
    assert orders.sign(orders.order(newcomer, "65"), large_change_confirmed=True).previous_dose_mg is None


def test_sign_bridging_without_an_order_before_is_refused(db):
    newcomer = morning.patient(prescribed=False)

    assert Code.BRIDGING_NO_ORDER in orders.refused(orders.order(newcomer, "20", bridging=True, days=3))


def test_sign_bridging_after_a_bridging_is_refused(patient):
    end = Prescription.objects.get(patient=patient).ends_on
    orders.sign(orders.order(patient, starts_on=end + DAY, bridging=True, days=3))

    again = orders.order(patient, starts_on=end + 4 * DAY, bridging=True, days=3)
    assert Code.BRIDGING_TWICE in orders.refused(again)


def test_sign_raise_after_two_days_of_a_dose_asks(patient):
    orders.sign(orders.order(patient, "70", phase="adjustment", days=5))

    soon = orders.order(patient, "75", phase="adjustment", days=5, starts_on=world.TODAY + DAY)
    assert orders.refused(soon, now=LATER) == {Code.RAISE_TOO_SOON}


def test_sign_raise_of_more_than_a_weeks_step_asks(db):
    patient = morning.patient(prescribed=False)
    for ago, mg in ((8, "30"), (5, "45"), (2, "60")):
        morning.prescription(patient, mg=mg, starts_on=world.TODAY - ago * DAY, days=3, phase="adjustment")

    week = orders.order(patient, "70", phase="adjustment", days=5, starts_on=world.TODAY + DAY)
    assert orders.refused(week) == {Code.RAISE_WEEK_LARGE}


def test_sign_dose_that_the_device_cannot_measure_is_refused_at_every_strength_that_is_there(patient):
    morning.opened_bottle()

    assert orders.refused(orders.order(patient, "65.5")) == {Code.SIGNED_NOT_MEASURABLE}
    morning.opened_bottle(at=morning.site(cast.OTHER_SITE), concentration="5")
    orders.sign(orders.order(patient, "66"))


def test_sign_by_the_main_clinic_goes_beyond_a_sites_limits(db):
    newcomer = morning.patient(prescribed=False)

    made = orders.sign(orders.order(newcomer, "25", phase="induction", days=1), orders.clinic_physician())

    assert (made.phase, made.by_main_clinic) == ("induction", True)


def test_sign_for_somebody_who_is_no_longer_in_treatment_is_refused(patient):
    Patient.objects.filter(pk=patient.pk).update(status=Status.ENDED)

    assert orders.refused(orders.order(patient)) == {Code.NOT_IN_TREATMENT}


# --- missed days ----------------------------------------------------------------------------------------------------


def missing(days: int, **more):
    """A patient who has missed the last `days` days; the days before are unknown."""
    return morning.patient(known_from=world.TODAY - days * DAY, **more)


def test_sign_in_sight_of_missed_days_answers_them_until_yesterday(db):
    patient = missing(2)

    made = orders.sign(orders.order(patient))

    assert made.answers_until == world.TODAY - DAY


def test_sign_for_tomorrow_after_missed_days_lets_the_patient_drink_tomorrow(db):
    morning.opened_bottle()
    patient = missing(4)
    tomorrow = world.TODAY + DAY
    orders.sign(
        orders.order(patient, "30", starts_on=tomorrow, days=5), large_change_confirmed=True, answers_missed=True
    )

    choice = morning.choose(patient, morning.access(cast.DISPENSER), now=world.NOW + DAY, answers=CAME_BACK)

    assert choice.authorisation is not None, choice.snapshot.decision.violations
    assert choice.authorisation.mg == 30


def test_sign_after_four_missed_days_asks_whether_it_is_the_order_for_coming_back(db):
    patient = missing(4)
    command = orders.order(patient, "50")

    assert orders.refused(command, large_change_confirmed=True) == {Code.MISSED_UNANSWERED}
    assert orders.sign(command, large_change_confirmed=True, answers_missed=True).answers_until is not None


def test_sign_after_six_missed_days_belongs_to_the_main_clinic(db):
    patient = missing(6)
    command = orders.order(patient, "30", phase="induction", days=1, answers_missed=True, large_change_confirmed=True)

    assert Code.ORDER_NEEDS_MAIN_CLINIC in orders.refused(command)
    made = orders.sign(command, orders.clinic_physician())
    assert (made.answers_until, made.by_main_clinic) == (world.TODAY - DAY, True)


def test_sign_bridging_after_many_missed_days_is_refused(db):
    command = orders.order(missing(5), bridging=True, days=3, answers_missed=True)

    assert Code.BRIDGING_SUSPENDED in orders.refused(command)


def test_signed_order_opens_the_window_again(db):
    """The whole way: four days missed, the board refuses; the order is signed; the board offers the new dose."""
    morning.opened_bottle()
    patient = missing(4)
    dispenser = morning.access(cast.DISPENSER)
    assert morning.choose(patient, dispenser).authorisation is None

    orders.sign(orders.order(patient, "32", answers_missed=True, large_change_confirmed=True))

    told = replace(morning.LAST_DOSE_KNOWN, missed_reason="work", onsite_check_done=True)
    offered = morning.choose(patient, dispenser, answers=told).authorisation
    assert offered is not None
    assert offered.mg == Decimal("32")
