"""What whoever takes the duty must know: who still waits, who is watched, what is stopped, what nobody has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import local_day
from followup.queries.cases import count_open
from staff.queries.attestations import open_for_review

WITHHELD, OBSERVED, STOPPED = "withheld", "observed", "hold"
WORDS: Final[dict[str, str | Promise]] = {
    WITHHELD: _("chưa cho uống, xem lại lúc"),
    OBSERVED: _("đang theo dõi đến"),
    STOPPED: _("đang dừng cấp liều từ"),
}

# Withheld and neither looked at again nor dosed since; watched; stopped by somebody. Never a name.
_OPEN: Final = """
SELECT said.what, p.code, p.initials, said.at FROM (
    SELECT 'withheld' AS what, o.patient_id, coalesce(o.recheck_at, o.at) AS at FROM (
        SELECT DISTINCT ON (patient_id) patient_id, code, at, recheck_at FROM dispensing_outcome
         WHERE facility_id = %(facility)s AND day = %(today)s ORDER BY patient_id, at DESC, id DESC) o
     WHERE o.code = 'withheld'
       AND NOT EXISTS (SELECT FROM dispensing_coveredday c WHERE c.patient_id = o.patient_id AND c.day = %(today)s)
    UNION ALL
    SELECT 'observed', ob.patient_id, ob.until FROM dispensing_observation ob
     WHERE ob.facility_id = %(facility)s AND ob.ended_at IS NULL
    UNION ALL
    SELECT 'hold', h.patient_id, h.placed_at FROM dispensing_hold h
     WHERE h.facility_id = %(facility)s AND h.lifted_at IS NULL
) said JOIN patients_patient p ON p.id = said.patient_id
 ORDER BY array_position(ARRAY['withheld', 'observed', 'hold'], said.what), said.at, p.code
"""


@dataclass(frozen=True)
class OpenItem:
    """One patient about whom something is open."""

    what: str
    code: str
    initials: str
    at: datetime

    @property
    def words(self) -> str:
        return str(WORDS[self.what])


@dataclass(frozen=True)
class OpenAtHandover:
    """Everything open at the site. `unwitnessed` and `cases` are counts: their pages list them."""

    items: tuple[OpenItem, ...]
    unwitnessed: int
    cases: int

    def codes(self) -> Sequence[dict[str, Any]]:
        """What both sign: the patients' codes and the counts, never a name."""
        each: list[dict[str, Any]] = [{"what": item.what, "patient": item.code, "at": item.at} for item in self.items]
        return [*each, {"what": "unwitnessed", "count": self.unwitnessed}, {"what": "cases", "count": self.cases}]


def open_at(*, facility_id: int, now: datetime, zone: str) -> OpenAtHandover:
    """What is open at the facility now. Three statements."""
    today: date = local_day(now, zone)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"facility": facility_id, "today": today})
        items = tuple(OpenItem(*row) for row in cursor.fetchall())
    return OpenAtHandover(
        items=items,
        unwitnessed=open_for_review(reach=[facility_id]).count(),
        cases=count_open(facility_id=facility_id),
    )
