"""Dates of a FHIR search: what is read, and what each prefix means of a moment and of a whole day."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from django.db import connection

from core.fhir import dates
from core.fhir.dates import Unreadable

ZONE: Final = "Asia/Ho_Chi_Minh"
DAY: Final = datetime(2026, 11, 23, 17, tzinfo=UTC)  # the 24th begins
ONE_DAY: Final = timedelta(days=1)
# Asked for the 24th: which of the day before, a moment of the 24th, the whole 24th, the whole month, the day after.
FOUND: Final = {
    "eq": (False, True, True, False, False),
    "ne": (True, False, False, True, True),
    "gt": (False, False, False, True, True),
    "lt": (True, False, False, True, False),
    "ge": (False, True, True, True, True),
    "le": (True, True, True, True, False),
    "sa": (False, False, False, False, True),
    "eb": (True, False, False, False, False),
}
SPANS: Final = (
    (DAY - ONE_DAY, DAY),
    (DAY + ONE_DAY / 4, DAY + ONE_DAY / 4 + timedelta(microseconds=1)),
    (DAY, DAY + ONE_DAY),
    (DAY - 23 * ONE_DAY, DAY + 7 * ONE_DAY),
    (DAY + ONE_DAY, DAY + 2 * ONE_DAY),
)


@pytest.mark.django_db
def test_every_prefix_finds_the_spans_that_it_means():
    for prefix, expected in FOUND.items():
        asked = dates.read(f"{prefix}2026-11-24", zone=ZONE)
        condition, values = asked.sql("d", low="s.low", high="s.high")
        spans = {"lows": [low for low, _high in SPANS], "highs": [high for _low, high in SPANS]}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT ({condition}) FROM unnest(%(lows)s::timestamptz[], %(highs)s::timestamptz[])"
                " WITH ORDINALITY s (low, high, nth) ORDER BY nth",
                values | spans,
            )
            assert tuple(found for (found,) in cursor.fetchall()) == expected, prefix


@pytest.mark.parametrize(
    ("text", "first", "length"),
    [
        ("2026", "2026-01-01T00:00:00+07:00", 365 * ONE_DAY),
        ("2026-02", "2026-02-01T00:00:00+07:00", 28 * ONE_DAY),
        ("2026-12", "2026-12-01T00:00:00+07:00", 31 * ONE_DAY),
        ("ge2026-11-24", "2026-11-24T00:00:00+07:00", ONE_DAY),
        ("2026-11-24T06:12", "2026-11-24T06:12:00+07:00", timedelta(minutes=1)),
        ("2026-11-24T06:12:30Z", "2026-11-24T06:12:30+00:00", timedelta(seconds=1)),
        ("2026-11-24T06:12:30 09:00", "2026-11-24T06:12:30+09:00", timedelta(seconds=1)),
        ("2026-11-24T06:12:30.5+07:00", "2026-11-24T06:12:30.500000+07:00", timedelta(milliseconds=100)),
    ],
)
def test_dates_are_read_with_their_precision_in_the_zone_of_who_asks(text: str, first: str, length: timedelta):
    asked = dates.read(text, zone=ZONE)

    assert (asked.first.isoformat(), asked.after - asked.first) == (first, length)


@pytest.mark.parametrize(
    "text", ["", "today", "2026-13", "2026-02-30", "ap2026", "2026-11-24+07:00", "0000", "9999", "2026-11-24T25:00"]
)
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(Unreadable):
        dates.read(text, zone=ZONE)
