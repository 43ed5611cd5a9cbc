"""What breaks the constraints of core, facilities and staff."""

from datetime import timedelta
from typing import Final

from core.services import jobs
from facilities.models import DayKind, Holiday, RuleSetting
from tests import cast, world
from tests.codebase.breaks import Break, copied

UNUSED_SIGNATURE: Final = (
    "(SELECT s.id FROM staff_signature s WHERE NOT EXISTS (SELECT FROM staff_attestation a WHERE a.signature_id = s.id)"
    " LIMIT 1)"
)


def beat() -> object:
    return jobs.beat(now=world.NOW, keep=timedelta(days=1))


def holiday() -> object:
    return Holiday.objects.create(day="2026-12-24", kind=DayKind.HOLIDAY, name="Ngày nghỉ thử")


def rule_setting() -> object:
    return RuleSetting.objects.create(
        key="DosingSettings.thử", value=1, facility=world.facility(cast.SITE), recorded_at=world.NOW, source="thử",
        effective_from=world.NOW + timedelta(hours=1), set_by_id=1, set_by_label="L.T.H.",
    )  # fmt: skip


def _supervision(**changes: str) -> str:
    """In a year before the world's, so that no day is taken."""
    past = {"starts_on": "'2020-01-02'", "ended_on": "'2020-01-03'"}
    return copied("facilities_supervision", **past | changes)


BREAKS: Final = {
    "core_jobrun_ended_paired": Break(copied("core_jobrun", ok="NULL"), beat),
    "facilities_province_name_key": Break(copied("facilities_province")),
    "facilities_area_name_once": Break(copied("facilities_area")),
    "facilities_facility_kind_known": Break(copied("facilities_facility", name="'Khác'", kind="'ward'")),
    "facilities_facility_name_once": Break(copied("facilities_facility")),
    "facilities_supervision_satellite_not_main_clinic": Break(_supervision(main_clinic_id="satellite_id")),
    "facilities_supervision_ended_on_after_starts_on": Break(_supervision(ended_on="'2020-01-01'")),
    "facilities_supervision_one_a_day": Break(copied("facilities_supervision", starts_on="starts_on + 100")),
    "facilities_holiday_day_key": Break(copied("facilities_holiday"), holiday),
    "facilities_holiday_kind_known": Break(copied("facilities_holiday", day="day + 1", kind="'strike'"), holiday),
    "facilities_rulesetting_from_the_future": Break(
        copied("facilities_rulesetting", effective_from="recorded_at + interval '4 minutes 59 seconds'"), rule_setting
    ),
    "facilities_rulesetting_one_scope": Break(
        copied("facilities_rulesetting", area_id="(SELECT min(id) FROM facilities_area)"), rule_setting
    ),
    "facilities_rulesetting_source_given": Break(copied("facilities_rulesetting", source="''"), rule_setting),
    "staff_person_username_key": Break(copied("staff_person")),
    "staff_person_username_once": Break(copied("staff_person", username="upper(username)")),
    "staff_person_pin_failures_check": Break(copied("staff_person", username="'x'", pin_failures="-1")),
    "staff_appointment_role_known": Break(copied("staff_appointment", role="'king'")),
    "staff_appointment_expires_on_after_starts_on": Break(copied("staff_appointment", expires_on="starts_on - 1")),
    "staff_appointment_one_place": Break(
        copied("staff_appointment", "facility_id IS NOT NULL", area_id="(SELECT min(id) FROM facilities_area)")
    ),
    "staff_appointment_ended_on_paired": Break(copied("staff_appointment", ended_on="starts_on")),
    "staff_signature_proof_known": Break(copied("staff_signature", proof="'seal'")),
    "staff_signature_digest_whole": Break(copied("staff_signature", digest="upper(repeat('a', 64))")),
    "staff_attestation_mode_known": Break(
        copied("staff_attestation", act_id="gen_random_uuid()", signature_id=UNUSED_SIGNATURE, mode="'absent'"),
        aside="staff_attestation_mode_fits",
    ),
    "staff_attestation_mode_fits": Break(
        copied("staff_attestation", act_id="gen_random_uuid()", signature_id="NULL", mode="'present'")
    ),
    "staff_attestation_second_not_actor": Break(
        copied("staff_attestation", act_id="gen_random_uuid()", signature_id=UNUSED_SIGNATURE, second_id="actor_id")
    ),
    "staff_attestation_one_at_once": Break(copied("staff_attestation", signature_id=UNUSED_SIGNATURE)),
    "staff_attestation_signature_id_key": Break(copied("staff_attestation", act_id="gen_random_uuid()")),
}
