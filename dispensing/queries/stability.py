"""Loads what an assessment depends on, and the assessments that stand: a fixed number of statements for any number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.clock import local_day
from dispensing.models import StabilityAssessment
from dispensing.queries import vials
from dispensing.rules.due import DueFacts, exam_due
from dispensing.rules.facts import Phase
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability import CONCLUSIVE, HISTORY_DAYS, MedicineFact, StabilityFacts, UrineFact
from dispensing.rules.stability_codes import Substance


@dataclass(frozen=True, slots=True)
class Person:
    """One patient in treatment. `facility_id`: where they drink today, will, or drank last; None for nowhere yet.
    `since`: from when the record could know of them.
    """

    patient_id: UUID
    code: str
    facility_id: int | None
    zone: str
    started_on: date
    since: date


@dataclass(frozen=True, slots=True)
class Whom:
    """One patient with the facts of an assessment."""

    patient_id: UUID
    facility_id: int | None
    facts: StabilityFacts


@dataclass(frozen=True, slots=True)
class Tested:
    """Of one patient: when a sample was last asked for, given or refused, and every test, oldest first."""

    asked_on: date | None
    tests: tuple[UrineFact, ...]

    @property
    def conclusive_on(self) -> date | None:
        """The last test that said anything of opioids."""
        return max((t.taken_on for t in self.tests if t.result(Substance.OPIOIDS) in CONCLUSIVE), default=None)


@dataclass(frozen=True, slots=True)
class Care:
    """The last examination, the next day that the physician named, the last counselling."""

    exam_on: date | None = None
    exam_next: date | None = None
    counselled_on: date | None = None

    def due(self, person: Person, tested: Tested) -> DueFacts:
        """What the patient is due for hangs on these."""
        return DueFacts(
            started_on=person.started_on, since=person.since, exam_on=self.exam_on, exam_next=self.exam_next,
            counselled_on=self.counselled_on, tested_on=tested.conclusive_on,
        )  # fmt: skip


HOME_ZONE: Final = "Asia/Ho_Chi_Minh"  # by which "today" is told to the database; each facility's own day follows

_WHO: Final = """
SELECT p.id, p.code, pl.facility_id, coalesce(f.zone, 'Asia/Ho_Chi_Minh'), p.treatment_started_on, p.known_from
  FROM patients_patient p
  LEFT JOIN LATERAL (
       SELECT x.facility_id FROM patients_placement x WHERE x.patient_id = p.id
        ORDER BY (x.starts_on <= %(today)s AND (x.ended_on IS NULL OR x.ended_on >= %(today)s)) DESC, x.starts_on DESC
        LIMIT 1) pl ON true
  LEFT JOIN facilities_facility f ON f.id = pl.facility_id
 WHERE p.id = ANY(%(who)s::uuid[]) AND p.status IN ('in_treatment', 'suspended')
 ORDER BY p.id
"""

# Days that the patient missed without notice, and days of which nothing is decided and no dose is known. An absence
# that was announced no later than its own day is with notice.
_DAYS: Final = """
WITH standing AS (
    SELECT DISTINCT ON (o.patient_id, o.day) o.patient_id, o.day, o.how, o.adherence_gap
      FROM dispensing_dayoutcome o
     WHERE o.patient_id = ANY(%(who)s::uuid[]) AND o.day >= %(today)s - 366 AND o.day <= %(today)s
     ORDER BY o.patient_id, o.day, o.version DESC)
SELECT s.patient_id, 'missed', s.day FROM standing s
 WHERE s.adherence_gap AND NOT EXISTS (
       SELECT FROM dispensing_absence a JOIN facilities_facility f ON f.id = a.facility_id
        WHERE a.patient_id = s.patient_id AND a.cancelled_at IS NULL AND s.day BETWEEN a.from_day AND a.until_day
          AND (a.recorded_at AT TIME ZONE f.zone)::date <= s.day)
