"""A dose through the API: the same services as the page, and the same receipt for the same words."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Dose, Outcome
from patients.models import Patient
from tests import cast, world
from tests.api.hands import Caller, enrolled, on_device
from tests.dispensing import morning
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tablet() -> Caller:
    return on_device(cast.DISPENSER, enrolled()[1])


def authorised(caller: Caller, patient: Patient, **more):
    answers = {"alert": True, "last_dose_proof": "card"}
    body = {"id": str(new_id()), "patient": str(patient.pk), "answers": answers} | more
    answer = caller.post("/doses/authorise/", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_dose_by_a_device_is_one_fact_with_the_person_as_actor_and_the_device_beside(tablet: Caller):
    patient = morning.patient()
    [row] = [row for row in tablet.get("/roster/").json()["results"] if row["patient"] == str(patient.pk)]
    assert (row["code"], row["state"]) == (patient.code, "to_come")
    asked = tablet.post("/doses/authorise/", {"id": str(new_id()), "patient": str(patient.pk)})
    assert (asked.status_code, asked.json()["code"]) == (422, "last_dose_unknown")
    card = authorised(tablet, patient)
    assert card["full_name"]
    assert card["full_name"] not in asked.content.decode()
    sent = {"id": card["id"], "slip": card["slip"], "identified_by": "card"}

    first, again = tablet.post("/doses/confirm/", sent), tablet.post("/doses/confirm/", sent)

    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json() | {"status": "known"} == again.json()
    dose = Dose.objects.get(pk=card["id"])
    assert (dose.recorded_by, dose.patient) == (world.person(cast.DISPENSER), patient)
    told = AuditEvent.objects.get(action="dose.recorded", subject_id=card["id"])
    assert told.detail["device"]
    assert AuditEvent.objects.filter(action="patient.looked_at", patient_id=patient.pk, detail__why="dose").exists()
    [row] = [row for row in tablet.get("/roster/").json()["results"] if row["patient"] == str(patient.pk)]
    assert row["state"] == "taken"
    refused = tablet.post("/doses/authorise/", {"id": str(new_id()), "patient": str(patient.pk)})
    assert (refused.status_code, refused.json()["code"]) == (422, "dose_already_today")


def test_dose_sent_again_with_other_words_or_by_somebody_else_is_a_conflict_and_audited(tablet: Caller):
    card = authorised(tablet, morning.patient())
    sent = {"id": card["id"], "slip": card["slip"], "identified_by": "card"}
    assert tablet.post("/doses/confirm/", sent).status_code == 201
    other = on_device(cast.SECOND_DISPENSER, enrolled()[1])

    answers = [
        tablet.post("/doses/confirm/", sent | {"poured_by": world.person(cast.SECOND_DISPENSER).pk}),
        tablet.post("/doses/confirm/", sent | {"id": str(new_id())}),
        other.post("/doses/confirm/", sent),
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(409, "other_content")] * 3
    assert AuditEvent.objects.filter(action="api.other_content").count() == 3
    assert Dose.objects.filter(pk=card["id"]).count() == 1
    wrong = tablet.post("/doses/confirm/", sent | {"slip": card["slip"][:-2] + "zz"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "slip_unreadable")


def test_id_of_another_version_is_malformed(tablet: Caller):
    answer = tablet.post("/doses/authorise/", {"id": str(uuid4()), "patient": str(morning.patient().pk)})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["id"]


def test_outcome_is_stated_once_and_conflicts_with_other_words(tablet: Caller):
    patient = morning.patient()
    sent = {"id": str(new_id()), "patient": str(patient.pk), "code": "refused", "note": "mai quay lại"}
    answers = [
        tablet.post("/outcomes/", sent), tablet.post("/outcomes/", sent),
        tablet.post("/outcomes/", sent | {"note": "khác"}), tablet.post("/outcomes/", sent | {"code": "absent"}),
    ]  # fmt: skip
    withheld = tablet.post("/outcomes/", sent | {"id": str(new_id()), "code": "withheld"})

    assert [each.status_code for each in answers] == [201, 200, 409, 409]
    assert answers[0].json() | {"status": "known"} == answers[1].json()
    assert Outcome.objects.filter(patient=patient).count() == 1
    assert AuditEvent.objects.filter(action="outcome.other_content").count() == 2
    assert (withheld.status_code, withheld.json()["code"]) == (422, "recheck_needed")


def test_words_come_in_the_language_that_is_asked_for(tablet: Caller):
    body = {"id": str(new_id()), "patient": str(morning.patient().pk)}
    vietnamese = tablet.post("/doses/authorise/", body).json()
    tablet.headers["Accept-Language"] = "en-GB,en;q=0.9"
    english = tablet.post("/doses/authorise/", body).json()

    assert vietnamese["code"] == english["code"] == "last_dose_unknown"
    assert english["detail"] != vietnamese["detail"]


def test_session_writes_only_with_its_csrf_token():
    strict = Caller(signed_in(cast.DISPENSER, client=Client(enforce_csrf_checks=True)), {})
    body = {"id": str(new_id()), "patient": str(morning.patient().pk), "code": "refused"}

    assert strict.get("/roster/").status_code == 200
    assert strict.post("/outcomes/", body).status_code == 403
    strict.client.cookies["csrftoken"] = "x" * 32
    strict.headers["X-CSRFToken"] = "x" * 32
    assert strict.post("/outcomes/", body).status_code == 201


def test_lists_ask_the_same_number_of_statements_for_few_and_for_many():
    physician, tablet = signed_in(cast.PHYSICIAN), signed_in(cast.DISPENSER)
    counted = []
    for many in (1, 8):
        for _each in range(many):
            morning.patient()
        with CaptureQueriesContext(connection) as asked:
            assert Caller(tablet, {}).get("/roster/").status_code == 200
            found = Caller(physician, {}).get("/prescriptions/", page=1).json()
        counted.append((len(asked), found["page"]))

    assert counted[0] == counted[1]
    assert len(found["results"]) > 8
