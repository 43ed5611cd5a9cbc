"""People, from the register: who was in treatment where on the day, who came, left and came back, and their doses.

One text lists everybody that a number counts; the number counts that list and the drill-down shows it, so that the two
cannot differ. A patient belongs to the facility of the newest home (or clinic) placement that had begun by the day: who
is away for some days is counted where they belong, once. Standing is the newest change by that day, in the order of
recording within a day.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core import audit
from core.access import Access
from oversight.reports.ask import ASKED, Ask, rows
from oversight.rules.figures import Figure, Spread
from oversight.rules.report_codes import ReportKind

PEOPLE: Final = f"""
WITH {ASKED},
here AS (
    SELECT DISTINCT p.patient_id FROM patients_placement p JOIN asked ON asked.facility_id = p.facility_id),
places AS (
    SELECT p.patient_id, p.facility_id, p.starts_on, lag(p.facility_id) OVER w AS came_from,
           row_number() OVER (PARTITION BY p.patient_id ORDER BY p.starts_on DESC, p.id DESC) = 1 AS newest
      FROM patients_placement p JOIN here USING (patient_id)
     WHERE p.kind IN ('home', 'clinic') AND p.starts_on <= %(day)s
       AND (p.ended_on IS NULL OR p.ended_on >= p.starts_on)
    WINDOW w AS (PARTITION BY p.patient_id ORDER BY p.starts_on, p.id)),
steps AS (
    SELECT c.patient_id, c.status, c.from_day, lag(c.status) OVER w AS before, lead(c.from_day) OVER w AS next_day
      FROM patients_statuschange c JOIN here USING (patient_id)
     WHERE c.from_day <= %(day)s
    WINDOW w AS (PARTITION BY c.patient_id ORDER BY c.from_day, c.recorded_at, c.id)),
standing AS (
    SELECT s.patient_id, s.status FROM steps s WHERE s.next_day IS NULL),
again AS (
    SELECT s.patient_id, max(s.from_day) AS day FROM steps s
     WHERE s.status = 'in_treatment' AND s.before IN ('dropped_out', 'ended') GROUP BY s.patient_id),
changed AS (
    SELECT DISTINCT ON (s.patient_id, s.status) s.patient_id, s.status, s.from_day,
           (SELECT b.facility_id FROM places b WHERE b.patient_id = s.patient_id AND b.starts_on <= s.from_day
             ORDER BY b.starts_on DESC LIMIT 1) AS facility_id,
           s.status = 'in_treatment' AND s.before IN ('dropped_out', 'ended') AS back
      FROM steps s
     WHERE s.from_day >= %(first)s AND s.next_day IS DISTINCT FROM s.from_day
       AND (s.status <> 'in_treatment' OR s.before IN ('dropped_out', 'ended'))
     ORDER BY s.patient_id, s.status, s.from_day DESC),
treated AS (
    SELECT b.facility_id, b.patient_id, asked.within, asked.high, f.kind,
           coalesce(CASE WHEN asked.anew THEN again.day END, p.treatment_started_on) AS began,
           EXISTS (SELECT FROM patients_placement v
                    WHERE v.patient_id = b.patient_id AND v.kind IN ('hospital', 'detention')
                      AND %(day)s BETWEEN v.starts_on AND v.ended_on) AS away
      FROM places b
      JOIN asked USING (facility_id)
      JOIN facilities_facility f ON f.id = b.facility_id
      JOIN patients_patient p ON p.id = b.patient_id
      JOIN standing s ON s.patient_id = b.patient_id
      LEFT JOIN again ON again.patient_id = b.patient_id
     WHERE b.newest AND (s.status = 'in_treatment' OR s.status = 'suspended' AND asked.suspended))
