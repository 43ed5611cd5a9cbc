"""A recall and a destruction at the world's main clinic."""

from dataclasses import replace
from datetime import timedelta

from core.access import Access
from core.ids import new_id
from inventory.models import Lot, Recall
from inventory.rules.countkinds import Duty
from inventory.services.destructions import Member, Plan
from inventory.services.recalls import Recalling
from tests import cast, world_stock
from tests.inventory.site import Site
from tests.world import NOW, TODAY

COMMITTEE = (
    Member(cast.CLINIC_HEAD.username, Duty.CHAIR, cast.CLINIC_HEAD.pin),
    Member(cast.STORE_KEEPER.username, Duty.SECRETARY, cast.STORE_KEEPER.pin),
    Member(cast.CLINIC_PHYSICIAN.username, Duty.MEMBER, cast.CLINIC_PHYSICIAN.pin),
)


def of_lot() -> Recalling:
    lot = Lot.objects.get(number=world_stock.LOT)
    return Recalling(new_id(), lot.pk, "Cục Quản lý Dược", "12/QĐ", "cặn trong dung dịch", cast.STORE_KEEPER.pin)


def apart(keeper: Access) -> int:
    """A bottle in the clinic's quarantine."""
    place = Site(keeper)
    number = place.closed()[0]
    place.quarantine(number, second=destructions_second())
    return number


def destructions_second() -> object:
    return world_stock.present(cast.CLINIC_PHYSICIAN)


def plan(keeper: Access, *, numbers: tuple[int, ...] = (), **changes: object) -> Plan:
    usual = Plan(
        new_id(), numbers or (apart(keeper),), (), TODAY, "kho cơ sở điều trị", "trộn vôi, chôn", "31/TB", "Sở Y tế",
        TODAY - timedelta(20),
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def half_recalled() -> Recall:
    """A lot that is called back while a site still has a bottle of it in store: what the job finds."""
    keeper = world_stock.act_as(cast.STORE_KEEPER)
    command = of_lot()
    return Recall.objects.create(
        id=command.id,
        facility_id=keeper.facility_id,
        declared_by_id=keeper.actor_id,
        declared_at=NOW,
        **command.columns,
    )
