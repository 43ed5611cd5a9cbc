"""What the database itself refuses about patients."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.constraints import violated
from core.ids import new_id
from patients.models import Patient
from tests import cast, world, world_patients
from tests.world_patients import PHONG

pytestmark = pytest.mark.django_db

PATIENT = {
    "id": new_id(), "code": "777123", "initials": "X.Y.", "sex": "m", "birth_year": 1980, "language": "",
    "treatment_started_on": "2020-01-01", "known_from": "2020-01-01", "status": "in_treatment",
    "registered_at": "2026-11-24T06:10:00+07:00",
}  # fmt: skip


def insert(table: str, values: dict[str, object]) -> tuple[str, list[object]]:
    columns = ", ".join(values)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())


def refused(sql: str, values: list[object]) -> str:
    """The name of the constraint that refuses a statement."""
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return violated(error.value)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"code": "4116"}, "patients_patient_code_key"),
        ({"code": "12a4"}, "patients_patient_code_digits"),
        ({"code": "123"}, "patients_patient_code_digits"),
        ({"sex": "x"}, "patients_patient_sex_known"),
        ({"status": "gone"}, "patients_patient_status_known"),
        ({"birth_year": 1899}, "patients_patient_born"),
    ],
)
def test_a_patient_out_of_shape_is_refused_by_name(change: dict[str, object], constraint: str):
    assert refused(*insert("patients_patient", PATIENT | change)) == constraint


def placement(**change: object) -> dict[str, object]:
    return {
        "patient_id": world_patients.patient(PHONG).pk,
        "facility_id": world.facility(cast.OTHER_SITE).pk,
        "kind": "home",
        "starts_on": date(2026, 12, 1),
        "place": "",
        "words": "",
        "recorded_at": world.NOW,
        "recorded_by_id": world.person(cast.PHYSICIAN).pk,
    } | change


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": date(2026, 12, 1)},
        {"starts_on": date(2026, 8, 1)},
        {"starts_on": date(2026, 8, 1), "ended_on": date(2026, 9, 1)},
    ],
)
def test_a_second_place_on_one_day_is_refused_by_name(days: dict[str, object]):
    ended = {"ended_by_id": world.person(cast.PHYSICIAN).pk} if "ended_on" in days else {}

    assert refused(*insert("patients_placement", placement(**days, **ended))) == "patients_placement_one_a_day"


def test_a_place_that_ended_the_day_before_leaves_room():
    days = {
        "starts_on": date(2026, 8, 1),
        "ended_on": date(2026, 8, 31),
        "ended_by_id": world.person(cast.PHYSICIAN).pk,
    }

    with connection.cursor() as cursor:
        cursor.execute(*insert("patients_placement", placement(**days)))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"kind": "hotel"}, "patients_placement_kind_known"),
        ({"ended_on": date(2026, 12, 2)}, "patients_placement_ended_on_paired"),
        ({"ended_on": date(2026, 11, 29)}, "patients_placement_ended_on_after_starts_on"),
        ({"kind": "guest"}, "patients_placement_visit_has_end"),
        ({"kind": "hospital"}, "patients_placement_place_named"),
        ({"place": "BVĐK tỉnh"}, "patients_placement_place_named"),
    ],
)
def test_a_placement_out_of_shape_is_refused_by_name(change: dict[str, object], constraint: str):
    other = Patient.objects.create(**PATIENT)
    paired = {"ended_by_id": world.person(cast.PHYSICIAN).pk} if constraint.endswith("after_starts_on") else {}

    assert refused(*insert("patients_placement", placement(patient_id=other.pk, **change, **paired))) == constraint


def test_a_second_valid_card_is_refused_by_name():
    card = {"number": 55_555_555, "patient_id": world_patients.patient(PHONG).pk, "issued_on": world.TODAY}

    assert refused(*insert("patients_card", card)) == "patients_card_one_valid"
    assert refused(*insert("patients_card", card | {"number": 100_000_000})) == "patients_card_number_fits"


def test_a_status_of_no_name_is_refused_by_name():
    change = {
        "id": new_id(), "patient_id": world_patients.patient(PHONG).pk, "status": "gone", "from_day": world.TODAY,
        "reason": "", "recorded_at": world.NOW, "recorded_by_id": world.person(cast.PHYSICIAN).pk,
    }  # fmt: skip

    assert refused(*insert("patients_statuschange", change)) == "patients_statuschange_status_known"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_statuschange SET reason = 'x'",
        "DELETE FROM patients_statuschange",
        "UPDATE patients_placement SET starts_on = starts_on - 1",
        "DELETE FROM patients_placement",
        "UPDATE patients_card SET number = number + 1",
        "DELETE FROM patients_card",
        "UPDATE patients_consent SET version = 'x'",
        "DELETE FROM patients_consent",
        "TRUNCATE patients_placement",
    ],
)
def test_facts_are_never_rewritten(statement: str):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
