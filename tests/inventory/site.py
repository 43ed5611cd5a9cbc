"""Mường Pồn with its opened bottle, and what its dispenser does there through the services."""

from dataclasses import dataclass, replace

import pytest

from core.access import Access
from core.ids import new_id
from inventory.models import AccountKind, ActKind, Bottle, Item, Movement
from inventory.queries.bottles import get_state
from inventory.rules.bottles import BottleState
from inventory.rules.kinds import Reason
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.violations import Code
from inventory.services import accounts, bottles, ledger, withdrawals
from inventory.services.acts import Done, StockRefused
from inventory.services.bottles import Emptying, Opening, Quarantining
from inventory.services.ledger import Move, NewAct
from staff.services.attestations import Alone, SecondPerson
from tests import cast, world_stock
from tests.world import NOW
from tests.world_stock import DIGEST

WITNESSED = world_stock.present(cast.WITNESS)
ALONE = Alone("người kia đi họp")


@dataclass(frozen=True)
class Site:
    """Mường Pồn with its opened bottle, and what its dispenser does."""

    by: Access

    @property
    def here(self) -> int:
        return self.by.facility_id or 0

    @property
    def opened(self) -> int:
        """The number of the bottle that the world has opened here."""
        rows = Bottle.objects.filter(opened_at__isnull=False, balance__account__facility_id=self.here)
        return rows.order_by("number").values_list("number", flat=True)[0]

    def closed(self, place: AccountKind = AccountKind.STORAGE) -> list[int]:
        rows = Bottle.objects.filter(
            opened_at__isnull=True, balance__account__facility_id=self.here, balance__account__kind=place
        )
        return list(rows.order_by("number").values_list("number", flat=True))

    def receive(self, **line: object) -> int:
        [number] = world_stock.receive(self.by, cast.WITNESS, world_stock.line(**line), now=NOW)
        return number

    def state(self, number: int) -> BottleState:
        return get_state(number=number, facility_id=self.here)

    def open(self, number: int, second: SecondPerson = WITNESSED, **more: str) -> Done:
        command = Opening(id=new_id(), number=number, second=second, **more)
        return bottles.open_bottle(command=command, by=self.by, now=NOW)

    def empty(self, number: int, residue_ul: int = 0, second: SecondPerson = WITNESSED) -> Done:
        command = Emptying(id=new_id(), number=number, residue_ul=residue_ul, second=second)
        return bottles.empty(command=command, by=self.by, now=NOW)

    def quarantine(self, number: int, **more: object) -> Done:
        usual = Quarantining(id=new_id(), number=number, reason=QuarantineReason.DAMAGED, words="", second=WITNESSED)
        return bottles.quarantine(command=replace(usual, **more), by=self.by, now=NOW)  # type: ignore[arg-type]

    def dose(self, number: int, ul: int) -> NewAct:
        """A dose as dispensing books it: out of the opened account, to the patients."""
        bottle = Bottle.objects.get(number=number)
        there = accounts.ids(facility_id=self.here, item=Item.objects.get(code="methadone-oral"))
        source, target = there[AccountKind.OPENED], there[AccountKind.PATIENTS]
        act = NewAct(
            id=new_id(),
            kind=ActKind.DOSE,
            actor_id=self.by.person_id or 0,
            actor_label=self.by.label,
            occurred_at=NOW,
            recorded_at=NOW,
            document_digest=DIGEST,
            moves=[Move(bottle.lot_id, bottle.pk, source, target, ul, "dose")],
        )
        ledger.post(act, facility_id=self.here)
        return act

    def void(self, dose: NewAct, destination: str = "opened") -> list[Move]:
        moves = withdrawals.void_moves(act_id=dose.id, destination=destination)
        void = replace(dose, id=new_id(), kind=ActKind.DOSE_VOID, moves=moves, corrects=dose.id)
        ledger.post(void, facility_id=self.here)
        withdrawals.explain_void(act_id=void.id, moves=moves, facility_id=self.here, by=self.by, now=NOW)
        return moves

    def moved(self, number: int, reason: Reason) -> int:
        """Everything that moved for this reason out of or into the bottle."""
        return sum(m.quantity for m in Movement.objects.filter(bottle__number=number, reason=reason))


def codes(refused: pytest.ExceptionInfo[StockRefused]) -> list[Code]:
    return [violation.code for violation in refused.value.violations]
