"""Bottles that a place had open already when its books began (domain 12.5): measured, signed by two, opened since then.

What such a bottle gave before is nobody's loss: it enters the books with what two people measured in it, by the act of
the receipt, which names the act that opens it and is signed for both.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from inventory import listeners
from inventory.models import AccountKind, Act, ActKind, Bottle
from inventory.rules.deliveries import DeliveredLine
from inventory.rules.kinds import Reason
from inventory.services import accounts, acts
from inventory.services.acts import StockAct
from inventory.services.ledger import Move

USED: Final = (ActKind.DOSE, ActKind.DISPATCH, ActKind.EMPTYING)


def begins(facility_id: int) -> bool:
    """Whether nothing was given, sent on or used up by these books yet: only then may a bottle come in opened."""
    return not Act.objects.filter(facility_id=facility_id, kind__in=USED).exists()


def opening_id(receipt_id: UUID, number: int) -> UUID:
    """The id of the act that opens this bottle of the receipt."""
    return uuid5(receipt_id, f"opened {number}")


def open_taken_over(*, receipt: StockAct, line: DeliveredLine, bottle: Bottle) -> None:
    """In the receipt's transaction, after it: the bottle stands opened at the window, since its own day."""
    if line.held_ul is None or line.opened_on is None:
        raise ValueError("Nothing says that this bottle was open.")
    opened_at = datetime.combine(line.opened_on, time.min, tzinfo=ZoneInfo(receipt.by.zone))
    act = StockAct(
        id=opening_id(receipt.id, bottle.number), kind=ActKind.OPENING, by=receipt.by, now=receipt.now,
        stated={"bottle": bottle.number, "reason": _("đã mở khi cơ sở bắt đầu"), "opened_at": opened_at, "past": True},
    )  # fmt: skip
    there = accounts.ids(facility_id=act.facility_id, item=bottle.lot.item)
    acts.book(
        act,
        moves=[
            Move(
                bottle.lot_id, bottle.pk, there[AccountKind.STORAGE], there[AccountKind.OPENED], line.held_ul,
                Reason.OPENING,
            )
        ],
        second=None,
        found={"from": AccountKind.STORAGE, "wrong": [], "receipt": receipt.id},
    )  # fmt: skip
    Bottle.objects.filter(pk=bottle.pk).update(opened_at=opened_at, opened_by=act.actor_id)
    listeners.opened(facility_id=act.facility_id, by=act.by, now=act.now)


def stated(line: DeliveredLine) -> Mapping[str, object]:
    """What the receipt's document says of it beside what every line says; nothing of a closed bottle."""
    return {} if line.held_ul is None else {"held_ul": line.held_ul, "opened_on": line.opened_on}
