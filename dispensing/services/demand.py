"""What each site will use, told to the room that stocks it: figures, and no patient in them."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from inventory.queries.window import METHADONE

USE_OVER_DAYS: Final = 30
# Patients dosed here today with an order in force, its whole day's dose; and what patients were given, by the ledger.
_PUSH: Final = """
INSERT INTO inventory_demandfigure (facility_id, item_id, as_of, patients, daily_mg, used_daily, expected_new)
SELECT f.id, i.id, %(now)s, coalesce(treated.patients, 0), coalesce(treated.mg, 0), greatest(coalesce(used.ul, 0), 0), 0
  FROM facilities_facility f
  JOIN inventory_item i ON i.code = %(item)s
  LEFT JOIN (
    SELECT placed.facility_id, count(*) AS patients, sum(ordered.dose_mg) AS mg
      FROM patients_placement placed
      JOIN facilities_facility here ON here.id = placed.facility_id
      CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE here.zone)::date AS day) today
      JOIN dispensing_prescription ordered ON ordered.patient_id = placed.patient_id
       AND ordered.starts_on <= today.day AND least(ordered.ends_on, ordered.ended_on) >= today.day
     WHERE placed.starts_on <= today.day AND (placed.ended_on IS NULL OR placed.ended_on >= today.day)
     GROUP BY placed.facility_id
  ) treated ON treated.facility_id = f.id
  LEFT JOIN (
    SELECT act.facility_id, m.item_id,
           sum(CASE WHEN t.kind = 'patients' THEN m.quantity ELSE -m.quantity END) / %(days)s AS ul
      FROM inventory_act act
      JOIN inventory_movement m ON m.act_id = act.id
      JOIN inventory_account s ON s.id = m.source_id
      JOIN inventory_account t ON t.id = m.target_id
     WHERE act.recorded_at >= %(since)s AND act.recorded_at <= %(now)s
       AND 'patients' IN (s.kind, t.kind) AND s.kind <> t.kind
     GROUP BY act.facility_id, m.item_id
  ) used ON used.facility_id = f.id AND used.item_id = i.id
 WHERE f.kind <> 'store'
 ORDER BY f.id
    ON CONFLICT (facility_id, item_id) DO UPDATE
   SET as_of = excluded.as_of, patients = excluded.patients, daily_mg = excluded.daily_mg,
       used_daily = excluded.used_daily
 WHERE inventory_demandfigure.as_of < excluded.as_of
"""


def push(*, now: datetime) -> int:
    """Tell the figures of every facility, in one statement; answers how many it wrote. Again: the same figures.

    What a site said of expected patients is its own and stays. An older moment never overwrites a newer one.
    """
    values: dict[str, Any] = {
        "now": now,
        "item": METHADONE,
        "days": USE_OVER_DAYS,
        "since": now - timedelta(days=USE_OVER_DAYS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUSH, values)
        return int(cursor.rowcount)
