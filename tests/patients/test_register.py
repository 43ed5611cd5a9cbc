"""Registering patients."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from core.constraints import violated
from core.ids import new_id
from core.models import AuditEvent
from facilities.models import Facility
from patients.models import Card, Consent, Patient, Placement, Sex, Status, StatusChange
from patients.rules.codes import is_code
from patients.services import numbers, register
from patients.services.register import NewPatient
from tests import cast, world
from tests.entrance import access
from tests.world_patients import name_of

pytestmark = pytest.mark.django_db
NOW, TODAY = world.NOW, world.TODAY


def somebody(at: str = cast.SITE, **changes: object) -> NewPatient:
    new = NewPatient(
        full_name="Vàng  A  Chứ",
        sex=Sex.MALE,
        birth_year=1990,
        treatment_started_on=date(2024, 1, 5),
        facility_id=world.facility(at).pk,
        starts_on=TODAY,
        language="tiếng Mông",
        consent_language="tiếng Mông",
    )
    return replace(new, **changes)


def test_register_writes_patient_identity_placement_card_status_and_consent():
    patient = register.register(new=somebody(), by=access(cast.PHYSICIAN), now=NOW)

    assert is_code(patient.code)
    assert patient.initials == "V.A.C."
    assert patient.known_from == TODAY
    assert name_of(patient) == "Vàng A Chứ"
    placement = Placement.objects.get(patient=patient)
    assert (placement.facility.name, placement.starts_on, placement.ended_on) == (cast.SITE, TODAY, None)
    assert StatusChange.objects.get(patient=patient).status == Status.IN_TREATMENT
    assert Card.objects.get(patient=patient).issued_on == TODAY
    assert Consent.objects.get(patient=patient).language == "tiếng Mông"
    assert AuditEvent.objects.filter(action="patient.registered", patient_id=patient.pk).count() == 1


def test_register_without_an_answer_writes_no_consent():
    patient = register.register(new=somebody(consent_language=""), by=access(cast.PHYSICIAN), now=NOW)

    assert not Consent.objects.filter(patient=patient).exists()


def test_register_keeps_the_name_out_of_the_audit_trail():
    register.register(new=somebody(), by=access(cast.PHYSICIAN), now=NOW)

    assert "Chứ" not in str(list(AuditEvent.objects.values()))


def test_register_the_same_form_again_answers_the_same_patient():
    new, by = somebody(), access(cast.PHYSICIAN)
    first = register.register(new=new, by=by, now=NOW)

    assert register.register(new=new, by=by, now=NOW).pk == first.pk
    assert Patient.objects.filter(initials="V.A.C.", birth_year=1990).count() == 2  # the other is the world's
    assert AuditEvent.objects.filter(action="patient.registered", patient_id=first.pk).count() == 1


def test_register_the_same_form_with_other_content_is_refused_and_audited():
    new, by = somebody(), access(cast.PHYSICIAN)
    register.register(new=new, by=by, now=NOW)

    with pytest.raises(register.RegistrationRefused):
        register.register(new=replace(new, birth_year=1971), by=by, now=NOW)

    assert AuditEvent.objects.get(action="patient.register_refused").patient_id == new.id


def test_register_a_code_that_is_taken_is_refused_in_words():
    by = access(cast.PHYSICIAN)

    with pytest.raises(register.RegistrationRefused) as refused:
        register.register(new=somebody(code="4116"), by=by, now=NOW)

    assert "đã có trong sổ" in refused.value.sentence


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.OTHER_DISPENSER, cast.COUNSELLOR, cast.AREA_MANAGER])
def test_register_is_for_who_may_at_that_facility(member: cast.Member):
    with pytest.raises(Facility.DoesNotExist):
        register.register(new=somebody(), by=access(member), now=NOW)


def test_register_at_another_site_is_refused_to_the_sites_own_physician():
    with pytest.raises(Facility.DoesNotExist):
        register.register(new=somebody(cast.OTHER_SITE), by=access(cast.PHYSICIAN), now=NOW)

    assert register.register(new=somebody(cast.OTHER_SITE), by=access(cast.CLINIC_PHYSICIAN), now=NOW)


def test_register_from_a_day_that_is_over_is_refused():
    with pytest.raises(register.RegistrationRefused):
        register.register(new=somebody(starts_on=TODAY - timedelta(days=1)), by=access(cast.PHYSICIAN), now=NOW)


def test_register_many_costs_the_same_for_hundreds():
    by = access(cast.CLINIC_PHYSICIAN)
    some, hundreds = ([replace(somebody(), id=new_id()) for _ in range(count)] for count in (3, 700))
    with CaptureQueriesContext(connection) as few:
        register.register_many(new=some, by=by, now=NOW)

    with CaptureQueriesContext(connection) as many:
        made = register.register_many(new=hundreds, by=by, now=NOW)

    assert len(many) == len(few)
    assert len({patient.code for patient in made}) == 700
    assert Card.objects.filter(patient__in=made).count() == 700


def test_register_many_goes_back_with_its_batch_when_a_code_is_taken():
    before = Patient.objects.count()

    with pytest.raises(IntegrityError) as error:
        register.register_many(
            new=[somebody(id=new_id()), somebody(id=new_id(), code="4116")], by=access(cast.PHYSICIAN), now=NOW
        )

    assert violated(error.value) == "patients_patient_code_key"
    assert Patient.objects.count() == before


def test_next_code_leaves_out_what_a_patient_has_brought_along():
    (first,) = numbers.next_codes(1)
    following = numbers.code_of(int(first[:-1]) + 1)
    Patient.objects.filter(code="4010").update(code=following)

    assert numbers.next_code() == numbers.code_of(int(first[:-1]) + 2)
