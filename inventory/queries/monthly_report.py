"""The month of a facility in the columns of PL1, Mẫu 1 (domain 4.1): every figure from the ledger, loss and surplus
never netted.

Each movement leaves one side of the book and enters another: what is held, what came from outside, what went out, what
was lost. So opening + received - issued - loss + surplus = closing whatever happened. In the order of recording, as the
book (`queries.book`), whose totals these are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from inventory.models import ChainHead, DemandFigure, RequestLine
from inventory.rules.kinds import PLACES, AccountKind
from inventory.rules.request_table import ASKED, Step
from inventory.rules.requests import month_after

HELD: Final = (*PLACES, AccountKind.OVERFILL, AccountKind.UNRECONCILED, AccountKind.SURPLUS)
LOST: Final = (AccountKind.LOSS, AccountKind.SPILL)
EXTRA: Final = (AccountKind.OVERFILL, AccountKind.SURPLUS)

# The side of an account, seen from the facility whose act it is.
_SIDE: Final = """
    CASE WHEN {a}.consignment_id IS NOT NULL
         THEN CASE WHEN {a}.facility_id = act.facility_id THEN 'out' ELSE 'supply' END
         WHEN {a}.kind = 'supplier' THEN 'supply'
         WHEN {a}.kind = ANY(%(lost)s) THEN 'loss'
         WHEN {a}.kind = ANY(%(held)s) THEN 'held'
         ELSE 'out' END"""
_REPORT: Final = f"""
WITH moved AS (
    SELECT m.item_id, l.concentration, m.quantity, act.recorded_at,
           {_SIDE.format(a="s")} AS source, {_SIDE.format(a="t")} AS target,
           s.kind = ANY(%(extra)s) OR t.kind = ANY(%(extra)s) AS extra
      FROM inventory_act act
      JOIN inventory_movement m ON m.act_id = act.id
      JOIN inventory_lot l ON l.id = m.lot_id
      JOIN inventory_account s ON s.id = m.source_id
      JOIN inventory_account t ON t.id = m.target_id
     WHERE act.facility_id = %(facility)s AND act.recorded_at >= %(from)s
), flows AS (
    SELECT item_id, concentration, recorded_at >= %(until)s AS later,
           CASE WHEN target = 'held' THEN quantity ELSE 0 END - CASE WHEN source = 'held' THEN quantity ELSE 0 END
               AS change,
           CASE WHEN source = 'supply' THEN quantity ELSE 0 END - CASE WHEN target = 'supply' THEN quantity ELSE 0 END
               AS came, extra,
           CASE WHEN target = 'out' THEN quantity ELSE 0 END - CASE WHEN source = 'out' THEN quantity ELSE 0 END
               AS issued,
           CASE WHEN target = 'loss' THEN quantity ELSE 0 END - CASE WHEN source = 'loss' THEN quantity ELSE 0 END
               AS lost
      FROM moved
), sums AS (
    SELECT item_id, concentration,
           coalesce(sum(change) FILTER (WHERE later), 0) AS later,
           coalesce(sum(change) FILTER (WHERE NOT later), 0) AS change,
           coalesce(sum(came) FILTER (WHERE NOT later AND NOT extra), 0) AS received,
           coalesce(sum(came) FILTER (WHERE NOT later AND extra), 0) AS surplus,
           coalesce(sum(issued) FILTER (WHERE NOT later), 0) AS issued,
           coalesce(sum(lost) FILTER (WHERE NOT later), 0) AS lost
      FROM flows GROUP BY item_id, concentration
), now AS (
    SELECT a.item_id, l.concentration, sum(h.quantity) AS held
      FROM inventory_account a
      JOIN inventory_balance h ON h.account_id = a.id
      JOIN inventory_lot l ON l.id = h.lot_id
     WHERE a.facility_id = %(facility)s AND a.consignment_id IS NULL AND a.kind = ANY(%(held)s)
     GROUP BY a.item_id, l.concentration
)
SELECT i.id, i.name, i.in_bottles, c.concentration,
       coalesce(now.held, 0) - coalesce(sums.later, 0) - coalesce(sums.change, 0), coalesce(sums.received, 0),
       coalesce(sums.issued, 0), coalesce(sums.lost, 0), coalesce(sums.surplus, 0),
       coalesce(now.held, 0) - coalesce(sums.later, 0)
  FROM (SELECT item_id, concentration FROM sums UNION SELECT item_id, concentration FROM now) c
  JOIN inventory_item i ON i.id = c.item_id
  LEFT JOIN sums ON sums.item_id = c.item_id AND sums.concentration IS NOT DISTINCT FROM c.concentration
  LEFT JOIN now ON now.item_id = c.item_id AND now.concentration IS NOT DISTINCT FROM c.concentration
 ORDER BY NOT i.in_bottles, i.name, i.id, c.concentration
