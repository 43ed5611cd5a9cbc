"""The demo's area has handed in the month that it lived through."""

import pytest

from demo import reported
from demo.places import settle
from oversight.models import Report
from tests.demo.tiny import TINY, TODAY, at

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_month_that_is_over_is_signed_and_approved_once() -> None:
    now = at(6, 10, days_later=9)  # early in December: November is over
    held = settle(TINY, first_day=TODAY, now=now)

    reported.until_now(held, now)
    reported.until_now(held, now)

    report = Report.objects.get()
    assert (report.kind, report.period, report.version) == ("month", "2026-11", 1)
    assert report.approval.approved_by != report.made_by
    assert report.figures["total"]["active"]["n"] > 0
