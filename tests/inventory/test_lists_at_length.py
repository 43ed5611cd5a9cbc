"""Lists of consignments, requests, restocking and safe journeys ask the database as often at 200 rows as at 20."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from facilities.models import Facility, FacilityKind
from inventory.models import Consignment, RestockRequest, TransportRequest
from inventory.rules.shelf_codes import Lack
from inventory.rules.transport import TransportItem
from staff.models import Proof
from staff.services import pins
from staff.services.pins import Proven
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.asking import Asking
from tests.inventory.road import Road, stored
from tests.world import NOW

pytestmark = pytest.mark.django_db
FEW: Final = 20
MANY: Final = 200


@pytest.fixture(autouse=True)
def proven_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "verify", lambda *, person_id, now, **_: Proven(person_id, Proof.PIN, now))


def consignments(count: int) -> None:
    [bottle] = stored(cast.MAIN_CLINIC, 1)
    for _ in range(count):
        Road([bottle], id=new_id()).prepare()


def requests(count: int) -> None:
    for _ in range(count):
        Asking().draft(1, monthly=False)


def refused_journeys(count: int) -> None:
    """A vehicle asked for every journey, and refused every time."""
    consignments(count)
    carrier, head = world.person(cast.CARRIER), world.person(cast.CLINIC_HEAD)
    TransportRequest.objects.bulk_create(
        TransportRequest(
            id=new_id(), consignment=each, item=str(TransportItem.VEHICLE), asked_at=NOW, asked_by=carrier,
            answered_at=NOW, answered_by=head, granted=False, answer="không có xe",
        )
        for each in Consignment.objects.filter(transport_requests__isnull=True)
    )  # fmt: skip


def restocks(count: int) -> None:
    """As many sites, each of which waits for ampoules."""
    like = world.facility(cast.SITE)
    start = Facility.objects.count()
    made = Facility.objects.bulk_create(
        Facility(name=f"Trạm {start + nth}", kind=str(FacilityKind.SATELLITE), area=like.area, zone=like.zone)
        for nth in range(count)
    )
    RestockRequest.objects.bulk_create(
        RestockRequest(
            facility=place, item=world_stock.naloxone(), amount=10, usable=0, minimum=4, why=str(Lack.NONE_USABLE),
            raised_at=NOW, due_at=NOW + timedelta(days=14),
        )
        for place in made
    )  # fmt: skip


Making = tuple[Callable[[int], None], dict[str, cast.Member]]
LISTS: Final[dict[str, Making]] = {
    "journeys": (
        refused_journeys,
        {
            "/inventory/consignments/": cast.STORE_KEEPER,
            "/inventory/carry/": cast.CARRIER,
            "/oversight/sites/{site}/": cast.AREA_MANAGER,
        },
    ),
    "requests": (
        requests,
        {"/inventory/requests/": cast.DISPENSER, "/inventory/requests/month/?month=2026-12": cast.STORE_KEEPER},
    ),
    "restocks": (restocks, {"/inventory/restocks/": cast.AREA_MANAGER}),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_at_20_and_at_200_rows(name: str) -> None:
    make, pages = LISTS[name]
    site = world.facility(cast.SITE).pk
    clients = {address.format(site=site): signed_in(member) for address, member in pages.items()}

    def statements() -> dict[str, int]:
        found = {}
        for address, client in clients.items():
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found[address] = len(asked)
        return found

    make(FEW)
    few = statements()
    make(MANY - FEW)
    assert statements() == few
