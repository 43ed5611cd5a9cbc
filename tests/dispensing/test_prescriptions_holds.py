"""Stops on dosing: who places them, who lifts them; calls to the clinic."""

from datetime import timedelta

import pytest

from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import ClinicTold, Hold
from dispensing.rules.choices import HoldReason
from dispensing.rules.violations import Unlocker
from dispensing.services import contacts, holds
from dispensing.services.contacts import ContactRefused
from dispensing.services.holds import HoldRefused, NewHold
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning, orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(db):
    return morning.patient()


def place(patient, by=None, *, unlocker=Unlocker.PHYSICIAN, reason=HoldReason.ILLNESS, note="", number=None):
    command = NewHold(number or new_id(), patient.pk, reason, unlocker, note)
    return holds.place(command=command, by=by or orders.physician(), now=world.NOW)


def lift(hold, by, reason="đã khám, uống được"):
    return holds.lift(hold_id=hold.pk, reason=reason, by=by, now=world.NOW + timedelta(hours=1))


def acting(member):
    return morning.access(member, member.place)


def test_place_stops_the_next_dose_and_lift_lets_it_go_on(patient):
    morning.opened_bottle()
    dispenser = morning.access(cast.DISPENSER)
    hold = place(patient)
    assert morning.choose(patient, dispenser).authorisation is None

    lift(hold, orders.physician())

    assert morning.choose(patient, dispenser).authorisation is not None
    actions = AuditEvent.objects.filter(subject_kind="hold", subject_id=str(hold.pk)).order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["hold.placed", "hold.lifted"]


def test_place_same_id_twice_is_one_stop_and_other_content_is_refused(patient):
    first = place(patient)

    assert place(patient, number=first.pk).pk == first.pk
    with pytest.raises(HoldRefused):
        place(patient, number=first.pk, unlocker=Unlocker.MAIN_CLINIC)
    assert Hold.objects.filter(patient=patient).count() == 1


def test_place_for_another_reason_needs_words(patient):
    with pytest.raises(HoldRefused):
        place(patient, reason=HoldReason.OTHER)
    assert place(patient, reason=HoldReason.OTHER, note="xin nghỉ một ngày").note == "xin nghỉ một ngày"


def test_place_with_a_level_that_nobody_has_is_refused(patient):
    with pytest.raises(HoldRefused):
        place(patient, unlocker=Unlocker.NOBODY)


@pytest.mark.parametrize("role", sorted(cast.ONE_OF_EACH_ROLE), ids=str)
def test_place_by_role_only_who_looks_after_patients_does(patient, role):
    member = cast.ONE_OF_EACH_ROLE[role]
    by = morning.access(member, cast.SITE if member.place in {cast.AREA, cast.PROVINCE} else member.place)
    if role in {"physician", "clinic_physician", "assistant_physician"}:
        assert place(patient, by).placed_by.username == member.username
        return
    with pytest.raises(Patient.DoesNotExist):
        place(patient, by)


@pytest.mark.parametrize(
    ("level", "may"),
    [
        (Unlocker.SITE_HEAD, {"site_head", "assistant_physician", "physician", "clinic_physician"}),
        (Unlocker.PHYSICIAN, {"physician", "clinic_physician"}),
        (Unlocker.MAIN_CLINIC, {"clinic_physician"}),
    ],
    ids=["site_head", "physician", "main_clinic"],
)
def test_lift_by_level_only_who_is_of_it_does(patient, level, may):
    for member in (cast.SITE_HEAD, cast.ASSISTANT_PHYSICIAN, cast.PHYSICIAN, cast.CLINIC_PHYSICIAN):
        hold = place(patient, unlocker=level)
        if member.role in may:
            assert lift(hold, acting(member)).lifted_by.username == member.username
            continue
        with pytest.raises(HoldRefused) as caught:
            lift(hold, acting(member))
        assert str(holds.LEVEL_WORDS[level]) in caught.value.sentence
        assert Hold.objects.get(pk=hold.pk).lifted_at is None


def test_lift_by_a_dispenser_or_another_site_is_as_if_there_were_none(patient):
    hold = place(patient)

    for member in (cast.DISPENSER, cast.OTHER_DISPENSER):
        with pytest.raises(Hold.DoesNotExist):
            lift(hold, acting(member))


def test_lift_without_words_is_refused(patient):
    hold = place(patient)

    with pytest.raises(HoldRefused):
        lift(hold, orders.physician(), reason="  ")


def test_lift_again_by_the_same_person_answers_the_same(patient):
    hold = place(patient)

    assert lift(hold, orders.physician()).lifted_at == lift(hold, orders.physician()).lifted_at


def test_tell_clinic_keeps_who_was_told_and_answers_a_repeat_alike(patient):
    number, by = new_id(), morning.access(cast.DISPENSER)

    def tell(told="bác sĩ Châu"):
        return contacts.tell_clinic(patient_id=patient.pk, told=told, by=by, now=world.NOW, call_id=number)

    first = tell()
    assert tell().told_at == first.told_at
    with pytest.raises(ContactRefused):
        tell("bác sĩ Đức")
    assert ClinicTold.objects.get(patient=patient).told == "bác sĩ Châu"


def test_tell_clinic_nobody_or_of_another_sites_patient_is_refused(patient):
    with pytest.raises(ContactRefused):
        contacts.tell_clinic(patient_id=patient.pk, told=" ", by=morning.access(cast.DISPENSER), now=world.NOW)
    elsewhere = morning.access(cast.OTHER_DISPENSER, cast.OTHER_SITE)
    with pytest.raises(Patient.DoesNotExist):
        contacts.tell_clinic(patient_id=patient.pk, told="bác sĩ Đức", by=elsewhere, now=world.NOW)
