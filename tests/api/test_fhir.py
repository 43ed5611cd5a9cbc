"""FHIR R4: every resource is what R4 says it is, and says what is in our books. The reach is every page's.

`fhir.resources` has R4B and no R4 of its own; of the resources used here nothing changed between the two.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B import get_fhir_model_class

from config.fhir import RESOURCES
from core.access import Permission as P
from core.access import Role
from core.fhir.parts import URN
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Dose, DoseElsewhere, Prescription, VoidKind
from dispensing.rules.take_home_codes import VialFate
from dispensing.services import voids
from dispensing.services.voids import NewVoid
from patients.models import Patient, Placement
from staff.models import Proof, Signature
from staff.roles import ROLES
from tests import cast, world, world_patients
from tests.api.hands import Caller
from tests.dispensing import elsewhere, mishaps, morning, phoned, staying_away, taking_home
from tests.entrance import access, signed_in
from tests.inventory import asking
from tests.inventory.road import Road, stored

pytestmark = pytest.mark.django_db
JSON: Final = "application/fhir+json"
MAY: Final = {
    "Patient": {P.VIEW_PATIENT}, "MedicationAdministration": {P.VIEW_PATIENT}, "MedicationDispense": {P.VIEW_PATIENT},
    "MedicationRequest": {P.VIEW_PRESCRIPTIONS}, "SupplyRequest": {P.VIEW_STOCK},
    "SupplyDelivery": {P.VIEW_STOCK, P.CARRY},
}  # fmt: skip
STATUSES: Final = {each.type: set(each.statuses) for each in RESOURCES}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def by(member: cast.Member = cast.DISPENSER) -> Caller:
    return Caller(signed_in(member), {})


def ask(caller: Caller, path: str, **query: Any) -> dict[str, Any]:
    """The answer, once it is known to be FHIR."""
    answer = caller.get(f"/fhir/{path}", **query)
    assert (answer.status_code, answer["Content-Type"]) == (200, JSON), answer.content
    told: dict[str, Any] = answer.json()
    valid(told)
    return told


def valid(told: dict[str, Any]) -> None:
    get_fhir_model_class(told["resourceType"]).model_validate(told)
    status = told.get("status", str(told.get("active", "")).lower())
    assert status in STATUSES.get(told["resourceType"], {status})


def count_of(caller: Caller, path: str, **query: Any) -> tuple[int, int]:
    """How many resources match on a page, and in how many statements. Not validated: that takes long at length."""
    with CaptureQueriesContext(connection) as asked:
        answer = caller.get(f"/fhir/{path}", **query)
    return len(matches(answer.json())), len(asked)


def matches(bundle: dict[str, Any], mode: str = "match") -> list[dict[str, Any]]:
    assert bundle["type"] == "searchset"
    return [each["resource"] for each in bundle.get("entry", ()) if each["search"]["mode"] == mode]


def refused(caller: Caller, path: str, **query: Any) -> tuple[int, str]:
    answer = caller.get(f"/fhir/{path}", **query)
    assert answer["Content-Type"] == JSON
    valid(answer.json())
    [issue] = answer.json()["issue"]
    return answer.status_code, issue["code"]


def extension(told: dict[str, Any], name: str) -> Any:
    """The value of an extension of ours, None where it is not there."""
    found = next((each for each in told.get("extension", ()) if each["url"] == f"{URN}:{name}"), None)
    return next(value for key, value in found.items() if key != "url") if found else None


def test_doses_voids_and_vomiting_are_administrations():
    morning.opened_bottle()
    drunk, voided, vomited = (morning.patient() for _ in range(3))
    here = access(cast.DISPENSER)
    receipts = {one.pk: morning.drink(one, here).dose_id for one in (drunk, voided, vomited)}
    command = NewVoid(new_id(), receipts[voided.pk], VoidKind.NEVER_POURED, "bấm nhầm")
    voids.void(command=command, by=here, now=world.NOW)
    mishaps.vomited(receipts[vomited.pk], here)
    caller = by()

    bundle = ask(caller, "MedicationAdministration", **{"effective-time": f"eq{world.TODAY}"})
    told = {each["id"]: each for each in matches(bundle)}

    assert set(told) == {str(each) for each in receipts.values()}
    one = told[str(receipts[drunk.pk])]
    assert one == ask(caller, f"MedicationAdministration/{one['id']}")
    assert one["status"] == "completed"
    assert one["subject"]["reference"] == f"Patient/{drunk.pk}"
    assert one["effectiveDateTime"] == world.NOW.isoformat(timespec="seconds")
    assert one["effectiveDateTime"].endswith("+07:00")
    assert one["dosage"]["dose"] == {"value": 65, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    person = str(world.person(cast.DISPENSER).pk)
    assert {each["actor"]["identifier"]["value"] for each in one["performer"]} == {person}
    assert extension(one, "site")["identifier"]["value"] == str(world.facility(cast.SITE).pk)
    [medication] = one["contained"]
    assert medication["batch"]["lotNumber"].startswith("T")
    assert medication["ingredient"][0]["strength"]["numerator"]["value"] == 10
    assert extension(one, "portion")[1]["valueQuantity"]["value"] == 6.5
    assert ask(caller, one["request"]["reference"])["subject"] == one["subject"]
    assert told[str(receipts[voided.pk])]["status"] == "entered-in-error"
    assert extension(told[str(receipts[voided.pk])], "void") == "never_poured"
    assert told[str(receipts[vomited.pk])]["status"] == "completed"
    assert extension(told[str(receipts[vomited.pk])], "vomited").startswith(str(world.TODAY))
    found = ask(caller, "MedicationAdministration", status="entered-in-error", patient=f"Patient/{voided.pk}")
    assert [each["id"] for each in matches(found)] == [str(receipts[voided.pk])]


def test_days_without_a_dose_are_not_done_and_in_error_once_a_dose_turns_up():
    patient = staying_away.patient("DMW")
    caller = by()
    days = matches(ask(caller, "MedicationAdministration", patient=str(patient.pk)))

    assert [(each["status"], each["effectiveDateTime"]) for each in days] == [
        ("not-done", str(world.TODAY - timedelta(days=1))), ("not-done", str(world.TODAY - timedelta(days=2))),
    ]  # fmt: skip
    codes = [each["statusReason"][0]["coding"][0]["code"] for each in days]
    assert codes == ["withheld", "not_stated"]
    assert [extension(each, "caused-by-patient") for each in days] == [False, True]
    assert not any("dosage" in each for each in days)
    assert all(each["request"] for each in days)
    staying_away.decided(patient, "D", through=world.TODAY - timedelta(days=2))
    late = ask(caller, f"MedicationAdministration/{days[1]['id']}")
    assert late["status"] == "entered-in-error"
    left = ask(caller, "MedicationAdministration", patient=str(patient.pk), status="not-done")
    assert [each["id"] for each in matches(left)] == [days[0]["id"]]


def test_dose_elsewhere_tells_its_source_and_is_in_error_once_put_right():
    [row] = elsewhere.documented()
    caller = by()
    [one] = matches(ask(caller, "MedicationAdministration", subject=f"Patient/{row.patient_id}"))

    assert (one["id"], one["status"], one["effectiveDateTime"]) == (str(row.pk), "completed", str(row.day))
    source = {part["url"].rpartition(":")[2]: part for part in extension(one, "information-source")}
    assert (source["place"]["valueCode"], source["proven"]["valueBoolean"]) == ("hospital", True)
    assert elsewhere.PLACE not in str(one)
    elsewhere.documented(row.patient, corrects=row.pk, took_place=False)
    [one] = matches(ask(caller, "MedicationAdministration", patient=str(row.patient_id)))
    assert one["status"] == "entered-in-error"


def test_orders_say_their_dose_their_days_and_how_they_ended():
    patient = morning.patient(prescribed=False)
    steps = [{"from_missed": 4, "to_missed": 5, "dose_mg": "32.5", "days": 1}]
    days = {"over": (-60, 30), "stopped": (-20, 30), "now": (0, 30)}
    made = {}
    for name, (start, length) in days.items():
        more: dict[str, Any] = {"slot_mg": ["40", "25"], "if_missed": steps} if name == "now" else {}
        if name == "stopped":
            ended = {"ended_on": world.TODAY - timedelta(days=1), "end_reason": "stopped", "ended_at": world.NOW}
            more = ended | {"ended_by": world.person(cast.PHYSICIAN)}
        starts = world.TODAY + timedelta(days=start)
        made[name] = str(morning.prescription(patient, starts_on=starts, days=length, **more).pk)
    by_phone = phoned.prescribed(phoned.phone_order())
    caller = by(cast.PHYSICIAN)

    told = {each["id"]: each for each in matches(ask(caller, "MedicationRequest", patient=str(patient.pk)))}

    assert {name: told[id_]["status"] for name, id_ in made.items()} == {
        "over": "completed", "stopped": "stopped", "now": "active",
    }  # fmt: skip
    now = ask(caller, f"MedicationRequest/{made['now']}")
    doses = [part["doseAndRate"][0]["doseQuantity"]["value"] for part in now["dosageInstruction"]]
    assert doses == [40, 25]
    assert now["dispenseRequest"]["validityPeriod"]["start"] == str(world.TODAY)
    assert extension(now, "if-missed")[2]["valueQuantity"]["value"] == 32.5
    assert now["requester"]["identifier"]["value"] == str(world.person(cast.PHYSICIAN).pk)
    phone = ask(caller, f"MedicationRequest/{by_phone.pk}")
    assert extension(phone, "unsigned") is True
    assert phone["recorder"] != phone["requester"]


def test_vials_are_dispensed_one_by_one_and_tell_what_became_of_them():
    patient = taking_home.ready()
    made = taking_home.handed(patient, days=3)
    taking_home.voided(made, days=1)
    taking_home.reported(taking_home.vial(made), VialFate.LOST)

    told = matches(ask(by(), "MedicationDispense", patient=str(patient.pk)))
    by_day = {each["dosageInstruction"][0]["timing"]["event"][0]: each for each in told}

    days = [str(world.TODAY + timedelta(days=number)) for number in (1, 2, 3)]
    assert [by_day[day]["status"] for day in days] == ["completed", "completed", "entered-in-error"]
    assert extension(by_day[days[0]], "vial-fate") == "lost"
    assert extension(by_day[days[2]], "void") == "given_back"
    assert {each["identifier"][0]["value"] for each in told} == {str(made.pk)}
    assert by_day[days[1]]["quantity"]["value"] == 65
    assert by_day[days[1]]["whenHandedOver"].endswith("+07:00")


def test_patients_are_told_without_a_name():
    someone = world_patients.PHONG
    patient = world_patients.patient(someone)
    caller = by()
    [one] = matches(ask(caller, "Patient", identifier=f"{URN}:patient-code|{someone.code}"))

    assert (one["id"], one["gender"], one["birthDate"]) == (str(patient.pk), "male", str(someone.birth_year))
    assert one == ask(caller, f"Patient/{patient.pk}")
    assert "PSEUDED" in str(one["meta"]["security"])
    assert one["name"][0]["extension"][0]["valueCode"] == "masked"
    everything = str(ask(caller, "Patient", _count=200)) + str(ask(caller, "MedicationRequest", _count=200))
    for each in world_patients.PATIENTS:
        assert each.full_name not in everything
        assert world_patients.patient(each).initials not in everything
    assert matches(ask(caller, "Patient", identifier="urn:other|4116")) == []
    assert not AuditEvent.objects.filter(action="patient.looked_at").exists()


def test_requests_and_consignments_are_supplies_and_hide_what_the_receiver_has_not_counted():
    asked = asking.sent()
    [line] = matches(ask(by(), "SupplyRequest"))
    assert (line["status"], line["quantity"]["value"]) == ("active", 3)
    assert line["parameter"][1]["valueQuantity"]["value"] == 1000
    assert line["identifier"][0]["value"] == str(asked.request_id)
    asked.endorse()
    asked.change(2)
    [line] = matches(ask(by(cast.STORE_KEEPER), "SupplyRequest", status="active"))
    assert (line["quantity"]["value"], line["parameter"][0]["valueQuantity"]["value"]) == (2, 3)
    assert line == ask(by(), f"SupplyRequest/{line['id']}")
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.leave()
    keeper, receiver = by(cast.STORE_KEEPER), by()

    sent = ask(keeper, "SupplyDelivery")
    [whole], lines = matches(sent), matches(sent, "include")
    assert (whole["id"], whole["status"]) == (str(road.id), "in-progress")
    assert [each["partOf"][0]["reference"] for each in lines] == [f"SupplyDelivery/{road.id}"] * 2
    assert [each["suppliedItem"]["quantity"]["value"] for each in lines] == [1000, 1000]
    assert ask(keeper, f"SupplyDelivery/{lines[0]['id']}") == lines[0]
    assert extension(whole, "seal")
    blind = ask(receiver, "SupplyDelivery")
    assert matches(blind, "include") == []
    assert extension(matches(blind)[0], "seal") is None
    assert refused(receiver, f"SupplyDelivery/{lines[0]['id']}") == (404, "not-found")
    assert [each["id"] for each in matches(ask(by(cast.CARRIER), "SupplyDelivery"))] == [str(road.id)]
    road.arrive()
    road.inspect()
    road.receive()
    told = ask(receiver, "SupplyDelivery", status="completed")
    assert len(matches(told, "include")) == 2
    assert len(matches(told)[0]["receiver"]) == 2


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
        "Patient?_id=a%20b": "invalid", "Patient?_lastUpdated=2026-13": "invalid",
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
