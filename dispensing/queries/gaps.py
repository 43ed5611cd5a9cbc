"""Both gaps, the window and the pattern of many patients, as their days are decided; one statement for any number.

The window never asks here: it counts from the facts (`rules.missed`), and both come to the same (docs/architecture.md).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dispensing.queries.vials import COVERS as COVERING
from dispensing.rules.daycodes import COVERS, How
from dispensing.rules.facts import StartFact
from dispensing.rules.started import left_over

SPAN: Final = 91  # days before today that are read: as far as the window reads, and as the longest pattern
_UNDECIDED: Final = "undecided"


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A day on which nothing stayed in. `outcome`: what was stated of it, empty for nothing. `due`: a site was to dose
    the patient on it; where none was, nobody caused it.
    """

    day: date
    caused_by_patient: bool
    reason_known: bool
    outcome: str
    due: bool = True


@dataclass(frozen=True, slots=True)
class GapsNow:
    """What the decided days of one patient say at one moment.

    `through` is the newest day that counts: today where it is decided already, else the last one that is. `tolerance`
    and `adherence` are the gaps that end there (domain 2.3 b), `since` the first day of the gap. `reaches_unknown`: no
    dose is known before it. `missed`: every missed day of the last SPAN days, newest first. `undecided`: past days
    that a site has still to decide; they end a gap and are never counted. `start`: what the book before this one
    declared, `covered`: the days with a dose, where there is such.
    """

    today: date
    through: date | None
    tolerance: int
    adherence: int
    since: date | None
    reaches_unknown: bool
    last_covered: date | None
    missed: tuple[MissedDay, ...]
    undecided: int
    start: StartFact | None = None
    covered: tuple[date, ...] = ()

    def in_window(self, days: int, *, answered_until: date | None = None) -> int:
        """Missed days of the last `days`, without those that a signed order has answered; what was declared at the
        start counts as the window at the board counts it.
        """
        first = self._first(days)
        dated = sum(one.day >= first and (answered_until is None or one.day > answered_until) for one in self.missed)
        answered = self.start is not None and answered_until is not None and answered_until >= self.start.last_before
        return dated if answered else dated + self._declared(first)

    def in_pattern(self, days: int) -> int:
        """Missed days of the last `days` that the patient caused, and those declared at the start."""
        return len(self.pattern(days)) + self._declared(self._first(days))

    def pattern(self, days: int) -> tuple[MissedDay, ...]:
        """Those days, newest first: for their weekdays."""
        first = self._first(days)
        return tuple(one for one in self.missed if one.day >= first and one.caused_by_patient)

    def _declared(self, since: date) -> int:
        """Missed days from `since` on that were declared at the start and that nobody knows by their date."""
        if self.start is None:
            return 0
        missed = sum(since <= one.day < self.start.first_day for one in self.missed)
        drunk = sum(since <= day < self.start.first_day for day in self.covered)
        return left_over(self.start, since=since, missed=missed, drunk=drunk)

    def _first(self, days: int) -> date:
        """The first of the last `days`: they end today where today is decided, else yesterday, as the window counts."""
        return self.today - timedelta(days=days - (self.through == self.today))


