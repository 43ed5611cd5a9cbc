"""The closed lists of a decided day: how it was covered, and what had it decided."""

from enum import StrEnum
from typing import Final


class How(StrEnum):
    """How a patient-day stands. The first three cover it.

    `NOT_DUE`: no site was to dose the patient after all; the place or the status of that day was put right later.
    """

    DOSE = "dose"
    ELSEWHERE = "elsewhere"
    TAKE_HOME = "take_home"
    VOMITED = "vomited"
    NOTHING = "nothing"
    UNKNOWN = "unknown"
    NOT_DUE = "not_due"


COVERS: Final = frozenset({How.DOSE, How.ELSEWHERE, How.TAKE_HOME})


class Why(StrEnum):
    """What had a day decided (again)."""

    CLOSE = "close"
    SWEEP = "sweep"
    LATE_FACT = "late_fact"
    VOID = "void"
    REGISTER = "register"
