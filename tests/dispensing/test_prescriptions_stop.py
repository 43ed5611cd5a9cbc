"""The end of an order without another, and many orders at once from paper."""

from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import proofs
from core.digests import sha256_of
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Prescription
from dispensing.queries import facts
from dispensing.services import prescriptions
from dispensing.services.prescription_batches import PastPrescription, sign_many
from dispensing.services.prescriptions import StopRefused
from staff.models import Signature
from staff.services.pins import WrongPin
from tests import cast, world, world_patients, world_prescriptions
from tests.dispensing import morning, orders

DAY = timedelta(days=1)


@pytest.fixture
def patient(db):
    return morning.patient()


def stop(order, by=None, *, pin=cast.PIN, now=world.NOW):
    return prescriptions.stop(prescription_id=order.pk, by=by or orders.physician(), pin=pin, now=now)


def test_stop_ends_the_order_yesterday_with_a_signature_over_the_end(patient):
    order = Prescription.objects.get(patient=patient)

    stopped = stop(order)

    assert (stopped.ended_on, stopped.end_reason) == (world.TODAY - DAY, "stopped")
    signature = Signature.objects.get(meaning="prescription.stopped", subject_id=order.pk)
    assert signature.digest == sha256_of(prescriptions.stop_document(Prescription.objects.get(pk=order.pk)))
    assert AuditEvent.objects.filter(action="prescription.stopped", subject_id=str(order.pk)).count() == 1


def test_stop_leaves_nothing_to_dose_today(patient):
    morning.opened_bottle()
    stop(Prescription.objects.get(patient=patient))

    choice = morning.choose(patient, morning.access(cast.DISPENSER))

    assert choice.authorisation is None
    assert "prescription_ended" in {str(v.code) for v in choice.snapshot.decision.violations}


def test_stop_an_order_that_has_not_begun_leaves_it_without_a_day(patient):
    old = Prescription.objects.get(patient=patient)
    coming = orders.sign(orders.order(patient, starts_on=old.ends_on + DAY))

    stop(coming)

    assert [mg for *_days, mg in orders.stand(patient)] == [Decimal("65.00")]


def test_stop_twice_by_the_same_person_answers_the_same_end(patient):
    order = Prescription.objects.get(patient=patient)
    first = stop(order)

    again = stop(order, now=world.NOW + timedelta(hours=1))

    assert again.ended_at == first.ended_at
    assert Signature.objects.filter(meaning="prescription.stopped", subject_id=order.pk).count() == 1


def test_stop_an_order_that_another_has_replaced_is_refused_in_words(patient):
    orders.sign(orders.order(patient, "70", starts_on=world.TODAY + DAY))

    with pytest.raises(StopRefused) as caught:
        stop(Prescription.objects.get(patient=patient, dose_mg=65))
    assert "dừng cấp liều" in caught.value.sentence


def test_stop_an_order_that_is_over_is_refused(db):
    patient = morning.patient(starts_on=world.TODAY - 40 * DAY, days=30)

    with pytest.raises(StopRefused):
        stop(Prescription.objects.get(patient=patient))


def test_stop_with_a_wrong_pin_ends_nothing(patient):
    with pytest.raises(WrongPin):
        stop(Prescription.objects.get(patient=patient), pin="111222")

    assert Prescription.objects.get(patient=patient).ended_on is None


@pytest.mark.parametrize(
    "member", [cast.DISPENSER, cast.ASSISTANT_PHYSICIAN, cast.OTHER_DISPENSER], ids=lambda m: m.role
)
def test_stop_by_who_may_not_prescribe_is_as_if_there_were_none(patient, member):
    with pytest.raises(Prescription.DoesNotExist):
        stop(Prescription.objects.get(patient=patient), morning.access(member, member.place))


# --- many from paper ------------------------------------------------------------------------------------------------


def past(patient, mg, starts, days=30):
    first = world.TODAY + starts * DAY
    return PastPrescription(
        id=new_id(), patient_id=patient.pk, facility_id=morning.site().pk, phase="maintenance",
        slot_mg=(Decimal(mg),), starts_on=first, ends_on=first + (days - 1) * DAY,
        signed_at=world.NOW + starts * DAY,
    )  # fmt: skip


def test_sign_many_ends_what_would_overlap_and_names_the_dose_before(patient):
    made = sign_many(prescriptions=[past(patient, "80", 0), past(patient, "70", -4)], by=orders.clinic_physician())

    assert [order.previous_dose_mg for order in made] == [Decimal("65.00"), Decimal(70)]
    assert [(to, mg) for _from, to, mg in orders.stand(patient)] == [
        (world.TODAY - 5 * DAY, Decimal("65.00")),
        (world.TODAY - DAY, Decimal("70.00")),
        (world.TODAY + 29 * DAY, Decimal("80.00")),
    ]
    for order in Prescription.objects.filter(pk__in=[order.pk for order in made]):
        assert sha256_of(prescriptions.document(order)) == order.digest == order.signature.digest
        assert (order.signature.proof, order.by_main_clinic) == ("paper", True)


def test_sign_many_again_leaves_known_orders_alone(patient):
    batch = [past(patient, "70", 0)]
    sign_many(prescriptions=batch, by=orders.physician())

    assert sign_many(prescriptions=batch, by=orders.physician()) == []
    assert Signature.objects.filter(subject_id=batch[0].id).count() == 1


def test_sign_many_takes_as_many_statements_for_forty_as_for_four(db):
    def statements(count):
        batch = [past(morning.patient(), "70", 0) for _ in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as caught:
            sign_many(prescriptions=batch, by=by)
        return len(caught)

    by = orders.physician()
    assert statements(4) == statements(40) <= 9


def test_world_orders_are_in_force_for_everybody_in_treatment_but_one(db):
    ids = {someone.code: world_patients.patient(someone).pk for someone in world_patients.PATIENTS}
    known = facts.load(
        patient_ids=list(ids.values()), facility_id=morning.site().pk, now=world.NOW, zone="Asia/Ho_Chi_Minh"
    )
    without = {code for code, pk in ids.items() if known[pk].facts.prescription is None}

    assert without == {world_prescriptions.WITHOUT_ANY, world_patients.DROPPED_OUT.code}
    raised = known[ids[world_prescriptions.RAISED_FIVE_DAYS_AGO]].facts.prescription
    assert raised is not None
    assert raised.raised_on == world.TODAY - 5 * DAY
    stepped = known[ids[world_prescriptions.WITH_A_STEP]].facts.prescription
    assert stepped is not None
    assert stepped.if_missed == (world_prescriptions.STEP,)


# --- the proof over orders ------------------------------------------------------------------------------------------


def broken():
    return [(row.row, row.what) for row in proofs.run("prescription.documents")]


def test_proof_of_orders_holds_for_the_world_and_after_signing(patient):
    orders.sign(orders.order(patient, "70"))

    assert broken() == []


def test_proof_of_orders_names_one_whose_dose_was_changed(committed_db):
    patient = morning.patient()
    order = orders.sign(orders.order(patient, "70"))
    with psycopg.connect(committed_db.super_url, autocommit=True) as superuser:
        superuser.execute("ALTER TABLE dispensing_prescription DISABLE TRIGGER USER")
        superuser.execute(
            "UPDATE dispensing_prescription SET dose_mg = 90, slot_mg = ARRAY[90] WHERE id = %s", [order.pk]
        )

    assert broken() == [(f"prescription {order.pk}", "its content is not what was signed")]
