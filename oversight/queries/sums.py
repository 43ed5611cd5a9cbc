"""A facility's days straight from the registers: what the daily rows are made of, what today is read from, what the
proof compares with. One statement for any number of facilities and days.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from dispensing.rules.choices import OutcomeCode
from oversight.models import SiteDay

NOT_SWALLOWED: Final = (
    OutcomeCode.REFUSED,
    OutcomeCode.VOMITED,
    OutcomeCode.SPAT_OUT,
    OutcomeCode.HELD_IN_MOUTH,
    OutcomeCode.LEFT_WITH_CUP,
)
# Of these a physician is asked before the patient may drink again.
BLOCKED: Final = (OutcomeCode.MISSED_RULE_BLOCK, OutcomeCode.NO_PRESCRIPTION)
ANSWERED_WITHIN: Final = 30  # days that a block is waited for; an order after that answers something else

# The days asked for, each in its facility's zone.
ASKED: Final = """
asked AS (
    SELECT f.id, f.zone, d.day::date AS day,
           d.day::date::timestamp AT TIME ZONE f.zone AS begins,
           (d.day::date + 1)::timestamp AT TIME ZONE f.zone AS ends
      FROM facilities_facility f
     CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 day') d (day)
     WHERE f.id = ANY(%(facilities)s)
)"""

# Who was placed there and in treatment; what was decided of them, and for how many days in a row nothing had stayed in.
# A day that was no site's (not_due) ends no run; one that nobody knows does (dispensing.queries.gaps). CASE, not WHERE,
# so that only the days of those who missed one look back.
_PEOPLE: Final = """
placed AS (
    SELECT a.id, a.day, count(*) AS caseload
      FROM asked a
      JOIN patients_placement pl ON pl.facility_id = a.id AND pl.starts_on <= a.day
       AND (pl.ended_on IS NULL OR pl.ended_on >= a.day)
      JOIN patients_patient p ON p.id = pl.patient_id
     WHERE coalesce((SELECT c.status FROM patients_statuschange c
                      WHERE c.patient_id = p.id AND c.from_day <= a.day
                      ORDER BY c.from_day DESC, c.recorded_at DESC LIMIT 1), p.status) IN ('in_treatment', 'suspended')
     GROUP BY 1, 2
), decided AS (
    SELECT o.patient_id, o.facility_id, o.day, o.how, o.tolerance_gap, o.adherence_gap
      FROM dispensing_dayoutcome o
     WHERE o.facility_id = ANY(%(facilities)s) AND o.day BETWEEN %(first)s AND %(last)s AND o.how <> 'not_due'
       AND NOT EXISTS (SELECT FROM dispensing_dayoutcome y
                        WHERE y.patient_id = o.patient_id AND y.day = o.day AND y.version > o.version)
), stood AS (
    SELECT d.facility_id, d.day,
           count(*) AS due,
           count(*) FILTER (WHERE d.how = 'dose') AS by_dose,
           count(*) FILTER (WHERE d.how = 'elsewhere') AS elsewhere,
           count(*) FILTER (WHERE d.how = 'take_home') AS take_home,
           count(*) FILTER (WHERE d.how = 'vomited') AS vomited,
           count(*) FILTER (WHERE d.how = 'nothing') AS nothing,
           count(*) FILTER (WHERE d.how = 'unknown') AS unknown,
           count(r.run) AS missed,
           count(*) FILTER (WHERE r.run <= 2) AS missed_1_2,
           count(*) FILTER (WHERE r.run = 3) AS missed_3,
           count(*) FILTER (WHERE r.run BETWEEN 4 AND 5) AS missed_4_5,
           count(*) FILTER (WHERE r.run BETWEEN 6 AND 29) AS missed_6_29,
           count(*) FILTER (WHERE r.run >= 30) AS missed_30,
           count(*) FILTER (WHERE d.adherence_gap) AS missed_by_choice
      FROM decided d
      JOIN patients_patient p ON p.id = d.patient_id
      LEFT JOIN LATERAL (
           SELECT CASE WHEN d.tolerance_gap THEN d.day - greatest(
                      (SELECT max(y.day) FROM dispensing_dayoutcome y
                        WHERE y.patient_id = d.patient_id AND y.day BETWEEN d.day - 30 AND d.day - 1
                          AND NOT y.tolerance_gap AND y.how <> 'not_due'
                          AND NOT EXISTS (SELECT FROM dispensing_dayoutcome z
                                           WHERE z.patient_id = y.patient_id AND z.day = y.day
                                             AND z.version > y.version)),
                      p.known_from - 1, p.treatment_started_on - 1, d.day - 31) END AS run) r ON true
     GROUP BY 1, 2
)"""

# What happened at the window: doses that stand, and the last that was said of who has none.
_WINDOW: Final = """
given AS (
    SELECT d.facility_id, d.covers_day AS day, count(*) AS doses, sum(d.mg) AS mg,
           count(DISTINCT d.patient_id) AS dosed
      FROM dispensing_dose d
     WHERE d.facility_id = ANY(%(facilities)s) AND d.covers_day BETWEEN %(first)s AND %(last)s
       AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id)
     GROUP BY 1, 2
), last_said AS (
    SELECT DISTINCT ON (o.facility_id, o.patient_id, o.day) o.facility_id, o.patient_id, o.day, o.code
      FROM dispensing_outcome o
     WHERE o.facility_id = ANY(%(facilities)s) AND o.day BETWEEN %(first)s AND %(last)s
     ORDER BY o.facility_id, o.patient_id, o.day, o.at DESC, o.id DESC
), said AS (
    SELECT s.facility_id, s.day,
           count(*) FILTER (WHERE s.code = 'withheld') AS withheld,
           count(*) FILTER (WHERE s.code = 'intoxicated') AS intoxicated,
           count(*) FILTER (WHERE s.code = 'sent_away') AS sent_away,
           count(*) FILTER (WHERE s.code = 'no_prescription') AS no_prescription,
           count(*) FILTER (WHERE s.code = 'missed_rule_block') AS missed_rule_block,
           count(*) FILTER (WHERE s.code = 'stock_out') AS stock_out,
           count(*) FILTER (WHERE s.code = ANY(%(not_swallowed)s)) AS not_swallowed
      FROM last_said s
     WHERE NOT EXISTS (SELECT FROM dispensing_dose d
                        WHERE d.patient_id = s.patient_id AND d.covers_day = s.day
                          AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id))
     GROUP BY 1, 2
)"""

# How it was recorded, by whom, and what a physician answered that day of whom they had been waited for.
_RECORD: Final = """
written AS (
    SELECT x.facility_id, x.day, count(*) AS recorded, count(*) FILTER (WHERE x.found) AS findings
      FROM (SELECT d.facility_id, d.covers_day AS day, d.findings <> '[]' AS found FROM dispensing_dose d
             WHERE d.facility_id = ANY(%(facilities)s) AND d.covers_day BETWEEN %(first)s AND %(last)s
             UNION ALL
            SELECT o.facility_id, o.day, false FROM dispensing_outcome o
             WHERE o.facility_id = ANY(%(facilities)s) AND o.day BETWEEN %(first)s AND %(last)s) x
     GROUP BY 1, 2
), late AS (
    SELECT e.facility_id, e.day, count(*) AS late, count(e.sheet_id) AS paper
      FROM dispensing_lateentry e
     WHERE e.facility_id = ANY(%(facilities)s) AND e.day BETWEEN %(first)s AND %(last)s
     GROUP BY 1, 2
), signed AS (
    SELECT a.id, a.day, count(*) AS seconds, count(*) FILTER (WHERE s.mode = 'alone') AS alone
      FROM asked a
      JOIN staff_attestation s ON s.facility_id = a.id AND s.at >= a.begins AND s.at < a.ends AND s.mode <> 'review'
     GROUP BY 1, 2
), answered AS (
    SELECT x.facility_id, x.day, count(*) AS answers, sum(greatest(0, x.minutes)) AS answer_minutes
      FROM (SELECT a.id AS facility_id, a.day,
                   floor(extract(epoch FROM h.lifted_at - h.placed_at) / 60)::int AS minutes
              FROM asked a
              JOIN dispensing_hold h ON h.facility_id = a.id AND h.lifted_at >= a.begins AND h.lifted_at < a.ends
             WHERE h.unlocker IN ('physician', 'main_clinic')
             UNION ALL
            SELECT a.id, a.day, floor(extract(epoch FROM r.recorded_at - b.at) / 60)::int
              FROM asked a
              JOIN dispensing_prescription r
                ON r.facility_id = a.id AND r.recorded_at >= a.begins AND r.recorded_at < a.ends
             CROSS JOIN LATERAL (
                   SELECT min(o.at) AS at FROM dispensing_outcome o
                    WHERE o.patient_id = r.patient_id AND o.code = ANY(%(blocked)s) AND o.at < r.recorded_at
                      AND o.day >= a.day - %(within)s
                      AND o.at > coalesce((SELECT max(q.recorded_at) FROM dispensing_prescription q
                                            WHERE q.patient_id = r.patient_id AND q.recorded_at < r.recorded_at),
                                          '-infinity')) b
             WHERE b.at IS NOT NULL) x
     GROUP BY 1, 2
)"""

_SITE_COLUMNS: Final[dict[str, str]] = {
    "caseload": "coalesce(placed.caseload, 0)",
    **{
        name: f"coalesce(stood.{name}, 0)"
        for name in ("due", "by_dose", "elsewhere", "take_home", "vomited", "nothing", "unknown")
    },
    "came": "coalesce(given.dosed, 0) + {away} + coalesce(said.not_swallowed, 0)",
    "dosed": "coalesce(given.dosed, 0)",
    "turned_away": "{away}",
    **{
        name: f"coalesce(said.{name}, 0)"
        for name in (
            "withheld", "intoxicated", "sent_away", "no_prescription", "missed_rule_block", "stock_out",
            "not_swallowed",
        )
    },
    **{
        name: f"coalesce(stood.{name}, 0)"
        for name in (
            "missed", "missed_1_2", "missed_3", "missed_4_5", "missed_6_29", "missed_30", "missed_by_choice",
        )
    },
    "doses": "coalesce(given.doses, 0)",
    "mg": "coalesce(given.mg, 0)",
    "recorded": "coalesce(written.recorded, 0)",
    "late": "coalesce(late.late, 0)",
    "paper": "coalesce(late.paper, 0)",
    "findings": "coalesce(written.findings, 0)",
    "seconds": "coalesce(signed.seconds, 0)",
    "alone": "coalesce(signed.alone, 0)",
    "wrong": "(SELECT count(*) FROM dispensing_wrongdose w WHERE w.facility_id = a.id AND w.day = a.day)",
    "near": "(SELECT count(*) FROM dispensing_nearmiss n"
    " WHERE n.facility_id = a.id AND n.at >= a.begins AND n.at < a.ends)",
    "vomits": "(SELECT count(*) FROM dispensing_vomitrecord v WHERE v.facility_id = a.id AND v.day = a.day)",
    "answers": "coalesce(answered.answers, 0)",
    "answer_minutes": "coalesce(answered.answer_minutes, 0)",
    "opened_at": "o.opened_at",
    "closed_at": "c.closed_at",
}  # fmt: skip
_AWAY: Final = (
    "coalesce(said.withheld + said.intoxicated + said.sent_away + said.no_prescription + said.missed_rule_block"
    " + said.stock_out, 0)"
)
SITE_FIGURES: Final = tuple(_SITE_COLUMNS)
SITE_DAYS: Final = f"""
WITH {ASKED}, {_PEOPLE}, {_WINDOW}, {_RECORD}
SELECT a.id AS facility_id, a.day,
       {", ".join(f"{what.format(away=_AWAY)} AS {name}" for name, what in _SITE_COLUMNS.items())}
  FROM asked a
  LEFT JOIN placed ON placed.id = a.id AND placed.day = a.day
  LEFT JOIN stood ON stood.facility_id = a.id AND stood.day = a.day
  LEFT JOIN given ON given.facility_id = a.id AND given.day = a.day
  LEFT JOIN said ON said.facility_id = a.id AND said.day = a.day
  LEFT JOIN written ON written.facility_id = a.id AND written.day = a.day
  LEFT JOIN late ON late.facility_id = a.id AND late.day = a.day
  LEFT JOIN signed ON signed.id = a.id AND signed.day = a.day
  LEFT JOIN answered ON answered.facility_id = a.id AND answered.day = a.day
  LEFT JOIN dispensing_dayopening o ON o.facility_id = a.id AND o.day = a.day
  LEFT JOIN dispensing_dayclose c ON c.facility_id = a.id AND c.day = a.day
"""  # noqa: S608  our own text


def site_days(facility_ids: Collection[int], *, first: date, last: date, now: datetime) -> list[SiteDay]:
    """Each of these facilities on each of these days, as rows that are not saved."""
    names = ("facility_id", "day", *SITE_FIGURES)
    found = rows_of(SITE_DAYS, site_values(facility_ids, first, last))
    return [SiteDay(**dict(zip(names, row, strict=True)), computed_at=now) for row in found]


def site_values(facility_ids: Collection[int], first: date, last: date) -> dict[str, Any]:
    """What SITE_DAYS is asked with."""
    return {
        "facilities": list(facility_ids), "first": first, "last": last, "within": ANSWERED_WITHIN,
        "not_swallowed": [str(code) for code in NOT_SWALLOWED], "blocked": [str(code) for code in BLOCKED],
    }  # fmt: skip


def rows_of(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
