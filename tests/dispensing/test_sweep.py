"""The sweep: which days it takes, what becomes of them, twice, late, by two at once, and whom it tells."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.access import Access
from core.models import JobRun
from core.services.runs import PartsFailed
from dispensing.models import DayClose, DayOutcome, PatientReview, SweptDay
from dispensing.queries import gaps
from dispensing.services import days, sweep, unclosed
from dispensing.tasks import sweep_days
from facilities.models import Area, Facility, FacilityKind
from followup.models import Notice, Task
from patients.models import Patient, Placement, Status, StatusChange
from patients.services import status
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.test_at_once import together

DAY = timedelta(days=1)
NINE = world.NOW.replace(hour=9, minute=0)
EVENING = world.NOW.replace(hour=20)
AFTER_MIDNIGHT = (world.NOW + DAY).replace(hour=0, minute=10)


def a_site(name: str = "Pá Khoang", **more: object) -> Facility:
    """A site of its own, where only the test's patients are."""
    usual = {"area": Area.objects.get(name=cast.AREA), "kind": FacilityKind.SATELLITE, "went_live_on": world.TODAY}
    return Facility.objects.create(name=name, **usual | more)


def pending(site: Facility, now: datetime) -> list[tuple[date, bool]]:
    return [(one.day, one.final) for one in sweep.pending(now=now, facility_id=site.pk)]


def run(site: Facility, now: datetime) -> None:
    for one in sweep.pending(now=now, facility_id=site.pk):
        sweep.sweep(facility_id=site.pk, day=one.day, now=now)


def of(patient: Patient, day: date = world.TODAY) -> list[tuple[str, str, int]]:
    rows = DayOutcome.objects.filter(patient=patient, day=day).order_by("version")
    return [(row.how, row.facility.name, row.version) for row in rows.select_related("facility")]


def test_day_is_swept_after_closing_time_and_once_more_when_it_is_past(db):
    site = a_site()
    patient = morning.patient(at=site)

    assert pending(site, NINE - timedelta(minutes=1)) == []
    assert pending(site, NINE) == [(world.TODAY, False)]
    run(site, NINE)
    assert of(patient) == [("nothing", site.name, 1)]
    assert pending(site, EVENING) == []
    assert pending(site, AFTER_MIDNIGHT) == [(world.TODAY, True)]
    run(site, AFTER_MIDNIGHT)
    assert pending(site, AFTER_MIDNIGHT) == []
    assert of(patient) == [("nothing", site.name, 1)]


def test_site_open_round_the_clock_is_swept_after_midnight(db):
    site = a_site(round_the_clock=True)
    morning.patient(at=site)

    assert pending(site, EVENING) == []
    assert pending(site, AFTER_MIDNIGHT) == [(world.TODAY, True)]


def test_server_that_was_down_for_three_days_makes_them_good_oldest_first(db):
    site = a_site(went_live_on=world.TODAY - DAY)
    patient = morning.patient(at=site, known_from=world.TODAY - DAY)
    run(site, NINE - DAY)

    later = (world.NOW + 3 * DAY).replace(hour=12)
    assert pending(site, later) == [(world.TODAY + ago * DAY, ago < 3) for ago in range(-1, 4)]
    run(site, later)

    assert gaps.gaps_of([patient.pk], today=later.date())[patient.pk].tolerance == 5
    assert DayOutcome.objects.filter(patient=patient).count() == 5


def test_days_before_anybody_is_known_are_not_asked_about(db):
    site = a_site(went_live_on=cast.SINCE)
    assert pending(site, EVENING) == []

    morning.patient(at=site, known_from=world.TODAY - 2 * DAY)
    assert [day for day, _ in pending(site, EVENING)] == [world.TODAY - 2 * DAY, world.TODAY - DAY, world.TODAY]


