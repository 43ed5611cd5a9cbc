"""What a main clinic destroys, for its pages: what stands in quarantine and why, the lists, who signed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core.clock import local_day
from core.quantities import format_ml
from core.scanning import encode
from core.templatetags.tram import separator
from inventory.models import AccountKind, ActKind, Balance, Bottle, Destruction, DestructionLine, DestructionMember, Lot
from inventory.queries.recalls import recalled
from inventory.rules.countkinds import Duty
from inventory.rules.quarantine import REASON_WORDS, QuarantineReason
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import act_words
from inventory.rules.wording_counts import DUTY_WORDS

SHOWN: Final = 20

_WHY = """
SELECT DISTINCT ON (m.lot_id, m.bottle_id) m.lot_id, m.bottle_id, a.kind, d.content -> 'stated' ->> 'reason'
  FROM inventory_movement m
  JOIN inventory_account t ON t.id = m.target_id
  JOIN inventory_account s ON s.id = m.source_id
  JOIN inventory_act a ON a.id = m.act_id
  LEFT JOIN inventory_document d ON d.act_id = a.id
 WHERE m.lot_id = ANY(%(lots)s) AND t.kind = 'quarantine' AND t.facility_id = %(facility)s AND s.kind <> 'quarantine'
 ORDER BY m.lot_id, m.bottle_id, m.id DESC
"""
Key = tuple[int, int | None]  # lot, bottle


@dataclass(frozen=True)
class Thing:
    """A bottle, or so much of a lot without bottles, in quarantine or destroyed. `why`: how it got there."""

    lot: Lot
    bottle: Bottle | None
    quantity: int
    why: str
    expired: bool = False
    recalled: bool = False

    @property
    def label(self) -> str:
        """As it is called in a list: the bottle's label, or the item."""
        return encode(BOTTLE, self.bottle.number) if self.bottle else self.lot.item.name

    @property
    def amount(self) -> str:
        if self.bottle is None:
            return _("%(count)d ống") % {"count": self.quantity}
        return f"{format_ml(self.quantity, separator=separator())} mL"

    @property
    def figure(self) -> Decimal | int:
        """Millilitres of a solution, pieces of anything else."""
        return Decimal(self.quantity) / 1000 if self.bottle else self.quantity


def in_quarantine(*, facility_id: int, today: date) -> tuple[Thing, ...]:
    """What may be put on a list: in quarantine and on no other list. First expiry first. Four statements."""
    rows = list(
        Balance.objects.filter(
            account__facility_id=facility_id, account__kind=str(AccountKind.QUARANTINE), quantity__gt=0
        )
        .select_related("lot__item", "bottle")
        .order_by("lot__expires_on", "lot__number", "lot_id", "bottle__number")
    )
    open_lines = DestructionLine.objects.filter(
        destruction__facility_id=facility_id, destruction__done_at=None, destruction__cancelled_at=None
    )
    listed: set[Key] = set(open_lines.values_list("lot_id", "bottle_id"))
    free = [row for row in rows if (row.lot_id, row.bottle_id) not in listed]
    lots = {row.lot_id for row in free}
    whys, back = whys_apart(lots, facility_id=facility_id), recalled(lots)
    return tuple(
        Thing(
            row.lot, row.bottle, row.quantity, whys.get((row.lot_id, row.bottle_id), ""),
            expired=row.lot.expires_on < today, recalled=row.lot_id in back,
        )
        for row in free
    )  # fmt: skip


def whys_apart(lot_ids: Collection[int], *, facility_id: int) -> dict[Key, str]:
    """Why each bottle, or lot without bottles, of these lots was last set apart here, in words. One statement."""
    if not lot_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WHY, {"lots": list(lot_ids), "facility": facility_id})
        return {(lot, bottle): _why(kind, reason) for lot, bottle, kind, reason in cursor.fetchall()}


def _why(kind: str, reason: str | None) -> str:
    if kind == ActKind.QUARANTINE and reason:
        return str(REASON_WORDS[QuarantineReason(reason)])
    return act_words(kind)


@dataclass(frozen=True)
class ShownDestruction:
    """One destruction as people read it; `today` is the clinic's day."""

    row: Destruction
    today: date
    count: int = 0
    things: tuple[Thing, ...] = ()
    members: tuple[DestructionMember, ...] = ()
    photos: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.row.done_at is None and self.row.cancelled_at is None

    @property
    def may_be_signed(self) -> bool:
        return self.is_open and self.row.planned_on <= self.today

    @property
    def state_words(self) -> str:
        if self.row.done_at is not None:
            return _("đã hủy xong")
        if self.row.cancelled_at is not None:
            return _("đã bỏ")
        return _("hội đồng ký được") if self.may_be_signed else _("chờ đến ngày")

    @property
    def tone(self) -> str:
        if self.row.done_at is not None:
            return "go"
        return "info" if self.row.cancelled_at is not None else "look"

    @property
    def signed(self) -> list[tuple[str, str]]:
        """Duty and name of each who signed: the chair first."""
        order = list(Duty)
        ranked = sorted(self.members, key=lambda each: (order.index(Duty(each.duty)), each.pk))
        return [(str(DUTY_WORDS[Duty(each.duty)]), each.person.full_name) for each in ranked]


def destructions(
    *, facility_id: int, now: datetime, zone: str, page: int = 1
) -> tuple[tuple[ShownDestruction, ...], bool]:
    """A page of the clinic's destructions, newest first, without their lines; and whether there are more. One
    statement.
    """
    rows = _rows(facility_id).annotate(count=Count("lines")).order_by("-prepared_at", "-pk")
    found = list(rows[(page - 1) * SHOWN : page * SHOWN + 1])
    today = local_day(now, zone)
    shown = tuple(ShownDestruction(row, today, count=_counted(row)) for row in found[:SHOWN])
    return shown, len(found) > SHOWN


def _counted(row: Any) -> int:
    return int(row.count)


def get_destruction(destruction_id: UUID, *, facility_id: int, now: datetime, zone: str) -> ShownDestruction:
    """One destruction of this clinic with its list; raises Destruction.DoesNotExist. Five statements.

    What was destroyed is read from the act's movements, what is still to be from the list.
    """
    row = _rows(facility_id).get(pk=destruction_id)
    lines: Any = row.act.movements if row.act else row.lines
    listed = list(lines.select_related("lot__item", "bottle").order_by("position"))
    whys = whys_apart({line.lot_id for line in listed}, facility_id=facility_id)
    today = local_day(now, zone)
    judged = local_day(row.done_at, zone) if row.done_at else today
    things = tuple(
        Thing(
            line.lot, line.bottle, line.quantity, whys.get((line.lot_id, line.bottle_id), ""),
            expired=line.lot.expires_on < judged,
        )
        for line in listed
    )  # fmt: skip
    members = tuple(row.members.select_related("person").order_by("pk"))
    photos = tuple(row.act.document.content["stated"].get("photos", ())) if row.act else ()
    return ShownDestruction(row, today, len(things), things, members, photos)


def _rows(facility_id: int) -> QuerySet[Destruction]:
    rows = Destruction.objects.filter(facility_id=facility_id)
    return rows.select_related("prepared_by", "done_by", "cancelled_by", "act__document")
