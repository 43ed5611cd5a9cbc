"""Which days of a facility were written about since its figures were last made: late facts, voids, decisions.

By the moments that facts were recorded at, not by marks that their writers leave: the path of a dose writes nothing for
managers. A fact may be committed after one with a later moment, so a little is asked twice (LATER).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Min

from oversight.models import Summarised
from oversight.queries.sums import rows_of

LATER: Final = timedelta(minutes=15)  # how long a transaction may be under way after the moment that it records

# Days whose facts were written since a moment, each facility's own: what was drunk, voided, stated, typed in later,
# decided, opened, closed, signed. Days of the register's past (a place, a status put right) come with what was decided.
# Each moment is compared with the facility's own and with the oldest of all: the second is a constant, by which the
# planner knows that little has come since, and reads no years of the trail.
_CHANGED: Final = """
WITH told AS (
    SELECT f.id, f.zone, s.through - %(later)s::interval AS since
      FROM facilities_facility f JOIN oversight_summarised s ON s.facility_id = f.id
     WHERE f.id = ANY(%(facilities)s)
)
SELECT x.id, x.day FROM (
    SELECT t.id, d.covers_day AS day FROM told t
      JOIN inventory_act a ON a.facility_id = t.id AND a.recorded_at > t.since AND a.recorded_at > %(oldest)s
      JOIN dispensing_dose d ON d.act_id = a.id
     UNION
    SELECT t.id, d.covers_day FROM told t
      JOIN dispensing_dose d ON d.facility_id = t.id
      JOIN dispensing_dosevoid v ON v.dose_id = d.act_id AND v.voided_at > t.since AND v.voided_at > %(oldest)s
     UNION
    SELECT t.id, o.day FROM told t JOIN dispensing_outcome o ON o.facility_id = t.id
       AND o.recorded_at > t.since AND o.recorded_at > %(oldest)s
     UNION
    SELECT t.id, e.day FROM told t JOIN dispensing_lateentry e ON e.facility_id = t.id
       AND e.recorded_at > t.since AND e.recorded_at > %(oldest)s
     UNION
    SELECT t.id, o.day FROM told t JOIN dispensing_dayopening o ON o.facility_id = t.id
       AND o.recorded_at > t.since AND o.recorded_at > %(oldest)s
     UNION
    SELECT t.id, c.day FROM told t JOIN dispensing_dayclose c ON c.facility_id = t.id
       AND c.recorded_at > t.since AND c.recorded_at > %(oldest)s
     UNION
    SELECT t.id, s.day FROM told t JOIN dispensing_sweptday s ON s.facility_id = t.id
       AND s.through > t.since AND s.through > %(oldest)s
     UNION
    SELECT t.id, u.subject_id::date FROM told t
      JOIN core_auditevent u ON u.facility_id = t.id AND u.at > t.since AND u.at > %(oldest)s
       AND u.action = 'days.decided'
     UNION
    SELECT t.id, (s.at AT TIME ZONE t.zone)::date FROM told t
      JOIN staff_attestation s ON s.facility_id = t.id AND s.at > t.since AND s.at > %(oldest)s
     UNION
    SELECT t.id, w.day FROM told t JOIN dispensing_wrongdose w ON w.facility_id = t.id
       AND w.recorded_at > t.since AND w.recorded_at > %(oldest)s
     UNION
    SELECT t.id, v.day FROM told t JOIN dispensing_vomitrecord v ON v.facility_id = t.id
       AND v.recorded_at > t.since AND v.recorded_at > %(oldest)s
     UNION
    SELECT t.id, (n.at AT TIME ZONE t.zone)::date FROM told t
      JOIN dispensing_nearmiss n ON n.facility_id = t.id
       AND coalesce(n.noted_at, n.at) > t.since AND coalesce(n.noted_at, n.at) > %(oldest)s) x
 WHERE x.day < %(before)s
 ORDER BY 2, 1
"""


@dataclass(frozen=True)
class Changed:
    """One day of a facility of which something was written."""

    facility_id: int
    day: date


def changed_days(facility_ids: Collection[int], *, before: date) -> list[Changed]:
    """The days before that one whose facts were written since the facility was last summarised, the oldest first. Two
    statements."""
    told = Summarised.objects.filter(pk__in=facility_ids).aggregate(Min("through"))["through__min"]
    if told is None:
        return []
    values = {"facilities": list(facility_ids), "before": before, "later": LATER, "oldest": told - LATER}
    return [Changed(*row) for row in rows_of(_CHANGED, values)]