def test_dose_after_closing_of_a_day_that_was_swept_is_seen_at_the_next_turn(db):
    """The window goes on after nine; the path of a dose decides nothing, the sweep comes back."""
    site = morning.site()
    SweptDay.objects.create(facility=site, day=world.TODAY, first_at=NINE, through=NINE)
    morning.opened_bottle()
    patient = morning.patient()
    sweep.sweep(facility_id=site.pk, day=world.TODAY, now=NINE + timedelta(seconds=1))
    assert [how for how, _, _ in of(patient)] == ["nothing"]
    today = partial(sweep.pending, facility_id=site.pk, day=world.TODAY)
    assert today(now=NINE + timedelta(minutes=10)) == []

    late = NINE + timedelta(minutes=15)
    morning.drink(patient, morning.access(cast.DISPENSER), now=late)

    assert [one.final for one in today(now=late + timedelta(minutes=5))] == [False]
    sweep.sweep(facility_id=site.pk, day=world.TODAY, now=late + timedelta(minutes=5))
    assert [how for how, _, _ in of(patient)] == ["nothing", "dose"]
    assert today(now=late + timedelta(minutes=15)) == []


def test_sweep_delivered_twice_writes_once(db):
    site = a_site()
    patients = [morning.patient(at=site) for _ in range(3)]

    first = [sweep.sweep(facility_id=site.pk, day=world.TODAY, now=EVENING) for _ in range(2)]

    assert first == [3, 0]
    assert sweep.sweep(facility_id=site.pk, day=world.TODAY, now=EVENING + timedelta(minutes=10)) == 0
    assert DayOutcome.objects.filter(patient__in=patients).count() == 3
    assert SweptDay.objects.filter(facility=site).count() == 1


def test_two_workers_on_one_sweep_decide_once(committed_db):
    site = a_site()
    patients = [morning.patient(at=site) for _ in range(5)]
    work = partial(sweep.sweep, facility_id=site.pk, day=world.TODAY, now=EVENING)

    found = together(work, work, work)

    assert sorted(found) == [0, 0, 5]
    assert DayOutcome.objects.filter(patient__in=patients).count() == 5
    assert PatientReview.objects.filter(patient__in=patients).count() == 5


def test_sweep_of_a_day_is_a_handful_of_statements_whatever_the_number_of_patients(db):
    small, large = a_site("Pá Khoang"), a_site("Mường Lói")
    for site, count in ((small, 2), (large, 40)):
        for _ in range(count):
            morning.patient(at=site, prescribed=False)
    asked = []
    for site in (small, large):
        sweep.sweep(facility_id=site.pk, day=world.TODAY - DAY, now=EVENING)  # the site's settings are read
        with CaptureQueriesContext(connection) as found:
            sweep.sweep(facility_id=site.pk, day=world.TODAY, now=EVENING)
        asked.append(len([query for query in found.captured_queries if "SAVEPOINT" not in query["sql"]]))
    assert asked[0] == asked[1] <= 14


