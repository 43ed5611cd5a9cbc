"""The kinds of case, in words, worst first, and which of them need two people to conclude."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CaseKind(StrEnum):
    """What was wrong. The value is stored and never renamed."""

    DOSE_FINDING = "dose_finding"
    CONFLICTING_DOSE = "conflicting_dose"
    WRONG_DOSE = "wrong_dose"
    UNRECONCILED_STOCK = "unreconciled_stock"
    UNUSABLE_BOTTLE = "unusable_bottle"
    BOTTLE_YIELD = "bottle_yield"


class CaseStep(StrEnum):
    """What happened to a case."""

    OPENED = "opened"
    NOTE = "note"
    HANDED_ON = "handed_on"
    CONCLUDED = "concluded"


KIND_WORDS: Final[dict[CaseKind, str | Promise]] = {
    CaseKind.WRONG_DOSE: _("Nhầm liều hoặc nhầm người"),
    CaseKind.CONFLICTING_DOSE: _("Hai liều trong một ngày"),
    CaseKind.UNRECONCILED_STOCK: _("Thuốc lấy ra vượt số trên sổ"),
    CaseKind.UNUSABLE_BOTTLE: _("Đã dùng chai không được dùng"),
    CaseKind.DOSE_FINDING: _("Liều có điều cần xem lại"),
    CaseKind.BOTTLE_YIELD: _("Chai hụt hoặc dư bất thường"),
}

STEP_WORDS: Final[dict[CaseStep, str | Promise]] = {
    CaseStep.OPENED: _("Mở"),
    CaseStep.NOTE: _("Ghi chú"),
    CaseStep.HANDED_ON: _("Chuyển người phụ trách"),
    CaseStep.CONCLUDED: _("Kết luận"),
}

# Somebody may be in danger; somebody was given too much; medicine is missing; then the rest.
WORST_FIRST: Final[tuple[CaseKind, ...]] = tuple(KIND_WORDS)

# A difference in stock: its conclusion needs two real people (design, sentence 3).
NEEDS_TWO: Final = frozenset({CaseKind.UNRECONCILED_STOCK, CaseKind.BOTTLE_YIELD})

# The setting that says within how many hours a case of the kind is due.
DUE_HOURS: Final[dict[CaseKind, str]] = {
    CaseKind.WRONG_DOSE: "wrong_dose_due_hours",
    CaseKind.CONFLICTING_DOSE: "conflicting_dose_due_hours",
    CaseKind.UNRECONCILED_STOCK: "loss_report_hours",
    CaseKind.UNUSABLE_BOTTLE: "unusable_bottle_due_hours",
    CaseKind.DOSE_FINDING: "dose_finding_due_hours",
    CaseKind.BOTTLE_YIELD: "bottle_yield_due_hours",
}
