"""What breaks the constraints of requests about one's own data, and of identities that were removed."""

from typing import Final

from patients.services import retention
from tests import world
from tests.codebase.breaks import Break, copied
from tests.patients import records

_ASKED: Final = "patients_datarequest"


def asked() -> None:
    records.asked()


def signed() -> None:
    records.long_gone()
    records.signed()


def removed() -> None:
    signed()
    retention.carry_out(now=world.NOW)


def _asked(**changes: str) -> str:
    return copied(_ASKED, **{"kind": "'objection'"} | changes)


def _listed(**changes: str) -> str:
    free = "(SELECT id FROM staff_signature s WHERE s.subject_kind <> 'retirement_list' ORDER BY id LIMIT 1)"
    return copied("patients_retirementlist", **{"signature_id": free} | changes)


BREAKS: Final = {
    "patients_datarequest_kind_known": Break(_asked(kind="'x'"), asked),
    "patients_datarequest_outcome_known": Break(
        _asked(ended_at="now()", ended_by_id="recorded_by_id", outcome="'x'"), asked
    ),
    "patients_datarequest_due_after_received_on": Break(_asked(due="received_on - 1"), asked),
    "patients_datarequest_extended_to_after_due": Break(
        _asked(extended_to="due - 1", extended_by_id="recorded_by_id", extended_why="'x'"), asked
    ),
    "patients_datarequest_answered_at_paired": Break(_asked(answered_at="now()"), asked),
    "patients_datarequest_extended_to_paired": Break(_asked(extended_to="due"), asked),
    "patients_datarequest_ended_at_paired": Break(_asked(ended_at="now()"), asked),
    "patients_datarequest_open_once": Break(_asked(kind="kind"), asked),
    "patients_retirementlist_digest_whole": Break(_listed(digest="'abc'"), signed),
    "patients_retirementlist_signature_id_key": Break(_listed(signature_id="signature_id"), signed),
    "patients_retired_kept_years_check": Break(copied("patients_retired", kept_years="-1"), signed),
    "patients_retired_texts_check": Break(copied("patients_retired", texts="-1"), signed),
    "patients_stays_unknown": Break(
        "INSERT INTO patients_hivstatus (patient_id, positive, recorded_on)"
        " SELECT retired_id, true, current_date FROM patients_deidentified LIMIT 1",
        removed,
    ),
}
