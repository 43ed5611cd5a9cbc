"""One page of what a FHIR search finds, by one statement whatever the size of the page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from core.fhir.asked import Asked
from core.fhir.parts import Told

Row = dict[str, Any]
_WHOLE: Final = """
SELECT f.* FROM ({sql}) f WHERE {where} ORDER BY f.low DESC, f.id DESC LIMIT %(f_limit)s
"""
INSTANT: Final = "interval '1 microsecond'"  # so long is a moment: a span ends before its second moment


@dataclass(frozen=True)
class Page:
    """Resources that were asked for, those that go along with them, and from where on there are more."""

    resources: tuple[Told, ...]
    along: tuple[Told, ...] = ()
    after: tuple[datetime, str] | None = None


def rows(sql: str, values: dict[str, Any], asked: Asked) -> tuple[list[Row], tuple[datetime, str] | None]:
    """The rows of one page, the newest first, and the last of them where there are more behind it.

    `sql` gives each resource within reach: `id` (text), `low` and `high` (its span), `updated`, `status`, and whatever
    its mapping needs. The order is by moment and id, so that a page begins behind the one before even when something
    was recorded in between.
    """
    where, more = _conditions(asked)
    text = _WHOLE.format(sql=sql, where=" AND ".join(where) or "true")
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, **more, "f_limit": asked.count + 1})
        names = [column.name for column in cursor.description or ()]
        found: list[Row] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    page = found[: asked.count]
    return page, (page[-1]["low"], page[-1]["id"]) if len(found) > asked.count else None


def _conditions(asked: Asked) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = []
    values: dict[str, Any] = {}
    for column, wanted in (("id", asked.ids), ("status", asked.statuses)):
        if wanted is not None:
            where.append(f"f.{column} = ANY(%(f_{column})s::text[])")
            values[f"f_{column}"] = sorted(wanted)
    spans = (("date", asked.dates, "f.low", "f.high"), ("upd", asked.updated, "f.updated", f"f.updated + {INSTANT}"))
    for name, conditions, low, high in spans:
        for number, each in enumerate(conditions):
            condition, more = each.sql(f"f_{name}{number}", low=low, high=high)
            where.append(f"({condition})")
            values |= more
    if asked.after:
        where.append("(f.low, f.id) < (%(f_low)s, %(f_id_after)s)")
        values |= {"f_low": asked.after[0], "f_id_after": asked.after[1]}
    return where, values
