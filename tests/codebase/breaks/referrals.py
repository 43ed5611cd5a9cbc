"""What breaks the constraints of referrals, their steps and the last doses that were told."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from dispensing.models import LastDoseTold
from dispensing.rules.referral_table import Step
from patients.models import Placement
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.dispensing.referring import Road


def drafted() -> None:
    Road().draft()


def ended() -> None:
    """One that is over, so that a copy of it is open beside nothing."""
    Road().draft().take(Step.CANCEL, cast.DISPENSER, "không cần nữa")


def told() -> None:
    road = Road()
    placement = Placement.objects.get(patient=road.patient)
    LastDoseTold.objects.create(
        patient=road.patient, placement=placement, facility=placement.facility, proof="call", told_by="L.T.H.",
        last_day=world.TODAY - timedelta(days=1), mg=Decimal(65), recorded_at=world.NOW,
        recorded_by=placement.recorded_by,
    )  # fmt: skip


def sent() -> None:
    Road().draft().send()


# Out of the bare world: that no clinic fits another kind would be said first.
_HOLIDAY: Final = (
    "INSERT INTO dispensing_referral (id, kind, patient_id, from_facility_id, to_facility_id, clinic_id, initiator,"
    " urgent, reasons, words, summary, digest, drafted_at, drafted_by_id)"
    " SELECT gen_random_uuid(), 'holiday', pl.patient_id, pl.facility_id, s.main_clinic_id, s.main_clinic_id, 'site',"
    " false, '[]', '', '{}', repeat('0', 64), now(), pl.recorded_by_id"
    " FROM patients_placement pl JOIN facilities_supervision s ON s.satellite_id = pl.facility_id LIMIT 1"
)


def _referral(**changes: str) -> str:
    return copied("dispensing_referral", **changes)


def _step(**changes: str) -> str:
    return copied("dispensing_referralstep", **{"position": "2"} | changes)


BREAKS: Final = {
    "dispensing_referral_kind_known": Break(_HOLIDAY, aside="dispensing_referral_clinic_fits"),
    "dispensing_referral_initiator_known": Break(_referral(initiator="'gossip'"), ended),
    "dispensing_referral_from_facility_not_to_facility": Break(
        _referral(kind="'between'", to_facility_id="from_facility_id"), ended
    ),
    "dispensing_referral_clinic_fits": Break(_referral(clinic_id="from_facility_id"), ended),
    "dispensing_referral_drafted_by_somebody": Break(_referral(drafted_by_id="NULL"), ended),
    "dispensing_referral_digest_whole": Break(_referral(digest="'0'"), ended),
    "dispensing_referral_ended_at_paired": Break(_referral(ended_state="NULL"), ended),
    "dispensing_referral_ended_state_known": Break(_referral(ended_state="'sent'"), ended),
    "dispensing_referral_one_open": Break(_referral(), drafted),
    "dispensing_referralstep_position_once": Break(_step(position="1"), drafted),
    "dispensing_referralstep_position_positive": Break(_step(position="0"), drafted),
    "dispensing_referralstep_position_check": Break(_step(position="-1"), drafted),
    "dispensing_referralstep_signature_id_key": Break(
        copied("dispensing_referralstep", "signature_id IS NOT NULL", position="9", signature_id="signature_id"),
        sent,
    ),
    "dispensing_referralstep_side_known": Break(_step(side="'gossip'"), drafted),
    "dispensing_referralstep_known_way": Break(_step(state="'kept'"), drafted),
    "dispensing_referralstep_done_by_somebody": Break(_step(actor_id="NULL"), drafted),
    "dispensing_referralstep_signed": Break(_step(step="'send'", before="'drafted'", state="'sent'"), drafted),
    "dispensing_referralstep_words_given": Break(
        _step(step="'cancel'", before="'drafted'", state="'cancelled'"), drafted
    ),
    "dispensing_referralstep_day_given": Break(_step(step="'appoint'", before="'sent'", state="'appointed'"), drafted),
    "dispensing_referralstep_answered_by_order": Break(_step(answer="'same'"), drafted),
    "dispensing_referralstep_digest_whole": Break(_step(digest="'0'"), drafted),
    "dispensing_lastdosetold_proof_known": Break(copied("dispensing_lastdosetold", proof="'gossip'"), told),
    "dispensing_lastdosetold_mg_positive": Break(copied("dispensing_lastdosetold", mg="0"), told),
    "dispensing_lastdosetold_told_by_somebody": Break(copied("dispensing_lastdosetold", told_by="''"), told),
}
