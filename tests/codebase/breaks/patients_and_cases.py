"""What breaks the constraints of followup and patients."""

from typing import Final

from patients.models import Alert, Explained, Patient, Photo
from tests import cast, world, world_patients
from tests.codebase.breaks import Break, copied
from tests.followup.hands import opened, task

BEFORE: Final = {"starts_on": "'2020-01-02'", "ended_on": "'2020-01-03'", "ended_by_id": "recorded_by_id"}


def _patient(**changes: str) -> str:
    return copied("patients_patient", **{"code": "'99990'"} | changes)


def _placement(**changes: str) -> str:
    """In a year before the world's, so that no day is taken."""
    return copied("patients_placement", **BEFORE | changes)


def _patient_and_person() -> dict:
    return {"patient": Patient.objects.get(code=world_patients.PHONG.code), "by": world.person(cast.DISPENSER)}


def photo() -> None:
    sealed = Photo.seal(Patient.objects.get(code=world_patients.PHONG.code).pk, b"face")
    sealed.taken_on = world.TODAY
    sealed.save()


def alert() -> None:
    """A medicine that was started and ended, so that an open one is made by a change."""
    who = _patient_and_person()
    Alert.objects.create(
        patient=who["patient"], kind="medicine", effect="lowers", change="started", since=world.TODAY, source="patient",
        recorded_at=world.NOW, recorded_by=who["by"], ended_on=world.TODAY, ended_by=who["by"], ended_why="over",
    )  # fmt: skip


def pregnancy() -> None:
    who = _patient_and_person()
    Alert.objects.create(
        patient=who["patient"], kind="pregnancy", since=world.TODAY, source="patient", recorded_at=world.NOW,
        recorded_by=who["by"],
    )  # fmt: skip


def explained() -> None:
    who = _patient_and_person()
    Explained.objects.create(
        patient=who["patient"], phrases="vi", version="0" * 64, language="tiếng Thái", interpreter="none",
        understood=True, explained_at=world.NOW, explained_by=who["by"],
    )  # fmt: skip


def _task(**changes: str) -> str:
    """About another fact, so that it could be open beside the one there is."""
    return copied("followup_task", **{"subject_id": "gen_random_uuid()"} | changes)


BREAKS: Final = {
    "followup_case_kind_known": Break(copied("followup_case", kind="'gossip'"), opened),
    "followup_case_concluded_at_paired": Break(copied("followup_case", concluded_at="opened_at"), opened),
    "followup_case_open_once": Break(copied("followup_case"), opened),
    "followup_case_rung_check": Break(copied("followup_case", rung="-1", subject_id="gen_random_uuid()"), opened),
    "followup_case_rung_known": Break(copied("followup_case", rung="4", subject_id="gen_random_uuid()"), opened),
    "followup_task_kind_given": Break(_task(kind="''"), task),
    "followup_task_done_fits": Break(_task(done_at="opened_at"), task),
    "followup_task_rung_check": Break(_task(rung="-1"), task),
    "followup_task_rung_known": Break(_task(rung="4"), task),
    "followup_task_open_once": Break(copied("followup_task"), task),
    "followup_taskevent_step_known": Break(copied("followup_taskevent", step="'gossip'"), task),
    "followup_notice_told_once": Break(copied("followup_notice"), task),
    "followup_notice_says_what": Break(copied("followup_notice", key="''"), task),
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
    "patients_identity_key": Break(copied("patients_identity", key="'Một'")),
    "patients_identity_sealed": Break(copied("patients_identity", content="'\\x00'")),
    "patients_photo_key": Break(copied("patients_photo", key="'Một'"), photo),
    "patients_photo_sealed": Break(copied("patients_photo", content="'\\x00'"), photo),
    "patients_alert_kind_known": Break(copied("patients_alert", kind="'gossip'", effect="''", change="''"), alert),
    "patients_alert_source_known": Break(copied("patients_alert", source="'gossip'"), alert),
    "patients_alert_ended_why_known": Break(copied("patients_alert", ended_why="'gossip'"), alert),
    "patients_alert_medicine_fits": Break(copied("patients_alert", effect="''"), alert),
    "patients_alert_ended_on_after_since": Break(copied("patients_alert", ended_on="since - 1"), alert),
    "patients_alert_ended_on_paired": Break(copied("patients_alert", ended_by_id="NULL"), alert),
    "patients_alert_one_open": Break(copied("patients_alert"), pregnancy),
    "patients_explained_interpreter_known": Break(copied("patients_explained", interpreter="'gossip'"), explained),
    "patients_explained_version_whole": Break(copied("patients_explained", version="'0'"), explained),
    "patients_placement_kind_known": Break(_placement(kind="'visitor'")),
    "patients_placement_ended_on_after_starts_on": Break(_placement(ended_on="'2019-12-31'")),
    "patients_placement_ended_on_paired": Break(_placement(ended_by_id="NULL")),
    "patients_placement_never_longer": Break(
        "UPDATE patients_placement SET ended_on = ended_on + 1 WHERE ended_on IS NOT NULL"
    ),
    "patients_placement_visit_has_end": Break(_placement(kind="'guest'")),
    "patients_placement_place_named": Break(_placement(place="'BVĐK'")),
    "patients_placement_one_a_day": Break(copied("patients_placement", starts_on="starts_on + 1")),
}