UNION ALL
SELECT p.id, 'unknown', d.day::date
  FROM patients_patient p
 CROSS JOIN LATERAL generate_series(
       greatest(p.treatment_started_on, %(today)s - 90), %(today)s - 1, interval '1 day') d (day)
  LEFT JOIN standing s ON s.patient_id = p.id AND s.day = d.day::date
 WHERE p.id = ANY(%(who)s::uuid[]) AND (s.patient_id IS NULL OR s.how = 'unknown')
   AND NOT EXISTS (SELECT FROM dispensing_coveredday c WHERE c.patient_id = p.id AND c.day = d.day::date)
"""

_SEEN: Final = """
SELECT o.patient_id, CASE WHEN o.code IN ('withheld', 'intoxicated') THEN 'withheld'
                          WHEN o.code IN ('spat_out', 'held_in_mouth') THEN 'not_swallowed' ELSE 'cup_taken' END, o.day
  FROM dispensing_outcome o
 WHERE o.patient_id = ANY(%(who)s::uuid[]) AND o.day >= %(today)s - 366 AND o.day <= %(today)s
   AND o.code IN ('withheld', 'intoxicated', 'spat_out', 'held_in_mouth', 'left_with_cup')
UNION ALL
SELECT v.patient_id, 'vomited', v.day FROM dispensing_vomitrecord v
 WHERE v.patient_id = ANY(%(who)s::uuid[]) AND v.day >= %(today)s - 366 AND v.day <= %(today)s
UNION ALL
SELECT i.patient_id, 'overdosed', (i.found_at AT TIME ZONE f.zone)::date
  FROM dispensing_overdoseincident i JOIN facilities_facility f ON f.id = i.facility_id
 WHERE i.patient_id = ANY(%(who)s::uuid[]) AND i.found_at >= %(today)s - 366
"""

# And, before the first, since when another book says that its dose was so (domain 12.5).
_ORDERS: Final = """
SELECT o.patient_id, o.starts_on, o.dose_mg, o.previous_dose_mg, o.phase FROM (
    SELECT r.patient_id, r.starts_on, r.dose_mg, r.previous_dose_mg, r.phase, r.recorded_at
      FROM dispensing_prescription r
     WHERE r.patient_id = ANY(%(who)s::uuid[]) AND r.starts_on <= %(today)s
       AND (r.ended_on IS NULL OR r.ended_on >= r.starts_on)
     UNION ALL
    SELECT st.patient_id, st.changed_on, first.dose_mg, st.dose_before_mg, '', NULL
      FROM dispensing_startrecord st
      JOIN LATERAL (SELECT r.dose_mg, r.starts_on FROM dispensing_prescription r
                     WHERE r.patient_id = st.patient_id ORDER BY r.starts_on, r.recorded_at LIMIT 1) first
        ON first.starts_on >= st.changed_on
     WHERE st.patient_id = ANY(%(who)s::uuid[])) o
 ORDER BY o.patient_id, o.starts_on, o.recorded_at NULLS FIRST
"""

_TESTS: Final = """
SELECT t.patient_id, (t.taken_at AT TIME ZONE f.zone)::date, t.sample, t.opioids, t.methadone, t.amphetamines,
       t.benzodiazepines, t.cannabis
  FROM dispensing_urinetest t JOIN facilities_facility f ON f.id = t.facility_id
 WHERE t.patient_id = ANY(%(who)s::uuid[]) AND t.took_place
   AND NOT EXISTS (SELECT FROM dispensing_urinetest c WHERE c.corrects_id = t.id)
 ORDER BY t.patient_id, t.taken_at, t.id
"""

_EXAMS: Final = """
SELECT DISTINCT ON (e.patient_id) e.patient_id, e.examined_on, e.next_due FROM dispensing_examination e
 WHERE e.patient_id = ANY(%(who)s::uuid[]) AND e.took_place
   AND NOT EXISTS (SELECT FROM dispensing_examination c WHERE c.corrects_id = e.id)
 ORDER BY e.patient_id, e.examined_on DESC, e.recorded_at DESC