"""  # noqa: S608  our own text


@dataclass(frozen=True)
class ReportLine:
    """One drug in one strength, in base units. `patients`, `expected_new` and `requested` stand on the drug's first
    line only; None where nobody has said.
    """

    item_id: int
    item: str
    in_bottles: bool
    concentration: Decimal | None
    opening: int
    received: int
    issued: int
    loss: int
    surplus: int
    closing: int
    patients: int | None = None
    expected_new: int | None = None
    requested: int | None = None

    @property
    def total(self) -> int:
        return self.opening + self.received


@dataclass(frozen=True)
class MonthlyReport:
    """`chain`: the last link of the facility's chain that the figures were read at; `over`: the month has ended."""

    month: date
    over: bool
    lines: tuple[ReportLine, ...]
    sequence: int
    chain: str


def monthly_report(*, facility_id: int, month: date, zone: str, now: datetime) -> MonthlyReport:
    """The month's report; `month` is any day of it. Four statements whatever its length. Of the month that runs: to
    this moment."""
    first = month.replace(day=1)
    ends = _midnight(month_after(first), zone)
    head = ChainHead.objects.filter(facility_id=facility_id).first()
    lines = _with_demand(_lines(facility_id, _midnight(first, zone), ends), facility_id, month_after(first))
    return MonthlyReport(
        month=first,
        over=now >= ends,
        lines=tuple(lines),
        sequence=head.sequence if head else 0,
        chain=bytes(head.hash).hex() if head else "",
    )


def _lines(facility_id: int, begins: datetime, ends: datetime) -> list[ReportLine]:
    values: dict[str, Any] = {
        "facility": facility_id,
        "from": begins,
        "until": ends,
        "held": [str(kind) for kind in HELD],
        "lost": [str(kind) for kind in LOST],
        "extra": [str(kind) for kind in EXTRA],
    }
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, values)
        return [
            ReportLine(item_id, name, in_bottles, concentration, *(int(figure) for figure in figures))
            for item_id, name, in_bottles, concentration, *figures in cursor.fetchall()
        ]


def _with_demand(lines: Sequence[ReportLine], facility_id: int, period: date) -> list[ReportLine]:
    """Patients and new ones as the site knows them now, and what it asked for the month after."""
    figures = {each.item_id: each for each in DemandFigure.objects.filter(facility_id=facility_id)}
    asked = _requested(facility_id, period)
    found: list[ReportLine] = []
    for line in lines:
        first = all(each.item_id != line.item_id for each in found)
        demand = figures.get(line.item_id) if first else None
        found.append(
            ReportLine(
                **{
                    **vars(line),
                    "patients": demand.patients if demand else None,
                    "expected_new": demand.expected_new if demand else None,
                    "requested": asked.get(line.item_id) if first else None,
                }
            )
        )
    return found


def _requested(facility_id: int, period: date) -> dict[int, int]:
    """What the site sent for the month, in base units: the last version of each request that stands."""
    rows = (
        RequestLine.objects.filter(
            event__request__facility_id=facility_id,
            event__request__period=period,
            event__request__cancelled_at__isnull=True,
            event__step=Step.SEND,
            event__state__in=[str(state) for state in ASKED],
        )
        .order_by("item_id", "event__request_id", "-event__position")
        .values_list("item_id", "size_ul", "asked", "event__request_id", "event__position")
    )
    newest: dict[Any, int] = {}
    for _item, _size, _asked, request_id, position in rows:
        newest[request_id] = max(newest.get(request_id, 0), position)
    found: dict[int, int] = {}
    for item_id, size, asked, request_id, position in rows:
        if newest[request_id] == position:
            found[item_id] = found.get(item_id, 0) + asked * (size or 1)
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
