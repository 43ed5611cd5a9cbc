"""What breaks the constraints of core, facilities and staff."""

from datetime import timedelta
from typing import Final

from core.digests import sha256_of
from core.ids import new_id
from core.models import FirstCode
from core.services import jobs
from facilities.models import DayKind, EmergencyCard, Holiday, RuleSetting
from staff.models import Attestation, Mode, Objection, Proof, RemoteCode
from staff.services import signatures
from tests import cast, world
from tests.codebase.breaks import Break, copied

UNUSED_SIGNATURE: Final = (
    "(SELECT s.id FROM staff_signature s WHERE NOT EXISTS (SELECT FROM staff_attestation a WHERE a.signature_id = s.id)"
    " LIMIT 1)"
)

NOT_OBJECTED: Final = (
    "(SELECT a.id FROM staff_attestation a WHERE NOT EXISTS (SELECT FROM staff_objection o"
    " WHERE o.attestation_id = a.id) LIMIT 1)"
)


def beat() -> object:
    return jobs.beat(now=world.NOW, keep=timedelta(days=1))


def first_code() -> object:
    return FirstCode.objects.create(digest="0" * 64, made_at=world.NOW, expires_at=world.NOW)


def holiday() -> object:
    return Holiday.objects.create(day="2026-12-24", kind=DayKind.HOLIDAY, name="Ngày nghỉ thử")


def rule_setting() -> object:
    return RuleSetting.objects.create(
        key="DosingSettings.thử", value=1, facility=world.facility(cast.SITE), recorded_at=world.NOW, source="thử",
        effective_from=world.NOW + timedelta(hours=1), set_by_id=1, set_by_label="L.T.H.",
    )  # fmt: skip


def emergency_card() -> object:
    return EmergencyCard.objects.create(
        facility=world.facility(cast.SITE), emergency_phone="115", recorded_at=world.NOW, recorded_by_id=1,
        recorded_by_label="B.C.T.",
    )  # fmt: skip


def remote_code() -> RemoteCode:
    return RemoteCode.objects.create(
        witness=world.person(cast.WITNESS), actor=world.person(cast.DISPENSER), facility=world.facility(cast.SITE),
        acting_as="witness", code_hash="x", made_at=world.NOW, expires_at=world.NOW + timedelta(minutes=10),
    )  # fmt: skip


def remote_attestation() -> Attestation:
    code, act_id, digest = remote_code(), new_id(), sha256_of({"act": "thử"})
    signature = signatures.record(
        person_id=code.witness_id, facility_id=code.facility_id, acting_as="witness", proof=Proof.CODE,
        meaning="witnessed", subject_kind="tests", subject_id=act_id, digest=digest, signed_at=world.NOW,
    )  # fmt: skip
    return Attestation.objects.create(
        act_kind="tests", act_id=act_id, digest=digest, facility_id=code.facility_id, actor_id=code.actor_id,
        mode=Mode.REMOTE, second_id=code.witness_id, signature=signature, code=code, at=world.NOW,
    )  # fmt: skip


def objection() -> object:
    made = remote_attestation()
    return Objection.objects.create(attestation=made, by_id=made.second_id, words="thử", at=world.NOW)


def _supervision(**changes: str) -> str:
    """In a year before the world's, so that no day is taken."""
    past = {"starts_on": "'2020-01-02'", "ended_on": "'2020-01-03'"}
    return copied("facilities_supervision", **past | changes)


BREAKS: Final = {
    "core_firstcode_digest_whole": Break(copied("core_firstcode", digest="'x'"), first_code),
    "core_firstcode_expires_at_after_made_at": Break(
        copied("core_firstcode", expires_at="made_at - interval '1 second'"), first_code
    ),
    "core_firstcode_used_at_paired": Break(copied("core_firstcode", used_at="made_at"), first_code),
    "core_firstcode_wrong_check": Break(copied("core_firstcode", wrong="-1"), first_code),
    "core_jobrun_ended_paired": Break(copied("core_jobrun", ok="NULL"), beat),
    "core_jobrun_attempt_check": Break(copied("core_jobrun", attempt="-1"), beat),
    "core_jobrun_attempt_positive": Break(copied("core_jobrun", attempt="0"), beat),
    "core_jobrun_error_failed": Break(copied("core_jobrun", error="'KeyError'"), beat),
    "core_jobrun_gave_up_failed": Break(copied("core_jobrun", gave_up="true"), beat),
    "core_jobrun_again_at_paired": Break(copied("core_jobrun", again_at="started_at"), beat),
    "core_jobrun_seen_at_paired": Break(copied("core_jobrun", seen_at="started_at"), beat),
    "facilities_province_name_key": Break(copied("facilities_province")),
    "facilities_area_name_once": Break(copied("facilities_area")),
    "facilities_facility_kind_known": Break(copied("facilities_facility", name="'Khác'", kind="'ward'")),
    "facilities_facility_name_once": Break(copied("facilities_facility")),
    "facilities_facility_latitude_paired": Break("UPDATE facilities_facility SET latitude = 21, longitude = NULL"),
    "facilities_facility_on_the_globe": Break("UPDATE facilities_facility SET latitude = 21, longitude = 181"),
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
    "facilities_emergencycard_phone_given": Break(
        copied("facilities_emergencycard", emergency_phone="''"), emergency_card
    ),
    "staff_person_username_key": Break(copied("staff_person")),
    "staff_person_sms_reaches": Break(copied("staff_person", username="'khac'", phone="''", wants_sms="true")),
    "staff_person_email_reaches": Break(copied("staff_person", username="'khac'", email="''", wants_email="true")),
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
    "staff_attestation_code_id_key": Break(
        copied("staff_attestation", "code_id IS NOT NULL", act_id="gen_random_uuid()", signature_id=UNUSED_SIGNATURE),
        remote_attestation,
    ),
    "staff_attestation_considered_ms_check": Break(
        copied("staff_attestation", act_id="gen_random_uuid()", signature_id=UNUSED_SIGNATURE, considered_ms="-1")
    ),
    "staff_remotecode_witness_not_actor": Break(copied("staff_remotecode", witness_id="actor_id"), remote_code),
    "staff_remotecode_expires_at_after_made_at": Break(
        copied("staff_remotecode", expires_at="made_at - interval '1 second'"), remote_code
    ),
    "staff_remotecode_used_at_paired": Break(copied("staff_remotecode", used_at="made_at"), remote_code),
    "staff_attestation_code_fits": Break(
        copied(
            "staff_attestation",
            "code_id IS NOT NULL",
            act_id="gen_random_uuid()",
            second_id=f"(SELECT id FROM staff_person WHERE username = '{cast.SITE_HEAD.username}')",
        ),
        remote_attestation,
    ),
    "staff_objection_words_given": Break(copied("staff_objection", attestation_id=NOT_OBJECTED, words="''"), objection),
    "staff_objection_attestation_id_key": Break(copied("staff_objection"), objection),
}
