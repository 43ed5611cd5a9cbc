"""What breaks the constraints of followup and patients."""

from typing import Final

from tests.codebase.breaks import Break, copied
from tests.followup.hands import opened

BEFORE: Final = {"starts_on": "'2020-01-02'", "ended_on": "'2020-01-03'", "ended_by_id": "recorded_by_id"}


def _patient(**changes: str) -> str:
    return copied("patients_patient", **{"code": "'99990'"} | changes)


def _placement(**changes: str) -> str:
    """In a year before the world's, so that no day is taken."""
    return copied("patients_placement", **BEFORE | changes)


BREAKS: Final = {
    "followup_case_kind_known": Break(copied("followup_case", kind="'gossip'"), opened),
    "followup_case_concluded_at_paired": Break(copied("followup_case", concluded_at="opened_at"), opened),
    "followup_case_open_once": Break(copied("followup_case"), opened),
    "followup_caseevent_step_known": Break(copied("followup_caseevent", step="'gossip'"), opened),
    "patients_patient_code_key": Break(copied("patients_patient")),
    "patients_patient_code_digits": Break(_patient(code="'41A6'")),
    "patients_patient_sex_known": Break(_patient(sex="'x'")),
    "patients_patient_status_known": Break(_patient(status="'lost'")),
    "patients_patient_born": Break(_patient(birth_year="1899")),
    "patients_patient_birth_year_check": Break(_patient(birth_year="-1")),
    "patients_statuschange_status_known": Break(copied("patients_statuschange", status="'lost'")),
    "patients_card_number_fits": Break(copied("patients_card", number="100000000")),
    "patients_card_one_valid": Break(copied("patients_card", number="99999999")),
    "patients_placement_kind_known": Break(_placement(kind="'visitor'")),
    "patients_placement_ended_on_after_starts_on": Break(_placement(ended_on="'2020-01-01'")),
    "patients_placement_ended_on_paired": Break(_placement(ended_by_id="NULL")),
    "patients_placement_one_a_day": Break(copied("patients_placement", starts_on="starts_on + 1")),
}
