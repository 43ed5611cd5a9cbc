"""A lot's density: stated by the main clinic's store-keeper, shown on the lot, used where bottles are weighed."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from inventory.models import Lot, LotDensity
from inventory.queries.measures import density_of
from inventory.services import densities
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.densities import Density
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.road import acting
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot() -> Lot:
    return Lot.objects.get(number=world_stock.LOT)


def stated(lot: Lot, value: str = "1.0315", source: str = "phiếu kiểm nghiệm 214") -> Density:
    return Density(new_id(), lot.pk, Decimal(value), source)


def test_newest_statement_of_a_lot_is_what_measuring_takes(lot: Lot) -> None:
    keeper = acting(cast.STORE_KEEPER)
    densities.state(command=stated(lot, "1.02"), by=keeper, now=NOW)
    command = stated(lot)
    first, again = (densities.state(command=command, by=keeper, now=NOW) for _ in range(2))
    assert (first, LotDensity.objects.count()) == (again, 2)
    assert density_of(lot.pk) == Decimal("1.0315")
    with pytest.raises(OtherContent):
        densities.state(command=Density(command.id, lot.pk, Decimal("1.5"), "x"), by=keeper, now=NOW)


def test_density_without_a_source_is_asked_for_it(lot: Lot) -> None:
    with pytest.raises(StockRefused):
        densities.state(command=stated(lot, source=" "), by=acting(cast.STORE_KEEPER), now=NOW)


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.SITE_HEAD, cast.CLINIC_HEAD, cast.CARRIER])
def test_density_is_stated_by_the_store_keeper_alone(lot: Lot, member: cast.Member) -> None:
    with pytest.raises(PermissionDenied):
        densities.state(command=stated(lot), by=acting(member), now=NOW)


def test_page_of_a_lot_states_and_shows_its_density(lot: Lot) -> None:
    keeper, address = signed_in(cast.STORE_KEEPER), f"/inventory/lots/{lot.pk}/"
    sent = {"id": str(new_id()), "g_per_ml": "9", "source": "phiếu kiểm nghiệm 214"}
    refused = keeper.post(address, sent)
    assert refused.status_code == 422
    assert "phiếu kiểm nghiệm 214" in refused.content.decode()
    assert keeper.post(address, {**sent, "g_per_ml": "1,0315"}).status_code == 302
    shown = signed_in(cast.DISPENSER).get(address).content.decode()
    assert "1,0315 g/mL" in shown
    assert "Ghi khối lượng riêng" not in shown
    assert signed_in(cast.DISPENSER).post(address, {**sent, "g_per_ml": "1,04"}).status_code == 403


def test_lot_that_never_stood_in_reach_is_not_there() -> None:
    strange = Lot.objects.create(
        item=world_stock.methadone(), number="X-1", manufacturer="x", registration="x",
        expires_on=world.TODAY, concentration=10,
    )  # fmt: skip
    assert signed_in(cast.STORE_KEEPER).get(f"/inventory/lots/{strange.pk}/").status_code == 404
