"""Searches of the FHIR server: what they understand, whom they answer, and what a page of any length costs."""

import re
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from django.core.cache import cache

from config.fhir import RESOURCES
from core.access import Permission as P
from core.access import Role
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Dose, DoseElsewhere, Prescription
from patients.models import Patient, Placement
from staff.models import Proof, Signature
from staff.roles import ROLES
from tests import cast, world
from tests.api.fhir_hands import JSON, ask, by, count_of, matches, refused
from tests.api.hands import Caller
from tests.dispensing import morning, staying_away, taking_home
from tests.entrance import access, signed_in
from tests.inventory import asking
from tests.inventory.road import Road, stored
from tests.plugins.servers import ROOT

pytestmark = pytest.mark.django_db
MAY: Final = {
    "Patient": {P.VIEW_PATIENT}, "MedicationAdministration": {P.VIEW_PATIENT}, "MedicationDispense": {P.VIEW_PATIENT},
    "MedicationRequest": {P.VIEW_PRESCRIPTIONS}, "SupplyRequest": {P.VIEW_STOCK},
    "SupplyDelivery": {P.VIEW_STOCK, P.CARRY},
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def test_pages_follow_each_other_without_gap_or_repeat_and_ask_as_often_at_any_length():
    morning.opened_bottle()
    patient = morning.patient()
    morning.drink(patient, access(cast.DISPENSER))
    staying_away.decided(patient, "M" * 19)
    caller = by()
    counted = []
    for days in (20, 200):
        first = world.TODAY - timedelta(days=days)
        DoseElsewhere.objects.bulk_create(
            DoseElsewhere(
                id=new_id(), patient=patient, facility=morning.site(), day=first + timedelta(days=number), mg=65,
                place_kind="hospital", place="x", slip_number="1", confirmed_by="x", proven=True, counts=True,
                recorded_at=world.NOW, recorded_by=world.person(cast.DISPENSER),
            )
            for number in range(days)
        )  # fmt: skip
        counted.append(count_of(caller, "MedicationAdministration", patient=str(patient.pk), _count=200))
    assert [found for found, _asked in counted] == [40, 200]
    assert len({asked for _found, asked in counted}) == 1

    seen: list[str] = []
    path: str | None = f"MedicationAdministration?patient={patient.pk}&_count=150"
    while path:
        bundle = caller.get(f"/fhir/{path}").json()
        seen += [each["id"] for each in matches(bundle)]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = links.get("next", "").partition("/fhir/")[2] or None
    assert len(seen) == len(set(seen)) == 1 + 19 + 220


def test_lists_ask_as_often_at_twenty_and_at_two_hundred_rows():
    counted: dict[str, list[tuple[int, int]]] = {
        "Patient": [], "MedicationRequest": [], "SupplyRequest": [], "SupplyDelivery": [],
    }  # fmt: skip
    physician, keeper = by(cast.PHYSICIAN), by(cast.STORE_KEEPER)
    for count in (20, 180):
        _patients(count)
        for kind in ("Patient", "MedicationRequest"):
            counted[kind].append(count_of(physician, kind, _count=200, _lastUpdated=f"ge{world.TODAY}"))
    [bottle] = stored(cast.MAIN_CLINIC, 1)
    for count in (2, 6):
        for _ in range(count):
            asking.Asking().draft(1, monthly=False)
            Road([bottle], id=new_id()).prepare()
        for kind in ("SupplyRequest", "SupplyDelivery"):
            counted[kind].append(count_of(keeper, kind))

    found = {kind: [rows for rows, _asked in each] for kind, each in counted.items()}
    assert found == {
        "Patient": [20, 200], "MedicationRequest": [20, 200], "SupplyRequest": [2, 8], "SupplyDelivery": [2, 8],
    }  # fmt: skip
    assert all(len({asked for _rows, asked in each}) == 1 for each in counted.values()), counted


def _patients(count: int) -> None:
    """As many patients of the site, each with a signed order."""
    start, physician = Patient.objects.count(), world.person(cast.PHYSICIAN)
    made = Patient.objects.bulk_create(
        Patient(
            code=f"88{start + number:05}", initials="L.V.T.", sex="m", birth_year=1985, known_from=world.TODAY,
            treatment_started_on=cast.SINCE, registered_at=world.NOW,
        )
        for number in range(count)
    )  # fmt: skip
    Placement.objects.bulk_create(
        Placement(
            patient=each, facility=morning.site(), kind="home", starts_on=cast.SINCE, recorded_at=world.NOW,
            recorded_by=physician,
        )
        for each in made
    )  # fmt: skip
    signatures = Signature.objects.bulk_create(
        Signature(
            person=physician, facility=morning.site(), meaning="x", subject_kind="x", subject_id=each.pk,
            digest=morning.DIGEST, proof=Proof.PAPER, signed_at=world.NOW,
        )
        for each in made
    )  # fmt: skip
    Prescription.objects.bulk_create(
        Prescription(
            patient=each, facility=morning.site(), phase="maintenance", dose_mg=65, slot_mg=[65], digest=morning.DIGEST,
            starts_on=world.TODAY, ends_on=world.TODAY, recorded_at=world.NOW, signed_by=physician, signature=signed,
        )
        for each, signed in zip(made, signatures, strict=True)
    )  # fmt: skip


def test_searches_understand_prefixes_and_refuse_what_they_do_not_know():
    caller = by()
    one, other = matches(ask(caller, "Patient", _count=2))
    both = matches(ask(caller, "Patient", _id=f"{one['id']},{other['id']}", active="true"))
    assert {each["id"] for each in both} == {one["id"], other["id"]}
    september = ask(caller, "Patient", _lastUpdated=["ge2026-09", "lt2026-10"], _count=200)
    assert matches(september)
    assert all(each["meta"]["lastUpdated"].startswith("2026-09") for each in matches(september))
    assert matches(ask(caller, "Patient", _lastUpdated="lt2020")) == []
    assert ask(caller, "Patient", _format="application/fhir+json", _count="1")["link"][0]["url"].endswith("_count=1")
    lenient = Caller(caller.client, {"Prefer": "handling=lenient"})
    warned = matches(ask(lenient, "Patient", colour="red", _count=1), "outcome")
    assert [each["severity"] for each in warned[0]["issue"]] == ["warning"]
    wrong = {
        "Patient?colour=red": "not-supported", "Patient?active:not=true": "not-supported",
        "MedicationAdministration?patient=x": "invalid", "MedicationAdministration?patient.name=x": "not-supported",
        "MedicationAdministration?status=eaten": "code-invalid", "Patient?_count=0": "invalid",
        "MedicationAdministration?effective-time=ap2026": "invalid", "Patient?_after=yesterday": "invalid",
        "Patient?_id=a%20b": "invalid", "Patient?_lastUpdated=2026-13": "invalid", "Patient?identifier=%00": "invalid",
    }  # fmt: skip
    for path, code in wrong.items():
        assert refused(caller, path) == (400, code), path
    assert refused(caller, "Patient?_format=xml") == (406, "not-supported")
    assert refused(caller, "Observation") == (404, "not-found")
    posted = caller.post("/fhir/Patient", {"resourceType": "Patient"})
    assert (posted.status_code, posted["Content-Type"]) == (405, JSON)


def test_capability_statement_names_what_can_be_asked():
    told = ask(by(cast.WITNESS), "metadata")

    assert told["fhirVersion"] == "4.0.1"
    resources = {each["type"]: each for each in told["rest"][0]["resource"]}
    assert set(resources) == set(MAY)
    names = {each["name"] for each in resources["MedicationAdministration"]["searchParam"]}
    assert names == {"_id", "_lastUpdated", "status", "effective-time", "patient", "subject"}


def test_every_resource_is_shut_to_strangers_to_other_roles_and_to_other_places():
    """The FHIR half of tests/api/test_matrix.py."""
    things = _one_of_each()
    nobody = Caller(signed_in(cast.DISPENSER), {"Authorization": "Bearer tram_d_x", "Tram-Person": "tram_p_x"})
    assert set(things) == set(MAY)
    for role in Role:
        caller = by(cast.ONE_OF_EACH_ROLE[role])
        denied = AuditEvent.objects.filter(action="access.denied").count()
        for kind, permissions in MAY.items():
            if permissions & ROLES[role].permissions:
                assert caller.get(f"/fhir/{kind}", _count=1).status_code == 200, (role, kind)
                continue
            assert refused(caller, kind) == (403, "forbidden"), (role, kind)
            denied += 1
        assert AuditEvent.objects.filter(action="access.denied").count() == denied
    other, here = by(cast.OTHER_DISPENSER), by()
    for kind, id_ in things.items():
        assert refused(nobody, kind) == (401, "login")
        assert ask(here, f"{kind}/{id_}")["id"] == id_
        assert refused(other, f"{kind}/{id_}") == (404, "not-found")
        assert matches(ask(other, kind, _id=id_)) == []
        assert refused(here, f"{kind}/{UUID(int=1)}") == (404, "not-found")
        assert refused(here, f"{kind}/x") == (404, "not-found")


def _one_of_each() -> dict[str, str]:
    """Something of the first site for each kind."""
    patient = taking_home.ready()
    made = taking_home.handed(patient, days=1)
    asking.sent()
    [line] = matches(ask(by(), "SupplyRequest"))
    road = Road(stored(cast.MAIN_CLINIC, 2)).leave()
    return {
        "Patient": str(patient.pk),
        "MedicationAdministration": str(Dose.objects.get(patient=patient).pk),
        "MedicationDispense": str(made.vials.get().pk),
        "MedicationRequest": str(made.prescription_id),
        "SupplyRequest": line["id"],
        "SupplyDelivery": str(road.id),
    }


def test_site_reads_what_it_gave_to_a_guest_and_the_other_site_does_not():
    morning.opened_bottle()
    patient = morning.patient()
    receipt = morning.drink(patient, access(cast.DISPENSER))
    left = world.TODAY - timedelta(days=1)
    placement = Placement.objects.get(patient=patient)
    Placement.objects.filter(pk=placement.pk).update(ended_on=left, ended_by=world.person(cast.PHARMACIST))
    Placement.objects.create(
        patient=patient, facility=world.facility(cast.MAIN_CLINIC), kind="home", starts_on=world.TODAY,
        recorded_at=world.NOW, recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip
    path = f"MedicationAdministration/{receipt.dose_id}"

    assert ask(by(), path)["status"] == "completed"
    assert ask(by(cast.CLINIC_PHYSICIAN), path)
    assert refused(by(), f"Patient/{patient.pk}") == (404, "not-found")
    assert refused(by(cast.OTHER_DISPENSER), path) == (404, "not-found")


def test_page_for_people_names_every_parameter_and_every_name_of_ours():
    page = (ROOT / "docs" / "fhir.md").read_text(encoding="utf-8")
    files = [*ROOT.glob("*/rules/fhir.py"), *(ROOT / "core" / "fhir").glob("*.py")]
    written = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = set(re.findall(r'(?:system|coding|concept|extension|nested)\(\s*"([a-z-]+)"', written))
    names |= {name for each in RESOURCES for name, _kind in each.parameters()}
    names |= {status for each in RESOURCES for status in each.statuses if status not in ("true", "false")}

    assert not {name for name in names if f"`{name}`" not in page}
