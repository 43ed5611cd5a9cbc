"""The page of how one patient is followed: who opens it, and from where it is reached."""

import pytest

from core.access import Permission as P
from core.access import Role
from patients.models import Patient
from staff.roles import ROLES
from tests import cast, world_patients
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db


def path() -> str:
    patient = Patient.objects.get(code=world_patients.PHONG.code)
    return f"/dispensing/patients/{patient.pk}/following/"


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.PHYSICIAN, cast.CLINIC_PHYSICIAN, cast.SITE_HEAD], ids=str)
def test_a_patient_opened_by_who_treats_them_shows_code_and_no_name(member: cast.Member):
    answer = signed_in(member).get(path())

    assert answer.status_code == 200
    assert world_patients.PHONG.code in answer.content.decode()
    assert world_patients.PHONG.full_name not in answer.content.decode()


def test_a_patient_of_another_site_is_not_there():
    assert signed_in(cast.OTHER_DISPENSER).get(path()).status_code == 404


def test_nobody_who_manages_follows_patients():
    holders = {role for role in Role if P.FOLLOW_PATIENT in ROLES[role].permissions}

    assert holders == {
        Role.DISPENSER, Role.PHARMACIST, Role.COUNSELLOR, Role.PHYSICIAN, Role.ASSISTANT_PHYSICIAN, Role.SITE_HEAD,
        Role.CLINIC_PHYSICIAN,
    }  # fmt: skip


@pytest.mark.parametrize("page", ["/patients/{}/", "/dispensing/prescriptions/patients/{}/"])
def test_the_register_and_the_orders_lead_here(page: str):
    patient = Patient.objects.get(code=world_patients.PHONG.code)

    assert path() in signed_in(cast.PHYSICIAN).get(page.format(patient.pk)).content.decode()
