"""What breaks the constraints of doses taken home."""

from typing import Final

from tests.codebase.breaks import Break, copied
from tests.dispensing import taking_home


def handed() -> None:
    taking_home.handed()


def reported() -> None:
    taking_home.reported()


def corrected() -> None:
    taking_home.corrected()


def poured_out() -> None:
    taking_home.poured_out()


def voided() -> None:
    taking_home.voided()


def _allowance(**changes: str) -> str:
    return copied("dispensing_takehomeallowance", **changes)


def _hand_out(**changes: str) -> str:
    return copied("dispensing_takehome", **changes)


def _vial(**changes: str) -> str:
    return copied("dispensing_takehomevial", **changes)


def _claim(**changes: str) -> str:
    return copied("dispensing_takehomeday", **changes)


def _void(**changes: str) -> str:
    return copied("dispensing_vialvoid", **changes)


def _report(**changes: str) -> str:
    return copied("dispensing_vialreport", "corrects_id IS NULL", **changes)


# What another constraint forbids, too: whole rows, because they are tried without the world's.
_FEWER_DAYS: Final = """
INSERT INTO dispensing_takehome (act_id, patient_id, facility_id, prescription_id, allowance_id, day, days, mg, box,
                                 words, attestation_id, handed_at, handed_by_id)
SELECT gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), current_date, -1, 1, true, '',
       gen_random_uuid(), now(), 1
"""
_FEWER_ALLOWED: Final = """
INSERT INTO dispensing_takehomeallowance (id, patient_id, facility_id, allowed, agreed, from_day, until_day, max_days,
                                          words, digest, signature_id, signed_by_id, recorded_at)
SELECT gen_random_uuid(), gen_random_uuid(), 1, true, true, current_date, current_date, -1, '', '', gen_random_uuid(),
       1, now()
"""
_LESS_IN_IT: Final = """
INSERT INTO dispensing_takehomevial (id, take_home_id, patient_id, handed_on, day, mg, ul, bottle_id)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), current_date, current_date + 1, 1, -1, 1
"""
_LESS_BACK: Final = """
INSERT INTO dispensing_vialreport (id, vial_id, what, day, words, ul, act_id, attestation_id, recorded_at,
                                   recorded_by_id)
SELECT gen_random_uuid(), gen_random_uuid(), 'returned_full', current_date, 'x', -1, gen_random_uuid(),
       gen_random_uuid(), now(), 1
"""

BREAKS: Final = {
    "dispensing_takehomeallowance_until_day_after_from_day": Break(_allowance(until_day="from_day - 1"), handed),
    "dispensing_takehomeallowance_days_fit": Break(_allowance(max_days="8"), handed),
    "dispensing_takehomeallowance_refusal_says_why": Break(_allowance(allowed="false", max_days="0"), handed),
    "dispensing_takehomeallowance_patient_agreed": Break(_allowance(agreed="false"), handed),
    "dispensing_takehomeallowance_max_days_check": Break(_FEWER_ALLOWED, aside="dispensing_takehomeallowance_days_fit"),
    "dispensing_takehomeallowance_signature_id_key": Break(_allowance(), handed),
    "dispensing_takehome_mg_positive": Break(_hand_out(mg="0"), handed),
    "dispensing_takehome_days_known": Break(_hand_out(days="8"), handed),
    "dispensing_takehome_days_check": Break(_FEWER_DAYS, aside="dispensing_takehome_days_known"),
    "dispensing_takehome_attestation_id_key": Break(_hand_out(act_id="gen_random_uuid()"), handed),
    "dispensing_takehomevial_mg_positive": Break(_vial(mg="0"), handed),
    "dispensing_takehomevial_ul_positive": Break(_vial(ul="0"), handed),
    "dispensing_takehomevial_ul_check": Break(_LESS_IN_IT, aside="dispensing_takehomevial_ul_positive"),
    "dispensing_takehomevial_day_after_handed_on": Break(_vial(day="handed_on"), handed),
    "dispensing_takehomeday_pkey": Break(_claim(vial_id="gen_random_uuid()"), handed),
    "dispensing_takehomeday_vial_id_key": Break(_claim(day="day + 30"), handed),
    "dispensing_vialvoid_kind_known": Break(_void(kind="'drunk'"), voided),
    "dispensing_vialvoid_reason_given": Break(_void(reason="''"), voided),
    "dispensing_vialvoid_stock_fits": Break(_void(act_id="NULL"), voided),
    "dispensing_vialvoid_poured_out_attested": Break(_void(attestation_id="NULL"), voided),
    "dispensing_vialvoid_vial_id_key": Break(_void(), voided),
    "dispensing_vialreport_what_known": Break(_report(what="'drunk'"), reported),
    "dispensing_vialreport_first_once": Break(_report(), reported),
    "dispensing_vialreport_says_what": Break(_report(words="''"), reported),
    "dispensing_vialreport_poured_out_fits": Break(_report(what="'returned_full'"), reported),
    "dispensing_vialreport_ul_check": Break(_LESS_BACK, aside="dispensing_vialreport_poured_out_fits"),
    "dispensing_vialreport_act_id_key": Break(
        _report(corrects_id="id", attestation_id="gen_random_uuid()"), poured_out
    ),
    "dispensing_vialreport_attestation_id_key": Break(
        _report(corrects_id="id", act_id="gen_random_uuid()"), poured_out
    ),
    "dispensing_vialreport_corrects_id_key": Break(
        copied("dispensing_vialreport", "corrects_id IS NOT NULL"), corrected
    ),
}
