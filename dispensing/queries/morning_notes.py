"""What whoever opens the day should know of yesterday, and whose order ends soon; code and initials, never a name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode

# Said of somebody yesterday, these matter to whoever meets them today.
OF_YESTERDAY: Final = (
    OutcomeCode.WITHHELD,
    OutcomeCode.INTOXICATED,
    OutcomeCode.VOMITED,
    OutcomeCode.SPAT_OUT,
    OutcomeCode.HELD_IN_MOUTH,
    OutcomeCode.LEFT_WITH_CUP,
    OutcomeCode.SENT_AWAY,
    OutcomeCode.NO_PRESCRIPTION,
    OutcomeCode.MISSED_RULE_BLOCK,
    OutcomeCode.STOCK_OUT,
)
WRONG_DOSE: Final = "wrong_dose"
OBSERVED: Final = "observed"


@dataclass(frozen=True)
class Note:
    """One line about one patient."""

    patient_id: UUID
    code: str
    initials: str
    words: str | Promise
    at: datetime


@dataclass(frozen=True)
class Ending:
    """An order that nobody has signed a following one for, and its last day."""

    patient_id: UUID
    code: str
    initials: str
    last_day: date


_NOTES: Final = """
SELECT p.id, p.code, p.initials, said.what, said.at FROM (
    SELECT DISTINCT ON (o.patient_id) o.patient_id, o.code AS what, o.at FROM dispensing_outcome o
     WHERE o.facility_id = %(facility)s AND o.day = %(yesterday)s ORDER BY o.patient_id, o.at DESC, o.id DESC
) said JOIN patients_patient p ON p.id = said.patient_id
 WHERE said.what = ANY(%(codes)s)
UNION ALL
SELECT p.id, p.code, p.initials, 'wrong_dose', v.voided_at
  FROM dispensing_dose d
  JOIN dispensing_dosevoid v ON v.dose_id = d.act_id
  JOIN patients_patient p ON p.id = d.patient_id
 WHERE d.facility_id = %(facility)s AND d.covers_day = %(yesterday)s AND v.kind = 'drunk_by_other'
UNION ALL
SELECT p.id, p.code, p.initials, 'observed', ob.until
  FROM dispensing_observation ob JOIN patients_patient p ON p.id = ob.patient_id
 WHERE ob.facility_id = %(facility)s AND ob.ended_at IS NULL
 ORDER BY 2, 5
"""
_ENDING: Final = """
SELECT p.id, p.code, p.initials, least(r.ends_on, r.ended_on)
  FROM patients_placement pl
  JOIN patients_patient p ON p.id = pl.patient_id
  JOIN dispensing_prescription r ON r.patient_id = p.id
 WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(today)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
   AND p.status = 'in_treatment' AND r.starts_on <= %(today)s
   AND least(r.ends_on, r.ended_on) BETWEEN %(today)s AND %(until)s
   AND NOT EXISTS (SELECT FROM dispensing_prescription n WHERE n.patient_id = p.id
                      AND n.starts_on > least(r.ends_on, r.ended_on)
                      AND (n.ended_on IS NULL OR n.ended_on >= n.starts_on))
 ORDER BY 4, 2
"""


def notes_of(*, facility_id: int, today: date) -> tuple[Note, ...]:
    """Who went without or had trouble yesterday, and who is still watched; one statement."""
    values: dict[str, Any] = {
        "facility": facility_id,
        "yesterday": today - timedelta(days=1),
        "codes": [str(code) for code in OF_YESTERDAY],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTES, values)
        return tuple(Note(id_, code, initials, _words(what), at) for id_, code, initials, what, at in cursor.fetchall())


def _words(what: str) -> str | Promise:
    if what == WRONG_DOSE:
        return _("uống nhầm liều")
    if what == OBSERVED:
        return _("đang theo dõi")
    return OUTCOME_WORDS[OutcomeCode(what)]


def orders_ending(*, facility_id: int, today: date, days: int) -> tuple[Ending, ...]:
    """Whose order ends within so many days and is not followed by another; soonest first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDING, {"facility": facility_id, "today": today, "until": today + timedelta(days=days)})
        return tuple(Ending(*row) for row in cursor.fetchall())
