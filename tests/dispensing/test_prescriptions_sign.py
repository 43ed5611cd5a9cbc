"""Signing an order: what stands afterwards, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, transaction

from core.constraints import violated
from core.digests import sha256_of
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Prescription
from dispensing.rules.facts import IfMissedStep
from dispensing.rules.violations import Code
from dispensing.services import prescriptions
from dispensing.services.prescriptions import OtherContent, ShownOther
from patients.models import Patient
from staff.models import Person, Signature
from staff.services.pins import WrongPin
from tests import cast, world
from tests.dispensing import morning, orders

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = world.NOW + timedelta(hours=1)


@pytest.fixture
def patient(db):
    """65 mg from 10/11 to 09/12, days before today unknown: nothing missed, nothing to answer."""
    return morning.patient()


# --- what stands ------------------------------------------------------------------------------------------------


def test_sign_renewal_before_the_end_stands_after_it_and_touches_nothing(patient):
    old = Prescription.objects.get(patient=patient)

    new = orders.sign(orders.order(patient, starts_on=old.ends_on + DAY))

    old.refresh_from_db()
    assert old.ended_on is None
    assert (new.previous_dose_mg, new.dose_mg, new.answers_until) == (Decimal("65.00"), Decimal(65), None)


def test_sign_change_from_tomorrow_ends_the_old_order_today(patient):
    orders.sign(orders.order(patient, "70", starts_on=world.TODAY + DAY))

    old = Prescription.objects.get(patient=patient, dose_mg=65)
    assert (old.ended_on, old.end_reason) == (world.TODAY, "replaced")
    assert old.ended_by_id == world.person(cast.PHYSICIAN).pk
    assert old.ended_at == world.NOW


def test_sign_change_from_today_ends_the_old_order_yesterday(patient):
    orders.sign(orders.order(patient, "70"))

    assert orders.stand(patient)[0][1:] == (world.TODAY - DAY, Decimal("65.00"))
    assert orders.stand(patient)[1] == (world.TODAY, world.TODAY + 29 * DAY, Decimal("70.00"))


def test_sign_again_on_the_first_day_of_an_order_leaves_it_without_a_day(patient):
    typo = orders.sign(orders.order(patient, "70"))

    orders.sign(orders.order(patient, "75"), now=LATER)

    typo.refresh_from_db()
    assert typo.ended_on == typo.starts_on - DAY
    assert [mg for *_days, mg in orders.stand(patient)] == [Decimal("65.00"), Decimal("75.00")]
    assert Prescription.objects.get(dose_mg=75, patient=patient).previous_dose_mg == Decimal("65.00")


def test_sign_ends_orders_that_would_come_back_later(patient):
    """A dose that was changed must not return by itself from an order signed before."""
    coming = orders.sign(orders.order(patient, starts_on=world.TODAY + 16 * DAY))

    orders.sign(orders.order(patient, "60", days=5, phase="adjustment"), now=LATER)

    coming.refresh_from_db()
    assert coming.ended_on == world.TODAY - DAY
    assert [mg for *_days, mg in orders.stand(patient)] == [Decimal("65.00"), Decimal("60.00")]


def test_sign_from_the_middle_of_another_order_is_refused_because_an_end_is_written_once(patient):
    assert orders.refused(orders.order(patient, "70", starts_on=world.TODAY + 3 * DAY)) == {Code.STARTS_INSIDE_ORDER}


def test_sign_for_today_after_one_for_tomorrow_is_refused_and_tomorrow_again_is_not(patient):
    orders.sign(orders.order(patient, "70", starts_on=world.TODAY + DAY))

    assert orders.refused(orders.order(patient, "75"), now=LATER) == {Code.STARTS_INSIDE_ORDER}
    orders.sign(orders.order(patient, "75", starts_on=world.TODAY + DAY), now=LATER)
    assert [mg for *_days, mg in orders.stand(patient)] == [Decimal("65.00"), Decimal("75.00")]


def test_sign_writes_audit_and_a_signature_over_the_digest_that_recomputes(patient):
    command = orders.order(
        patient,
        "60",
        "6.0",
        note=" uống sau ăn ",
        if_missed=(IfMissedStep(4, 5, Decimal("32"), 2), IfMissedStep(3, 3, Decimal("40.0"), 1)),
    )

    made = orders.sign(command)

    stored = Prescription.objects.get(pk=made.pk)
    assert sha256_of(prescriptions.document(stored)) == stored.digest == stored.signature.digest
    assert (stored.signature.proof, stored.signature.meaning) == ("pin", "prescription.signed")
    assert (stored.signature.person_id, stored.signature.subject_id) == (stored.signed_by_id, stored.pk)
    assert stored.if_missed[0] == {"from_missed": 3, "to_missed": 3, "dose_mg": "40", "days": 1}
    assert stored.note == "uống sau ăn"
    event = AuditEvent.objects.get(action="prescription.signed", subject_id=str(made.pk))
    assert (event.patient_id, event.actor_id, event.detail["dose_mg"]) == (patient.pk, made.signed_by_id, "66.0")


def test_sign_by_the_main_clinic_says_so_and_names_the_place_of_dosing(patient):
    made = orders.sign(orders.order(patient), orders.clinic_physician())

    assert made.by_main_clinic
    assert made.facility == morning.site()
    assert made.signature.facility == morning.site(cast.MAIN_CLINIC)


# --- the same id, the PIN, who ------------------------------------------------------------------------------------


def test_sign_same_id_and_content_twice_answers_the_one_order(patient):
    command = orders.order(patient, "70")

    first, again = orders.sign(command), orders.sign(command, now=LATER)

    assert (first.pk, again.recorded_at) == (again.pk, world.NOW)
    assert Signature.objects.filter(subject_id=command.id).count() == 1


def test_sign_same_id_with_another_dose_is_refused_and_audited(patient):
    command = orders.order(patient, "70")
    orders.sign(command)

    with pytest.raises(OtherContent):
        orders.sign(replace(command, slot_mg=(Decimal(75),)), now=LATER)

    assert AuditEvent.objects.filter(action="prescription.other_content", subject_id=str(command.id)).count() == 1


def test_sign_same_id_for_another_patient_is_refused(patient):
    command = orders.order(patient, "70")
    orders.sign(command)

    with pytest.raises(OtherContent):
        orders.sign(replace(command, patient_id=morning.patient().pk))


def test_sign_with_a_wrong_pin_signs_nothing_and_counts_the_try(patient):
    before = orders.stand(patient)

    with pytest.raises(WrongPin):
        orders.sign(orders.order(patient, "70"), pin="000000")

    assert orders.stand(patient) == before
    assert not Signature.objects.filter(meaning="prescription.signed", facility=morning.site(), proof="pin").exists()
    assert Person.objects.get(username=cast.PHYSICIAN.username).pin_failures == 1


@pytest.mark.parametrize("role", sorted(cast.ONE_OF_EACH_ROLE), ids=str)
def test_sign_by_role_only_physicians_do(patient, role):
    member = cast.ONE_OF_EACH_ROLE[role]
    if role in {"physician", "clinic_physician"}:
        assert (
            orders.sign(orders.order(patient), morning.access(member, member.place)).signed_by.username
            == member.username
        )
        return
    by = morning.access(member, member.place if member.place not in {cast.AREA, cast.PROVINCE} else cast.SITE)
    assert orders.refused(orders.order(patient), by) == {Code.SIGNER_NOT_PHYSICIAN}


def test_sign_for_a_patient_of_another_site_is_as_if_there_were_none():
    stranger = morning.patient(at=morning.site(cast.OTHER_SITE))

    with pytest.raises(Patient.DoesNotExist):
        orders.sign(orders.order(stranger))
    with pytest.raises(Patient.DoesNotExist):
        orders.sign(replace(orders.order(stranger), patient_id=new_id()))


def test_sign_other_than_what_was_shown_is_refused(patient):
    command = orders.order(patient, "70")
    shown = prescriptions.review(command=command, by=orders.physician(), now=world.NOW).shown_digest
    orders.sign(orders.order(patient, "60"), orders.clinic_physician())  # meanwhile, by somebody else

    with pytest.raises(ShownOther):
        orders.sign(command, shown_digest=shown, now=LATER)


def test_sign_what_was_shown_goes_through(patient):
    command = orders.order(patient, "90")
    shown = prescriptions.review(command=command, by=orders.physician(), now=world.NOW)

    signed = orders.sign(command, shown_digest=shown.shown_digest, large_change_confirmed=True, now=LATER)

    assert signed.digest == shown.prescription.digest


# --- the database ---------------------------------------------------------------------------------------------------


def test_overlap_under_raw_sql_is_refused_by_name(patient):
    taken = Prescription.objects.get(patient=patient)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        morning.prescription(patient, starts_on=taken.ends_on, days=5)
    assert violated(caught.value) == "dispensing_prescription_one_a_day"


def test_end_written_twice_is_refused_by_name(patient):
    orders.sign(orders.order(patient, "70"))
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Prescription.objects.filter(patient=patient, ended_on__isnull=False).update(ended_on=world.TODAY)
    assert violated(caught.value) == "dispensing_prescription_set_once"


def test_dose_changed_under_raw_sql_is_refused_for_the_owner_too(patient, owner_connection):
    with pytest.raises(psycopg.errors.RestrictViolation, match="set once"):
        owner_connection.execute(
            "UPDATE dispensing_prescription SET dose_mg = dose_mg + 1, slot_mg = ARRAY[dose_mg + 1]"
        )
