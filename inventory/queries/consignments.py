"""Consignments as lists show them, and where what belongs to one leads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.access import Access, Permission
from core.scanning import encode
from followup.rules.due import spoken
from inventory.models import Bottle, Consignment, CustodyEvent, Lot
from inventory.queries.legs import carrier_ids
from inventory.queries.sources import LooseLot
from inventory.rules.custody import IN_TRANSIT, State
from inventory.rules.scancodes import BOTTLE, CONSIGNMENT
from inventory.rules.settings_custody import CustodySettings
from inventory.rules.wording_custody import KIND_WORDS, STATE_WORDS

PAGE: Final = 20


@dataclass(frozen=True)
class ConsignmentRow:
    """One consignment in a list. `bottles` and `seals` are for who may see what was sent. Carrier, companion,
    transport, route and expected arrival are those of its last leg; `carriers` everybody who has carried it, in order.
    """

    id: UUID
    number: int
    kind: str
    state: State
    since: datetime
    from_id: int
    from_name: str
    from_phone: str
    to_id: int
    to_name: str
    to_phone: str
    carrier_id: int
    carrier: str
    companion: str
    transport: str
    route: str
    expected_at: datetime
    seals: tuple[str, ...]
    bottles: int
    quantities: int
    carriers: tuple[int, ...] = ()

    @property
    def kind_words(self) -> str:
        return str(KIND_WORDS[self.kind])

    @property
    def state_words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def code(self) -> str:
        """The digits of its printed code."""
        return encode(CONSIGNMENT, self.number)

    @property
    def on_the_way(self) -> bool:
        return self.state in IN_TRANSIT

    @property
    def tone(self) -> str:
        """The state that a tag shows it in."""
        if self.state in {State.PARTIAL, State.DISPUTED}:
            return "stop"
        if self.state in {State.RECEIVED, State.RETURNED, State.SETTLED, State.CLOSED}:
            return "go"
        return "look" if self.on_the_way else "info"


_ROWS: Final = """
SELECT c.id, c.number, c.kind, e.state, e.recorded_at, f.id, f.name, f.phone, t.id, t.name, t.phone, p.id, p.full_name,
       coalesce(leg.companion, c.companion), coalesce(leg.transport, c.transport), coalesce(leg.route, c.route),
       coalesce(leg.expected_at, c.expected_at) AS expected_at, c.seals, lines.bottles, lines.quantities,
       c.carrier_id || ARRAY(SELECT g.carrier_id FROM inventory_consignmentleg g WHERE g.consignment_id = c.id
                              ORDER BY g."position")
  FROM inventory_consignment c
  JOIN facilities_facility f ON f.id = c.from_facility_id
  JOIN facilities_facility t ON t.id = c.to_facility_id
  LEFT JOIN LATERAL (SELECT g.carrier_id, g.companion, g.transport, g.route, g.expected_at
                       FROM inventory_consignmentleg g WHERE g.consignment_id = c.id
                      ORDER BY g."position" DESC LIMIT 1) AS leg ON true
  JOIN staff_person p ON p.id = coalesce(leg.carrier_id, c.carrier_id)
  JOIN LATERAL (SELECT state, recorded_at FROM inventory_custodyevent e WHERE e.consignment_id = c.id
                 ORDER BY e."position" DESC LIMIT 1) AS e ON true
  JOIN LATERAL (SELECT count(l.bottle_id) AS bottles, count(*) - count(l.bottle_id) AS quantities
                  FROM inventory_consignmentline l WHERE l.consignment_id = c.id) AS lines ON true
