"""Why a patient is to be looked at again by what follows from the days: flags, stability, referral."""

from enum import StrEnum


class ReviewWhy(StrEnum):
    """What was recorded, or became due. Most are facts; `NIGHTLY` is everybody once a night."""

    DAY = "day"
    VOID = "void"
    OUTCOME = "outcome"
    VOMIT = "vomit"
    WRONG_DOSE = "wrong_dose"
    OVERDOSE = "overdose"
    OBSERVATION = "observation"
    HOLD = "hold"
    PRESCRIPTION = "prescription"
    URINE = "urine"
    EXAM = "exam"
    COUNSELLING = "counselling"
    ABSENCE = "absence"
    CONTACT = "contact"
    ROAD = "road"
    ALERT = "alert"
    PLACEMENT = "placement"
    STATUS = "status"
    REFERRAL = "referral"
    ELSEWHERE = "elsewhere"
    TAKE_HOME = "take_home"
    SETTINGS = "settings"
    NIGHTLY = "nightly"
