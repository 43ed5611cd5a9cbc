"""What breaks the constraints of sheets of paper and of what is typed in later."""

from typing import Final

from dispensing.services import past
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.codebase.breaks.dosing import OTHER_ACT, dose
from tests.dispensing import morning, paper


def sheet() -> None:
    morning.opened_bottle()
    paper.sheet(morning.access(cast.DISPENSER))


def entries() -> None:
    """A dose and an outcome that were typed in later, and one of each that was not."""
    dose()
    by = morning.access(cast.DISPENSER)
    rows = [paper.drank(morning.patient(), by), paper.stated(morning.patient(), "absent")]
    past.record_many_past(commands=rows, by=by, now=world.NOW.replace(hour=12))


OTHER_DOSE: Final = (
    "(SELECT act_id FROM dispensing_dose WHERE act_id NOT IN (SELECT id FROM dispensing_lateentry) LIMIT 1)"
)


def _sheet(**changes: str) -> str:
    fresh = {"number": "number + 1", "scan": "scan + 1", "for_day": "for_day + 1"}
    return copied("dispensing_sheet", **fresh | changes)


def _entry(**changes: str) -> str:
    """The same entry over a dose that was recorded at its own time."""
    fresh = {"id": OTHER_DOSE, "dose_id": OTHER_DOSE}
    return copied("dispensing_lateentry", "dose_id IS NOT NULL", **fresh | changes)


def _of_an_outcome(**changes: str) -> str:
    return copied("dispensing_lateentry", "outcome_id IS NOT NULL", **changes)


BREAKS: Final = {
    "dispensing_sheet_why_known": Break(_sheet(why="'boredom'"), sheet),
    "dispensing_sheet_void_why_known": Break(_sheet(void_at="issued_at", void_why="'lost'"), sheet),
    "dispensing_sheet_year_check": Break(_sheet(year="-1"), sheet),
    "dispensing_sheet_number_check": Break(_sheet(number="-1"), sheet),
    "dispensing_sheet_number_positive": Break(_sheet(number="0"), sheet),
    "dispensing_sheet_void_at_paired": Break(_sheet(void_at="issued_at"), sheet),
    "dispensing_sheet_number_once": Break(_sheet(number="number"), sheet),
    "dispensing_sheet_one_valid": Break(_sheet(for_day="for_day"), sheet),
    "dispensing_sheet_scan_check": Break(_sheet(scan="-1"), sheet),
    "dispensing_sheet_scan_fits": Break(_sheet(scan="100000000"), sheet),
    "dispensing_sheet_scan_key": Break(_sheet(scan="scan"), sheet),
    "dispensing_sheet_digest_whole": Break(_sheet(digest="repeat('0', 63)"), sheet),
    "dispensing_lateentry_reason_known": Break(_entry(reason="'forgot'"), entries),
    "dispensing_lateentry_one_fact": Break(_entry(dose_id="NULL"), entries),
    "dispensing_lateentry_after_it_happened": Break(_entry(occurred_at="recorded_at + interval '1 minute'"), entries),
    "dispensing_lateentry_other_says_what": Break(_entry(reason="'other'", note="''"), entries),
    "dispensing_lateentry_dose_id_key": Break(_entry(id="gen_random_uuid()", dose_id="dose_id"), entries),
    "dispensing_lateentry_outcome_id_key": Break(_of_an_outcome(), entries),
    "dispensing_dose_poured_by_somebody": Break(copied("dispensing_dose", act_id=OTHER_ACT, poured_by_id="NULL"), dose),
    "dispensing_dose_observed_by_somebody": Break(
        copied("dispensing_dose", act_id=OTHER_ACT, observed_by_id="NULL"), dose
    ),
}