"""
_PARTY: Final = "(c.from_facility_id = %(facility)s OR c.to_facility_id = %(facility)s)"


def open_at(facility_id: int) -> tuple[ConsignmentRow, ...]:
    """What leaves or reaches the facility and has not ended, the next expected first. One statement."""
    where = f"WHERE {_PARTY} AND c.ended_at IS NULL ORDER BY expected_at, c.number"
    return _rows(where, {"facility": facility_id})


def ended_at(facility_id: int, *, page: int = 1) -> tuple[tuple[ConsignmentRow, ...], bool]:
    """The ended ones, newest first, a page of them; and whether there are more. One statement."""
    where = f"WHERE {_PARTY} AND c.ended_at IS NOT NULL ORDER BY c.number DESC LIMIT %(limit)s OFFSET %(skip)s"
    rows = _rows(where, {"facility": facility_id, "limit": PAGE + 1, "skip": (page - 1) * PAGE})
    return rows[:PAGE], len(rows) > PAGE


def carried_by(person_id: int) -> tuple[ConsignmentRow, ...]:
    """What this person carries now, or is to take next, the next expected first. One statement."""
    states = [str(state) for state in (State.PACKED, *IN_TRANSIT) if state is not State.INSPECTED]
    # Found by the indexes on who carries; then those that are still in this person's hands.
    mine = (
        "(c.carrier_id = %(person)s OR c.id IN (SELECT g.consignment_id FROM inventory_consignmentleg g"
        " WHERE g.carrier_id = %(person)s)) AND p.id = %(person)s"
    )
    where = f"WHERE {mine} AND c.ended_at IS NULL AND e.state = ANY(%(states)s)"
    return _rows(f"{where} ORDER BY expected_at, c.number", {"person": person_id, "states": states})


def get_row(consignment_id: UUID) -> ConsignmentRow:
    """One of them; raises Consignment.DoesNotExist."""
    found = _rows("WHERE c.id = %(id)s", {"id": consignment_id})
    if not found:
        raise Consignment.DoesNotExist
    return found[0]


def _rows(where: str, values: dict[str, Any]) -> tuple[ConsignmentRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROWS} {where}", values)
        return tuple(_row(row) for row in cursor.fetchall())


def _row(row: Sequence[Any]) -> ConsignmentRow:
    id_, number, kind, state, *rest = row
    # What stands between the state and the seals goes on in the order of the fields.
    seals, bottles, quantities, carriers = rest[-4:]
    counts: list[Any] = [tuple(seals or ()), bottles, quantities, tuple(carriers)]
    values: list[Any] = [id_, number, kind, State(state), *rest[:-4], *counts]
    return ConsignmentRow(*values)


def may_look(access: Access, *, from_id: int, to_id: int, carriers: Collection[int]) -> bool:
    """Whether this person has to do with a consignment: sees the stock of one of its ends, or carried a leg of it."""
    if access.person_id in carriers and access.may(Permission.CARRY):
        return True
    return any(access.may_at(Permission.VIEW_STOCK, facility_id) for facility_id in (from_id, to_id))


def scanned(number: int, access: Access) -> str | None:
    """Where the code on a carry pass leads; None for a consignment that is not this person's to see."""
    found = Consignment.objects.filter(number=number).first()
    return _address(found, access) if found else None


def address(consignment_id: UUID, access: Access) -> str | None:
    """The page of a consignment, for who may see it."""
    found = Consignment.objects.filter(pk=consignment_id).first()
    return _address(found, access) if found else None


def event_page(event_id: UUID, access: Access) -> str | None:
    """The consignment of an event, for who may see it."""
    found = Consignment.objects.filter(events__pk=event_id).first()
    return _address(found, access) if found else None


def _address(found: Consignment, access: Access) -> str | None:
    ends = {"from_id": found.from_facility_id, "to_id": found.to_facility_id}
    return page_of(found.pk) if may_look(access, **ends, carriers=carrier_ids(found)) else None


def event_address(event_id: UUID) -> str:
    """The page of the consignment that this event belongs to."""
    found = CustodyEvent.objects.filter(pk=event_id).values_list("consignment_id", flat=True).first()
    return page_of(found) if found else ""


def page_of(consignment_id: UUID) -> str:
    return f"/inventory/consignments/{consignment_id}/"


def lateness(row: ConsignmentRow, *, now: datetime, rules: CustodySettings) -> str:
    """How late it is, in words; empty for one that is not on its way or not late (domain 12.3: expected + 2 h)."""
    if row.state not in (State.PACKED, State.HANDED_OVER, State.ON_ROAD, State.RETURNING):
        return ""
    due_at = row.expected_at + timedelta(hours=rules.late_after_hours)
    return spoken(row.expected_at, now) if now > due_at else ""


@dataclass(frozen=True)
class Plan:
    """What was proposed when a consignment was prepared: bottles as (number, label, lot, expiry, size, seal)."""

    bottles: tuple[tuple[int, str, str, Any, int, str], ...]
    loose: tuple[LooseLot, ...]


def planned(consignment_id: UUID) -> Plan:
    """The proposal of a consignment that is not packed yet, first expiry first."""
    stated = CustodyEvent.objects.get(consignment_id=consignment_id, position=1).content["stated"]
    rows = (
        Bottle.objects.filter(number__in=stated["bottles"])
        .order_by("lot__expires_on", "number")
        .values_list("number", "lot__number", "lot__expires_on", "size_ul", "seal_number")
    )
    lots = dict(stated["loose"])
    named = Lot.objects.filter(pk__in=lots).select_related("item").order_by("expires_on", "pk")
    return Plan(
        bottles=tuple((number, encode(BOTTLE, number), lot, day, size, seal) for number, lot, day, size, seal in rows),
        loose=tuple(LooseLot(lot.pk, lot.item.name, lot.number, lot.expires_on, lots[lot.pk]) for lot in named),
    )
