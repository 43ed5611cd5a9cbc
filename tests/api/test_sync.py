"""Facts of before, by the hundred in one request: each answered on its own, and none recorded twice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Dose, LateEntry, Outcome
from staff.models import DeviceSync, SyncedFact
from tests import cast, world, world_patients
from tests.api.hands import Caller, enrolled, on_device
from tests.api.test_dosing import authorised
from tests.dispensing import morning

pytestmark = pytest.mark.django_db
LATER = world.NOW + timedelta(hours=1)


@pytest.fixture
def tablet() -> Caller:
    return on_device(cast.DISPENSER, enrolled()[1])


def drunk(patient: Any, minutes: int = 0, **more: Any) -> dict[str, Any]:
    at = world.NOW + timedelta(minutes=minutes)
    return {"id": str(new_id()), "patient": str(patient.pk), "occurred_at": at.isoformat(), "mg": "65"} | more


def sent(caller: Caller, facts: list[Any], *, ahead: timedelta = timedelta(0), now: Any = LATER) -> list[Any]:
    with clock.at(now):
        answer = caller.post("/sync/", {"device_at": (now + ahead).isoformat(), "facts": facts})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def statuses(results: list[Any]) -> list[str]:
    return [each["status"] for each in results]


def test_each_fact_is_answered_on_its_own_and_a_wrong_one_takes_nobody_with_it(tablet: Caller):
    morning.opened_bottle()
    first, second = morning.patient(), morning.patient()
    elsewhere = morning.patient(at=world.facility(cast.OTHER_SITE))
    facts = [
        drunk(first),
        drunk(second, 5, mg=None, outcome="refused"),
        drunk(elsewhere),
        drunk(first, 10, mg="0"),
        drunk(first, 120),
        {"id": "x", "patient": 3},
        "no fact",
        drunk(first, 3, part=2, poured_by=10**9),
    ]

    results = sent(tablet, facts)

    assert statuses(results)[1:] == ["accepted", *["malformed"] * 6]
    assert results[0]["status"].startswith("accepted")
    assert [each["position"] for each in results] == list(range(8))
    assert [each["code"] for each in results[2:]] == [
        "not_ours", "unreadable", "in_future", "unreadable", "unreadable", "hand_needed",
    ]  # fmt: skip
    dose = Dose.objects.get(pk=facts[0]["id"])
    assert (dose.mg, dose.given_at, dose.recorded_by) == (Decimal(65), world.NOW, world.person(cast.DISPENSER))
    assert Outcome.objects.get(pk=facts[1]["id"]).code == "refused"
    assert LateEntry.objects.count() == 2
    evidence = SyncedFact.objects.select_related("sync").get(pk=facts[0]["id"])
    assert (evidence.device_occurred_at, evidence.sync.device_at) == (world.NOW, LATER)


def test_same_request_again_is_already_known_and_other_words_are_a_conflict(tablet: Caller):
    morning.opened_bottle()
    patient = morning.patient()
    fact = drunk(patient)
    sent(tablet, [fact])

    again = sent(tablet, [fact, fact | {"mg": "65.00"}], ahead=timedelta(seconds=2), now=LATER + timedelta(minutes=9))
    other = sent(tablet, [fact | {"mg": "60"}])
    colleague = sent(on_device(cast.SECOND_DISPENSER, enrolled()[1]), [fact])

    assert statuses(again) == ["already_known", "already_known"]
    assert again[0]["stands"] == fact["id"]
    assert statuses(other) == statuses(colleague) == ["conflict"]
    assert (Dose.objects.count(), DeviceSync.objects.count()) == (1 + _before(), 1)
    assert AuditEvent.objects.filter(action="late.other_content", subject_id=fact["id"]).count() == 2


def test_dose_after_it_was_withheld_is_recorded_though_the_morning_stands_already(tablet: Caller):
    morning.opened_bottle()
    patient = morning.patient()
    withheld = drunk(patient, mg=None, outcome="intoxicated")
    dose = drunk(patient, 50)

    assert statuses(sent(tablet, [withheld])) == ["accepted"]
    [answer] = sent(tablet, [dose], now=LATER + timedelta(minutes=5))

    assert (answer["status"].split("_")[0], answer["stands"]) == ("accepted", dose["id"])
    assert Dose.objects.get(pk=dose["id"]).kind == "scheduled"


def test_swallowings_on_two_devices_are_one_at_one_time_and_two_at_two(tablet: Caller):
    morning.opened_bottle()
    patient = morning.patient()
    other = on_device(cast.SECOND_DISPENSER, enrolled()[1])
    first, same, later, more = drunk(patient), drunk(patient, 3), drunk(patient, 30), drunk(patient, 1, mg="60")
    sent(tablet, [first])

    answers = sent(other, [same, later, more])

    assert statuses(answers) == ["already_known", "accepted_with_findings", "accepted_with_findings"]
    assert answers[0]["stands"] == first["id"]
    assert not Dose.objects.filter(pk=same["id"]).exists()
    assert set(Dose.objects.filter(pk__in=[later["id"], more["id"]]).values_list("kind", flat=True)) == {"conflicting"}


def _before() -> int:
    return Dose.objects.exclude(given_at__gte=world.NOW).count()


def test_dose_confirmed_before_the_network_was_cut_is_already_known(tablet: Caller):
    patient = morning.patient()
    card = authorised(tablet, patient)
    assert tablet.post("/doses/confirm/", {"id": card["id"], "slip": card["slip"]}).status_code == 201

    [known] = sent(tablet, [drunk(patient, id=card["id"], mg=card["mg"])])
    [other] = sent(tablet, [drunk(patient, id=card["id"], mg="12")])
    [second] = sent(tablet, [drunk(patient, 2, mg=card["mg"])])

    assert (known["status"], other["status"]) == ("already_known", "conflict")
    assert second["status"] == "accepted_with_findings"
    assert "dose_already_today" in {finding["code"] for finding in second["findings"]}
    assert all(finding["words"] for finding in second["findings"])


def test_clock_that_is_off_puts_the_time_right_with_a_finding_and_is_kept_as_evidence(tablet: Caller):
    morning.opened_bottle()
    patient = morning.patient()
    fact = drunk(patient, 180)  # three hours too late by a clock that is three hours ahead

    [answer] = sent(tablet, [fact], ahead=timedelta(hours=3))

    assert answer["status"] == "accepted_with_findings"
    assert "device_clock_off" in {finding["code"] for finding in answer["findings"]}
    assert Dose.objects.get(pk=fact["id"]).given_at == world.NOW
    assert DeviceSync.objects.get().offset_ms == 3 * 3_600_000
    assert SyncedFact.objects.get().device_occurred_at == world.NOW + timedelta(hours=3)
    [again] = sent(tablet, [fact], ahead=timedelta(hours=3, seconds=4))
    assert again["status"] == "already_known"


def test_device_tells_its_clock_and_sends_no_more_than_the_setting_allows(tablet: Caller):
    patient = world_patients.PHONG
    one = {"id": str(new_id()), "patient": str(new_id()), "occurred_at": world.NOW.isoformat(), "mg": "65"}

    assert patient
    assert tablet.post("/sync/", {"facts": [one]}).status_code == 400
    assert tablet.post("/sync/", {"facts": {}}).status_code == 400
    assert tablet.post("/sync/", [one]).status_code == 400
    many = tablet.post("/sync/", {"device_at": world.NOW.isoformat(), "facts": [one] * 501})
    assert (many.status_code, many.json()["code"], many.json()["most"]) == (413, "too_many", 500)
    huge = tablet.client.post(
        "/api/v1/sync/", "[" + " " * 2_000_000 + "]", content_type="application/json", headers=tablet.headers
    )
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")


def test_statements_do_not_grow_with_the_facts():
    """Of patients whose last dose is known: nothing is wrong, and no case is opened for each."""
    morning.opened_bottle()
    token = enrolled()[1]
    patients = [morning.patient() for _each in range(14)]
    sent(on_device(cast.DISPENSER, token), [drunk(each) for each in patients])
    day, counted = timedelta(days=1), []
    tablet = on_device(cast.DISPENSER, token, now=LATER + day)
    for some in (patients[:2], patients[2:]):
        facts = [drunk(each, 24 * 60) for each in some]
        with CaptureQueriesContext(connection) as asked:
            assert statuses(sent(tablet, facts, now=LATER + day)) == ["accepted"] * len(facts)
        counted.append(len(asked))

    assert counted[1] <= counted[0], counted