def test_patient_who_moves_is_the_place_of_each_day_s_however_the_sweeps_come(db):
    """Dosed at noon by the next site on the last day at the old one: that day is the old place's, and covered."""
    old, new = morning.site(), morning.site(cast.OTHER_SITE)
    morning.opened_bottle()
    patient = morning.patient(known_from=world.TODAY)
    Placement.objects.filter(patient=patient).update(ended_on=world.TODAY, ended_by=world.person(cast.PHARMACIST))
    Placement.objects.create(
        patient=patient, facility=new, kind="home", starts_on=world.TODAY + DAY, recorded_at=world.NOW,
        recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip
    morning.drink(patient, morning.access(cast.DISPENSER))

    tomorrow = EVENING + DAY
    for place in (new, old):
        for day in (world.TODAY, world.TODAY + DAY):
            sweep.sweep(facility_id=place.pk, day=day, now=tomorrow)

    assert of(patient) == [("dose", old.name, 1)]
    assert of(patient, world.TODAY + DAY) == [("nothing", new.name, 1)]


@pytest.mark.parametrize(
    ("newer", "how"), [(Status.SUSPENDED, "nothing"), (Status.DROPPED_OUT, "not_due"), (Status.DIED, "not_due")]
)
def test_status_that_is_known_later_puts_the_days_since_right(db, newer: Status, how: str):
    site = morning.site()
    before = world.TODAY - 2 * DAY
    patient = morning.patient(known_from=before - DAY)
    StatusChange.objects.create(
        patient=patient, status=Status.IN_TREATMENT, from_day=cast.SINCE, recorded_at=world.NOW - 300 * DAY,
        recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip
    for ago in (3, 2, 1):
        sweep.sweep(facility_id=site.pk, day=world.TODAY - ago * DAY, now=world.NOW)
    PatientReview.objects.all().delete()

    by = morning.access(cast.CLINIC_PHYSICIAN)
    status.change(patient_id=patient.pk, status=newer, from_day=before, reason="báo muộn", by=by, now=world.NOW)

    assert [of(patient, world.TODAY - ago * DAY)[-1][0] for ago in (3, 2, 1)] == ["nothing", how, how]
    assert PatientReview.objects.filter(patient=patient).exists()
    found = gaps.gaps_of([patient.pk], today=world.TODAY)[patient.pk]
    assert (found.tolerance, found.adherence) == (3, 3 if how == "nothing" else 1)


def test_status_taken_back_decides_the_days_that_the_sweep_had_passed(db):
    site = morning.site()
    patient = morning.patient(known_from=world.TODAY - 5 * DAY)
    by = morning.access(cast.CLINIC_PHYSICIAN)
    status.change(
        patient_id=patient.pk, status=Status.DROPPED_OUT, from_day=world.TODAY - 3 * DAY, reason="không đến", by=by,
        now=world.NOW,
    )  # fmt: skip
    sweep.sweep(facility_id=site.pk, day=world.TODAY - DAY, now=world.NOW)
    assert of(patient, world.TODAY - DAY) == []

    status.change(
        patient_id=patient.pk, status=Status.IN_TREATMENT, from_day=world.TODAY - 2 * DAY, reason="đã trở lại", by=by,
        now=world.NOW,
    )  # fmt: skip

    assert of(patient, world.TODAY - DAY) == [("nothing", site.name, 1)]


def test_day_that_nobody_closed_is_told_to_the_site_head_once_and_ends_with_the_close(db):
    site = morning.site()
    SweptDay.objects.bulk_create(
        SweptDay(facility=site, day=day, first_at=world.NOW, through=world.NOW, final_at=world.NOW)
        for day in (world.TODAY - 2 * DAY, world.TODAY - DAY)
    )
    head = world.person(cast.SITE_HEAD)
    morning.patient(known_from=world.TODAY - 5 * DAY)
    for ago in (2, 1):
        SweptDay.objects.filter(day=world.TODAY - ago * DAY).update(through=None, final_at=None)
        sweep.sweep(facility_id=site.pk, day=world.TODAY - ago * DAY, now=world.NOW)

    told = [unclosed.tell(now=world.NOW + timedelta(minutes=ten)) for ten in (0, 10)]

    assert told == [2, 0]
    task = Task.objects.get(kind=unclosed.TASK, facility=site)
    assert (task.owner, task.data["days"], task.data["since"]) == (head, 2, f"{world.TODAY - 2 * DAY}")
    assert Notice.objects.filter(kind=unclosed.TASK, person=head).count() == 1

    close(site, world.TODAY - 2 * DAY)
    unclosed.closed(facility_id=site.pk, by=Access(), now=world.NOW)
    assert Task.objects.get(pk=task.pk).done_at is None
    close(site, world.TODAY - DAY)
    unclosed.closed(facility_id=site.pk, by=Access(), now=world.NOW)
    assert Task.objects.get(pk=task.pk).outcome == unclosed.CLOSED


def test_day_with_nobody_to_dose_is_nobody_s_to_close(db):
    site = a_site()
    sweep.sweep(facility_id=site.pk, day=world.TODAY, now=AFTER_MIDNIGHT)

    assert unclosed.tell(now=AFTER_MIDNIGHT) == 0


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Ho_Chi_Minh", date(2025, 12, 31)),
        ("Europe/Berlin", date(2026, 3, 29)),  # 02:00 does not exist
        ("Europe/Berlin", date(2026, 10, 25)),  # 02:30 comes twice
        ("America/Sao_Paulo", date(2018, 11, 4)),  # the day begins at one o'clock: midnight does not exist
        ("Asia/Amman", date(2022, 10, 28)),
        ("Pacific/Apia", date(2011, 12, 29)),  # the day after it never was
    ],
)
def test_clock_changes_at_midnight_and_the_end_of_the_year_lose_no_day_and_no_dose(db, zone: str, day: date):
    """Every ten minutes round three midnights: each day is decided once it is over there, none before, none twice."""
    site = a_site(zone=zone, went_live_on=day, closes_at="02:30")
    patient = morning.patient(at=site, known_from=day, placed_from=day, prescribed=False)
    patient.treatment_started_on = day
    patient.save(update_fields=["treatment_started_on"])
    here = ZoneInfo(zone)
    now = datetime(day.year, day.month, day.day, tzinfo=here).astimezone(ZoneInfo("UTC"))
    for _ten in range(6 * 24 * 3):
        today = now.astimezone(here).date()
        for one in sweep.pending(now=now, facility_id=site.pk):
            assert one.day <= today
            assert one.final == (one.day < (now - timedelta(minutes=10)).astimezone(here).date())
            sweep.sweep(facility_id=site.pk, day=one.day, now=now)
        decided = set(DayOutcome.objects.filter(patient=patient).values_list("day", flat=True))
        assert {day + number * DAY for number in range((today - day).days)} <= decided
        now += timedelta(minutes=10)

    rows = DayOutcome.objects.filter(patient=patient)
    assert rows.count() == rows.values("day").distinct().count() >= 3


