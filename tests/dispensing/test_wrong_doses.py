"""Somebody drank what was meant for another, or another amount: both patients, the stock, who is watched."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import proofs
from core.ids import new_id
from dispensing.models import CoveredDay, Dose, DoseVoid, PhysicianTold, WrongDose
from dispensing.rules.incident_codes import FoundHow
from dispensing.services import dose_orders, doses, told_physicians, wrong_doses
from dispensing.services.dose_orders import NewOrder
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.told_physicians import NewlyTold
from dispensing.services.wrong_doses import NewWrongDose
from followup.models import Case
from inventory.models import AccountKind, Balance
from inventory.queries.window import site_window
from inventory.services import bottles
from inventory.services.bottles import Emptying
from tests import cast, world, world_stock
from tests.dispensing import mishaps, morning

pytestmark = pytest.mark.django_db


def _left() -> int:
    return sum(
        bottle.balance_ul for bottle in site_window(facility_id=morning.site().pk).bottles if not bottle.quarantined
    )


def _given() -> int:
    rows = Balance.objects.filter(account__facility=morning.site(), account__kind=AccountKind.PATIENTS)
    return sum(row.quantity for row in rows)


def _proven() -> list[str]:
    """What the proofs find wrong with stock, days and doses."""
    wanted = ("dose.stock", "dose.covered_days", "dose.documents", "dose.ordered", "ledger.sums", "ledger.balances")
    return [f"{found.row}: {found.what}" for name in wanted for found in proofs.run(name)]


def test_another_drank_it_frees_the_owner_and_records_the_drinker() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(mg="65"), morning.patient(mg="40")
    before, given = _left(), _given()
    dose = morning.recorded(morning.drink(owner, by))
    made = mishaps.drunk_by(drinker.code, dose.pk, by, told="BS. Hà")
    assert made.drunk is not None
    assert (made.meant_id, made.drinker_id, made.actual_mg, made.intended_mg) == (owner.pk, drinker.pk, 65, 40)
    assert not CoveredDay.objects.filter(patient=owner).exists()
    assert CoveredDay.objects.get(patient=drinker).dose_id == made.drunk_id
    assert (made.drunk.kind, made.drunk.mg, made.drunk.given_at) == ("scheduled", 65, dose.given_at)
    assert made.drunk.findings[0]["code"] == "drunk_for_other"
    assert DoseVoid.objects.get(dose=dose).kind == "recorded_again"
    assert (before - _left(), _given() - given) == (6500, 6500)
    assert Case.objects.get(subject_id=made.pk).kind == "wrong_dose"
    assert PhysicianTold.objects.get(wrong_dose=made).told == "BS. Hà"
    assert morning.slip(owner, by).mg == 65
    assert _proven() == []


def test_another_who_had_drunk_already_has_a_conflicting_dose_and_is_watched() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(mg="65"), morning.patient(mg="40")
    own = morning.drink(drinker, by).dose_id
    dose = morning.drink(owner, by).dose_id
    made = mishaps.drunk_by(drinker.code, dose, by)
    assert made.drunk is not None
    assert made.observation is not None
    assert (made.drunk.kind, made.intended_mg) == ("conflicting", 0)
    assert CoveredDay.objects.get(patient=drinker).dose_id == own
    assert made.observation.until == world.NOW + timedelta(hours=4)
    assert _proven() == []


def test_nobody_knows_who_drank_it_leaves_it_consumed() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner = morning.patient()
    dose = morning.drink(owner, by).dose_id
    given = _given()
    made = mishaps.drunk_by("unknown", dose, by)
    assert (made.drinker_id, made.drunk_id) == (None, None)
    assert _given() == given
    assert not CoveredDay.objects.filter(patient=owner).exists()
    assert [case.subject_kind for case in Case.objects.filter(kind="wrong_dose")] == ["wrong_dose"]
    assert _proven() == []


@pytest.mark.parametrize(("ul", "mg"), [(7500, "75"), (5500, "55")])
def test_another_amount_takes_exactly_what_was_drunk(ul: int, mg: str) -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    patient = morning.patient(mg="65")
    before = _left()
    dose = morning.drink(patient, by).dose_id
    made = mishaps.other_amount(ul, dose, by)
    assert made.drunk is not None
    assert (made.drunk.mg, made.intended_mg, made.kind) == (Decimal(mg), 65, "other_amount")
    assert before - _left() == ul
    assert CoveredDay.objects.get(patient=patient).dose_id == made.drunk_id
    assert not made.drunk.reduced
    assert _proven() == []


def test_the_same_amount_is_no_other_amount() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    dose = morning.drink(morning.patient(), by).dose_id
    with pytest.raises(IncidentRefused) as refused:
        mishaps.other_amount(6500, dose, by)
    assert refused.value.field == "actual"
    assert not DoseVoid.objects.filter(dose_id=dose).exists()


def test_another_drank_from_the_open_card_before_anything_was_recorded() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(mg="65"), morning.patient(mg="40")
    before = _left()
    slip = morning.slip(owner, by)
    command = NewWrongDose(new_id(), slip=slip, drinker=drinker.code, found_how=FoundHow.SEEN)
    made = wrong_doses.record(command=command, by=by, now=world.NOW)
    assert made.dose is None
    assert made.drunk is not None
    assert (made.drunk.patient_id, made.drunk.mg) == (drinker.pk, 65)
    assert before - _left() == 6500
    assert not Dose.objects.filter(patient=owner).exists()
    assert _proven() == []


def test_a_bottle_emptied_meanwhile_changes_nothing_in_stock() -> None:
    by = morning.access(cast.DISPENSER)
    bottle = morning.opened_bottle(ul=6500)
    owner, drinker = morning.patient(mg="65"), morning.patient(mg="40")
    dose = morning.drink(owner, by).dose_id
    emptying = Emptying(new_id(), bottle.number, 0, world_stock.present(cast.WITNESS))
    bottles.empty(command=emptying, by=by, now=world.NOW)
    given = _given()
    made = mishaps.drunk_by(drinker.code, dose, by)
    assert made.drunk is not None
    assert _given() == given
    assert Balance.objects.filter(account__kind=AccountKind.UNRECONCILED, bottle=bottle, quantity__lt=0).count() == 0
    assert _proven() == []


def test_the_same_record_sent_twice_is_one() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(), morning.patient()
    dose, id_ = morning.drink(owner, by).dose_id, new_id()
    first = mishaps.drunk_by(drinker.code, dose, by, id_=id_)
    assert mishaps.drunk_by(drinker.code, dose, by, id_=id_).pk == first.pk
    assert WrongDose.objects.count() == 1
    with pytest.raises(OtherContent):
        mishaps.drunk_by("unknown", dose, by, id_=id_)


def test_a_record_that_is_voided_already_is_asked_back() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(), morning.patient()
    dose = morning.drink(owner, by).dose_id
    mishaps.drunk_by(drinker.code, dose, by)
    with pytest.raises(IncidentRefused):
        mishaps.drunk_by("unknown", dose, by)


def test_a_code_of_nobody_here_is_asked_back() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    dose = morning.drink(morning.patient(), by).dose_id
    with pytest.raises(IncidentRefused) as refused:
        mishaps.drunk_by("99999990", dose, by)
    assert refused.value.field == "drinker"


def test_a_dose_of_another_site_is_not_found() -> None:
    morning.opened_bottle()
    dose = morning.drink(morning.patient(), morning.access(cast.DISPENSER)).dose_id
    with pytest.raises(Dose.DoesNotExist):
        mishaps.drunk_by("unknown", dose, morning.access(cast.OTHER_DISPENSER, at=cast.OTHER_SITE))


def test_the_physician_is_told_later_by_a_row_of_its_own() -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    made = mishaps.drunk_by("unknown", morning.drink(morning.patient(), by).dose_id, by)
    later = world.NOW + timedelta(minutes=20)
    command = NewlyTold(new_id(), made.pk, "BS. Hà", later, "theo dõi tại trạm")
    assert told_physicians.record(command=command, by=by, now=later).wrong_dose_id == made.pk
    with pytest.raises(IncidentRefused):
        told_physicians.record(command=NewlyTold(new_id(), made.pk, "BS. Hà", later), by=by, now=world.NOW)


def test_another_amount_before_a_supplement_is_still_the_dose_of_the_day() -> None:
    by, later = morning.access(cast.DISPENSER), world.NOW + timedelta(minutes=20)
    morning.opened_bottle()
    patient = morning.patient(mg="65")
    dose = morning.drink(patient, by).dose_id
    more = NewOrder(new_id(), Decimal(20), patient_id=patient.pk)
    dose_orders.sign(command=more, by=morning.access(cast.PHYSICIAN), pin=cast.PHYSICIAN.pin, now=later)
    mishaps.replaced(patient, by, now=later)
    made = mishaps.other_amount(4500, dose, by, now=later)
    assert made.drunk is not None
    assert (made.drunk.kind, CoveredDay.objects.get(patient=patient).dose_id) == ("scheduled", made.drunk.pk)
    assert not Case.objects.filter(kind="conflicting_dose", patient_id=patient.pk).exists()
    assert _proven() == []


def test_another_drank_from_a_card_whose_confirm_was_quicker_leaves_one_dose(monkeypatch: pytest.MonkeyPatch) -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(mg="65"), morning.patient(mg="40")
    slip, lock = morning.slip(owner, by), wrong_doses.lock_patients

    def confirmed_meanwhile(*patients: object) -> None:
        doses.confirm(confirmation=morning.confirmation(slip), by=by, now=world.NOW, screen="s1")
        lock(*patients)

    monkeypatch.setattr(wrong_doses, "lock_patients", confirmed_meanwhile)
    before = _left()
    command = NewWrongDose(new_id(), slip=slip, drinker=drinker.code, found_how=FoundHow.SEEN)
    wrong_doses.record(command=command, by=by, now=world.NOW)
    assert before - _left() == 6500
    assert [dose.patient_id for dose in Dose.objects.filter(void=None, given_at=world.NOW)] == [drinker.pk]
    assert _proven() == []


def test_the_same_record_with_another_amount_or_dose_is_refused() -> None:
    by, id_ = morning.access(cast.DISPENSER), new_id()
    morning.opened_bottle()
    patient = morning.patient(mg="65")
    dose = morning.drink(patient, by).dose_id
    made = mishaps.other_amount(4500, dose, by, id_=id_)
    assert mishaps.other_amount(4500, dose, by, id_=id_).pk == made.pk
    assert made.drunk is not None
    for ul, which in ((4000, dose), (4500, made.drunk.pk)):
        with pytest.raises(OtherContent):
            mishaps.other_amount(ul, which, by, id_=id_)
    assert Dose.objects.filter(patient=patient, void=None).get().mg == 45
