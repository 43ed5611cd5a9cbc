"""Receiving a delivery: two people, our labels, the supplier's paper; once per id."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from core.models import AuditEvent
from inventory.models import AccountKind, Act, Bottle, Document, Lot
from inventory.queries.bottles import get_state
from inventory.rules.violations import Code
from inventory.services import deliveries
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.deliveries import Delivery
from staff.models import Attestation, Mode
from staff.services.attestations import NotEntitled, SamePerson
from staff.services.pins import WrongPin
from tests import cast, world_stock
from tests.world import NOW

pytestmark = pytest.mark.django_db


def delivery(**changes: object) -> Delivery:
    usual = Delivery(
        id=new_id(),
        supplier="Cơ sở điều trị Mường Ảng",
        document_number="PX-204",
        lines=(world_stock.line(bottles=3, seals=("S1", "S2", "S3")),),
        second=world_stock.present(cast.WITNESS),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_receive_two_people_puts_labelled_bottles_into_storage() -> None:
    by = world_stock.act_as(cast.DISPENSER)
    done = deliveries.receive(delivery=delivery(), by=by, now=NOW)
    [numbers] = done.content["found"]["bottles"]
    bottles = Bottle.objects.filter(number__in=numbers).order_by("number")
    assert [bottle.seal_number for bottle in bottles] == ["S1", "S2", "S3"]
    for number in numbers:
        state = get_state(number=number, facility_id=by.facility_id or 0)
        assert (state.place, state.book_ul) == (AccountKind.STORAGE, world_stock.LITRE)
    attested = Attestation.objects.get(act_id=done.act_id)
    assert (attested.mode, attested.digest) == (Mode.PRESENT, done.digest)
    assert Document.objects.get(act=done.act_id).content["stated"]["document_number"] == "PX-204"
    assert AuditEvent.objects.filter(action="stock.receipt", subject_id=str(done.act_id)).count() == 1


def test_receive_same_delivery_again_gives_same_receipt() -> None:
    by, sent = world_stock.act_as(cast.DISPENSER), delivery()
    first = deliveries.receive(delivery=sent, by=by, now=NOW)
    before = Bottle.objects.count()
    again = deliveries.receive(delivery=sent, by=by, now=NOW + timedelta(minutes=1))
    assert (again.known, again.digest, again.content) == (True, first.digest, first.content)
    assert Bottle.objects.count() == before


@pytest.mark.parametrize("change", ["content", "person"])
def test_receive_same_id_with_something_else_is_refused_and_audited(change: str) -> None:
    by, sent = world_stock.act_as(cast.DISPENSER), delivery()
    deliveries.receive(delivery=sent, by=by, now=NOW)
    if change == "content":
        sent = replace(sent, document_number="PX-205")
    else:
        by = world_stock.act_as(cast.SECOND_DISPENSER)
    with pytest.raises(OtherContent):
        deliveries.receive(delivery=sent, by=by, now=NOW)
    refused = AuditEvent.objects.get(action="stock.refused", subject_id=str(sent.id))
    assert refused.detail["codes"] == [Code.OTHER_CONTENT]


def test_receive_new_lot_of_another_strength_keeps_it_on_the_lot() -> None:
    by = world_stock.act_as(cast.DISPENSER)
    five = world_stock.line(lot_number="MTD5-01", concentration=Decimal(5))
    deliveries.receive(delivery=delivery(lines=(five,)), by=by, now=NOW)
    assert Lot.objects.get(number="MTD5-01").concentration == Decimal(5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires_on": date(2026, 11, 23), "lot_number": "OLD"}, Code.LOT_EXPIRED),
        ({"concentration": Decimal(5)}, Code.LOT_DIFFERS),
        ({"bottles": 3, "seals": ("S1", "S1", "S2")}, Code.SEALS_DIFFER),
        ({"bottles": 0}, Code.NOTHING_DELIVERED),
    ],
)
def test_receive_wrong_line_is_refused_whole(change: dict[str, object], code: Code) -> None:
    by, acts = world_stock.act_as(cast.DISPENSER), Act.objects.count()
    wrong = delivery(lines=(world_stock.line(), world_stock.line(**change)))
    with pytest.raises(StockRefused) as refused:
        deliveries.receive(delivery=wrong, by=by, now=NOW)
    assert [violation.code for violation in refused.value.violations] == [code]
    assert refused.value.violations[0].words
    assert Act.objects.count() == acts
    assert not Lot.objects.filter(number="OLD").exists()


def test_receive_lot_that_expires_today_is_taken() -> None:
    by = world_stock.act_as(cast.DISPENSER)
    today = world_stock.line(lot_number="TODAY", expires_on=date(2026, 11, 24))
    assert deliveries.receive(delivery=delivery(lines=(today,)), by=by, now=NOW).content


@pytest.mark.parametrize(
    ("second", "error"),
    [
        (world_stock.present(cast.DISPENSER), SamePerson),
        (world_stock.present(cast.OTHER_WITNESS), NotEntitled),
        (replace(world_stock.present(cast.WITNESS), pin="000000"), WrongPin),
    ],
)
def test_receive_without_a_second_real_person_is_refused(second: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        deliveries.receive(delivery=delivery(second=second), by=world_stock.act_as(cast.DISPENSER), now=NOW)


@pytest.mark.parametrize("member", [cast.WITNESS, cast.PHYSICIAN, cast.AREA_MANAGER])
def test_receive_by_who_may_not_is_denied(member: cast.Member) -> None:
    by = replace(world_stock.act_as(cast.DISPENSER), reach_by_permission={})
    if member.place == cast.SITE:
        by = world_stock.act_as(member)
    with pytest.raises(PermissionDenied):
        deliveries.receive(delivery=delivery(), by=by, now=NOW)