# What stands of each day; where nothing stands, what another place documents, else whether a site was to decide it: who
# was placed nowhere, or not in treatment, had no dose known to us on that day either.
_SQL = f"""
WITH asked AS (
    SELECT p.id, p.status, greatest(p.treatment_started_on, %(today)s - %(span)s) AS first, p.known_from,
           p.treatment_started_on < %(today)s - %(span)s AS began_before
      FROM patients_patient p WHERE p.id = ANY(%(who)s::uuid[])),
standing AS (
    SELECT DISTINCT ON (o.patient_id, o.day) o.*
      FROM dispensing_dayoutcome o
     WHERE o.patient_id = ANY(%(who)s::uuid[]) AND o.day BETWEEN %(today)s - %(span)s AND %(today)s
     ORDER BY o.patient_id, o.day, o.version DESC)
SELECT a.id, a.began_before,
       (SELECT jsonb_build_array(st.first_day, st.missed_7, st.missed_30) FROM dispensing_startrecord st
         WHERE st.patient_id = a.id AND st.first_day > %(today)s - %(span)s),
       jsonb_agg(jsonb_build_array(%(today)s - d.day, coalesce(s.how, w.how), s.tolerance_gap, s.caused_by_patient,
                                   s.reason_known, s.outcome) ORDER BY d.day DESC) FILTER (WHERE d.day IS NOT NULL)
  FROM asked a
  LEFT JOIN LATERAL (SELECT generate_series(a.first, %(today)s, interval '1 day')::date AS day) d ON true
  LEFT JOIN standing s ON s.patient_id = a.id AND s.day = d.day
  LEFT JOIN LATERAL (
       SELECT CASE WHEN EXISTS (
                       SELECT FROM dispensing_doseelsewhere e
                        WHERE e.patient_id = a.id AND e.day = d.day AND e.counts
                          AND NOT EXISTS (SELECT FROM dispensing_doseelsewhere c WHERE c.corrects_id = e.id))
                        THEN 'elsewhere'
                   WHEN EXISTS (
                       SELECT FROM dispensing_takehomevial tv
                        WHERE tv.patient_id = a.id AND tv.day = d.day AND {COVERING})
                        THEN 'take_home'
                   WHEN d.day < a.known_from THEN 'unknown'
                   WHEN EXISTS (
                       SELECT FROM patients_placement pl
                        WHERE pl.patient_id = a.id AND pl.starts_on <= d.day
                          AND (pl.ended_on IS NULL OR pl.ended_on >= d.day))
                    AND coalesce((SELECT c.status FROM patients_statuschange c
                                   WHERE c.patient_id = a.id AND c.from_day <= d.day
                                   ORDER BY c.from_day DESC, c.recorded_at DESC LIMIT 1), a.status)
                        IN ('in_treatment', 'suspended') THEN 'undecided'
                   ELSE 'not_due' END AS how
        WHERE s.patient_id IS NULL) w ON true
 GROUP BY a.id, a.began_before
"""  # noqa: S608  our own text


def gaps_of(patient_ids: Sequence[UUID], *, today: date) -> dict[UUID, GapsNow]:
    """What the decided days of these patients say; today counts once it is decided. One statement."""
    if not patient_ids:
        return {}
    values: dict[str, Any] = {"who": list(patient_ids), "today": today, "span": SPAN}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return {
            row[0]: _gaps(json.loads(row[3] or "[]"), began_before=row[1], today=today, start=_start(row[2]))
            for row in cursor.fetchall()
        }


def _start(stored: str | None) -> StartFact | None:
    if stored is None:
        return None
    first_day, missed_7, missed_30 = json.loads(stored)
    return StartFact(date.fromisoformat(first_day), missed_7, missed_30)


def _gaps(days: Sequence[Sequence[Any]], *, began_before: bool, today: date, start: StartFact | None = None) -> GapsNow:
    """From the newest day backwards. A day that was no site's is a gap, too: nothing that we know of was swallowed."""
    through: date | None = None
    since: date | None = None
    last_covered: date | None = None
    missed: list[MissedDay] = []
    covered: list[date] = []
    tolerance = adherence = undecided = 0
    running, reaches_unknown = True, False
    for ago, how, gap, by_patient, reason_known, outcome in days:
        day = today - timedelta(days=ago)
        if ago == 0 and gap is None:
            continue  # today is no gap before it is over
        undecided += how == _UNDECIDED
        if how == _UNDECIDED and through is None:
            continue
        through = through or day
        if how in COVERS:
            last_covered = last_covered or day
            covered.append(day)
            running = False
        elif gap or how == How.NOT_DUE:
            due = how != How.NOT_DUE
            missed.append(MissedDay(day, due and by_patient, not due or reason_known, outcome or "", due))
            tolerance += running
            adherence += running and missed[-1].caused_by_patient
            since = day if running else since
        else:
            reaches_unknown = reaches_unknown or running
            running = False
    return GapsNow(
        today=today,
        through=through,
        tolerance=tolerance,
        adherence=adherence,
        since=since,
        reaches_unknown=reaches_unknown or (running and began_before),
        last_covered=last_covered,
        missed=tuple(missed),
        undecided=undecided,
        start=start,
        covered=tuple(covered) if start else (),
    )
