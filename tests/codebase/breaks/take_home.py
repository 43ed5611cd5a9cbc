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


def _allowance(**changes: str) -> str:
    return copied("dispensing_takehomeallowance", **changes)


def _hand_out(**changes: str) -> str:
    return copied("dispensing_takehome", **changes)


def _vial(**changes: str) -> str:
    return copied("dispensing_takehomevial", **changes)


def _report(**changes: str) -> str:
    return copied("dispensing_vialreport", "corrects_id IS NULL", **changes)


BREAKS: Final = {
    "dispensing_takehomeallowance_until_day_after_from_day": Break(_allowance(until_day="from_day - 1"), handed),
    "dispensing_takehomeallowance_days_fit": Break(_allowance(max_days="8"), handed),
    "dispensing_takehomeallowance_refusal_says_why": Break(_allowance(allowed="false", max_days="0"), handed),
    "dispensing_takehomeallowance_max_days_check": Break(
        _allowance(max_days="-1"), handed, aside="dispensing_takehomeallowance_days_fit"
    ),
    "dispensing_takehomeallowance_signature_id_key": Break(_allowance(), handed),
    "dispensing_takehome_mg_positive": Break(_hand_out(mg="0"), handed),
    "dispensing_takehome_days_known": Break(_hand_out(days="8"), handed),
    "dispensing_takehome_days_check": Break(_hand_out(days="-1"), handed, aside="dispensing_takehome_days_known"),
    "dispensing_takehome_attestation_id_key": Break(_hand_out(act_id="gen_random_uuid()"), handed),
    "dispensing_takehomevial_once": Break(_vial(), handed),
    "dispensing_takehomevial_mg_positive": Break(_vial(mg="0"), handed),
    "dispensing_takehomevial_ul_positive": Break(_vial(ul="0"), handed),
    "dispensing_takehomevial_ul_check": Break(_vial(ul="-1"), handed, aside="dispensing_takehomevial_ul_positive"),
    "dispensing_takehomevial_day_after_handed_on": Break(_vial(day="handed_on"), handed),
    "dispensing_vialreport_what_known": Break(_report(what="'drunk'"), reported),
    "dispensing_vialreport_first_once": Break(_report(), reported),
    "dispensing_vialreport_says_what": Break(_report(words="''"), reported),
    "dispensing_vialreport_corrects_id_key": Break(
        copied("dispensing_vialreport", "corrects_id IS NOT NULL"), corrected
    ),
}
