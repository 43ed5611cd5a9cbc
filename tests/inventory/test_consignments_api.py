"""Consignments for other programs: the same blindness, problems instead of pages, and EPCIS by the public rules."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.rules.consignments import Arrived
from inventory.rules.custody import Step
from inventory.rules.epcis import MEANING
from tests import cast
from tests.entrance import signed_in
from tests.inventory.road import SEALS, Road, stored

pytestmark = pytest.mark.django_db
ALL = "/api/v1/consignments/"

# The Core Business Vocabulary 2.0 of GS1 (bizStep, disposition), as far as consignments could need it.
BIZ_STEPS = {
    "accepting", "arriving", "assembling", "collecting", "commissioning", "consigning", "cycle_counting",
    "decommissioning", "departing", "destroying", "disassembling", "dispensing", "entering_exiting", "holding",
    "inspecting", "loading", "packing", "picking", "receiving", "removing", "repackaging", "reserving", "shipping",
    "staging_outbound", "stock_taking", "stocking", "storing", "transporting", "unloading", "unpacking",
    "void_shipping",
}  # fmt: skip
DISPOSITIONS = {
    "active", "available", "completeness_verified", "container_closed", "container_open", "damaged", "destroyed",
    "dispensed", "disposed", "expired", "in_progress", "in_transit", "inactive", "mismatch_instance",
    "mismatch_quantity", "non_conformant", "recalled", "reserved", "returned", "stolen", "unavailable", "unknown",
}  # fmt: skip
REQUIRED = {"type", "eventTime", "eventTimeZoneOffset", "action", "bizStep"}
OF_AN_OBJECT = {"epcList", "quantityList"}
OF_AN_AGGREGATION = {"parentID", "childEPCs", "childQuantityList"}


@pytest.fixture
def road() -> Road:
    return Road(stored(cast.MAIN_CLINIC, 2)).leave()


def told(client: Client, road: Road, path: str = "") -> dict[str, Any]:
    answer = client.get(f"{ALL}{road.id}/{path}")
    assert answer.status_code == 200
    body: dict[str, Any] = json.loads(answer.content)
    return body


def test_every_step_has_its_meaning_in_the_vocabulary():
    assert set(MEANING) == set(Step)
    assert {meaning.biz_step for meaning in MEANING.values()} <= BIZ_STEPS
    assert {meaning.disposition for meaning in MEANING.values()} <= DISPOSITIONS


def test_list_and_life_hide_from_the_receiver_what_was_sent(road: Road):
    keeper, receiver = signed_in(cast.STORE_KEEPER), signed_in(cast.DISPENSER)

    assert told(keeper, road)["seals"] == list(SEALS)
    assert [line["seal"] for line in told(keeper, road)["manifest"]]
    assert told(receiver, road)["seals"] is None
    assert told(receiver, road)["manifest"] is None
    [listed] = [row for row in json.loads(receiver.get(ALL).content)["results"] if row["id"] == str(road.id)]
    assert listed["seals"] is None
    assert listed["state"] == "handed_over"


def test_carrier_is_told_what_they_carry(road: Road):
    listed = json.loads(signed_in(cast.CARRIER).get(ALL).content)["results"]
    assert [row["id"] for row in listed] == [str(road.id)]


def test_stranger_wrong_role_and_wrong_place_get_a_problem(road: Road, client: Client):
    answers = [
        (client.get(ALL), 401),
        (signed_in(cast.COUNSELLOR).get(ALL), 403),
        (signed_in(cast.OTHER_DISPENSER).get(f"{ALL}{road.id}/"), 404),
        (signed_in(cast.STORE_KEEPER).post(ALL), 405),
    ]
    for answer, status in answers:
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == status
        assert json.loads(answer.content)["code"]


def assert_public_rules(document: dict[str, Any]) -> None:
    """EPCIS 2.0 (JSON binding): what every document and event must have, and what must not stand together."""
    assert {"@context", "type", "schemaVersion", "creationDate", "epcisBody"} <= set(document)
    assert (document["type"], document["schemaVersion"]) == ("EPCISDocument", "2.0")
    for event in document["epcisBody"]["eventList"]:
        assert set(event) >= REQUIRED
        assert event["action"] in {"ADD", "OBSERVE", "DELETE"}
        assert event["bizStep"] in BIZ_STEPS
        assert event["disposition"] in DISPOSITIONS
        assert event["eventTimeZoneOffset"] == "+07:00"
        assert datetime.fromisoformat(event["eventTime"]).utcoffset() is not None
        assert event["eventID"].startswith("urn:uuid:")
        kept, other = OF_AN_AGGREGATION, OF_AN_OBJECT
        if event["type"] == "ObjectEvent":
            kept, other = other, kept
        assert set(event) & kept
        assert not set(event) & other
        for parties, key in ((event["sourceList"], "source"), (event["destinationList"], "destination")):
            assert all(party["type"] == "possessing_party" and party[key] for party in parties)


def test_epcis_of_a_whole_journey_follows_the_public_rules(road: Road):
    road.check_point(position=("21.53", "103.05"))
    road.arrive()
    road.inspect()
    road.receive()
    document = told(signed_in(cast.DISPENSER), road, "epcis/")

    assert_public_rules(document)
    events = document["epcisBody"]["eventList"]
    steps = ["reserving", "packing", "shipping", "transporting", "arriving", "inspecting", "receiving"]
    assert [event["bizStep"] for event in events] == steps
    packed, received = events[1], events[-1]
    assert packed["childEPCs"] == received["childEPCs"]
    assert len(packed["childEPCs"]) == 2
    assert events[3]["readPoint"]["id"] == "geo:21.53,103.05"


def test_epcis_before_the_count_shows_the_receiver_no_bottle(road: Road):
    document = told(signed_in(cast.DISPENSER), road, "epcis/")

    assert_public_rules(document)
    assert all(not event.get("childEPCs") for event in document["epcisBody"]["eventList"])


def test_what_was_sent_beside_the_manifest_declares_the_packing_in_error(road: Road):
    extra = stored(cast.MAIN_CLINIC, 3)[-1]
    road.arrive()
    road.inspect()
    road.receive([*road.all_of_them(), Arrived(extra)])
    road.admit([extra])
    events = told(signed_in(cast.STORE_KEEPER), road, "epcis/")["epcisBody"]["eventList"]

    [wrong] = [event for event in events if "errorDeclaration" in event]
    assert wrong["bizStep"] == "packing"
    assert wrong["errorDeclaration"]["correctiveEventIDs"] == [events[-1]["eventID"]]


def test_list_asks_the_same_number_of_statements_for_one_and_for_three():
    keeper = signed_in(cast.STORE_KEEPER)
    counted = []
    for _each in range(3):
        Road(stored(cast.MAIN_CLINIC, 1)).leave()
        with CaptureQueriesContext(connection) as asked:
            assert keeper.get(ALL).status_code == 200
        counted.append(len(asked))
    assert len(set(counted)) == 1


def test_schema_is_made_and_names_the_consignments():
    answer = signed_in(cast.STORE_KEEPER).get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    assert "/api/v1/consignments/{consignment_id}/epcis/" in answer.content.decode()
