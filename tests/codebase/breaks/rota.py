"""What breaks the constraints of the rota, of days off, certificates and leave."""

from typing import Final

from staff.rules.rota_codes import OffKind
from tests.codebase.breaks import Break, copied
from tests.staff import planning

LATER: Final = {"ended_at": "now()", "ended_why": "'changed'", "ended_by_id": "planned_by_id"}


def planned() -> None:
    planning.planned()


def offered() -> None:
    planning.offered()


def off() -> None:
    planning.off()


def certified() -> None:
    planning.certificate()


def chosen() -> None:
    planning.leave_choice()


def _duty(**changes: str) -> str:
    return copied("staff_rotaduty", **{"day": "day + 1"} | changes)


def _swap(**changes: str) -> str:
    answered = {"answered_at": "offered_at", "answered_by_id": "to_id", "answer": "'accepted'"}
    return copied("staff_rotaswap", **answered | changes)


def _off(**changes: str) -> str:
    return copied("staff_daysoff", **{"first_day": "first_day + 9", "last_day": "last_day + 9"} | changes)


def _paper(**changes: str) -> str:
    return copied("staff_certificate", **{"number": "'khác'"} | changes)


def _choice(**changes: str) -> str:
    return copied("staff_leavechoice", **{"ended_at": "chosen_at"} | changes)


BREAKS: Final = {
    "staff_rotaduty_role_known": Break(_duty(role="'gossip'"), planned),
    "staff_rotaduty_how_known": Break(_duty(how="'gossip'"), planned),
    "staff_rotaduty_ended_why_known": Break(_duty(**LATER | {"ended_why": "'gossip'"}), planned),
    "staff_rotaduty_ended_at_paired": Break(_duty(**LATER | {"ended_why": "NULL"}), planned),
    "staff_rotaduty_once": Break(copied("staff_rotaduty"), planned),
    "staff_rotaswap_person_not_to": Break(
        _swap(person_id="to_id", answered_by_id="NULL", answered_at="NULL", answer="NULL"), offered
    ),
    "staff_rotaswap_decision_known": Break(
        _swap(
            needs_head="true",
            decision="'gossip'",
            decided_at="offered_at",
            decided_by_id="(SELECT max(id) FROM staff_person)",
        ),
        offered,
    ),
    "staff_rotaswap_answered_at_paired": Break(_swap(answered_at="NULL"), offered),
    "staff_rotaswap_decided_at_paired": Break(_swap(decided_at="offered_at"), offered),
    "staff_rotaswap_agreed_by_both": Break(_swap(answered_by_id="person_id"), offered),
    "staff_rotaswap_decided_by_another": Break(
        _swap(needs_head="true", decision="'approved'", decided_at="offered_at", decided_by_id="to_id"), offered
    ),
    "staff_rotaswap_one_open": Break(copied("staff_rotaswap"), offered),
    "staff_daysoff_kind_known": Break(_off(kind="'gossip'"), off),
    "staff_daysoff_last_day_after_first_day": Break(_off(last_day="first_day - 1"), off),
    "staff_daysoff_ended_at_paired": Break(_off(ended_at="recorded_at"), off),
    "staff_daysoff_minutes_fit": Break(_off(kind=f"'{OffKind.COMPENSATORY}'"), off),
    "staff_daysoff_minutes_check": Break(_off(minutes="-1"), off),
    "staff_daysoff_no_overlap": Break(copied("staff_daysoff"), off),
    "staff_certificate_kind_known": Break(_paper(kind="'gossip'"), certified),
    "staff_certificate_ended_why_known": Break(
        _paper(ended_at="recorded_at", ended_by_id="recorded_by_id", ended_why="'gossip'"), certified
    ),
    "staff_certificate_ended_at_paired": Break(_paper(ended_at="recorded_at"), certified),
    "staff_certificate_expires_on_after_issued_on": Break(_paper(expires_on="issued_on - 1"), certified),
    "staff_certificate_document_named": Break(_paper(number="''"), certified),
    "staff_certificate_once": Break(copied("staff_certificate"), certified),
    "staff_leavechoice_minutes_positive": Break(_choice(minutes="0"), chosen),
    "staff_leavechoice_earned_positive": Break(_choice(earned="0"), chosen),
    "staff_leavechoice_minutes_check": Break(_choice(minutes="-1"), chosen),
    "staff_leavechoice_earned_check": Break(_choice(earned="-1"), chosen),
    "staff_leavechoice_once": Break(copied("staff_leavechoice"), chosen),
    "staff_leavechoice_fits": Break(_choice(minutes="1000000"), chosen),
}
