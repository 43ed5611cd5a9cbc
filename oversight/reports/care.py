"""Days, tests, visits and overdoses of a month, from what was decided and recorded; for any number of facilities.

A patient's days count at the facility that was to dose them on the last of them, all days of the month together, so
that nobody is counted twice. Of each patient-day the newest decision stands.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from dispensing.rules.due import DueFacts, counselling_due, exam_due
from oversight.reports.ask import ASKED, Ask, rows
from oversight.reports.register import PEOPLE
from oversight.rules.figures import Figure

BANDS: Final = (
    (0, 0, "missed_0"),
    (1, 2, "missed_1_2"),
    (3, 3, "missed_3"),
    (4, 5, "missed_4_5"),
    (6, 366, "missed_6"),
)

_DAYS: Final = f"""
WITH {ASKED},
met AS (
    SELECT DISTINCT o.patient_id FROM dispensing_dayoutcome o JOIN asked USING (facility_id)
     WHERE o.day BETWEEN %(first)s AND %(day)s),
standing AS (
    SELECT DISTINCT ON (o.patient_id, o.day) o.patient_id, o.day, o.facility_id, o.how, o.covered, o.tolerance_gap
      FROM dispensing_dayoutcome o JOIN met USING (patient_id)
     WHERE o.day BETWEEN %(first)s AND %(day)s
     ORDER BY o.patient_id, o.day, o.version DESC),
owed AS (
    SELECT s.*, s.day - (row_number() OVER (PARTITION BY s.patient_id, s.tolerance_gap ORDER BY s.day))::int AS island
      FROM standing s WHERE s.how NOT IN ('not_due', 'unknown')),
runs AS (
    SELECT patient_id, island, count(*) AS days FROM owed WHERE tolerance_gap GROUP BY patient_id, island),
longest AS (
    SELECT patient_id, max(days) AS days FROM runs GROUP BY patient_id),
each AS (
    SELECT o.patient_id, (array_agg(o.facility_id ORDER BY o.day DESC))[1] AS facility_id, max(o.day) AS day,
           count(*) AS owed, count(*) FILTER (WHERE o.covered) AS covered
      FROM owed o GROUP BY o.patient_id)
SELECT e.facility_id, e.patient_id, e.day, e.covered * 100 >= asked.attended * e.owed, coalesce(l.days, 0)
  FROM each e JOIN asked USING (facility_id) LEFT JOIN longest l ON l.patient_id = e.patient_id
"""  # noqa: S608  our own text

_TESTS: Final = f"""
WITH {ASKED}
SELECT t.facility_id, t.patient_id, (t.taken_at AT TIME ZONE f.zone)::date, t.opioids
  FROM dispensing_urinetest t
  JOIN asked USING (facility_id)
  JOIN facilities_facility f ON f.id = t.facility_id
 WHERE t.taken_at >= asked.begins AND t.taken_at < asked.ends AND t.took_place AND t.sample = 'given'
   AND NOT EXISTS (SELECT FROM dispensing_urinetest c WHERE c.corrects_id = t.id)
"""  # noqa: S608  our own text

_VISITS: Final = """
SELECT t.facility_id, t.patient_id, p.treatment_started_on, greatest(p.treatment_started_on, p.known_from),
       e.examined_on, e.next_due, k.held_on
  FROM treated t
  JOIN patients_patient p ON p.id = t.patient_id
  LEFT JOIN LATERAL (
       SELECT x.examined_on, x.next_due FROM dispensing_examination x
        WHERE x.patient_id = t.patient_id AND x.took_place AND x.examined_on <= %(day)s
          AND NOT EXISTS (SELECT FROM dispensing_examination c WHERE c.corrects_id = x.id)
        ORDER BY x.examined_on DESC, x.recorded_at DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (
       SELECT max(x.held_on) AS held_on FROM dispensing_counselling x
        WHERE x.patient_id = t.patient_id AND x.took_place AND x.held_on <= %(day)s
          AND NOT EXISTS (SELECT FROM dispensing_counselling c WHERE c.corrects_id = x.id)) k ON true
"""

_OVERDOSES: Final = f"""
WITH {ASKED}
SELECT i.facility_id, i.patient_id, (i.found_at AT TIME ZONE f.zone)::date
  FROM dispensing_overdoseincident i
  JOIN asked USING (facility_id)
  JOIN facilities_facility f ON f.id = i.facility_id
 WHERE i.found_at >= asked.begins AND i.found_at < asked.ends
"""  # noqa: S608  our own text


@dataclass(frozen=True, slots=True)
class Seen:
    """One patient (nobody where unknown) behind one number, and the day that it hangs on. `hit`: counted, not only
    among those of whom it is counted."""

    code: str
    facility_id: int
    patient_id: UUID | None
    day: date
    hit: bool = True


def month(ask: Ask) -> dict[int, dict[str, Figure]]:
    """Every number of care for each facility, in four statements."""
    found: dict[int, dict[str, Figure]] = {pk: {} for pk in ask.ids}
    counted: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in seen(ask):
        counted[one.facility_id, one.code][0] += one.hit
        counted[one.facility_id, one.code][1] += 1
    for pk in ask.ids:
        for code in ("attended", *(code for _low, _high, code in BANDS), "urine_positive", *_OVERDUE):
            found[pk][code] = Figure(*counted[pk, code])
        for code in ("urine_done", "overdoses"):
            found[pk][code] = Figure(counted[pk, code][0])
    return found


def seen(ask: Ask) -> Iterable[Seen]:
    """Every line behind the numbers of care."""
    for pk, patient_id, day, attended, longest in rows(_DAYS, ask.values):
        yield Seen("attended", pk, patient_id, day, hit=attended)
        for low, high, code in BANDS:
            yield Seen(code, pk, patient_id, day, hit=low <= longest <= high)
    for pk, patient_id, day, opioids in rows(_TESTS, ask.values):
        yield Seen("urine_done", pk, patient_id, day)
        if opioids in ("positive", "negative"):
            yield Seen("urine_positive", pk, patient_id, day, hit=opioids == "positive")
    yield from _overdue(ask)
    for pk, patient_id, day in rows(_OVERDOSES, ask.values):
        yield Seen("overdoses", pk, patient_id, day)


_OVERDUE: Final = ("exam_overdue", "counselling_overdue")


def _overdue(ask: Ask) -> Iterable[Seen]:
    """Who is late by the same rules as the list of those due (dispensing.rules.due)."""
    found: list[tuple[Any, ...]] = rows(PEOPLE + _VISITS, ask.values)
    for pk, patient_id, started_on, since, examined_on, next_due, counselled_on in found:
        facts = DueFacts(started_on, since, examined_on, next_due, counselled_on, None)
        exam = exam_due(facts, ask.dosing[pk])
        counselling = counselling_due(facts, ask.stability[pk])
        yield Seen("exam_overdue", pk, patient_id, exam.due_on, hit=exam.overdue(ask.day))
        yield Seen("counselling_overdue", pk, patient_id, counselling.due_on, hit=counselling.overdue(ask.day))
