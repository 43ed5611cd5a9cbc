"""A request of the first site, step by step: its dispenser asks, its head signs, the clinic answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.access import Access
from core.ids import new_id
from inventory.models import Request, RequestEvent
from inventory.queries import demand
from inventory.rules.custody import ConsignmentKind
from inventory.rules.request_table import State
from inventory.services import approvals, requests
from inventory.services.approvals import Approval, Granted, Key
from inventory.services.consignments import Preparation
from inventory.services.request_steps import Receipt
from inventory.services.requests import Asked, Draft
from tests import cast, world, world_stock
from tests.inventory import road
from tests.world import NOW

PERIOD = date(2026, 12, 1)
LITRE = world_stock.LITRE


def acting(member: cast.Member, *, now: datetime = NOW) -> Access:
    return world_stock.act_as(member, now=now)


@dataclass
class Asking:
    """One request on its way through the services."""

    site: cast.Member = cast.DISPENSER
    head: cast.Member = cast.SITE_HEAD
    keeper: cast.Member = cast.STORE_KEEPER
    id: UUID = field(default_factory=new_id)
    now: datetime = NOW

    @property
    def request_id(self) -> UUID:
        return self.id

    def row(self) -> Request:
        return Request.objects.get(pk=self.id)

    def last(self) -> RequestEvent:
        return RequestEvent.objects.filter(request_id=self.id).order_by("-position")[0]

    def state(self) -> State:
        return State(self.last().state)

    def version(self) -> UUID:
        return requests.last_version(self.row()).pk

    def command(self, bottles: int = 3, **changes: Any) -> Draft:
        here = acting(self.site).facility_id or 0
        needs = demand.needs(facility_id=here, now=self.now, zone="Asia/Ho_Chi_Minh")
        figures = {need.item_id: need.figures for need in needs if need.figures}
        item = world_stock.methadone().pk
        usual: dict[str, Any] = {
            "id": self.id,
            "period": PERIOD,
            "monthly": True,
            "figures": figures,
            "system": figures,
            "asked": (Asked(item, LITRE, bottles),),
        }
        return Draft(**{**usual, **changes})

    def draft(self, bottles: int = 3, **changes: Any) -> Receipt:
        return requests.draft(command=self.command(bottles, **changes), by=acting(self.site), now=self.now)

    def revise(self, bottles: int, **changes: Any) -> Receipt:
        command = self.command(bottles, **{"id": new_id(), **changes})
        return requests.revise(request_id=self.id, command=command, by=acting(self.site), now=self.now)

    def send(self, **changes: Any) -> Receipt:
        usual: dict[str, Any] = {"event_id": new_id(), "version": self.version(), "own_pin": self.site.pin}
        return requests.send(request_id=self.id, **{**usual, **changes}, by=acting(self.site), now=self.now)

    def endorse(self) -> Receipt:
        return requests.endorse(
            request_id=self.id, event_id=new_id(), own_pin=self.head.pin, by=acting(self.head), now=self.now
        )

    def withdraw(self, words: str = "đã đủ thuốc") -> Receipt:
        return requests.withdraw(request_id=self.id, event_id=new_id(), words=words, by=acting(self.site), now=self.now)

    def approve(self, lines: Mapping[Key, Granted] | None = None, **changes: Any) -> Receipt:
        usual: dict[str, Any] = {
            "id": new_id(),
            "request_id": self.id,
            "version": self.version(),
            "lines": lines or {},
            "own_pin": self.keeper.pin,
        }
        command = Approval(**{**usual, **changes})
        return approvals.approve(command=command, by=acting(self.keeper), now=self.now)

    def change(self, approved: int, reason: str = "kho chỉ còn bấy nhiêu") -> Receipt:
        return self.approve({(world_stock.methadone().pk, LITRE): Granted(approved, reason)})

    def give_back(self, words: str = "xem lại số người mới") -> Receipt:
        return approvals.give_back(
            request_id=self.id, event_id=new_id(), words=words, by=acting(self.keeper), now=self.now
        )

    def cancel(self, words: str = "trạm đóng cửa") -> Receipt:
        return approvals.cancel(
            request_id=self.id, event_id=new_id(), words=words, by=acting(self.keeper), now=self.now
        )

    def prepare(self, numbers: list[int] | None = None, **changes: Any) -> Receipt:
        taken = numbers if numbers is not None else road.stored(cast.MAIN_CLINIC, 2)
        usual: dict[str, Any] = {
            "id": new_id(),
            "kind": ConsignmentKind.SUPPLY,
            "to_facility_id": world.facility(cast.SITE).pk,
            "trip": road.trip(),
            "numbers": tuple(taken),
        }
        command = Preparation(**{**usual, **changes})
        return approvals.prepare(
            request_id=self.id, event_id=new_id(), command=command, by=acting(self.keeper), now=self.now
        )


def sent() -> Asking:
    """A request that waits for the clinic."""
    it = Asking()
    it.draft()
    it.send()
    return it
