"""Who of a site waits for whom, who is watched, whose referral is overdue, when the site was last heard of. Counts of
patients, never who they are. Two statements, whatever the number of sites.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils.functional import Promise

from dispensing.rules.choices import UNLOCKER_WORDS
from dispensing.rules.flag_codes import LEVEL_WORDS, FlagLevel
from oversight.words import age

ORDER: Final = ("physician", "main_clinic", "site_head")
STOPPED: Final = frozenset({FlagLevel.ORDER, FlagLevel.MAIN_CLINIC, FlagLevel.DROPPED_OUT})
# Blocked: a hold that stands; a run of missed days that wants an order or the main clinic; in treatment without an
# order for today. Each patient once for each whom they wait for.
_WAITING: Final = """
WITH blocked AS (
    SELECT h.facility_id, h.patient_id,
           CASE WHEN h.unlocker IN ('physician', 'main_clinic') THEN h.unlocker ELSE 'site_head' END AS who,
           h.placed_at AS since
      FROM dispensing_hold h WHERE h.lifted_at IS NULL AND h.facility_id = ANY(%(facilities)s)
     UNION ALL
    SELECT g.facility_id, g.patient_id, CASE g.level WHEN 'order' THEN 'physician' ELSE 'main_clinic' END, g.raised_at
      FROM dispensing_flag g
     WHERE g.cleared_at IS NULL AND g.kind = 'missed' AND g.level IN ('order', 'main_clinic', 'dropped_out')
       AND g.facility_id = ANY(%(facilities)s)
     UNION ALL
    SELECT pl.facility_id, pl.patient_id, 'physician',
           (SELECT max(least(r.ends_on, r.ended_on) + 1)::timestamp AT TIME ZONE f.zone FROM dispensing_prescription r
             WHERE r.patient_id = pl.patient_id)
      FROM patients_placement pl
      JOIN facilities_facility f ON f.id = pl.facility_id
      JOIN patients_patient p ON p.id = pl.patient_id AND p.status = 'in_treatment'
     WHERE pl.facility_id = ANY(%(facilities)s) AND pl.starts_on <= %(today)s
       AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s) AND pl.kind NOT IN ('hospital', 'detention')
       AND NOT EXISTS (SELECT FROM dispensing_prescription r
                        WHERE r.patient_id = pl.patient_id AND r.starts_on <= %(today)s
                          AND least(r.ends_on, r.ended_on) >= %(today)s)
), by_whom AS (
    SELECT facility_id, who, count(DISTINCT patient_id) AS patients, min(since) AS since FROM blocked GROUP BY 1, 2
)
SELECT f.id,
       (SELECT coalesce(json_object_agg(b.who, json_build_array(b.patients, extract(epoch FROM b.since))), '{}')::text
          FROM by_whom b WHERE b.facility_id = f.id),
       (SELECT count(DISTINCT b.patient_id) FROM blocked b WHERE b.facility_id = f.id),
       (SELECT coalesce(json_object_agg(x.level, x.n), '{}')::text
          FROM (SELECT g.level, count(*) AS n FROM dispensing_flag g
                 WHERE g.facility_id = f.id AND g.cleared_at IS NULL AND g.kind = 'missed' GROUP BY g.level) x),
       w.watched, w.over, t.referrals, t.late
  FROM facilities_facility f
 CROSS JOIN LATERAL (
       SELECT count(*) AS watched, count(*) FILTER (WHERE o.until <= %(now)s) AS over
         FROM dispensing_observation o WHERE o.facility_id = f.id AND o.ended_at IS NULL) w
 CROSS JOIN LATERAL (
       SELECT count(DISTINCT k.subject_id) AS referrals,
              count(DISTINCT k.subject_id) FILTER (WHERE k.due_at < %(now)s) AS late
         FROM followup_task k
        WHERE k.facility_id = f.id AND k.done_at IS NULL AND k.subject_kind = 'referral') t
 WHERE f.id = ANY(%(facilities)s)
"""
# The end of its chain, or the last that somebody (no job) did or looked at in its name.
_HEARD: Final = """
SELECT f.id, greatest(l.recorded_at, u.at)
  FROM facilities_facility f
  LEFT JOIN inventory_chainhead h ON h.facility_id = f.id
  LEFT JOIN inventory_chainlink l ON l.facility_id = f.id AND l.sequence = h.sequence
  LEFT JOIN LATERAL (
       SELECT x.at FROM core_auditevent x WHERE x.facility_id = f.id AND x.actor_id IS NOT NULL
        ORDER BY x.id DESC LIMIT 1) u ON true
 WHERE f.id = ANY(%(facilities)s)
"""


@dataclass(frozen=True)
class For:
    """So many patients of a site wait for one kind of person, the longest since then."""

    who: str
    patients: int
    since: datetime | None

    @property
    def words(self) -> str | Promise:
        return UNLOCKER_WORDS[self.who]

    def longest(self, now: datetime) -> str:
        return age(self.since, now) if self.since is not None and self.since <= now else ""


@dataclass(frozen=True)
class Waiting:
    """One site now. `blocked`: patients who cannot drink before somebody answers, each once; `levels`: patients by how
    many days they have missed, mildest first."""

    blocked: int = 0
    by_whom: tuple[For, ...] = ()
    levels: Mapping[FlagLevel, int] = field(default_factory=dict)
    watched: int = 0
    watched_over: int = 0
    referrals: int = 0
    referrals_late: int = 0
    heard_at: datetime | None = None

    @property
    def level_words(self) -> tuple[tuple[str | Promise, int], ...]:
        return tuple((LEVEL_WORDS[level], count) for level, count in self.levels.items() if count)

    @property
    def missing(self) -> int:
        """Patients who miss days now."""
        return sum(self.levels.values())

    @property
    def stopped(self) -> int:
        """Of these, who may not simply drink again."""
        return sum(count for level, count in self.levels.items() if level in STOPPED)

    @property
    def for_physician(self) -> For | None:
        return next((one for one in self.by_whom if one.who == "physician"), None)


def waiting_of(facility_ids: Collection[int], *, today: date, now: datetime) -> dict[int, Waiting]:
    """How each of these sites stands now. Two statements."""
    values: dict[str, Any] = {"facilities": list(facility_ids), "today": today, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, values)
        heard: dict[int, datetime | None] = dict(cursor.fetchall())
        cursor.execute(_WAITING, values)
        rows = cursor.fetchall()
    return {
        row[0]: Waiting(
            blocked=row[2],
            by_whom=_by_whom(json.loads(row[1]), now),
            levels={level: found for level in FlagLevel if (found := json.loads(row[3]).get(level))},
            watched=row[4],
            watched_over=row[5],
            referrals=row[6],
            referrals_late=row[7],
            heard_at=heard.get(row[0]),
        )
        for row in rows
    }


def _by_whom(found: Mapping[str, tuple[int, float | None]], now: datetime) -> tuple[For, ...]:
    return tuple(For(who, found[who][0], _moment(found[who][1], now)) for who in ORDER if who in found)


def _moment(seconds: float | None, now: datetime) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(float(seconds), now.tzinfo)
