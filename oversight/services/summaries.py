"""The daily and monthly rows that managers read: made from the facts, and again wherever one came later.

Each statement writes whole days of whole facilities, so it may run twice, late, or beside itself. What of the past has
changed is found by when facts were recorded (`oversight.queries.changed`); the last weeks are made anew every night
besides, because somebody's place may be put right for days of which nothing else was written. The path of a dose writes
nothing for managers.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.db import connection, transaction

from core.clock import local_day
from facilities.models import Facility
from oversight.models import Summarised
from oversight.queries.changed import changed_days
from oversight.queries.stock_sums import ITEM_DAYS, ITEM_FIGURES, item_values
from oversight.queries.sums import SITE_DAYS, SITE_FIGURES, site_values
from oversight.services import summaries_hours
from oversight.services.summaries_hours import batches
from patients.queries.reach import dosing_facilities

DAY: Final = timedelta(days=1)
BATCH: Final = 50  # facilities in one transaction, at most
MOST: Final = 1_550  # facility-days in one statement: a month of fifty sites, or years of one
ANEW_DAYS: Final = 35  # made anew each night

_FIRST_DAYS: Final = """
SELECT f.id, coalesce(
           least(
               (SELECT (min(a.recorded_at) AT TIME ZONE f.zone)::date FROM inventory_act a WHERE a.facility_id = f.id),
               (SELECT min(d.covers_day) FROM dispensing_dose d WHERE d.facility_id = f.id),
               (SELECT min(o.day) FROM dispensing_outcome o WHERE o.facility_id = f.id)),
           (SELECT min(pl.starts_on) FROM patients_placement pl WHERE pl.facility_id = f.id))
  FROM facilities_facility f WHERE f.id = ANY(%(facilities)s)
"""
_BEGAN: Final = "unnest(%(places)s::bigint[], %(began)s::date[]) AS begun (place, began)"


def summarise(facility_ids: Collection[int], *, first: date, last: date, now: datetime) -> int:
    """Make every day from `first` to `last` (both included, but today, which is never over) of these facilities anew,
    with the stock of that day; answers how many facility-days. Again: the same rows. A facility has none from before
    its own first day: they would stand in its averages as days on which nothing was used. Many days are made of few
    facilities at a time: stock is counted backwards from the balances of now, and each statement reads what followed.
    """
    days = 0
    for some in batches(sorted(facility_ids), max(1, min(BATCH, MOST // max(1, (last - first).days + 1)))):
        yesterday = _yesterday(some, now)
        began = _began(_first_days(some))
        for begin, end in _spans(first, min(last, yesterday)):
            with transaction.atomic():
                days += _write("oversight_siteday", ("facility_id", "day"), SITE_FIGURES, SITE_DAYS,
                               site_values(some, begin, end) | began, now)  # fmt: skip
                _write("oversight_itemday", ("facility_id", "item_id", "day"), ITEM_FIGURES, ITEM_DAYS,
                       item_values(some, begin, end) | began, now)  # fmt: skip
    return days


def refresh(*, now: datetime) -> dict[str, int]:
    """What is new since the last time: days that have become over, past days of which something was written, hours that
    were confirmed, corrected, approved or paid. Cheap where nothing is.
    """
    done = {"days": 0, "again": 0, "people": 0}
    for some in batches(_places(), BATCH):
        changed = changed_days(some, before=_yesterday(some, now) + DAY)
        known = _known(some)
        since = min((row.through for row in known.values()), default=None)
        done["days"] += _new_days(some, known, now)
        for day, found in groupby(changed, key=lambda one: one.day):
            done["again"] += summarise([one.facility_id for one in found], first=day, last=day, now=now)
        done["people"] += summaries_hours.refresh(some, since=since, now=now)
        Summarised.objects.filter(pk__in=some, through__lt=now).update(through=now)
    return done


def anew(*, now: datetime) -> dict[str, int]:
    """The last weeks once more, and everybody's hours of this year and, in January, of the last. For the night."""
    done = refresh(now=now)
    for some in batches(_places(), BATCH):
        yesterday = _yesterday(some, now)
        known = [row.pk for row in _known(some).values()]
        done["again"] += summarise(known, first=yesterday - (ANEW_DAYS - 1) * DAY, last=yesterday, now=now)
        done["people"] += summaries_hours.anew(some, now=now)
    return done


