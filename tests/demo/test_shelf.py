"""The shelf that waits for its ampoules, and the person who was helped at the gate."""

from datetime import timedelta

import pytest

from demo import shelf
from dispensing.models import OverdoseIncident
from inventory.models import RestockRequest
from inventory.queries.naloxone import usable_naloxone
from tests.demo.tiny import LARGE, SMALL, at, facility, run

pytestmark = [pytest.mark.django_db, pytest.mark.slow(9)]


def test_one_site_waits_for_ampoules_and_one_has_helped_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "EMPTY_SITE", SMALL.key)
    monkeypatch.setattr(shelf, "HELPING_SITE", LARGE.key)
    monkeypatch.setattr(shelf, "WAITS_DAYS", 5)
    monkeypatch.setattr(shelf, "HELPED_DAYS", 3)

    run(at(6, 10))

    here = facility(SMALL).pk
    stands = usable_naloxone([here], at(6, 10))[here]
    assert (stands.none, stands.waited_days) == (True, 5)
    assert RestockRequest.objects.get(facility_id=here).sent_at is None
    incident = OverdoseIncident.objects.get(facility=facility(LARGE))
    assert incident.report.outcome == "transferred"
    assert incident.events.filter(ampoules=1).count() == 1
    assert at(6, 10) - incident.found_at < timedelta(days=4)
