"""What breaks the constraints of what another book said when a site began."""

from typing import Final

from tests.codebase.breaks import Break, copied
from tests.dispensing import beginning

_SOMEBODY_ELSE: Final = (
    "(SELECT p.id FROM patients_patient p WHERE p.id NOT IN (SELECT patient_id FROM dispensing_startrecord) LIMIT 1)"
)


def begun() -> None:
    beginning.saved(beginning.row())


def _record(**changes: str) -> str:
    other = {"patient_id": _SOMEBODY_ELSE, "row_key": "repeat('a', 64)"}
    return copied("dispensing_startrecord", **other | changes)


BREAKS: Final = {
    "dispensing_startrecord_row_key_key": Break(_record(row_key="row_key"), begun),
    "dispensing_startrecord_missed_fit": Break(_record(missed_7="7", missed_30="6"), begun),
    "dispensing_startrecord_missed_7_check": Break(_record(missed_7="-1", missed_30="0"), begun),
    "dispensing_startrecord_missed_30_check": Break(_record(missed_30="-1"), begun),
    "dispensing_startrecord_changed_before": Break(_record(changed_on="first_day + 1"), begun),
    "dispensing_startrecord_before_a_change": Break(_record(changed_on="NULL", dose_before_mg="5"), begun),
    "dispensing_startrecord_dose_before_mg_positive": Break(_record(dose_before_mg="0"), begun),
    "dispensing_startrecord_digests_whole": Break(_record(row_digest="'x'"), begun),
}