"""  # noqa: S608  our own text

_BANG_3: Final = """
SELECT '1' AS code, facility_id, patient_id, %(day)s::date AS day FROM treated
UNION ALL
SELECT '1.1', facility_id, patient_id, began FROM treated WHERE began + interval '6 months' < %(day)s
UNION ALL
SELECT '1.2', facility_id, patient_id, began FROM treated WHERE began + interval '12 months' < %(day)s
UNION ALL
SELECT '2', facility_id, patient_id, %(day)s FROM treated WHERE kind = 'main_clinic' AND NOT away
UNION ALL
SELECT '3', facility_id, patient_id, %(day)s FROM treated WHERE kind = 'satellite' AND NOT away
UNION ALL
SELECT '4', t.facility_id, t.patient_id, h.day FROM treated t
  JOIN LATERAL (SELECT max(h.day) AS day FROM dispensing_takehome h
                 WHERE h.patient_id = t.patient_id AND h.day > %(day)s - t.within AND h.day <= %(day)s
                   AND EXISTS (SELECT FROM dispensing_takehomevial v WHERE v.take_home_id = h.act_id
                      AND NOT EXISTS (SELECT FROM dispensing_vialvoid x WHERE x.vial_id = v.id))) h
    ON h.day IS NOT NULL
UNION ALL
SELECT '5', c.facility_id, c.patient_id, c.from_day FROM changed c JOIN asked USING (facility_id)
 WHERE c.status = 'dropped_out'
"""

_MONTH: Final = """
SELECT 'active' AS code, facility_id, patient_id, %(day)s::date AS day FROM treated
UNION ALL
SELECT 'new', b.facility_id, b.patient_id, p.treatment_started_on FROM places b JOIN asked USING (facility_id)
  JOIN patients_patient p ON p.id = b.patient_id
 WHERE b.came_from IS NULL AND p.treatment_started_on BETWEEN %(first)s AND %(day)s
UNION ALL
SELECT 'restarted', c.facility_id, c.patient_id, c.from_day FROM changed c JOIN asked USING (facility_id) WHERE c.back
UNION ALL
SELECT 'moved_in', b.facility_id, b.patient_id, b.starts_on FROM places b JOIN asked USING (facility_id)
  JOIN patients_patient p ON p.id = b.patient_id
  JOIN facilities_facility f ON f.id = b.facility_id
 WHERE b.starts_on >= %(first)s
   AND (b.came_from <> b.facility_id OR b.came_from IS NULL AND p.treatment_started_on < b.starts_on
        AND (f.went_live_on IS NULL OR b.starts_on > f.went_live_on))
UNION ALL
SELECT 'moved_out', b.came_from, b.patient_id, b.starts_on FROM places b
  JOIN asked ON asked.facility_id = b.came_from
 WHERE b.starts_on >= %(first)s AND b.came_from <> b.facility_id
UNION ALL
SELECT CASE c.status WHEN 'dropped_out' THEN 'dropped' ELSE c.status END, c.facility_id, c.patient_id, c.from_day
  FROM changed c JOIN asked USING (facility_id) WHERE c.status IN ('dropped_out', 'ended', 'died')
UNION ALL
SELECT DISTINCT 'detained', d.facility_id, d.patient_id, min(d.day) OVER (PARTITION BY d.patient_id, d.facility_id)
  FROM (SELECT v.facility_id, v.patient_id, greatest(v.starts_on, %(first)s) AS day FROM patients_placement v
         WHERE v.kind = 'detention' AND v.starts_on <= %(day)s AND v.ended_on >= greatest(v.starts_on, %(first)s)
        UNION ALL
        SELECT o.facility_id, o.patient_id, o.day FROM dispensing_outcome o
         WHERE o.code = 'detained' AND o.day BETWEEN %(first)s AND %(day)s) d
  JOIN asked USING (facility_id)
UNION ALL
SELECT 'dose_high', t.facility_id, t.patient_id, r.starts_on FROM treated t
  JOIN dispensing_prescription r ON r.patient_id = t.patient_id AND r.dose_mg > t.high
   AND r.starts_on <= %(day)s AND r.ends_on >= %(day)s AND (r.ended_on IS NULL OR r.ended_on >= %(day)s)
