"""Receiving a delivery: bottles get our labels and enter the site's storage, by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from inventory.models import AccountKind, ActKind, Bottle, Lot
from inventory.queries.recalls import recalled
from inventory.rules.deliveries import DeliveredLine, KnownLot, check_beginning, check_line
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code, Level, Violation
from inventory.services import accounts, acts, restocking, taken_over
from inventory.services.acts import Done, StockAct, StockRefused
from inventory.services.ledger import Move
from staff.services import attestations
from staff.services.attestations import Present


@dataclass(frozen=True)
class Delivery:
    """What arrived, with whose paper. Receipt needs two real people (design, sentence 3)."""

    id: UUID
    supplier: str
    document_number: str
    lines: tuple[DeliveredLine, ...]
    second: Present
    note: str = ""

    @property
    def stated(self) -> dict[str, Any]:
        return {
            "supplier": self.supplier,
            "document_number": self.document_number,
            "note": self.note,
            "lines": [
                {
                    "item": line.item_id,
                    "lot": line.lot_number,
                    "manufacturer": line.manufacturer,
                    "registration": line.registration,
                    "expires_on": line.expires_on,
                    "concentration": line.concentration,
                    "size_ul": line.size_ul,
                    "bottles": line.bottles,
                    "seals": line.seals,
                    **taken_over.stated(line),
                }
                for line in self.lines
            ],
        }


def receive(*, delivery: Delivery, by: Access, now: datetime) -> Done:
    """Book what came from the supplier into storage; `content["found"]["bottles"]` lists the label numbers of its
    bottles by line. Ampoules end what the site had asked for.

    A bottle that was open already when the place's books began enters them with what two people measured in it, and
    stands opened at the window. Raises StockRefused (expired, another lot under the same number, seals that do not add
    up, an opened bottle later than that), what the second signature raises, and PermissionDenied. The same delivery
    sent again answers the same receipt.
    """
    acts.authorise(by, Permission.RECEIVE_DELIVERY)
    act = StockAct(id=delivery.id, kind=ActKind.RECEIPT, by=by, now=now, stated=delivery.stated)
    second = attestations.prove(second=delivery.second, actor=by, facility_id=act.facility_id, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return earlier
        _only_at_the_beginning(delivery, act)
        lots = _lots(delivery.lines, today=local_day(now, by.zone))
        bottles = _label(delivery.lines, lots)
        opened = _opened(delivery, bottles)
        opens = [taken_over.opening_id(act.id, bottle.number) for _line, bottle in opened]
        labels = [[bottle.number for bottle in line] for line in bottles]
        done = acts.book(
            act,
            moves=_into_storage(delivery.lines, lots, bottles, act.facility_id),
            second=second,
            found={"bottles": labels} | ({"openings": opens} if opens else {}),
        )
        for line, bottle in opened:
            taken_over.open_taken_over(receipt=act, line=line, bottle=bottle)
        if not all(line.in_bottles for line in delivery.lines):
            restocking.look(facility_id=act.facility_id, by=by, now=now)
        return done


def _only_at_the_beginning(delivery: Delivery, act: StockAct) -> None:
    if any(line.held_ul is not None for line in delivery.lines):
        refused = check_beginning(begins=taken_over.begins(act.facility_id))
        if refused:
            raise StockRefused(refused)


def _opened(delivery: Delivery, bottles: Sequence[Sequence[Bottle]]) -> list[tuple[DeliveredLine, Bottle]]:
    """The bottles that were open already; one of a lot that is called back goes into quarantine as it is."""
    held = [(line, made[0]) for line, made in zip(delivery.lines, bottles, strict=True) if line.held_ul is not None]
    back = recalled([bottle.lot_id for _line, bottle in held])
    return [(line, bottle) for line, bottle in held if bottle.lot_id not in back]


def _lots(lines: Sequence[DeliveredLine], *, today: date) -> list[Lot]:
    """The lot of each line, made where it is new; raises StockRefused with everything that is wrong."""
    if not lines:
        words = _("Chưa có dòng nào.")
        raise StockRefused((Violation(Code.NOTHING_DELIVERED, Level.STOP, words),))
    # In the order of their key, so that two deliveries of the same new lots wait for each other and never deadlock.
    ordered = sorted(lines, key=lambda line: (line.item_id, line.manufacturer, line.lot_number))
    Lot.objects.bulk_create([_lot(line) for line in ordered], ignore_conflicts=True)
    lots = [
        Lot.objects.select_related("item").get(
            item_id=line.item_id, manufacturer=line.manufacturer, number=line.lot_number
        )
        for line in lines
    ]
    found = tuple(
        violation
        for line, lot in zip(lines, lots, strict=True)
        for violation in check_line(line, known=KnownLot(lot.expires_on, lot.concentration), today=today)
    )
    for line, lot in zip(lines, lots, strict=True):
        if line.in_bottles is not lot.item.in_bottles:
            raise ValueError("A line says otherwise than its item whether it comes in bottles.")
    if found:
        raise StockRefused(found)
    return lots


def _lot(line: DeliveredLine) -> Lot:
    return Lot(
        item_id=line.item_id,
        number=line.lot_number,
        manufacturer=line.manufacturer,
        registration=line.registration,
        expires_on=line.expires_on,
        concentration=line.concentration,
    )


def _label(lines: Sequence[DeliveredLine], lots: Sequence[Lot]) -> list[list[Bottle]]:
    """One bottle row, with the next label number, for each bottle of each line."""
    made: list[list[Bottle]] = []
    for line, lot in zip(lines, lots, strict=True):
        if not line.in_bottles:
            made.append([])
            continue
        seals = line.seals or ("",) * line.bottles
        made.append(
            [
                Bottle(number=number, lot=lot, size_ul=line.size_ul, seal_number=seal)
                for number, seal in zip(_numbers(line.bottles), seals, strict=True)
            ]
        )
    Bottle.objects.bulk_create([bottle for line in made for bottle in line])
    return made


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inventory_bottle_label') FROM generate_series(1, %s) AS n ORDER BY n", [count])
        return [number for (number,) in cursor.fetchall()]


def _into_storage(
    lines: Sequence[DeliveredLine], lots: Sequence[Lot], bottles: Sequence[Sequence[Bottle]], facility_id: int
) -> list[Move]:
    moves: list[Move] = []
    for line, lot, labelled in zip(lines, lots, bottles, strict=True):
        there = accounts.ids(facility_id=facility_id, item=lot.item)
        apart = recalled([lot.pk])  # a lot that is called back goes straight into quarantine
        source, target = there[AccountKind.SUPPLIER], there[AccountKind.QUARANTINE if apart else AccountKind.STORAGE]
        held = [(bottle.pk, line.held_ul or bottle.size_ul) for bottle in labelled]
        parts = held if line.in_bottles else [(None, line.bottles)]
        moves += [Move(lot.pk, bottle_id, source, target, quantity, Reason.DELIVERY) for bottle_id, quantity in parts]
    return moves
