"""The demo's deliveries come from the main clinic in a carrier's hands; one is on the road now."""

import pytest

from core import proofs
from followup.models import Task
from inventory.models import AccountKind, Act, ActKind, Consignment, CustodyEvent
from inventory.queries.transport import asked_for
from inventory.rules.transport import Became
from inventory.services import watch
from tests.demo.tiny import LARGE, at, facility, run

pytestmark = [pytest.mark.django_db, pytest.mark.slow(5)]


def states(consignment: Consignment) -> list[str]:
    return list(
        CustodyEvent.objects.filter(consignment=consignment).order_by("position").values_list("state", flat=True)
    )


def test_advance_leaves_one_consignment_on_the_road_and_brings_it_in_the_next_day():
    run(at(6, 10), days=1)
    [sent] = Consignment.objects.all()
    assert sent.to_facility == facility(LARGE)
    went_round = "handed_over"  # a new leg leaves it in the carrier's hands
    assert states(sent) == ["prepared", "packed", "handed_over", went_round, "on_road"]
    assert [each.became for each in asked_for(sent.pk)] == [Became.REFUSED, Became.GRANTED]
    assert Task.objects.filter(kind=watch.LATE_TASK, done_at__isnull=True).count() == 1

    run(at(6, 10, days_later=1))

    sent.refresh_from_db()
    assert sent.ended_at is not None
    assert Task.objects.get(kind=watch.LATE_TASK, subject_id=sent.pk).outcome == "arrive"
    assert states(sent)[-4:] == ["arrived", "inspected", "received", "closed"]
    assert Consignment.objects.filter(ended_at__isnull=True).count() == 1
    here = Act.objects.filter(facility=facility(LARGE), kind=ActKind.CONSIGNMENT_RECEIPT)
    assert here.filter(movements__target__kind=AccountKind.STORAGE).exists()
    assert [row for name in proofs.names() if name.startswith(("custody", "ledger")) for row in proofs.run(name)] == []
