"""Proofs that what managers read is what ledger and registers say: of every day that is over and of which nothing was
written since its row was made."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from core.proofs import Broken
from oversight.models import PersonMonth, Summarised
from oversight.queries.changed import changed_days
from oversight.queries.stock_sums import ITEM_DAYS, ITEM_FIGURES, item_values
from oversight.queries.sums import SITE_DAYS, SITE_FIGURES, rows_of, site_values
from oversight.services.summaries_hours import FIGURES, batches, months_of

DAY: Final = timedelta(days=1)
BATCH: Final = 20  # facilities in one statement
SPAN: Final = 92
Values = Callable[[Collection[int], date, date], dict[str, Any]]
LEFT_OUT: Final = frozenset({"computed_at", "roles", "waiting", "paid"})  # move without the hours being other


def days() -> Iterable[Broken]:
    """A facility's day is what its registers add up to."""
    return _compared(
        "summaries.days", "oversight_siteday", ("facility_id", "day"), SITE_FIGURES, SITE_DAYS, site_values
    )


def stock() -> Iterable[Broken]:
    """The stock of a facility's day is what the ledger adds up to."""
    key = ("facility_id", "item_id", "day")
    return _compared("summaries.stock", "oversight_itemday", key, ITEM_FIGURES, ITEM_DAYS, item_values)


def hours() -> Iterable[Broken]:
    """A person's months before the newest are what the rules make of the hours that they confirmed."""
    names = [name for name in FIGURES if name not in LEFT_OUT]
    newest = PersonMonth.objects.order_by("-month").values_list("month", flat=True).first()
    told = Summarised.objects.order_by("-through").values_list("through", flat=True).first()
    if newest is None or told is None:
        return
    before = PersonMonth.objects.filter(month__lt=newest)
    for year in before.order_by("month__year").values_list("month__year", flat=True).distinct():
        people = before.filter(month__year=year).order_by("person_id").values_list("person_id", flat=True).distinct()
        for some in batches(people, 100):
            kept = {_key(row): row for row in before.filter(month__year=year, person_id__in=some)}
            made = {_key(row): row for row in months_of(some, year=year, now=told) if row.month < newest}
            for key in sorted(kept.keys() | made.keys()):
                if _figures(kept.get(key), names) != _figures(made.get(key), names):
                    person, month, place = key
                    yield Broken("summaries.hours", f"person {person} at facility {place} in {month:%Y-%m}",
                                 "the hours kept are not those of the entries")  # fmt: skip


def _compared(
    name: str,
    table: str,
    key: Sequence[str],
    figures: Sequence[str],
    select: str,
    values: Callable[..., dict[str, Any]],
) -> Iterable[Broken]:
    """Every row that the facts make now and that is not kept so, within what was summarised."""
    columns = ", ".join((*key, *figures))
    sql = (
        f"SELECT {', '.join(key)} FROM (SELECT {columns} FROM ({select}) made"  # noqa: S608  our own names
        f" EXCEPT SELECT {columns} FROM {table}"
        " WHERE facility_id = ANY(%(facilities)s) AND day BETWEEN %(first)s AND %(last)s) x ORDER BY 1, 2"
    )
    told = {row.pk: row for row in Summarised.objects.order_by("pk")}
    for some in batches(told, BATCH):
        last = max(told[pk].last_day for pk in some)
        moved = {(one.facility_id, one.day) for one in changed_days(some, before=last + DAY)}
        for start in _starts(min(told[pk].first_day for pk in some), last):
            end = min(start + (SPAN - 1) * DAY, last)
            for facility_id, *rest in rows_of(sql, values(some, start, end)):
                day = rest[-1]
                row = told[facility_id]
                if row.first_day <= day <= row.last_day and (facility_id, day) not in moved:
                    about = f"{day} at facility {facility_id}" + (f", item {rest[0]}" if len(rest) > 1 else "")
                    yield Broken(name, about, "the figures kept are not what the facts add up to")


def _starts(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first += SPAN * DAY


def _key(row: PersonMonth) -> tuple[int, date, int]:
    return row.person_id, row.month, row.facility_id


def _figures(row: PersonMonth | None, names: Sequence[str]) -> list[int] | None:
    """None where there is no row, or one without an hour."""
    found = None if row is None else [getattr(row, name) for name in names]
    return found if found and any(found) else None


SUMMARY_PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {
    "summaries.days": days,
    "summaries.hours": hours,
    "summaries.stock": stock,
}
