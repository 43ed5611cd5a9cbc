"""Choosing authorises, confirming states the fact."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import signing

from core import proofs
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import CoveredDay, Dose, VoidKind
from dispensing.rules.codes import Code
from dispensing.rules.facts import Answers
from dispensing.services import doses, voids
from dispensing.services.authorisations import Authorisation
from dispensing.services.doses import NotYours, OtherContent
from dispensing.services.voids import NewVoid, VoidRefused
from followup.models import Case
from inventory.models import AccountKind, Balance, ChainLink, Movement
from tests import cast, world
from tests.dispensing import morning

pytestmark = pytest.mark.django_db
SOON = world.NOW + timedelta(minutes=1)


@pytest.fixture
def bottle(db):
    return morning.opened_bottle()


@pytest.fixture
def dispenser(db):
    return morning.access(cast.DISPENSER)


def test_confirm_after_choosing_records_dose_stock_chain_and_audit_together(bottle, dispenser):
    patient = morning.patient(mg="65")

    receipt = morning.drink(patient, dispenser)

    dose = morning.recorded(receipt)
    assert (dose.kind, dose.mg, dose.findings) == ("scheduled", Decimal("65.00"), [])
    assert CoveredDay.objects.get(patient=patient).dose_id == dose.pk
    moved = Movement.objects.get(act_id=dose.pk)
    assert (moved.quantity, moved.bottle_id, moved.target.kind) == (6_500, bottle.pk, "patients")
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 993_500
    assert ChainLink.objects.filter(subject_id=dose.pk).exists()
    assert AuditEvent.objects.filter(action="dose.recorded", subject_id=str(dose.pk)).count() == 1
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_confirm_same_id_twice_answers_the_same_receipt_and_writes_once(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)
    first = doses.confirm(confirmation=morning.confirmation(slip), by=dispenser, now=world.NOW)

    again = doses.confirm(confirmation=morning.confirmation(slip), by=dispenser, now=SOON)

    assert again.known
    assert (again.dose_id, again.given_at) == (first.dose_id, first.given_at)
    assert Dose.objects.count() == 1


def test_confirm_same_id_with_another_dose_is_refused_and_audited(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)
    doses.confirm(confirmation=morning.confirmation(slip), by=dispenser, now=world.NOW)

    with pytest.raises(OtherContent):
        doses.confirm(confirmation=morning.confirmation(replace(slip, mg=Decimal("70"))), by=dispenser, now=SOON)

    assert AuditEvent.objects.filter(action="dose.other_content").count() == 1


def test_confirm_same_id_for_another_patient_is_refused(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)
    doses.confirm(confirmation=morning.confirmation(slip), by=dispenser, now=world.NOW)
    other = morning.slip(morning.patient(), dispenser)

    with pytest.raises(OtherContent):
        doses.confirm(confirmation=morning.confirmation(replace(other, dose_id=slip.dose_id)), by=dispenser, now=SOON)


def test_confirm_with_another_persons_slip_is_refused(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)

    with pytest.raises(NotYours):
        doses.confirm(confirmation=morning.confirmation(slip), by=morning.access(cast.SECOND_DISPENSER), now=SOON)


def test_confirm_second_swallowing_of_the_day_is_recorded_as_conflicting_with_a_case(bottle, dispenser):
    patient = morning.patient()
    first, second = morning.slip(patient, dispenser), morning.slip(patient, dispenser)
    doses.confirm(confirmation=morning.confirmation(first), by=dispenser, now=world.NOW)

    receipt = doses.confirm(confirmation=morning.confirmation(second), by=dispenser, now=SOON)

    assert receipt.kind == "conflicting"
    assert receipt.findings[0]["code"] == "dose_already_today"
    case = Case.objects.get(subject_id=second.dose_id)
    assert (case.kind, case.owner) == ("conflicting_dose", world.person(cast.SITE_HEAD))
    assert CoveredDay.objects.get(patient=patient).dose_id == first.dose_id
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 1_000_000 - 2 * 6_500
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_confirm_long_after_choosing_is_still_recorded(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)

    receipt = doses.confirm(confirmation=morning.confirmation(slip), by=dispenser, now=world.NOW + timedelta(hours=3))

    assert receipt.kind == "scheduled"


def test_confirm_after_midnight_covers_the_day_on_which_it_was_drunk(bottle, dispenser):
    late = world.NOW.replace(hour=23, minute=59)
    slip = morning.slip(morning.patient(), dispenser, now=late)

    receipt = doses.confirm(confirmation=morning.confirmation(slip), by=dispenser, now=late + timedelta(minutes=2))

    assert morning.recorded(receipt).covers_day == world.TODAY + timedelta(days=1)


def test_confirm_from_a_bottle_emptied_by_others_meanwhile_takes_the_rest_from_unreconciled(dispenser):
    bottle = morning.opened_bottle(ul=10_000)
    one, other = morning.slip(morning.patient(), dispenser), morning.slip(morning.patient(), dispenser)
    doses.confirm(confirmation=morning.confirmation(one), by=dispenser, now=world.NOW)

    receipt = doses.confirm(confirmation=morning.confirmation(other), by=dispenser, now=SOON)

    assert {finding["code"] for finding in receipt.findings} >= {"beyond_book"}
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 0
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.UNRECONCILED).quantity == -3_000
    assert Case.objects.filter(subject_id=other.dose_id).count() == 1
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_confirm_without_a_way_of_recognising_is_recorded_with_that_finding(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)

    receipt = doses.confirm(confirmation=morning.confirmation(slip, identified_by=""), by=dispenser, now=SOON)

    assert [finding["code"] for finding in receipt.findings] == ["identity_not_stated"]


def test_confirm_names_who_poured_beside_who_recorded(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)
    other = world.person(cast.SECOND_DISPENSER)

    receipt = doses.confirm(confirmation=morning.confirmation(slip, poured_by=other), by=dispenser, now=SOON)

    dose = morning.recorded(receipt)
    assert (dose.poured_by, dose.recorded_by.username) == (other, cast.DISPENSER.username)


def test_choose_without_a_prescription_offers_nothing(bottle, dispenser):
    choice = morning.choose(morning.patient(prescribed=False), dispenser)

    assert choice.authorisation is None
    assert "no_prescription" in [str(v.code) for v in choice.snapshot.decision.violations]


def test_choose_with_an_open_question_offers_nothing_until_it_is_answered(bottle, dispenser):
    patient = morning.patient(known_from=world.TODAY - timedelta(days=1))

    asked = morning.choose(patient, dispenser)
    answered = morning.choose(patient, dispenser, answers=Answers(missed_reason="ill", last_dose_proof="card"))

    assert asked.authorisation is None
    assert [str(code) for code in asked.snapshot.decision.questions] == ["missed_reason"]
    assert answered.authorisation is not None
    assert answered.authorisation.answers.missed_reason == "ill"


def test_choose_patient_of_another_site_is_unknown_here(bottle, dispenser):
    elsewhere = morning.patient(at=morning.site(cast.OTHER_SITE))

    with pytest.raises(type(elsewhere).DoesNotExist):
        morning.choose(elsewhere, dispenser)


def test_choose_logs_the_look_at_the_identity(bottle, dispenser):
    patient = morning.patient()

    morning.choose(patient, dispenser)

    assert AuditEvent.objects.filter(action="patient.looked_at", patient_id=patient.pk).count() == 1


def test_slip_survives_the_page_and_nobody_elses_writing(bottle, dispenser):
    slip = morning.slip(morning.patient(), dispenser)
    text = slip.slip()

    assert Authorisation.from_slip(text) == slip
    with pytest.raises(signing.BadSignature):
        Authorisation.from_slip(text[:-2] + "xx")


def test_dose_from_two_bottles_is_one_act_with_two_movements(dispenser):
    small, large = morning.opened_bottle(ul=4_000), morning.opened_bottle()

    receipt = morning.drink(morning.patient(mg="65"), dispenser)

    moved = Movement.objects.filter(act_id=receipt.dose_id).order_by("position").values_list("bottle_id", "quantity")
    assert list(moved) == [(small.pk, 4_000), (large.pk, 2_500)]


def test_dose_from_a_5_mg_per_ml_bottle_takes_twice_the_volume(dispenser):
    morning.opened_bottle(concentration="5")

    receipt = morning.drink(morning.patient(mg="65"), dispenser)

    assert Movement.objects.get(act_id=receipt.dose_id).quantity == 13_000


def test_new_ids_are_never_shared_between_two_choices(bottle, dispenser):
    patient = morning.patient()

    assert morning.slip(patient, dispenser).dose_id != morning.slip(patient, dispenser).dose_id
    assert new_id() != new_id()


def test_void_sent_again_with_other_words_is_no_second_answer(bottle, dispenser):
    dose = morning.drink(morning.patient(), dispenser).dose_id
    first = NewVoid(new_id(), dose, VoidKind.NEVER_POURED, "nhầm dòng")
    made = voids.void(command=first, by=dispenser, now=world.NOW)

    assert voids.void(command=first, by=dispenser, now=world.NOW).pk == made.pk
    with pytest.raises(VoidRefused):
        voids.void(command=replace(first, kind=VoidKind.DRUNK_BY_OTHER, drinker="unknown"), by=dispenser, now=world.NOW)


def test_choose_sees_a_raise_however_many_orders_came_since(bottle, dispenser):
    patient = morning.patient(prescribed=False, known_from=world.TODAY - timedelta(days=2))
    orders = [(10, 1, "60"), *((ago, 1, "65") for ago in range(9, 2, -1)), (2, 30, "65")]
    for ago, days, before in orders:
        morning.prescription(
            patient, mg="65", starts_on=world.TODAY - timedelta(days=ago), days=days, previous_dose_mg=Decimal(before)
        )

    found = morning.choose(patient, dispenser).snapshot.decision.violations

    assert Code.MISSED_AFTER_RAISE in {each.code for each in found}
