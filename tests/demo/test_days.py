"""The simulated sites open and close their days; one forgets a close now and then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import proofs
from demo.history import advance
from dispensing.models import DayClose, DayOpening, DayOutcome, PatientReview, SweptDay
from dispensing.queries.site_days import days_not_opened_or_closed
from dispensing.services import sweep, unclosed
from followup.models import Task
from tests.demo.tiny import DAYS, LARGE, SMALL, TINY, TODAY, at, facility

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


@pytest.mark.usefixtures("committed_db")
def test_every_day_of_history_is_opened_closed_and_decided_and_today_is_open():
    for site in (LARGE, SMALL):
        here = facility(site)
        assert DayClose.objects.filter(facility=here).count() == DAYS
        assert DayOpening.objects.filter(facility=here).count() == DAYS + 1
        assert days_not_opened_or_closed(facility_ids=[here.pk], first=TODAY - DAYS * DAY, last=TODAY - DAY) == []
    last = DayOutcome.objects.filter(facility=facility(LARGE), day=TODAY - DAY)
    assert last.filter(how="dose").count() > LARGE.patients / 2
    assert not DayOutcome.objects.filter(day=TODAY).exists()
    assert [row for name in proofs.names() for row in proofs.run(name)] == []


@pytest.mark.django_db
def test_a_site_that_leaves_things_lying_forgets_a_close():
    forgetful = replace(SMALL, leaves_reviews=True)
    advance(replace(TINY, sites=(forgetful,)), days=6, now=at(6, 10))

    missing = days_not_opened_or_closed(
        facility_ids=[facility(forgetful).pk], first=TODAY - 6 * DAY, last=TODAY - DAY
    )  # fmt: skip
    assert [(one.opened is not None, one.closed) for one in missing] == [(True, None)] * len(missing)
    assert missing
    task = Task.objects.get(kind=unclosed.TASK, facility=facility(forgetful), done_at__isnull=True)
    assert task.data["days"] == len(missing)


@pytest.mark.usefixtures("committed_db")
def test_every_day_of_history_is_swept_and_nobody_waits_to_be_looked_at():
    for site in (LARGE, SMALL):
        past = SweptDay.objects.filter(facility=facility(site), day__lt=TODAY)
        assert past.filter(final_at__isnull=False).count() == DAYS
        missed = DayOutcome.objects.filter(facility=facility(site), day=TODAY - DAY, tolerance_gap=True)
        assert missed.exists() or site is SMALL
    assert not PatientReview.objects.exists()
    assert sweep.pending(now=at(6, 10), facility_id=facility(LARGE).pk) == []
