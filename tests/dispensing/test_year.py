"""A simulated year of two sites: the sweep day by day, the sweep all at once, and the days worked out by hand agree."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from django.db import transaction

from core.access import SYSTEM
from dispensing.models import DayOutcome, PatientReview
from dispensing.queries import facts, gaps
from dispensing.rules.daycodes import Why
from dispensing.rules.missed import count_missed
from dispensing.services import days, register_changes, sweep
from dispensing.services.day_proofs import decided
from tests.dispensing import by_hand
from tests.dispensing.rules.snapshots import SETTINGS
from tests.dispensing.year import DAYS, FIRST, LAST, ONE_DAY, PATIENTS, Fact, Year, days_between, moment

pytestmark = pytest.mark.slow(15)

LOOKED_AT: Final = range(3, DAYS, 20)
END: Final = moment(LAST + ONE_DAY, 0, 15)
Standing = dict[tuple[UUID, date], tuple[object, ...]]


def test_a_year_day_by_day_and_at_once_and_by_hand_agree_on_every_day(db):
    year = Year(seed=20261122)
    assert {fact.kind for fact in year.facts} == {"dose", "said", "void", "status", "road", "away"}
    year.write([fact for fact in year.facts if fact.in_time])
    later = [fact for fact in year.facts if not fact.in_time]

    with transaction.atomic():
        day_by_day(year, later)
        one_by_one = standing(year)
        versions = DayOutcome.objects.filter(patient__in=year.ids, version__gt=1).count()
        assert list(decided()) == []
        assert set(year.ids) <= set(PatientReview.objects.values_list("patient_id", flat=True))
        transaction.set_rollback(True)
    assert not DayOutcome.objects.filter(patient__in=year.ids).exists()
    year.write(later)
    sweep_sites(year, END)

    at_once = standing(year)
    by_reference = expected(year)
    assert versions > 80  # what arrived late, or was put right, did change days that were decided
    assert owed(one_by_one) == owed(at_once) == by_reference
    assert {what[1] for what in by_reference.values()} == {"covered", "missed", "unknown"}


def day_by_day(year: Year, later: list[Fact]) -> None:
    """Facts arrive when they are written down; the sweep runs most nights, some evenings, once not for days."""
    waiting = list(later)
    for number, day in enumerate(days_between(FIRST, LAST)):
        arrive(year, waiting, until=moment(day, 20))
        if year.dice.random() < 0.1:
            sweep_sites(year, moment(day, 20))
        arrive(year, waiting, until=moment(day + ONE_DAY, 0, 15))
        if year.dice.random() < 0.85 and not 200 <= number < 204:  # a server that was down for days
            sweep_sites(year, moment(day + ONE_DAY, 0, 15))
        if number in LOOKED_AT:
            same_counts(year, moment(day + ONE_DAY, 5))
    arrive(year, waiting, until=END)
    sweep_sites(year, END)


def arrive(year: Year, waiting: list[Fact], *, until: datetime) -> None:
    """Each late fact is written down, and what the services do with it follows."""
    while waiting and waiting[0].recorded_at < until:
        fact = waiting.pop(0)
        year.write([fact])
        now, who = fact.recorded_at, [] if fact.who < 0 else [year.ids[fact.who]]
        if fact.kind == "status":
            register_changes.follow(who, fact.day, SYSTEM, now)
        elif fact.kind == "road":
            days.again(
                patient_ids=sorted(year.ids), first=fact.day, last=fact.until, by=SYSTEM, now=now, why=Why.LATE_FACT
            )
        else:
            why = Why.VOID if fact.kind == "void" else Why.LATE_FACT
            days.after_the_day(patient_id=who[0], day=fact.day, by=SYSTEM, now=now, why=why)


def sweep_sites(year: Year, now: datetime) -> None:
    for site in year.sites:
        for one in sweep.pending(now=now, facility_id=site.pk):
            sweep.sweep(facility_id=one.facility_id, day=one.day, now=now)


def same_counts(year: Year, now: datetime) -> None:
    """The window's count, the decided days' count where nothing is left to decide, and the count by hand."""
    today = now.date()
    by_days = gaps.gaps_of(year.ids, today=today)
    known = facts.load(patient_ids=year.ids, facility_id=year.sites[0].pk, now=now, zone=year.sites[0].zone)
    for who in range(PATIENTS):
        life, id_ = year.life(who, until=now), year.ids[who]
        count = by_hand.count(life, today)
        board = count_missed(known[id_].facts, SETTINGS)
        assert (board.consecutive, board.reaches_unknown, board.in_window) == (
            count.tolerance, count.unknown, count.in_week,
        ), (who, today)  # fmt: skip
        if not any(by_hand.verdict(life, today - ago * ONE_DAY).what == "nobody" for ago in range(1, 92)):
            assert (board.adherence, board.in_pattern) == (count.adherence, count.in_quarter), (who, today)
        found = by_days[id_]
        if found.undecided == 0:
            assert (
                found.tolerance,
                found.adherence,
                found.reaches_unknown,
                found.in_window(7),
                found.in_pattern(90),
            ) == (count.tolerance, count.adherence, count.unknown, count.in_week, count.in_quarter), (who, today)


def standing(year: Year) -> Standing:
    newest: dict[tuple[UUID, date], DayOutcome] = {}
    for row in DayOutcome.objects.filter(patient__in=year.ids).order_by("version"):
        newest[row.patient_id, row.day] = row
    return {key: _told(row) for key, row in newest.items()}


def _told(row: DayOutcome) -> tuple[object, ...]:
    what = "covered" if row.covered else {"unknown": "unknown", "not_due": "nobody"}.get(row.how, "missed")
    return (row.facility_id, what, row.adherence_gap, row.reason_known)


def owed(found: Standing) -> Standing:
    """Without the days that were nobody's after all: swept afterwards they were never decided."""
    return {key: what for key, what in found.items() if what[1] != "nobody"}


def expected(year: Year) -> Standing:
    found: Standing = {}
    for who in range(PATIENTS):
        life = year.life(who, until=END + timedelta(days=1))
        for day in days_between(FIRST, LAST):
            said = by_hand.verdict(life, day)
            if said.whose is not None and said.what != "nobody":
                found[year.ids[who], day] = (said.whose, said.what, said.by_patient, said.why_known)
    return found