"""

_COUNSELLED: Final = """
SELECT e.patient_id, max(e.held_on) FROM dispensing_counselling e
 WHERE e.patient_id = ANY(%(who)s::uuid[]) AND e.took_place
   AND NOT EXISTS (SELECT FROM dispensing_counselling c WHERE c.corrects_id = e.id)
 GROUP BY e.patient_id
"""

# A vial is due back on the day after the last one of its hand-out, when the patient drinks at the window again.
_BROKEN: Final = f"""
SELECT tv.patient_id, coalesce(r.day, due.day)
  FROM dispensing_takehomevial tv
  JOIN dispensing_takehome h ON h.act_id = tv.take_home_id
 CROSS JOIN LATERAL (SELECT {vials.DUE_ON} AS day) due
  LEFT JOIN LATERAL (
       SELECT x.what, x.day FROM dispensing_vialreport x
        WHERE x.vial_id = tv.id
          AND NOT EXISTS (SELECT FROM dispensing_vialreport c WHERE c.corrects_id = x.id)) r ON true
 WHERE tv.patient_id = ANY(%(who)s::uuid[]) AND tv.day >= %(today)s - 366 AND {vials.NOT_VOIDED}
   AND (r.what <> 'returned_empty' OR r.day > due.day OR r.what IS NULL AND due.day < %(today)s)
"""  # noqa: S608  our own text

_ALERTS: Final = """
SELECT a.patient_id, a.kind, a.effect, a.change, a.since FROM patients_alert a
 WHERE a.patient_id = ANY(%(who)s::uuid[]) AND a.ended_on IS NULL AND a.kind IN ('pregnancy', 'medicine')
