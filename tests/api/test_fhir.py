"""FHIR R4: every resource is what R4 says it is, and says what is in our books."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from core.fhir.parts import URN
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Outcome, VoidKind
from dispensing.rules.take_home_codes import VialFate
from dispensing.services import voids
from dispensing.services.voids import NewVoid
from tests import cast, world, world_patients
from tests.api.fhir_hands import ask, by, extension, matches, refused
from tests.dispensing import elsewhere, mishaps, morning, phoned, staying_away, taking_home
from tests.entrance import access
from tests.inventory import asking
from tests.inventory.road import Road, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


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
    then = world.NOW - timedelta(days=1)
    Outcome.objects.create(
        patient=patient, facility=morning.site(), day=then.date(), code="withheld", signs=["sedated"], at=then,
        recorded_at=then, recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip
    caller = by()
    days = matches(ask(caller, "MedicationAdministration", patient=str(patient.pk)))

    assert [(each["status"], each["effectiveDateTime"]) for each in days] == [
        ("not-done", str(world.TODAY - timedelta(days=1))), ("not-done", str(world.TODAY - timedelta(days=2))),
    ]  # fmt: skip
    codes = [each["statusReason"][0]["coding"][0]["code"] for each in days]
    assert codes == ["withheld", "not_stated"]
    assert [extension(each, "caused-by-patient") for each in days] == [False, True]
    assert not any("dosage" in each for each in days)
    assert days[0]["statusReason"][1]["coding"][0] == {"system": f"{URN}:sign", "code": "sedated"}
    assert days[0]["performer"][0]["actor"]["identifier"]["value"] == str(world.person(cast.DISPENSER).pk)
    assert "performer" not in days[1]
    assert all(each["request"] for each in days)
    staying_away.decided(patient, "D", through=world.TODAY - timedelta(days=2))
    late = ask(caller, f"MedicationAdministration/{days[1]['id']}")
    assert late["status"] == "entered-in-error"
    assert "statusReason" not in late
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
