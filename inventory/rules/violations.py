"""What a rule of stock says: a code, how grave it is, its words. The code is stored, the words are shown."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """STOP: not done. ASK: done only with a named answer. NOTE: shown."""

    STOP = "stop"
    ASK = "ask"
    NOTE = "note"


class Code(StrEnum):
    """Every rule that can speak. Never renamed: stored with acts and cases."""

    NOT_HERE = "bottle_not_here"
    EMPTIED = "bottle_emptied"
    ALREADY_OPENED = "bottle_already_opened"
    NOT_OPENED = "bottle_not_opened"
    QUARANTINED = "bottle_quarantined"
    EXPIRED = "bottle_expired"
    TWO_STRENGTHS = "two_strengths_open"
    OTHER_STRENGTH = "other_strength"
    LATER_EXPIRY = "earlier_expiry_first"
    ANOTHER_OPEN = "another_bottle_open"
    EXPIRES_SOON = "bottle_expires_soon"
    OPEN_LONG = "bottle_open_long"
    OPEN_TOO_LONG = "bottle_open_too_long"
    MEASURE_NEEDED = "measure_needed"
    RAN_OUT = "bottle_ran_out"
    WORDS_NEEDED = "words_needed"
    OVERFILL = "bottle_overfill"
    UNDERFILL = "bottle_underfill"
    LOT_DIFFERS = "lot_differs"
    LOT_EXPIRED = "lot_expired"
    SEALS_DIFFER = "seals_differ"
    NOTHING_DELIVERED = "nothing_delivered"
    TAKEN_OVER = "bottle_taken_over"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_NOW = "consignment_not_now"
    NOTHING_PACKED = "nothing_packed"
    PACKED_ALREADY = "bottle_packed_already"
    NO_ROUTE = "consignment_no_route"
    NO_CARRIER = "consignment_no_carrier"
    ALREADY_DUE = "consignment_already_due"
    SAME_PEOPLE = "consignment_same_people"
    SAME_LEG = "consignment_same_leg"
    NO_SEAL = "consignment_no_seal"
    NOTE_NEEDED = "consignment_note_needed"
    NOT_IN_DISPUTE = "not_in_dispute"
    NOT_YOURS_TO_SETTLE = "not_yours_to_settle"
    CASE_OPEN = "consignment_case_open"
    NOT_REVIEWED = "consignment_not_reviewed"
    OTHER_CONTENT = "other_content"
    WRONG_PLACE = "wrong_place"
    READING_NEEDED = "reading_needed"
    TARE_NEEDED = "tare_needed"
    LESS_THAN_TARE = "less_than_tare"
    MORE_THAN_BOTTLE = "more_than_bottle"
    MEASURED_LESS = "measured_less"
    MEASURED_MORE = "measured_more"
    ONE_DOSE_OFF = "measured_one_dose_off"
    ALWAYS_EQUAL = "measure_always_equal"
    SAME_SIGN = "measure_same_sign"
    SEAL_NUMBER_NEEDED = "seal_number_needed"
    SEAL_DIFFERS = "night_seal_differs"
    SEAL_MISSING = "night_seal_missing"
    CLOSED_MISSING = "closed_bottle_missing"
    CLOSED_EXTRA = "closed_bottle_extra"
    NO_NALOXONE = "no_usable_naloxone"
    DEVICE_OFF = "device_off"
    KEY_LOST = "key_lost"
    KEY_NOT_HELD = "key_not_held"
    ENVELOPE_NEEDED = "envelope_needed"
    EXPIRY_NEEDED = "expiry_needed"
    BOTTLE_NEEDED = "bottle_needed"
    DEVICE_IN_USE = "device_in_use"
    COUNTED_LESS = "counted_less"
    COUNTED_MORE = "counted_more"
    COUNTED_MISSING = "counted_missing"
    COUNTED_EXTRA = "counted_extra"
    COUNTED_ELSEWHERE = "counted_elsewhere"
    COUNTED_STRANGE = "counted_strange"
    PATTERN_SITE = "small_differences_of_site"
    PATTERN_BOTTLE = "small_differences_of_bottle"
    PATTERN_PERSON = "small_differences_of_person"
    SPILT = "stock_spilt"
    BROKEN = "stock_broken"
    FEW_WITNESSES = "fewer_than_two_witnesses"
    LOST = "stock_lost"
    STOLEN = "stock_stolen"
    ROBBED = "stock_robbed"
    LOT_RECALLED = "lot_recalled"
    RECALLED_ALREADY = "lot_recalled_already"
    NOT_IN_QUARANTINE = "not_in_quarantine"
    NOTICE_TOO_SHORT = "notice_too_short"
    TOO_EARLY = "destruction_too_early"
    TOO_FEW_MEMBERS = "committee_too_small"
    NO_CHAIR = "committee_without_chair"
    NOT_A_CLINIC = "satellite_never_destroys"
    NOT_OPEN = "destruction_not_open"
    LISTED_ALREADY = "destruction_listed_already"
    MORE_THAN_HELD = "more_than_held"
    AMPOULES_BEYOND = "ampoules_beyond_book"
    AMPOULE_EXPIRED = "ampoule_expired"
    NOT_EXPIRED = "ampoule_not_expired"
    ALREADY_ANSWERED = "restock_already_answered"
    WORDS_FOR_REFUSAL = "restock_reason_needed"
    STATE_NEEDED = "readiness_state_needed"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that speaks. `field` names the input it is about, where there is one."""

    code: Code
    level: Level
    words: str
    todo: str = ""
    unlocks: str = ""
    field: str = ""

    @property
    def kind(self) -> str:
        """The state that a page shows it in."""
        return "stop" if self.level is Level.STOP else "look"


def stops(found: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """What keeps the act from being done: every stop, and every question without its answer."""
    return tuple(violation for violation in found if violation.level is not Level.NOTE)