"""


def load(patient_ids: Collection[UUID], *, now: datetime) -> list[Whom]:
    """Everybody of these who is in treatment, by id, with the facts as known now. Ten statements for any number."""
    people = people_of(patient_ids, now=now)
    if not people:
        return []
    asked: dict[str, Any] = {"who": [one.patient_id for one in people], "today": local_day(now, HOME_ZONE)}
    days = _days_by_kind([*_rows(_DAYS, asked), *_rows(_SEEN, asked)])
    orders = _grouped(_rows(_ORDERS, asked))
    tests = tests_of(asked["who"], now=now)
    care = care_of(asked["who"])
    alerts = _grouped(_rows(_ALERTS, asked))
    broken = _take_home_broken(asked["who"], now=now)
    found = []
    for one in people:
        tested = tests.get(one.patient_id, Tested(None, ()))
        due = care.get(one.patient_id, Care()).due(one, tested)
        patient_id, today = one.patient_id, local_day(now, one.zone)
        kinds = days[patient_id]
        facts = StabilityFacts(
            today=today,
            due=due,
            missed_on=tuple(kinds["missed"]),
            unknown_on=tuple(kinds["unknown"]),
            **_dose(orders.get(patient_id, [])),
            urine=tuple(t for t in tested.tests if (today - t.taken_on).days <= HISTORY_DAYS or t is tested.tests[-1]),
            withheld_on=tuple(kinds["withheld"]),
            vomited_on=tuple(kinds["vomited"]),
            not_swallowed_on=tuple(kinds["not_swallowed"]),
            cup_taken_on=tuple(kinds["cup_taken"]),
            overdosed_on=tuple(kinds["overdosed"]),
            take_home_broken_on=tuple(broken.get(patient_id, ())),
            **_alerts(alerts.get(patient_id, [])),
        )
        found.append(Whom(patient_id, one.facility_id, facts))
    return found


def people_of(patient_ids: Collection[UUID], *, now: datetime) -> list[Person]:
    """Who of these is in treatment, by id; one statement."""
    values = {"who": list(patient_ids), "today": local_day(now, HOME_ZONE)}
    return [
        Person(patient_id, code, facility_id, zone, started_on, max(started_on, known_from))
        for patient_id, code, facility_id, zone, started_on, known_from in _rows(_WHO, values)
    ]


def care_of(patient_ids: Collection[UUID]) -> dict[UUID, Care]:
    """The last examination and counselling of each; two statements. Who had neither is left out."""
    asked = {"who": list(patient_ids)}
    exams = {row[0]: (row[1], row[2]) for row in _rows(_EXAMS, asked)}
    counselled = dict(_rows(_COUNSELLED, asked))
    return {one: Care(*exams.get(one, (None, None)), counselled.get(one)) for one in exams.keys() | counselled.keys()}


def tests_of(patient_ids: Collection[UUID], *, now: datetime) -> dict[UUID, Tested]:
    """The urine tests of these patients that stand; one statement. Who was never asked is left out."""
    found: dict[UUID, list[UrineFact]] = defaultdict(list)
    for patient_id, taken_on, sample, *results in _rows(_TESTS, {"who": list(patient_ids)}):
        by_substance = tuple(zip((str(s) for s in Substance), results, strict=True))
        found[patient_id].append(UrineFact(taken_on, sample, by_substance))
    return {one: Tested(max(t.taken_on for t in tests), tuple(tests)) for one, tests in found.items()}


def exam_overdue_days(patient_id: UUID, *, dosing: DosingSettings, today: date) -> int:
    """Days since the patient was to be examined again; 0 where that is ahead, or where no examination is on record:
    what nobody has written down is asked for elsewhere, not on every card. One statement.
    """
    found = _rows(_EXAMS, {"who": [patient_id]})
    if not found:
        return 0
    _who, exam_on, exam_next = found[0]
    facts = DueFacts(exam_on, exam_on, exam_on=exam_on, exam_next=exam_next, counselled_on=None, tested_on=None)
    return exam_due(facts, dosing).days_late(today)


def standing(patient_ids: Collection[UUID]) -> dict[UUID, StabilityAssessment]:
    """The newest assessment of each; one statement."""
    newest = StabilityAssessment.objects.filter(patient_id__in=list(patient_ids))
    return {one.patient_id: one for one in newest.order_by("patient_id", "-version").distinct("patient_id")}


def _take_home_broken(patient_ids: Collection[UUID], *, now: datetime) -> Mapping[UUID, Iterable[date]]:
    """Days on which the terms of take-home doses were not kept: a vial lost, brought back full or not drunk, and one
    that was not back on the day after the last of its hand-out.
    """
    found: dict[UUID, set[date]] = defaultdict(set)
    values = {"who": list(patient_ids), "today": local_day(now, HOME_ZONE)}
    for patient_id, day in _rows(_BROKEN, values):
        found[patient_id].add(day)
    return {patient_id: sorted(days) for patient_id, days in found.items()}


def _dose(orders: list[Any]) -> dict[str, Any]:
    """From which day the present dose holds, and what it was before."""
    told: dict[str, Any] = {"dose_known_from": orders[0][1] if orders else None}
    before: Decimal | None = orders[0][3] if orders else None
    for _who, starts_on, dose_mg, _previous, phase in orders:
        if before is not None and dose_mg != before:
            told |= {"dose_changed_on": starts_on, "dose_from_mg": before, "dose_to_mg": dose_mg}
        if phase == Phase.MAINTENANCE:
            told.setdefault("maintenance_since", starts_on)
        before = dose_mg
    return told


def _alerts(rows: list[Any]) -> dict[str, Any]:
    pregnant = [since for _who, kind, _effect, _change, since in rows if kind == "pregnancy"]
    medicines = [MedicineFact(effect, change, since) for _w, kind, effect, change, since in rows if kind == "medicine"]
    return {"pregnant_since": min(pregnant, default=None), "medicines": tuple(medicines)}


def _days_by_kind(rows: Iterable[Any]) -> dict[UUID, dict[str, list[date]]]:
    found: dict[UUID, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for patient_id, kind, day in rows:
        found[patient_id][kind].append(day)
    return found


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