def rebuild(*, now: datetime, first: date | None = None, last: date | None = None) -> dict[str, int]:
    """Everything again from the facts, or the days between the two: after history was brought in with a clock of its
    own (demo, simulator, import), which no moment of recording tells of."""
    done = {"days": 0, "people": 0}
    for some in batches(_places(), BATCH):
        yesterday = _yesterday(some, now)
        began = {pk: day for pk, day in _first_days(some).items() if day <= yesterday}
        Summarised.objects.filter(pk__in=[pk for pk in some if pk not in began]).delete()
        _take_away(some, began)
        if began:
            start = max(min(began.values()), first) if first else min(began.values())
            done["days"] += summarise(list(began), first=start, last=last or yesterday, now=now)
        _note(began if first is None and last is None else {}, yesterday, now)
        for year in range((first or min(began.values(), default=yesterday)).year, (last or yesterday).year + 1):
            done["people"] += summaries_hours.summarise_hours(some, year=year, now=now)
    return done


def _new_days(some: Sequence[int], known: dict[int, Summarised], now: datetime) -> int:
    """Facilities without a row from their first day on, the others from the day after their last one."""
    yesterday = _yesterday(some, now)
    began = _first_days([pk for pk in some if pk not in known])
    starts = began | {pk: row.last_day + DAY for pk, row in known.items()}
    days = 0
    for start, group in groupby(sorted(starts, key=lambda pk: (starts[pk], pk)), key=lambda pk: starts[pk]):
        if start <= yesterday:
            days += summarise(list(group), first=start, last=yesterday, now=now)
    _note({pk: day for pk, day in began.items() if day <= yesterday}, yesterday, now)
    Summarised.objects.filter(pk__in=known, last_day__lt=yesterday).update(last_day=yesterday)
    return days


def _note(began: dict[int, date], last: date, now: datetime) -> None:
    """How far these facilities' rows go."""
    rows = [Summarised(facility_id=pk, first_day=day, last_day=last, through=now) for pk, day in sorted(began.items())]
    Summarised.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["facility"], update_fields=["first_day", "last_day", "through"]
    )


def _write(table: str, key: Sequence[str], figures: Sequence[str], select: str, values: dict[str, Any],
           now: datetime) -> int:  # fmt: skip
    """INSERT … SELECT; what was made at a later moment stays."""
    columns = (*key, *figures)
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*figures, "computed_at"))
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}, computed_at)"  # noqa: S608  our own names
        f" SELECT {', '.join(columns)}, %(now)s FROM ({select}) made"
        f" JOIN {_BEGAN} ON begun.place = made.facility_id AND begun.began <= made.day ORDER BY {', '.join(key)}"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
        f" WHERE {table}.computed_at <= excluded.computed_at"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"now": now})
        return int(cursor.rowcount)


def _places() -> Iterable[int]:
    return dosing_facilities().order_by("pk").values_list("pk", flat=True)


def _known(some: Collection[int]) -> dict[int, Summarised]:
    return Summarised.objects.in_bulk(list(some))


def _first_days(some: Collection[int]) -> dict[int, date]:
    """The day of each facility's first fact (act of stock, dose, outcome), else of its first patient; none where there
    is neither."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_DAYS, {"facilities": list(some)})
        return {pk: day for pk, day in cursor.fetchall() if day is not None}


def _began(first_days: dict[int, date]) -> dict[str, Any]:
    """What _BEGAN is asked with."""
    return {"places": list(first_days), "began": list(first_days.values())}


def _take_away(some: Sequence[int], first_days: dict[int, date]) -> None:
    """Rows from before a facility's first day, and all of one that has none."""
    with connection.cursor() as cursor:
        for table in ("oversight_siteday", "oversight_itemday"):
            cursor.execute(
                f"DELETE FROM {table} made WHERE made.facility_id = ANY(%(facilities)s) AND NOT EXISTS"  # noqa: S608
                f" (SELECT FROM {_BEGAN} WHERE begun.place = made.facility_id AND begun.began <= made.day)",
                {"facilities": list(some), **_began(first_days)},
            )


def _yesterday(some: Collection[int], now: datetime) -> date:
    """The last day that is over at all of them."""
    zones = Facility.objects.filter(pk__in=some).order_by().values_list("zone", flat=True).distinct()
    return min(local_day(now, zone) for zone in zones) - DAY


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(first + (MOST - 1) * DAY, last)
        yield first, end
        first = end + DAY
