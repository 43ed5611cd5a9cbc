"""The sweep: every day of every facility is decided once it is over, whoever closed it, however late.

A day is decided twice: after closing time, and once more ten minutes after midnight, when nothing of it is under way,
so that what was recorded between the two counts. Each facility-day is one transaction behind its own row (`SweptDay`):
two workers at one day follow each other, and a killed one leaves the row as it was. What is decided otherwise than
before has its patients looked at (`services.days.decide`). Nothing at the window waits for any of this.
"""

from datetime import date, datetime

from django.db import connection, transaction

from core.access import SYSTEM
from core.ids import new_id
from dispensing.models import SweptDay
from dispensing.queries import sweep as sweep_query
from dispensing.queries.sweep import Pending
from dispensing.rules.daycodes import Why
from dispensing.services import days, unclosed
from facilities.models import Facility


def pending(*, now: datetime, facility_id: int | None = None, day: date | None = None) -> list[Pending]:
    """What is to be swept now, the oldest day first."""
    return sweep_query.pending(now=now, facility_id=facility_id, day=day)


def sweep(*, facility_id: int, day: date, now: datetime) -> int:
    """Decide one day of one facility: safe twice, late, for a past day, by two at once. Nothing before it is over.

    Waits for who is at the same day, then for the day's patients in the order of their ids; a handful of statements
    whatever their number. Answers how many patient-days were decided otherwise than before.
    """
    zone = Facility.objects.values_list("zone", flat=True).get(pk=facility_id)
    if not days.is_over(facility_id=facility_id, day=day, now=now):
        return 0
    final = day < sweep_query.settled_before(now, zone)
    with transaction.atomic():
        row = _locked(facility_id, day)
        if row.through is not None and row.through >= now and (row.final_at is not None or not final):
            return 0
        changed = days.decide(facility_id=facility_id, day=day, by=SYSTEM, now=now, why=Why.SWEEP)
        row.first_at = row.first_at or now
        row.through = now
        row.final_at = row.final_at or (now if final else None)
        row.save(update_fields=["first_at", "through", "final_at"])
    return changed


def run(*, now: datetime, facility_id: int | None = None, day: date | None = None) -> dict[Pending, int]:
    """Sweep whatever is to be swept, in order, and tell of days that nobody closed. Without a record of its parts: for
    the demo and the command.
    """
    done = {
        one: sweep(facility_id=one.facility_id, day=one.day, now=now)
        for one in pending(now=now, facility_id=facility_id, day=day)
    }
    unclosed.tell(now=now)
    return done


def _locked(facility_id: int, day: date) -> SweptDay:
    """The day's own row, made where it is missing, locked until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispensing_sweptday (id, facility_id, day) VALUES (%s, %s, %s)"
            " ON CONFLICT (facility_id, day) DO NOTHING",
            [new_id(), facility_id, day],
        )
    return SweptDay.objects.select_for_update().get(facility_id=facility_id, day=day)