"""

MEMBERS: Final[Mapping[ReportKind, str]] = {
    ReportKind.QUARTER: _BANG_3,
    ReportKind.YEAR: _BANG_3,
    ReportKind.MONTH: _MONTH,
}

_COUNTED: Final = """
SELECT m.code, m.facility_id, count(*), count(*) FILTER (WHERE p.sex = 'm'), count(*) FILTER (WHERE p.sex = 'f')
  FROM (%(members)s) m JOIN patients_patient p ON p.id = m.patient_id
 GROUP BY m.code, m.facility_id
"""
# One statement that joins the restricted table and answers numbers only.
_HIV: Final = """
SELECT t.facility_id, count(*) FILTER (WHERE h.positive), count(*) FILTER (WHERE h.positive AND p.sex = 'm'),
       count(*) FILTER (WHERE h.positive AND p.sex = 'f'), count(*)
  FROM treated t JOIN patients_patient p ON p.id = t.patient_id
  JOIN patients_hivstatus h ON h.patient_id = t.patient_id AND h.recorded_on <= %(day)s
 GROUP BY t.facility_id
"""
_SPREAD: Final = """
SELECT t.facility_id, (r.dose_mg * 100)::int, count(*) FROM treated t
  JOIN dispensing_prescription r ON r.patient_id = t.patient_id
   AND r.starts_on <= %(day)s AND r.ends_on >= %(day)s AND (r.ended_on IS NULL OR r.ended_on >= %(day)s)
 GROUP BY t.facility_id, r.dose_mg
"""

Found = dict[int, dict[str, Figure]]


def bang_3(ask: Ask, *, by: Access, now: datetime) -> Found:
    """Rows 1 to 5 for each facility, in two statements; that HIV was counted is in the audit trail."""
    found = _counted(ask, sexes=True)
    for pk in ask.ids:
        for code in ("1", "1.1", "1.2", "2", "3", "4", "5"):
            found[pk].setdefault(code, Figure(0, male=0, female=0))
        found[pk]["1.3"] = Figure(0, of=0, male=0, female=0)
    for pk, positive, male, female, known in rows(PEOPLE + _HIV, ask.values):
        found[pk]["1.3"] = Figure(positive, of=known, male=male, female=female)
    audit.record(
        action="report.hiv_counted",
        by=by,
        now=now,
        subject_kind="report",
        subject_id=ask.period.code,
        facilities=len(ask.ids),
        day=ask.day.isoformat(),
    )
    return found


def dropped(ask: Ask) -> dict[int, Figure]:
    """Row 5 alone, for the quarters of a year."""
    found = _counted(ask, sexes=True)
    return {pk: found[pk].get("5", Figure(0, male=0, female=0)) for pk in ask.ids}


def month(ask: Ask) -> Found:
    """The people of the local set for each facility, in one statement."""
    found = _counted(ask, sexes=False)
    codes = ("active", "new", "restarted", "moved_in", "moved_out", "dropped", "ended", "died", "detained", "dose_high")
    return {pk: {code: found[pk].get(code, Figure(0)) for code in codes} for pk in ask.ids}


def spreads(ask: Ask) -> dict[int, Spread]:
    """How many people in treatment have which dose on the day, for each facility, in one statement."""
    found: dict[int, dict[int, int]] = {pk: {} for pk in ask.ids}
    for pk, mg, people in rows(PEOPLE + _SPREAD, ask.values):
        found[pk][mg] = people
    return dict(found)


def _counted(ask: Ask, *, sexes: bool) -> Found:
    found: Found = defaultdict(dict)
    counted = _COUNTED.replace("%(members)s", MEMBERS[ask.period.kind])
    for code, pk, people, male, female in rows(PEOPLE + counted, ask.values):
        found[pk][code] = Figure(people, male=male, female=female) if sexes else Figure(people)
    return defaultdict(dict, {pk: found[pk] for pk in ask.ids})
