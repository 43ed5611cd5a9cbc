"""Vomiting: what was seen, what may be replaced, the order, and the dose on it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core import proofs
from core.ids import new_id
from dispensing.models import CoveredDay, DayOutcome, Dose, DoseOrder, Outcome, PhoneOrder, VoidKind, VomitRecord
from dispensing.rules.daycodes import Why
from dispensing.rules.facts import Answers
from dispensing.rules.incident_codes import VomitSeen
from dispensing.services import authorisations, days, dose_orders, doses, outcomes, voids, vomits
from dispensing.services.dose_orders import NewOrder
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.outcomes import NewOutcome, OutcomeRefused
from dispensing.services.voids import NewVoid
from dispensing.services.vomits import NewVomit
from followup.models import Case
from inventory.models import Act
from patients.models import Patient
from staff.services.pins import WrongPin
from tests import cast, world
from tests.dispensing import mishaps, morning

pytestmark = pytest.mark.django_db
LATER = world.NOW + timedelta(minutes=20)
ALERT = Answers(alert_confirmed=True, last_dose_proof="card")


def _vomited(minutes: int = 8, *, witnessed: bool = True, mg: str = "65") -> tuple[Patient, VomitRecord]:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    patient = morning.patient(mg=mg)
    dose = morning.drink(patient, by).dose_id
    return patient, mishaps.vomited(dose, by, minutes=minutes, witnessed=witnessed)


@pytest.mark.parametrize(
    ("minutes", "witnessed", "replace", "day_vomited"),
    [(8, True, "65", True), (20, True, "32", True), (40, True, "16", True), (50, True, "0", False),
     (8, False, "0", True)],
)  # fmt: skip
def test_record_says_what_may_be_replaced(minutes: int, witnessed: bool, replace: str, day_vomited: bool) -> None:
    patient, made = _vomited(minutes, witnessed=witnessed)
    assert made.replace_mg == made.replace_mg.quantize(Decimal("0.01"))
    assert int(made.replace_mg) == int(replace)
    assert Outcome.objects.filter(patient=patient, code="vomited").exists() is day_vomited
    assert Case.objects.filter(subject_id=made.pk).values_list("kind", flat=True)[0] == "vomited"


def test_record_the_same_dose_again_answers_the_record_that_stands() -> None:
    _patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    assert mishaps.vomited(made.dose_id, by, minutes=9).pk == made.pk


@pytest.mark.parametrize("minutes", [-5, 120])
def test_record_before_the_dose_or_ahead_of_now_is_asked_back(minutes: int) -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    dose = morning.drink(morning.patient(), by).dose_id
    command = NewVomit(new_id(), dose, world.NOW + timedelta(minutes=minutes), True, VomitSeen.MEDICINE)
    with pytest.raises(IncidentRefused) as refused:
        vomits.record(command=command, by=by, now=world.NOW + timedelta(minutes=1))
    assert refused.value.field == "at"


def test_without_an_order_nothing_more_is_offered() -> None:
    patient, _made = _vomited()
    choice = morning.choose(patient, morning.access(cast.DISPENSER), now=LATER, answers=ALERT)
    assert choice.authorisation is None


def test_an_order_by_phone_offers_the_replacement_once() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    order = mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    assert PhoneOrder.objects.get(pk=order.phone_order_id).ordered["dose_mg"] == "65"
    slip = morning.slip(patient, by, now=LATER, answers=ALERT)
    assert (slip.mg, slip.order_id, slip.kind) == (65, order.pk, "replacement")
    assert authorisations.Authorisation.from_slip(slip.slip()) == slip
    receipt = doses.confirm(confirmation=morning.confirmation(slip), by=by, now=LATER, screen="s1")
    dose = Dose.objects.get(pk=receipt.dose_id)
    assert (dose.kind, dose.order_id, dose.findings) == ("replacement", order.pk, [])
    assert CoveredDay.objects.get(patient=patient).dose_id == made.dose_id
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None
    for name in ("dose.ordered", "dose.stock", "dose.covered_days", "dose.documents"):
        assert proofs.run(name) == []


def test_two_screens_with_one_order_give_one_replacement_and_one_conflict() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    first = morning.slip(patient, by, now=LATER, answers=ALERT, screen="s1")
    second = morning.slip(patient, by, now=LATER, answers=ALERT, screen="s1")
    doses.confirm(confirmation=morning.confirmation(first), by=by, now=LATER, screen="s1")
    receipt = doses.confirm(confirmation=morning.confirmation(second), by=by, now=LATER, screen="s1")
    assert receipt.kind == "conflicting"
    assert "order_used" in [found["code"] for found in receipt.findings]


def test_an_order_above_what_may_be_replaced_is_asked_back() -> None:
    _patient, made = _vomited(20)
    with pytest.raises(IncidentRefused) as refused:
        mishaps.ordered_by_phone(made, morning.access(cast.DISPENSER), mg="40", now=LATER)
    assert refused.value.field == "mg"
    assert not PhoneOrder.objects.filter(patient=made.patient).exists()


def test_the_physician_signs_and_a_wrong_pin_signs_nothing() -> None:
    _patient, made = _vomited()
    physician = morning.access(cast.PHYSICIAN)
    command = NewOrder(new_id(), Decimal(32), made.pk)
    with pytest.raises(WrongPin):
        dose_orders.sign(command=command, by=physician, pin="000000", now=LATER)
    order = dose_orders.sign(command=command, by=physician, pin=cast.PHYSICIAN.pin, now=LATER)
    assert order.signature is not None
    assert dose_orders.sign(command=command, by=physician, pin=cast.PHYSICIAN.pin, now=LATER).pk == order.pk
    assert DoseOrder.objects.count() == 1
    with pytest.raises(OtherContent):
        dose_orders.sign(
            command=NewOrder(command.id, Decimal(16), made.pk), by=physician, pin=cast.PHYSICIAN.pin, now=LATER
        )


def test_a_supplement_is_signed_never_phoned() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    patient = morning.patient(mg="65")
    morning.drink(patient, by)
    command = NewOrder(new_id(), Decimal(10), patient_id=patient.pk)
    dose_orders.sign(command=command, by=morning.access(cast.PHYSICIAN), pin=cast.PHYSICIAN.pin, now=LATER)
    slip = morning.slip(patient, by, now=LATER, answers=ALERT)
    assert (slip.mg, slip.kind) == (10, "supplement")
    receipt = doses.confirm(confirmation=morning.confirmation(slip), by=by, now=LATER, screen="s1")
    assert receipt.kind == "supplement"


def test_an_order_that_was_disowned_offers_nothing() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    order = mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    PhoneOrder.objects.filter(pk=order.phone_order_id).update(disowned_at=LATER, disowned_words="không ra y lệnh này")
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None


def test_a_replaced_day_is_no_missed_day() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    slip = morning.slip(patient, by, now=LATER, answers=ALERT)
    doses.confirm(confirmation=morning.confirmation(slip), by=by, now=LATER, screen="s1")
    tomorrow = world.NOW + timedelta(days=1)
    facts = authorisations.look(patient_id=patient.pk, by=by, now=tomorrow, answers=Answers()).known.facts
    assert (facts.days[-1].ingested_mg, facts.days[-1].outcome) == (65, None)


def _day_after(patient: Patient) -> tuple[Decimal, str | None]:
    """What the next morning knows of the day: how much was swallowed, what was stated."""
    by, tomorrow = morning.access(cast.DISPENSER), world.NOW + timedelta(days=1)
    facts = authorisations.look(patient_id=patient.pk, by=by, now=tomorrow, answers=Answers()).known.facts
    return facts.days[-1].ingested_mg, facts.days[-1].outcome


def _decided(patient: Patient) -> str:
    by, tomorrow = morning.access(cast.DISPENSER), world.NOW + timedelta(days=1)
    days.decide(
        facility_id=by.facility_id or 0, day=world.TODAY, by=by, now=tomorrow, why=Why.SWEEP, patient_ids=[patient.pk]
    )
    return DayOutcome.objects.filter(patient=patient, day=world.TODAY).latest("version").how


def test_a_replacement_that_came_up_too_leaves_the_day_vomited() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    replacement = mishaps.replaced(patient, by, now=LATER).dose_id
    mishaps.vomited(replacement, by, minutes=5, at=LATER)
    assert (_day_after(patient), _decided(patient)) == ((65, "vomited"), "vomited")


def test_nothing_stated_later_hides_a_vomited_dose() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    patient = morning.patient(prescribed=False)
    morning.prescription(patient, mg="60", slot_mg=[Decimal(30), Decimal(30)])
    mishaps.vomited(morning.drink(patient, by).dose_id, by)
    outcomes.state(command=NewOutcome(new_id(), patient.pk, "refused"), by=by, now=LATER)
    assert (_day_after(patient), _decided(patient)) == ((30, "vomited"), "vomited")


def test_an_order_falls_with_the_record_of_the_dose_that_it_replaces() -> None:
    patient, made = _vomited(mg="80")
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="80", now=LATER)
    put_right = mishaps.other_amount(4000, made.dose_id, by, now=LATER)
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None
    assert _day_after(patient) == (40, "vomited")
    assert put_right.drunk is not None
    again = mishaps.vomited(put_right.drunk.pk, by)
    mishaps.ordered_by_phone(again, by, mg="40", now=LATER)
    assert morning.slip(patient, by, now=LATER, answers=ALERT).mg == 40


def test_vomiting_of_who_had_drunk_nothing_stops_no_dose_and_is_not_replaced() -> None:
    owner, made = _vomited()
    by, drinker = morning.access(cast.DISPENSER), morning.patient()
    mishaps.drunk_by(drinker.code, made.dose_id, by, now=LATER)
    with pytest.raises(IncidentRefused):
        mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    slip = morning.slip(owner, by, now=LATER, answers=ALERT)
    assert (slip.mg, slip.kind) == (65, "scheduled")


def test_a_replacement_carried_off_in_its_cup_is_kept_and_not_poured_again() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    slip = morning.slip(patient, by, now=LATER, answers=ALERT)
    command = NewOutcome(new_id(), patient.pk, "left_with_cup", slip=slip)
    said = outcomes.state(command=command, by=by, now=LATER)
    assert (said.poured_mg, Act.objects.get(pk=said.pk).kind) == (65, "not_swallowed")
    assert Case.objects.filter(kind="cup_not_swallowed", subject_id=said.pk).exists()
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None
    assert _day_after(patient) == (65, "vomited")
    same_cup = NewOutcome(new_id(), patient.pk, "left_with_cup", slip=replace(slip, dose_id=made.dose_id))
    with pytest.raises(OutcomeRefused):
        outcomes.state(command=same_cup, by=by, now=LATER)


def test_a_replaced_dose_that_is_voided_frees_no_second_one() -> None:
    patient, made = _vomited()
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="65", now=LATER)
    mishaps.replaced(patient, by, now=LATER)
    voids.void(command=NewVoid(new_id(), made.dose_id, VoidKind.NEVER_POURED, "nhầm dòng"), by=by, now=LATER)
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None


def _divided(*, witnessed: bool = True) -> tuple[Patient, VomitRecord]:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    patient = morning.patient(prescribed=False)
    morning.prescription(patient, mg="60", slot_mg=[Decimal(30), Decimal(30)])
    return patient, mishaps.vomited(morning.drink(patient, by).dose_id, by, witnessed=witnessed)


def test_the_first_part_of_a_divided_dose_is_replaced_before_the_second_is_drunk() -> None:
    patient, made = _divided()
    by = morning.access(cast.DISPENSER)
    mishaps.ordered_by_phone(made, by, mg="30", now=LATER)
    first = Dose.objects.get(pk=mishaps.replaced(patient, by, now=LATER).dose_id)
    second = Dose.objects.get(pk=morning.drink(patient, by, now=LATER + timedelta(hours=1), answers=ALERT).dose_id)
    assert [(dose.kind, dose.slot, dose.mg, dose.findings) for dose in (first, second)] == [
        ("replacement", 1, 30, []), ("scheduled", 2, 30, []),
    ]  # fmt: skip
    assert _day_after(patient) == (60, None)


def test_after_vomiting_that_nobody_saw_a_physician_may_order_what_stands_for_the_second_part() -> None:
    patient, _made = _divided(witnessed=False)
    by = morning.access(cast.DISPENSER)
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None
    command = NewOrder(new_id(), Decimal(30), patient_id=patient.pk)
    dose_orders.sign(command=command, by=morning.access(cast.PHYSICIAN), pin=cast.PHYSICIAN.pin, now=LATER)
    assert (morning.slip(patient, by, now=LATER, answers=ALERT).kind) == "supplement"


def test_after_a_cup_that_was_spat_out_a_physician_may_order_another_and_nobody_else_pours_one() -> None:
    by, patient = morning.access(cast.DISPENSER), morning.patient(mg="65")
    morning.opened_bottle()
    spat = NewOutcome(new_id(), patient.pk, "spat_out", slip=morning.slip(patient, by))
    outcomes.state(command=spat, by=by, now=world.NOW)
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None
    command = NewOrder(new_id(), Decimal(65), patient_id=patient.pk)
    dose_orders.sign(command=command, by=morning.access(cast.PHYSICIAN), pin=cast.PHYSICIAN.pin, now=LATER)
    drunk = Dose.objects.get(pk=mishaps.replaced(patient, by, now=LATER).dose_id)
    assert (drunk.kind, drunk.mg, drunk.findings) == ("supplement", 65, [])
    assert morning.choose(patient, by, now=LATER, answers=ALERT).authorisation is None
    assert (_day_after(patient), _decided(patient)) == ((65, "spat_out"), "dose")
    assert proofs.run("dose.covered_days") == []