def test_job_records_each_facility_and_day_and_one_that_fails_leaves_the_others(db, monkeypatch: pytest.MonkeyPatch):
    good, bad = a_site("Pá Khoang"), a_site("Mường Lói")
    for site in (good, bad):
        morning.patient(at=site)
    pending = [one for site in (bad, good) for one in sweep.pending(now=EVENING, facility_id=site.pk)]
    decide = days.decide

    def breaks(*, facility_id: int, **more: object) -> int:
        if facility_id == bad.pk:
            raise ConnectionError
        return decide(facility_id=facility_id, **more)

    monkeypatch.setattr(sweep, "pending", lambda *, now: pending)
    monkeypatch.setattr(days, "decide", breaks)
    with clock.at(EVENING), pytest.raises(PartsFailed):
        sweep_days()

    parts = JobRun.objects.filter(job="dispensing.tasks.sweep_days", part_of_id__isnull=False)
    assert {(part.facility_id, part.day, part.ok, part.error) for part in parts} == {
        (good.pk, world.TODAY, True, ""), (bad.pk, world.TODAY, False, "ConnectionError")
    }  # fmt: skip
    assert SweptDay.objects.filter(facility__in=(good, bad)).values_list("facility", flat=True).get() == good.pk


def close(site: Facility, day: date) -> None:
    DayClose.objects.create(
        facility=site, day=day, closed_at=world.NOW, sequence=1, chain_hash="0" * 64, recorded_at=world.NOW,
        recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip


def test_last_look_at_a_day_waits_until_nothing_of_it_is_under_way(db):
    """A dose of 23:59 may be recorded minutes after midnight; no sweep would come back for it after the last look."""
    site = a_site(closes_at="23:30")
    morning.patient(at=site)
    just_after = AFTER_MIDNIGHT - timedelta(minutes=7)

    assert pending(site, just_after) == [(world.TODAY, False)]
    run(site, just_after)
    assert SweptDay.objects.get(facility=site).final_at is None
    assert pending(site, AFTER_MIDNIGHT) == [(world.TODAY, True)]
