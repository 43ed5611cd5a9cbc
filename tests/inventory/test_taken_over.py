"""A place whose books begin takes over the bottles that it holds: closed by count, opened by measure, two people."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core import proofs
from core.ids import new_id
from inventory.models import AccountKind, Act, ActKind, Bottle, Movement
from inventory.queries.bottles import get_state
from inventory.rules.deliveries import DeliveredLine, check_line
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code
from inventory.services import deliveries
from inventory.services.acts import StockRefused
from inventory.services.deliveries import Delivery
from inventory.services.proofs import PROOFS
from staff.models import Attestation
from tests import cast, world_stock
from tests.dispensing import morning
from tests.entrance import signed_in
from tests.world import NOW, TODAY

HELD = 430_000
OPENED_ON = date(2026, 11, 10)


def held(**changes: object) -> DeliveredLine:
    return world_stock.line(**{"held_ul": HELD, "opened_on": OPENED_ON} | changes)


def taken_over(*lines: DeliveredLine) -> Delivery:
    return Delivery(
        id=new_id(), supplier="Bàn giao khi bắt đầu", document_number="BB-01", lines=lines,
        second=world_stock.present(cast.WITNESS),
    )  # fmt: skip


def test_open_bottle_enters_with_what_two_measured_and_nothing_is_a_loss(db):
    by, delivery = world_stock.act_as(cast.DISPENSER), taken_over(world_stock.line(bottles=2), held())

    done = deliveries.receive(delivery=delivery, by=by, now=NOW)

    closed, [number] = done.content["found"]["bottles"]
    state = get_state(number=number, facility_id=by.facility_id or 0)
    assert (state.place, state.book_ul, state.size_ul) == (AccountKind.OPENED, HELD, world_stock.LITRE)
    assert state.opened_at is not None
    assert state.opened_at.astimezone(NOW.tzinfo).date() == OPENED_ON
    assert {get_state(number=n, facility_id=by.facility_id or 0).place for n in closed} == {AccountKind.STORAGE}
    [opening] = done.content["found"]["openings"]
    assert Act.objects.get(pk=opening).kind == ActKind.OPENING
    assert Attestation.objects.get(act_id=done.act_id).digest == done.digest
    moved = Movement.objects.filter(bottle__number=number)
    assert sorted(moved.values_list("reason", "quantity")) == [(Reason.DELIVERY, HELD), (Reason.OPENING, HELD)]
    assert [row for name in PROOFS for row in proofs.run(name)] == []

    again = deliveries.receive(delivery=delivery, by=by, now=NOW + timedelta(minutes=1))
    assert (again.known, Bottle.objects.filter(number=number).count()) == (True, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"bottles": 2}, {"held_ul": 0}, {"held_ul": 1_000_001}, {"opened_on": None}, {"held_ul": None},
        {"opened_on": TODAY + timedelta(days=1)},
    ],
)  # fmt: skip
def test_line_that_cannot_be_is_refused(db, changes):
    found = check_line(held(**changes), known=None, today=TODAY)

    assert Code.TAKEN_OVER in {violation.code for violation in found}


def test_after_the_first_dose_no_open_bottle_comes_in(db):
    morning.opened_bottle()
    morning.drink(morning.patient(), morning.access(cast.DISPENSER))

    with pytest.raises(StockRefused) as refused:
        deliveries.receive(delivery=taken_over(held()), by=world_stock.act_as(cast.DISPENSER), now=NOW)

    assert [violation.code for violation in refused.value.violations] == [Code.TAKEN_OVER]
    assert "held_ml" not in signed_in(cast.DISPENSER).get("/inventory/deliveries/new/").content.decode()


def test_page_asks_what_an_open_bottle_holds_while_the_site_begins(db):
    client = signed_in(cast.DISPENSER)
    page = client.get("/inventory/deliveries/new/")
    assert "Bắt đầu dùng Trạm" in page.content.decode()
    first = page.context["lines"][0]
    typed = {
        "item": first.fields["item"].choices[0][0], "lot_number": "MTD-77", "manufacturer": "Hà Tây",
        "registration": "", "expires_on": "2027-12-31", "concentration": "10", "size_ml": "1000", "bottles": "1",
        "seals": "", "held_ml": "430", "opened_on": OPENED_ON.isoformat(),
    }  # fmt: skip
    data = {f"line0-{name}": value for name, value in typed.items()} | {
        "id": str(page.context["form"]["id"].value()), "line_count": "1", "supplier": "Bàn giao",
        "document_number": "BB-01", "note": "", "second_mode": "present",
        "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin,
    }  # fmt: skip

    answer = client.post("/inventory/deliveries/new/", data)

    assert answer.status_code == 302, answer.content.decode()
    bottle = Bottle.objects.get(lot__number="MTD-77")
    assert bottle.opened_at == datetime(2026, 11, 9, 17, tzinfo=UTC)
    told = signed_in(cast.SITE_HEAD).get(f"/inventory/acts/{data['id']}/").content.decode()
    assert "đã mở từ 10/11/2026, đo được 430,0 mL" in told
