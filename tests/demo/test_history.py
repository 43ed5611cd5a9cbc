"""The simulator on a tiny province: what it leaves is true, complete, the same every time, and never doubled."""

import logging
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from core import proofs
from core.access import Role
from core.ids import new_id
from demo.history import Passed, advance
from demo.people import SIGN_IN
from dispensing.models import CoveredDay, Dose, Outcome
from dispensing.queries import board
from dispensing.rules.choices import OutcomeCode
from dispensing.services import outcomes
from dispensing.services.outcomes import NewOutcome
from inventory.models import Balance
from patients.models import Patient, Status
from staff.models import Appointment, Person
from tests.demo.tiny import DAYS, LARGE, SMALL, TINY, TODAY, access, at, run, told

pytestmark = [pytest.mark.django_db, pytest.mark.slow(12)]
DAY = timedelta(days=1)


def board_of(site, now):
    return board.morning(by=access(site, Role.DISPENSER, now), now=now)


def dosed_days():
    """Patients dosed, by site and day."""
    rows = CoveredDay.objects.filter(dose__facility__name__in=[LARGE.name, SMALL.name])
    return Counter(rows.values_list("dose__facility__name", "day"))


def test_advance_at_first_leaves_true_books_and_a_morning_in_progress(caplog):
    with caplog.at_level(logging.WARNING):
        passed = run(at(6, 10))

    assert (passed.site_days, passed.mornings) == (2 * DAYS, 2)
    assert not [record.message for record in caplog.records]
    assert {name: proofs.run(name) for name in proofs.names()} == {name: [] for name in proofs.names()}
    assert Balance.objects.aggregate(total=Sum("quantity"))["total"] == 0
    assert not Balance.objects.filter(account__kind="unreconciled").exclude(quantity=0)

    days = dosed_days()
    for site in (LARGE, SMALL):
        history = [days[site.name, TODAY - back * DAY] for back in range(1, DAYS + 1)]
        assert min(history) >= 0.85 * site.patients
    share = days[LARGE.name, TODAY] / LARGE.patients
    assert 0.55 <= share <= 0.65


def test_advance_again_at_the_same_moment_or_later_that_day_adds_nothing():
    run(at(6, 10), days=1)
    before = told()

    assert run(at(6, 10), days=1) == Passed()
    assert run(at(23, 50), days=1) == Passed()
    assert told() == before


def test_advance_twice_from_nothing_tells_the_same():
    accounts = []
    for _ in range(2):
        nothing = transaction.savepoint()
        run(at(6, 10), days=2)
        accounts.append(told())
        transaction.savepoint_rollback(nothing)

    assert accounts[0].doses
    assert accounts[0] == accounts[1]


def test_advance_days_later_adds_exactly_the_missing_days_and_finishes_the_morning(caplog):
    run(at(6, 10), days=2)
    before, history = told(), dosed_days()

    with caplog.at_level(logging.WARNING):
        passed = run(at(6, 10, days_later=2), days=2)

    after, days = told(), dosed_days()
    assert (passed.site_days, passed.mornings) == (4, 2)
    assert not [record.message for record in caplog.records]
    assert set(before.doses) <= set(after.doses)
    for site in (LARGE, SMALL):
        for back in (1, 2):
            assert days[site.name, TODAY - back * DAY] == history[site.name, TODAY - back * DAY]
        for ahead in (0, 1):
            assert days[site.name, TODAY + ahead * DAY] >= 0.85 * site.patients
        assert 0 < days[site.name, TODAY + 2 * DAY] <= 0.7 * (site.patients + 2)
        assert not days[site.name, TODAY + 3 * DAY]
    assert not Dose.objects.filter(given_at__gt=at(6, 10, days_later=2))
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]


def test_advance_after_a_visitor_keeps_what_they_did_and_lets_everybody_sign_in_again():
    now = at(6, 10)
    run(now, days=1)
    row = board_of(LARGE, now + timedelta(minutes=1)).to_come[0]
    outcomes.state(
        command=NewOutcome(id=new_id(), patient_id=row.patient_id, code=OutcomeCode.REFUSED),
        by=access(LARGE, Role.DISPENSER, now),
        now=now + timedelta(minutes=2),
    )
    Person.objects.filter(username=f"{SIGN_IN[Role.WITNESS][0]}.lon").update(pin_hash="", is_active=False)

    run(at(7, 0, days_later=1), days=1)

    assert not CoveredDay.objects.filter(patient_id=row.patient_id, day=TODAY).exists()
    assert Outcome.objects.filter(patient_id=row.patient_id, day=TODAY).count() == 1
    witness = Person.objects.get(username=f"{SIGN_IN[Role.WITNESS][0]}.lon")
    assert witness.is_active
    assert witness.pin_hash


def test_advance_with_nobody_left_at_a_site_lets_the_others_go_on(caplog):
    run(at(6, 10), days=1)
    gone = [f"{SIGN_IN[role][0]}.nho" for role in (Role.DISPENSER, Role.SITE_HEAD)]
    Appointment.objects.filter(person__username__in=gone).update(
        ended_on=TODAY - DAY, ended_by_id=Person.objects.order_by("pk").values("pk")[:1]
    )

    with caplog.at_level(logging.WARNING):
        run(at(6, 10, days_later=1), days=1)

    assert any("nobody is left" in record.message for record in caplog.records)
    assert dosed_days()[LARGE.name, TODAY + DAY]
    assert not dosed_days()[SMALL.name, TODAY + DAY]


@pytest.mark.parametrize(("hour", "minute"), [(0, 20), (6, 10), (23, 50)])
def test_advance_at_any_hour_leaves_a_morning_in_progress_before_now(hour, minute):
    now = at(hour, minute)
    run(now, days=1)

    today = Dose.objects.filter(covers_day=TODAY, facility__name=LARGE.name)
    shown = board_of(LARGE, now + timedelta(seconds=1))
    assert at(0, 0) <= min(today.values_list("given_at", flat=True))
    assert max(today.values_list("recorded_at", flat=True)) <= now
    assert 0.55 <= shown.taken / shown.total <= 0.65
    assert len(shown.look_again) == 1
    assert shown.to_come


def test_advance_beside_another_province_leaves_it_alone():
    run(at(6, 10), days=0)
    first = told()

    advance(TINY, days=0, now=at(6, 10))

    assert told() == first
    assert Patient.objects.filter(status=Status.IN_TREATMENT, placements__facility__name=SMALL.name).count() == 9
