"""What the demo's sites found: counts, a spill, a lot called back, what was destroyed and what waits to be."""

import pytest

from core import proofs
from demo import found
from inventory.models import Destruction, Inspection, LossReport, Recall, Spill, StockCount
from inventory.queries.count_pages import get_count
from inventory.services import destructions
from tests.demo.tiny import DAYS, LARGE, SMALL, TODAY, at, facility, run

pytestmark = [pytest.mark.django_db, pytest.mark.slow(9)]


def test_sites_have_counted_spilt_and_destroyed_what_was_called_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, site in (
        ("AGREES", LARGE),
        ("MISSES", SMALL),
        ("SPILLS", LARGE),
        ("RECALLS", LARGE),
        ("INSPECTS", SMALL),
    ):
        monkeypatch.setattr(found, f"{name}_SITE", site.key)
    monkeypatch.setattr(found, "RECALLS_DAYS", DAYS - 2)
    monkeypatch.setattr(found, "WAITS_DAYS", 2)
    monkeypatch.setattr(destructions, "working_days_after", lambda day, count, holidays: day + found.ONE_DAY)

    run(at(6, 10))

    agreed, missed, inspected = StockCount.objects.order_by("counted_at")
    assert (agreed.facility, missed.facility) == (facility(LARGE), facility(SMALL))
    assert all(line.row.within for line in get_count(agreed.pk, facility_id=agreed.facility_id).lines)
    report = LossReport.objects.get()
    assert report.line in missed.lines.filter(outcome="missing")
    assert report.sent_at is not None
    assert Spill.objects.get().facility == facility(LARGE)
    assert {each.facility.kind: each.bottles for each in Recall.objects.get().acts.all()} == {
        "main_clinic": found.AT_CLINIC, "satellite": found.AT_SITE,
    }  # fmt: skip
    assert inspected.agrees
    assert Inspection.objects.get().end.content["count"] == str(inspected.pk)
    done, waiting = Destruction.objects.order_by("prepared_at")
    assert done.members.count() == 3
    assert (waiting.done_at, waiting.planned_on) == (None, TODAY)
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]
