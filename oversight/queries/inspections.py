"""Everything that an inspection of a site shows: the book once it is counted, and what stands open; no patient."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dispensing.queries.named_orders import NamedLine, unsigned_orders
from facilities.services import settings
from followup import words
from followup.models import Case
from followup.rules.due import spoken
from followup.rules.kinds import KIND_WORDS, NEEDS_TWO, CaseKind
from inventory.models import Destruction, DeviceCheck, Inspection, StockCount
from inventory.queries import inspections as queries
from inventory.queries.consignments import ConsignmentRow, ended_at, open_at
from inventory.queries.inspections import ActLine, Compared, DayMoved, Named
from inventory.queries.keys import KeyLine, RegisterLine, history, register
from inventory.queries.opening_day import DeviceDue, devices_due
from inventory.rules.settings import StockSettings
from inventory.rules.settings_inspection import InspectionSettings
from staff.queries.attestations import Unwitnessed, unwitnessed

MOST: Final = 200


@dataclass(frozen=True)
class OpenCase:
    """A difference in stock that nobody has concluded: what, since when, whose, until when."""

    id: UUID
    kind: str
    what: str
    opened_at: datetime
    owner: str
    due: str
    overdue: bool


@dataclass(frozen=True)
class Rest:
    """What an inspection reads beside the bottles, once they are counted."""

    days: int
    told: tuple[Compared, ...]
    moved: tuple[DayMoved, ...]
    acts: tuple[ActLine, ...]
    cases: tuple[OpenCase, ...]
    alone: tuple[Unwitnessed, ...]
    unsigned: tuple[NamedLine, ...]
    keys: tuple[RegisterLine, ...]
    key_steps: tuple[KeyLine, ...]
    devices: tuple[DeviceDue, ...]
    checks: tuple[DeviceCheck, ...]
    returns: tuple[ConsignmentRow, ...]
    destructions: tuple[Destruction, ...]


@dataclass(frozen=True)
class InspectionPage:
    """One inspection. `names` is all that is shown before somebody counted or it ended: no figure of the book.

    `rest` is None until then.
    """

    row: Inspection
    count: StockCount | None
    names: tuple[Named, ...]
    rest: Rest | None

    @property
    def ended(self) -> bool:
        return getattr(self.row, "end", None) is not None


def inspection_page(row: Inspection, *, now: datetime) -> InspectionPage:
    """The page of an inspection that the person may see (`inspections.get_inspection`).

    A bounded number of statements, whatever the history.
    """
    count = queries.last_count(row.pk)
    stood = queries.frozen(facility_id=row.facility_id, as_of=row.as_of)
    hidden = count is None and getattr(row, "end", None) is None
    names = tuple(line.named for line in stood)
    return InspectionPage(row, count, names, None if hidden else _rest(row, count, stood, now))


def _rest(row: Inspection, count: StockCount | None, stood: tuple[queries.FrozenLine, ...], now: datetime) -> Rest:
    here, zone = row.facility_id, row.facility.zone
    in_force = settings.for_facility(InspectionSettings, facility_id=here, at=now)
    rules = settings.for_facility(StockSettings, facility_id=here, at=now)
    days = in_force.inspection_days
    checks = DeviceCheck.objects.filter(facility_id=here).select_related("device", "checked_by")
    papers = Destruction.objects.filter(facility_id=here).select_related("prepared_by")
    return Rest(
        days=days,
        told=queries.compared(stood, count) if count else queries.uncounted(stood),
        moved=queries.days_moved(row, days=days, zone=zone),
        acts=queries.acts_before(row, days=days),
        cases=_open_cases(here, now),
        alone=unwitnessed(reach=[here], now=now, limit=MOST),
        unsigned=unsigned_orders([here], now),
        keys=tuple(register(facility_id=here)),
        key_steps=tuple(history(facility_id=here, most=30)),
        devices=tuple(devices_due(facility_id=here, now=now, zone=zone, rules=rules)),
        checks=tuple(checks.order_by("-checked_at", "-pk")[:30]),
        returns=tuple(each for each in (*open_at(here), *ended_at(here)[0]) if each.from_id == here),
        destructions=tuple(papers.order_by("-prepared_at", "-pk")[:30]),
    )


def _open_cases(facility_id: int, now: datetime) -> tuple[OpenCase, ...]:
    """The differences that are not concluded, the oldest first. One statement."""
    kinds = [str(kind) for kind in NEEDS_TWO]
    rows = Case.objects.filter(facility_id=facility_id, concluded_at__isnull=True, kind__in=kinds)
    return tuple(
        OpenCase(
            id=row.pk,
            kind=str(KIND_WORDS[CaseKind(row.kind)]),
            what=words.of(row.subject_kind, row.findings[0]).what if row.findings else "",
            opened_at=row.opened_at,
            owner=row.owner.full_name,
            due=spoken(row.due_at, now),
            overdue=row.due_at < now,
        )
        for row in rows.select_related("owner").order_by("opened_at", "pk")[:MOST]
    )
