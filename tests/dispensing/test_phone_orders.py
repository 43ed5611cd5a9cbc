"""The physician is away: words over the phone are acted on at once and stay unsigned until they are signed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from core.digests import sha256_of
from core.models import AuditEvent
from dispensing.models import EndReason, Hold, PhoneOrder, Prescription
from dispensing.queries.named_orders import applied_steps, of_physician, unsigned_orders
from dispensing.rules.facts import Answers
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.violations import Unlocker
from dispensing.services import named_orders, proofs
from dispensing.services.named_orders import OrderRefused, OtherContent, ShownOther
from dispensing.services.phone_orders import TakeDown
from facilities.models import RuleSetting
from facilities.services import settings as rule_settings
from followup.models import Case
from patients.models import Patient
from staff.services.pins import WrongPin
from tests import cast, world
from tests.dispensing import morning, phoned

AFTER_FOUR_DAYS = Answers(missed_reason="travel", onsite_check_done=True, last_dose_proof="card", clinic_told=True)

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(autouse=True)
def no_settings_kept() -> Iterator[None]:
    """One of these tests allows what the others find refused; a process keeps the settings for a minute."""
    yield
    rule_settings.forget()


def refusal(command: TakeDown, **more: object) -> OrderRefused:
    before = PhoneOrder.objects.count(), Prescription.objects.count()
    with pytest.raises(OrderRefused) as caught:
        phoned.take(command, **more)  # type: ignore[arg-type]
    assert (PhoneOrder.objects.count(), Prescription.objects.count()) == before
    return caught.value


def sign(order: PhoneOrder, **more: object) -> named_orders.AnyOrder:
    values = {"order_id": order.pk, "by": phoned.physician(), "pin": cast.PIN, "shown_digest": order.digest,
              "now": world.NOW}  # fmt: skip
    return named_orders.countersign(**values | more)  # type: ignore[arg-type]


def test_take_down_continues_the_last_dose_and_the_patient_drinks_right_after():
    morning.opened_bottle()
    patient = phoned.ended()
    assert not morning.choose(patient, phoned.dispenser()).authorisation

    order = phoned.take(phoned.bridging(patient, days=2))

    made = phoned.prescribed(order)
    assert (made.dose_mg, made.starts_on, made.ends_on) == (Decimal(65), world.TODAY, world.TODAY + timedelta(days=1))
    assert (made.signature, made.signed_by, made.bridging) == (None, None, True)
    receipt = morning.drink(patient, phoned.dispenser())
    assert (receipt.mg, receipt.findings) == (Decimal(65), [])
    shown = morning.choose(patient, phoned.dispenser()).snapshot.decision.violations
    assert "bridging_unsigned" in {v.code for v in shown}


def test_take_down_records_who_said_it_and_who_took_it_down():
    order = phoned.phone_order()

    assert order.ordered_by == world.person(cast.PHYSICIAN)
    assert order.taken_down_by == world.person(cast.DISPENSER)
    assert (order.words, order.read_back, order.signature) == (phoned.WORDS, True, None)
    assert sha256_of(named_orders.document(order)) == order.digest
    event = AuditEvent.objects.get(action="phone_order.taken_down", subject_id=str(order.pk))
    assert phoned.WORDS not in str(event.detail)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"read_back": False}, "read_back"),
        ({"words": "  "}, "words"),
        ({"told_at": world.NOW + timedelta(minutes=1)}, "told_at"),
        ({"told_at": world.NOW - timedelta(hours=25)}, "told_at"),
    ],
)
def test_take_down_incomplete_is_refused_beside_what_is_missing(changes, field):
    assert refusal(phoned.bridging(phoned.ended(), **changes)).field == field


@pytest.mark.parametrize("member", [cast.ASSISTANT_PHYSICIAN, cast.SECOND_DISPENSER, cast.DISPENSER])
def test_take_down_from_somebody_who_does_not_prescribe_is_refused(member):
    command = phoned.bridging(phoned.ended(), ordered_by_id=world.person(member).pk)

    assert refusal(command).field == "ordered_by"


def test_take_down_for_four_days_is_refused():
    assert refusal(phoned.bridging(phoned.ended(), days=4)).field == "days"


def test_take_down_a_second_time_in_a_row_is_refused():
    patient = phoned.ended(on=world.TODAY - timedelta(days=2))
    phoned.take(phoned.bridging(patient, days=1, told_at=world.NOW - timedelta(days=1, minutes=1)),
                now=world.NOW - timedelta(days=1))  # fmt: skip

    assert "qua điện thoại" in refusal(phoned.bridging(patient)).sentence


def test_take_down_while_the_order_goes_on_is_refused():
    assert refusal(phoned.bridging(morning.patient())).sentence


def test_take_down_after_a_stopped_order_is_refused():
    patient = phoned.ended()
    Prescription.objects.filter(patient=patient).update(
        ended_on=phoned.YESTERDAY, end_reason=EndReason.STOPPED, ended_by=world.person(cast.PHYSICIAN),
        ended_at=world.NOW,
    )  # fmt: skip

    assert refusal(phoned.bridging(patient)).sentence


def test_take_down_after_an_order_that_was_stopped_before_it_held_a_day_is_refused():
    by = {"ended_by": world.person(cast.PHYSICIAN), "ended_at": world.NOW, "ended_on": phoned.YESTERDAY}
    patient = morning.patient(prescribed=False)
    morning.prescription(
        patient, mg="80", end_reason=EndReason.REPLACED, recorded_at=world.NOW - timedelta(hours=1), **by
    )
    morning.prescription(patient, mg="60", starts_on=world.TODAY, end_reason=EndReason.STOPPED, **by)

    assert "ngừng" in refusal(phoned.bridging(patient)).sentence


def test_take_down_after_four_missed_days_is_refused():
    patient = phoned.ended(known_from=world.TODAY - timedelta(days=4))

    assert refusal(phoned.bridging(patient)).sentence


def test_take_down_by_another_site_finds_nobody():
    patient = phoned.ended()

    with pytest.raises(Patient.DoesNotExist):
        phoned.take(phoned.bridging(patient), morning.access(cast.OTHER_DISPENSER, cast.OTHER_SITE))


def test_take_down_the_same_again_is_one_order_and_other_words_are_refused():
    command = phoned.bridging(phoned.ended())

    assert phoned.take(command) == phoned.take(command)
    changed = phoned.bridging(Patient.objects.get(pk=command.told.patient_id), id=command.told.id, words="Khác")
    with pytest.raises(OtherContent):
        phoned.take(changed)
    assert PhoneOrder.objects.filter(pk=command.told.id).count() == 1
    assert AuditEvent.objects.filter(action="phone_order.other_content").exists()


def test_take_down_lifts_a_stop_that_the_physician_may_lift():
    patient = morning.patient()
    hold = phoned.hold(patient)

    order = phoned.take(TakeDown(phoned.told(patient), OrderKind.LIFT, hold_id=hold.pk))

    hold.refresh_from_db()
    assert (hold.lift_phone_order, hold.lifted_by) == (order, world.person(cast.DISPENSER))


def test_take_down_does_not_lift_a_stop_of_the_main_clinic_on_the_site_physicians_word():
    patient = morning.patient()
    hold = phoned.hold(patient, unlocker=Unlocker.MAIN_CLINIC)

    assert refusal(TakeDown(phoned.told(patient), OrderKind.LIFT, hold_id=hold.pk)).field == "ordered_by"
    told = phoned.told(patient, ordered_by_id=world.person(cast.CLINIC_PHYSICIAN).pk)
    phoned.take(TakeDown(told, OrderKind.LIFT, hold_id=hold.pk))
    assert not Hold.objects.filter(pk=hold.pk, lifted_at=None).exists()


def test_coming_back_by_phone_needs_the_provinces_word():
    patient = morning.patient(mg="100", known_from=world.TODAY - timedelta(days=4))
    command = TakeDown(phoned.told(patient), OrderKind.COMING_BACK)

    assert refusal(command).field == "kind"


def test_coming_back_by_phone_where_it_is_allowed_is_half_at_most_the_cap_for_one_day():
    patient = morning.patient(mg="100", known_from=world.TODAY - timedelta(days=4))
    _allow_coming_back()

    order = phoned.take(TakeDown(phoned.told(patient), OrderKind.COMING_BACK))

    made = phoned.prescribed(order)
    assert (made.dose_mg, made.starts_on, made.ends_on) == (Decimal(40), world.TODAY, world.TODAY)
    assert made.answers_until == phoned.YESTERDAY


def test_countersign_by_its_physician_marks_the_signature_that_happened():
    order = phoned.phone_order()

    signed = sign(order)

    assert signed.signature is not None
    assert (signed.signature.person, signed.signature.digest) == (world.person(cast.PHYSICIAN), order.digest)
    assert signed.signed_at == world.NOW
    assert sign(order) == signed
    assert phoned.prescribed(order).signature is None
    assert list(proofs.named_orders()) == []


def test_countersign_by_another_physician_finds_nothing():
    order = phoned.phone_order()

    with pytest.raises(PhoneOrder.DoesNotExist):
        sign(order, by=morning.access(cast.CLINIC_PHYSICIAN, cast.MAIN_CLINIC))


def test_countersign_with_a_wrong_pin_or_of_something_else_signs_nothing():
    order = phoned.phone_order()

    with pytest.raises(WrongPin):
        sign(order, pin="000001")
    with pytest.raises(ShownOther):
        sign(order, shown_digest="0" * 64)
    order.refresh_from_db()
    assert order.signature is None


def test_disown_stops_the_order_at_once_and_opens_a_case():
    morning.opened_bottle()
    patient = phoned.ended()
    order = phoned.take(phoned.bridging(patient))

    named_orders.disown(
        order_id=order.pk, words="Tôi không nói vậy.", by=phoned.physician(), pin=cast.PIN, now=world.NOW
    )

    assert not morning.choose(patient, phoned.dispenser()).authorisation
    assert Case.objects.get(subject_id=order.pk).kind == "order_disowned"
    with pytest.raises(OrderRefused):
        sign(order)
    assert phoned.take(phoned.bridging(patient))  # what was really said may be taken down the same day


def test_disown_a_lifted_stop_puts_it_back():
    patient = morning.patient()
    order = phoned.take(TakeDown(phoned.told(patient), OrderKind.LIFT, hold_id=phoned.hold(patient).pk))

    named_orders.disown(order_id=order.pk, words="Không.", by=phoned.physician(), pin=cast.PIN, now=world.NOW)

    assert Hold.objects.filter(patient=patient, lifted_at=None).count() == 1


def test_disown_after_signing_or_without_words_is_refused():
    order = phoned.phone_order()
    with pytest.raises(OrderRefused) as caught:
        named_orders.disown(order_id=order.pk, words=" ", by=phoned.physician(), pin=cast.PIN, now=world.NOW)
    assert caught.value.field == "words"

    sign(order)
    with pytest.raises(OrderRefused):
        named_orders.disown(order_id=order.pk, words="Không.", by=phoned.physician(), pin=cast.PIN, now=world.NOW)


def test_unsigned_orders_count_days_until_they_are_signed(django_assert_num_queries):
    order = phoned.phone_order()
    later = world.NOW + timedelta(days=2)

    with django_assert_num_queries(2):
        (line,) = [one for one in unsigned_orders([order.facility_id], later) if one.id == order.pk]
    assert (line.days, line.age, line.state) == (2, "chưa ký 2 ngày", "open")

    sign(order)
    assert order.pk not in {one.id for one in unsigned_orders([order.facility_id], later)}
    assert order.pk in {one.id for one in of_physician(phoned.physician(), world.NOW)[1]}


def test_a_dose_by_a_signed_step_is_told_to_the_physician():
    morning.opened_bottle()
    step = [{"from_missed": 4, "to_missed": 5, "dose_mg": "32", "days": 1}]
    patient = morning.patient(known_from=world.TODAY - timedelta(days=4), prescribed=False)
    morning.prescription(patient, if_missed=step)
    receipt = morning.drink(patient, phoned.dispenser(), answers=AFTER_FOUR_DAYS)

    assert receipt.mg == Decimal(32)
    (told,) = [one for one in applied_steps(phoned.physician(), world.NOW) if one.patient_id == patient.pk]
    assert (told.given_mg, told.ordered_mg) == (Decimal(32), Decimal(65))


def test_take_down_on_the_orders_last_day_begins_tomorrow():
    order = phoned.take(phoned.bridging(phoned.ended(on=world.TODAY)))

    assert phoned.prescribed(order).starts_on == world.TODAY + timedelta(days=1)


def test_take_down_after_a_reduced_dose_is_refused_though_its_order_has_ended():
    morning.opened_bottle()
    patient = morning.patient(known_from=world.TODAY - timedelta(days=4), prescribed=False)
    starts_on = world.TODAY - timedelta(days=29)
    step = [{"from_missed": 4, "to_missed": 5, "dose_mg": "32", "days": 1}]
    morning.prescription(patient, starts_on=starts_on, days=30, if_missed=step)
    morning.drink(patient, phoned.dispenser(), answers=AFTER_FOUR_DAYS)
    tomorrow = world.NOW + timedelta(days=1)

    assert refusal(phoned.bridging(patient, told_at=tomorrow), now=tomorrow).sentence


def _allow_coming_back() -> None:
    RuleSetting.objects.create(
        key="DosingSettings.phone_order_after_missed", value=True, facility=morning.site(), source="test",
        effective_from=world.NOW - timedelta(days=1), recorded_at=world.NOW - timedelta(days=2), set_by_id=1,
        set_by_label="T",
    )  # fmt: skip
    rule_settings.forget()
