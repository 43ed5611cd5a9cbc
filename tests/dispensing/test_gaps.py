"""Both gaps read from decided days: the same as the window counts from the facts, and as worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dispensing.models import DayOutcome
from dispensing.queries import gaps
from dispensing.queries.facts import _day
from dispensing.rules import days
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.days import PatientDay
from dispensing.rules.missed import count_missed
from patients.models import Patient, Placement, Status, StatusChange
from tests import cast, world
from tests.dispensing import by_hand, morning
from tests.dispensing.rules.snapshots import SETTINGS, a_patient

DAY = timedelta(days=1)
LONG_AGO = date(2020, 1, 1)
MG, NONE = Decimal(65), Decimal(0)
STATED = st.sampled_from([None, None, *(str(code) for code in OutcomeCode)])
HISTORY = st.lists(st.tuples(st.booleans(), STATED).map(lambda day: stood(*day)), min_size=1, max_size=60)


def stood(drank: bool, said: str | None) -> tuple[bool, str | None]:
    """A vomiting is never read of a day whose dose does not stand (`queries.vomiting`)."""
    return drank, said if drank or said != OutcomeCode.VOMITED else None


def decided(patient: Patient, known: list[PatientDay]) -> None:
    """These days as decided once, without the facts behind them."""
    site = morning.site()
    DayOutcome.objects.bulk_create(
        DayOutcome(
            patient=patient, facility=site, day=one.day, version=1, rules_digest="test", how=found.how,
            covered=found.covered, swallowed_mg=found.swallowed_mg, outcome=found.outcome,
            reason_known=found.reason_known, caused_by_patient=found.caused_by_patient,
            tolerance_gap=found.tolerance_gap, adherence_gap=found.adherence_gap, why="sweep", decided_at=world.NOW,
        )
        for one in known
        for found in [days.decide(one)]
    )  # fmt: skip


class RandomHistories(TestCase):
    @given(HISTORY, st.integers(min_value=0, max_value=70), st.integers(min_value=0, max_value=100))
    def test_window_decided_days_and_hand_count_the_same(
        self, history: list[tuple[bool, str | None]], known_ago: int, started_ago: int
    ) -> None:
        known_from, started = world.TODAY - known_ago * DAY, world.TODAY - started_ago * DAY
        patient = morning.patient(known_from=known_from, prescribed=False)
        Patient.objects.filter(pk=patient.pk).update(treatment_started_on=started)
        past = [(world.TODAY - ago * DAY, *one) for ago, one in enumerate(reversed(history), 1)]
        past = [(day, drank, said) for day, drank, said in past if day >= started]
        on_record = [PatientDay(day, MG if drank else NONE, said, known=day >= known_from) for day, drank, said in past]
        told = {one.day for one in on_record}
        ever = [started + number * DAY for number in range(max(0, started_ago))]
        silent = [PatientDay(day, NONE, None, known=day >= known_from) for day in ever if day not in told]
        decided(patient, on_record + silent)

        found = gaps.gaps_of([patient.pk], today=world.TODAY)[patient.pk]

        by_day = {one.day: one for one in on_record + silent}
        read = [by_day[day] for day in sorted(by_day) if day >= world.TODAY - gaps.SPAN * DAY]
        board = tuple(_day(one.day.toordinal(), one.dosed_mg, one.outcome, one.known, False) for one in read)
        window = count_missed(a_patient(today=world.TODAY, days=board, treatment_started_on=started), SETTINGS)
        life = by_hand.Life(started, known_from, places=[(1, "home", LONG_AGO, None)])
        for one in by_day.values():
            life.drank[one.day] = int(one.dosed_mg > 0)
            if one.outcome:
                life.said.append((one.day, 0, one.outcome, ""))
        hand = by_hand.count(life, world.TODAY)
        counts = (found.tolerance, found.adherence, found.reaches_unknown, found.in_window(7), found.in_pattern(90))
        assert counts == (
            window.consecutive, window.adherence, window.reaches_unknown, window.in_window, window.in_pattern
        )  # fmt: skip
        assert counts == (hand.tolerance, hand.adherence, hand.unknown, hand.in_week, hand.in_quarter)
        assert found.undecided == 0


def marked(marks: str, *, until: date = world.TODAY - DAY, **more: object) -> Patient:
    """d dosed, x absent, w withheld, v vomited, - nothing decided; the last one is `until`."""
    patient = morning.patient(known_from=LONG_AGO, prescribed=False, **more)
    said = {"x": "absent", "w": "withheld", "v": "vomited"}
    decided(patient, [
        PatientDay(until - ago * DAY, MG if mark in "dv" else NONE, said.get(mark), known=True)
        for ago, mark in enumerate(reversed(marks)) if mark != "-"
    ])  # fmt: skip
    return patient


def of(patient: Patient, today: date = world.TODAY) -> gaps.GapsNow:
    return gaps.gaps_of([patient.pk], today=today)[patient.pk]


@pytest.mark.parametrize(
    ("marks", "tolerance", "adherence", "undecided"),
    [("dxx", 2, 2, 0), ("dxwv", 3, 1, 0), ("dxx-", 2, 2, 1), ("dx-x", 1, 1, 1), ("xd", 0, 0, 0)],
)
def test_days_that_a_site_has_still_to_decide_are_never_counted(db, marks, tolerance, adherence, undecided):
    found = of(marked("d" * 95 + marks))

    assert (found.tolerance, found.adherence, found.undecided) == (tolerance, adherence, undecided)
    assert found.since == (found.missed[tolerance - 1].day if tolerance else None)


def test_today_counts_once_it_is_decided(db):
    patient = marked("d" * 95 + "xx", until=world.TODAY)

    found = of(patient)

    assert (found.through, found.tolerance, found.in_window(7)) == (world.TODAY, 2, 2)
    assert of(patient, world.TODAY - DAY).tolerance == 1


def test_newest_version_of_a_day_counts(db):
    patient = marked("d" * 95 + "x")
    DayOutcome.objects.create(
        patient=patient, facility=morning.site(), day=world.TODAY - DAY, version=2, rules_digest="test", how="dose",
        covered=True, swallowed_mg=MG, outcome="", reason_known=True, caused_by_patient=False, tolerance_gap=False,
        adherence_gap=False, why="late_fact", decided_at=world.NOW,
    )  # fmt: skip

    assert (of(patient).tolerance, of(patient).last_covered) == (0, world.TODAY - DAY)


def test_days_of_no_place_and_out_of_treatment_are_a_gap_that_nobody_caused(db):
    patient = marked("d" * 95 + "x---")
    Placement.objects.filter(patient=patient).update(
        ended_on=world.TODAY - 3 * DAY, ended_by=world.person(cast.PHARMACIST)
    )
    StatusChange.objects.create(
        patient=patient, status=Status.DROPPED_OUT, from_day=world.TODAY - 3 * DAY, recorded_at=world.NOW,
        recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip

    found = of(patient)

    assert (found.tolerance, found.adherence, found.in_window(7), found.in_pattern(90)) == (4, 1, 4, 1)
    assert [one.due for one in found.missed] == [False, False, False, True]


def test_gaps_of_many_patients_are_one_statement(db):
    many = [marked("dx" * 20).pk for _ in range(20)]
    with CaptureQueriesContext(connection) as asked:
        found = gaps.gaps_of(many, today=world.TODAY)

    assert len(asked) == 1
    assert set(found) == set(many)
    assert gaps.gaps_of([], today=world.TODAY) == {}
