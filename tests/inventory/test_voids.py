"""A dose that was not what it said: what returns to which bottle, and what a bottle gave beyond its label."""

import pytest

from followup.models import Case, CaseKind
from inventory.models import AccountKind
from inventory.queries.bottles import settled_overfill
from inventory.rules.custody import ConsignmentKind
from inventory.rules.kinds import Reason
from inventory.services import withdrawals
from tests import cast, world_stock
from tests.inventory.road import Road, broken
from tests.inventory.site import Site
from tests.world import NOW
from tests.world_stock import LITRE

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def test_void_never_poured_returns_to_the_bottle(site: Site) -> None:
    number = site.opened
    dose = site.dose(number, 8_000)
    site.void(dose)
    assert site.state(number).book_ul == LITRE


def test_void_never_poured_pays_back_what_was_beyond_the_book_first(site: Site) -> None:
    number = site.opened
    first = site.dose(number, LITRE - 1_000)
    site.dose(number, 4_000)  # 3 mL beyond
    site.void(first)
    state = site.state(number)
    assert (state.book_ul, state.beyond_ul) == (LITRE - 4_000, 0)


def test_void_never_poured_follows_the_bottle_into_quarantine(site: Site) -> None:
    number = site.opened
    dose = site.dose(number, 8_000)
    site.quarantine(number)
    site.void(dose)
    state = site.state(number)
    assert (state.place, state.book_ul) == (AccountKind.QUARANTINE, LITRE)


def test_void_never_poured_after_emptying_takes_back_settled_overfill_then_is_a_loss(site: Site) -> None:
    number = site.opened
    site.dose(number, LITRE)
    dose = site.dose(number, 8_000)
    site.empty(number)
    assert settled_overfill(bottle_id=site.state(number).id) == 8_000
    late = site.dose(number, 3_000)  # recorded after the bottle was emptied: beyond its book
    site.void(dose)
    state = site.state(number)
    assert (state.beyond_ul, settled_overfill(bottle_id=state.id)) == (0, 3_000)
    moves = site.void(late)
    assert [move.reason for move in moves] == [Reason.OVERFILL_TAKEN_BACK, Reason.OVERFILL_TAKEN_BACK]
    assert settled_overfill(bottle_id=state.id) == 0


def test_void_never_poured_after_underfilled_emptying_is_a_loss_and_a_case(site: Site) -> None:
    number = site.opened
    dose = site.dose(number, 8_000)
    site.empty(number, residue_ul=LITRE - 8_000)
    moves = site.void(dose)
    assert [(move.reason, move.quantity) for move in moves] == [(Reason.UNDERFILL, 8_000)]
    assert Case.objects.filter(kind=CaseKind.BOTTLE_YIELD, facility_id=site.here).count() == 1


@pytest.mark.parametrize(
    ("destination", "reason"), [("opened", Reason.UNDERFILL), ("poured_out", Reason.POURED_NOT_DRUNK)]
)
def test_void_of_a_dose_whose_bottle_is_on_the_road_leaves_the_sealed_box_alone(
    site: Site, destination: str, reason: Reason
) -> None:
    number = site.opened
    dose = site.dose(number, 8_000)
    site.quarantine(number)
    Road(
        [number], kind=ConsignmentKind.RETURN, sender=cast.DISPENSER, sender_second=cast.WITNESS,
        receiver=cast.STORE_KEEPER, receiver_second=cast.CLINIC_PHYSICIAN, to=cast.MAIN_CLINIC,
    ).leave()  # fmt: skip
    moves = site.void(dose, destination)
    assert [(move.reason, move.quantity) for move in moves] == [(reason, 8_000)]
    assert (site.state(number).place, site.state(number).book_ul) == (AccountKind.TRANSIT, LITRE - 8_000)
    assert broken() == []


def test_void_poured_not_drunk_goes_to_poured_out(site: Site) -> None:
    number = site.opened
    dose = site.dose(number, 8_000)
    site.void(dose, "poured_out")
    assert site.state(number).book_ul == LITRE - 8_000
    assert site.moved(number, Reason.POURED_NOT_DRUNK) == 8_000


def test_beyond_tolerance_speaks_past_the_bottles_tolerance(site: Site) -> None:
    number = site.opened
    bottle = [site.state(number).id]
    site.dose(number, LITRE + 10_000)
    assert not withdrawals.beyond_tolerance(bottle_ids=bottle, facility_id=site.here, at=NOW)
    site.dose(number, 100)
    assert withdrawals.beyond_tolerance(bottle_ids=bottle, facility_id=site.here, at=NOW)
