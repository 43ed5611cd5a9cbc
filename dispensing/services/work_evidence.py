"""When each person was first and last seen at work on a day, told to the room of staff: times, and no patient in them.

Set-based, at night or on somebody's own demand; the dose path writes nothing for it. What happened counts at the time
at which it happened; what was typed in much later counts as typing, at the time of typing; a journey counts from its
dispatch to its end.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

LOOKS_BACK: Final = timedelta(days=4)  # a night's job that did not run for three nights loses nothing
LATER: Final = timedelta(minutes=30)  # between happening and being recorded: more is paper, typed in

_PUSH: Final = """
WITH seen AS (
  SELECT who.id AS person_id, d.facility_id, 'dosing' AS kind, d.given_at AS at
    FROM dispensing_dose d
    CROSS JOIN LATERAL (VALUES (d.poured_by_id), (d.observed_by_id),
      (CASE WHEN d.recorded_at - d.given_at <= %(later)s THEN d.recorded_by_id END)) who (id)
   WHERE d.recorded_at >= %(since)s AND d.recorded_at <= %(now)s
  UNION ALL
  SELECT d.recorded_by_id, d.facility_id, 'typing', d.recorded_at FROM dispensing_dose d
   WHERE d.recorded_at >= %(since)s AND d.recorded_at <= %(now)s AND d.recorded_at - d.given_at > %(later)s
  UNION ALL
  SELECT o.recorded_by_id, o.facility_id, CASE WHEN o.recorded_at - o.at <= %(later)s THEN 'dosing' ELSE 'typing' END,
         o.recorded_at
    FROM dispensing_outcome o WHERE o.recorded_at >= %(since)s AND o.recorded_at <= %(now)s
  UNION ALL
  SELECT o.recorded_by_id, o.facility_id, 'dosing', o.opened_at FROM dispensing_dayopening o
   WHERE o.recorded_at >= %(since)s AND o.recorded_at <= %(now)s AND o.recorded_at - o.opened_at <= %(later)s
  UNION ALL
  SELECT c.recorded_by_id, c.facility_id, 'dosing', c.closed_at FROM dispensing_dayclose c
   WHERE c.recorded_at >= %(since)s AND c.recorded_at <= %(now)s AND c.recorded_at - c.closed_at <= %(later)s
)
INSERT INTO staff_workevidence AS e (person_id, facility_id, day, kind, first_at, last_at, as_of)
SELECT s.person_id, s.facility_id, (s.at AT TIME ZONE f.zone)::date, s.kind, min(s.at), max(s.at), %(now)s
  FROM seen s JOIN facilities_facility f ON f.id = s.facility_id
 WHERE s.person_id IS NOT NULL AND s.at <= %(now)s AND (%(person)s::bigint IS NULL OR s.person_id = %(person)s)
 GROUP BY s.person_id, s.facility_id, (s.at AT TIME ZONE f.zone)::date, s.kind
 ORDER BY s.person_id, (s.at AT TIME ZONE f.zone)::date, s.facility_id, s.kind
"""
# Each leg of a journey is its carrier's, from its own beginning to the next one's, or to the end.
_TRIPS: Final = """
INSERT INTO staff_workevidence AS e (person_id, facility_id, day, kind, first_at, last_at, as_of)
SELECT road.carrier_id, road.facility_id, (road.first_at AT TIME ZONE f.zone)::date, 'trip', min(road.first_at),
       max(road.last_at), %(now)s
  FROM (
    SELECT legs.carrier_id, c.from_facility_id AS facility_id, legs.at AS first_at,
           lead(legs.at, 1, coalesce(c.received_at, c.taken_back_at)) OVER (
             PARTITION BY c.id ORDER BY legs.position) AS last_at
      FROM inventory_consignment c
      CROSS JOIN LATERAL (
        SELECT c.carrier_id, c.dispatched_at AS at, 1 AS position
        UNION ALL
        SELECT l.carrier_id, v.occurred_at, l.position FROM inventory_consignmentleg l
          JOIN inventory_custodyevent v ON v.id = l.event_id WHERE l.consignment_id = c.id
      ) legs
     WHERE c.dispatched_at IS NOT NULL AND coalesce(c.received_at, c.taken_back_at) BETWEEN %(since)s AND %(now)s
  ) road
  JOIN facilities_facility f ON f.id = road.facility_id
 WHERE road.last_at > road.first_at AND (%(person)s::bigint IS NULL OR road.carrier_id = %(person)s)
 GROUP BY road.carrier_id, road.facility_id, (road.first_at AT TIME ZONE f.zone)::date
 ORDER BY road.carrier_id, (road.first_at AT TIME ZONE f.zone)::date, road.facility_id
"""
# More may be seen of a day later, never less; then hours are proposed of it anew.
_WIDEN: Final = """
    ON CONFLICT (person_id, day, facility_id, kind) DO UPDATE
   SET first_at = least(e.first_at, excluded.first_at), last_at = greatest(e.last_at, excluded.last_at),
       as_of = excluded.as_of, proposed_at = NULL
 WHERE excluded.first_at < e.first_at OR excluded.last_at > e.last_at
"""


def push(now: datetime, person_id: int | None = None, *, looks_back: timedelta = LOOKS_BACK) -> int:
    """Tell what was seen lately of everybody's work, or of one person's; answers how many rows are new or wider. Two
    statements, safe to repeat."""
    values: dict[str, Any] = {"now": now, "since": now - looks_back, "later": LATER, "person": person_id}
    with connection.cursor() as cursor:
        written = 0
        for statement in (_PUSH, _TRIPS):
            cursor.execute(statement + _WIDEN, values)
            written += cursor.rowcount
        return written
