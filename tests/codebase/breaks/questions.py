"""What breaks the constraints of questions to the main clinic, their steps, and doses documented by other places."""

from typing import Final

from tests.codebase.breaks import Break, copied
from tests.dispensing import clinic_asked as asking
from tests.dispensing import elsewhere


def asked() -> None:
    asking.asked()


def answered() -> None:
    asking.answered()


def documented() -> None:
    elsewhere.documented()


def corrected() -> None:
    elsewhere.corrected()


def _question(**changes: str) -> str:
    return copied("dispensing_question", **changes)


def _step(**changes: str) -> str:
    return copied("dispensing_questionstep", "position = 1", **{"position": "2"} | changes)


def _dose(**changes: str) -> str:
    return copied("dispensing_doseelsewhere", "corrects_id IS NULL", **changes)


_REPLY: Final = {"step": "'reply'", "before": "'clinic'"}
BREAKS: Final = {
    "dispensing_question_topic_known": Break(_question(topic="'gossip'"), asked),
    "dispensing_question_urgency_known": Break(_question(urgency="'soon'"), asked),
    "dispensing_question_facility_not_clinic": Break(_question(facility_id="clinic_id"), asked),
    "dispensing_question_closed_at_paired": Break(_question(closed_at="asked_at"), asked),
    "dispensing_questionstep_position_once": Break(_step(position="1"), asked),
    "dispensing_questionstep_position_positive": Break(_step(position="0"), asked),
    "dispensing_questionstep_position_check": Break(_step(position="-1"), asked),
    "dispensing_questionstep_known_way": Break(_step(state="'answered'"), asked),
    "dispensing_questionstep_words_given": Break(_step(**_REPLY, words="''"), asked),
    "dispensing_questionstep_until_when": Break(_step(**_REPLY, due_at="NULL"), asked),
    "dispensing_questionstep_answer_signed": Break(
        _step(step="'answer'", before="'clinic'", state="'answered'", due_at="NULL"), asked
    ),
    "dispensing_questionstep_signature_id_key": Break(
        copied("dispensing_questionstep", "step = 'answer'", position="9"), answered
    ),
    "dispensing_doseelsewhere_place_kind_known": Break(_dose(place_kind="'moon'"), documented),
    "dispensing_doseelsewhere_mg_positive": Break(_dose(mg="0"), documented),
    "dispensing_doseelsewhere_says_where": Break(_dose(place="''"), documented),
    "dispensing_doseelsewhere_says_who": Break(_dose(confirmed_by="''"), documented),
    "dispensing_doseelsewhere_proof_fits": Break(_dose(proven="false"), documented),
    "dispensing_doseelsewhere_counts_if_true": Break(_dose(took_place="false"), documented),
    "dispensing_doseelsewhere_untrue_names_what": Break(_dose(took_place="false", counts="false"), documented),
    "dispensing_doseelsewhere_corrects_id_key": Break(
        copied("dispensing_doseelsewhere", "corrects_id IS NOT NULL"), corrected
    ),
}
