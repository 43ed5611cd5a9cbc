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
    CONSIGNMENT = "consignment"
    BOTTLE_MEASURE = "bottle_measure"
    NIGHT_SEAL = "night_seal"
    CLOSED_BOTTLES = "closed_bottles"
    STOCK_COUNT = "stock_count"
    STOCK_LOSS = "stock_loss"
    SMALL_DIFFERENCES = "small_differences"
    KEY_LOST = "key_lost"
    NO_NALOXONE = "no_naloxone"
    DEVICE_OFF = "device_off"
    PREGNANT_TODAY = "pregnant_today"
    ALERT_REVIEW = "alert_review"
    TYPED_LATER = "typed_later"
    ORDER_DISOWNED = "order_disowned"
    WATCHED_IN_DANGER = "watched_in_danger"
    VOMITED = "vomited"
    WITHHELD_PATTERN = "withheld_pattern"
    CUP_NOT_SWALLOWED = "cup_not_swallowed"
    WITNESS_OBJECTS = "witness_objects"
    OVERDOSE = "overdose"


class CaseStep(StrEnum):
    """What happened to a case."""

    OPENED = "opened"
    NOTE = "note"
    HANDED_ON = "handed_on"
    ESCALATED = "escalated"
    CONCLUDED = "concluded"


KIND_WORDS: Final[dict[CaseKind, str | Promise]] = {
    CaseKind.OVERDOSE: _("Quá liều: bác sĩ xem lại"),
    CaseKind.WATCHED_IN_DANGER: _("Người đang theo dõi có dấu hiệu nguy hiểm"),
    CaseKind.PREGNANT_TODAY: _("Người mang thai không uống đủ liều: bác sĩ xem ngay"),
    CaseKind.WRONG_DOSE: _("Nhầm liều hoặc nhầm người"),
    CaseKind.CONFLICTING_DOSE: _("Hai liều trong một ngày"),
    CaseKind.ALERT_REVIEW: _("Cảnh báo mới: bác sĩ xem"),
    CaseKind.ORDER_DISOWNED: _("Bác sĩ báo không ra y lệnh đã ghi"),
    CaseKind.UNRECONCILED_STOCK: _("Thuốc lấy ra vượt số trên sổ"),
    CaseKind.CONSIGNMENT: _("Giao nhận thuốc không khớp, hoặc sự cố trên đường"),
    CaseKind.STOCK_LOSS: _("Mất thuốc, hoặc thuốc đổ, vỡ"),
    CaseKind.STOCK_COUNT: _("Kiểm kê không khớp sổ"),
    CaseKind.UNUSABLE_BOTTLE: _("Đã dùng chai không được dùng"),
    CaseKind.VOMITED: _("Nôn sau uống: bác sĩ xem"),
    CaseKind.WITHHELD_PATTERN: _("Tạm ngừng cấp liều nhiều lần: bác sĩ xem"),
    CaseKind.CUP_NOT_SWALLOWED: _("Thuốc đã rót mà không nuốt"),
    CaseKind.DOSE_FINDING: _("Liều có điều cần xem lại"),
    CaseKind.NO_NALOXONE: _("Không có naloxone còn hạn trong tầm tay"),
    CaseKind.WITNESS_OBJECTS: _("Người chứng kiến từ xa báo không đúng việc đã nghe"),
    CaseKind.KEY_LOST: _("Mất chìa khóa tủ thuốc"),
    CaseKind.CLOSED_BOTTLES: _("Chai còn nguyên không khớp sổ"),
    CaseKind.NIGHT_SEAL: _("Niêm phong đêm không khớp"),
    CaseKind.BOTTLE_MEASURE: _("Số đo chai khác sổ"),
    CaseKind.BOTTLE_YIELD: _("Chai hụt hoặc dư bất thường"),
    CaseKind.SMALL_DIFFERENCES: _("Chênh lệch nhỏ lặp lại cùng một phía"),
    CaseKind.DEVICE_OFF: _("Dụng cụ đong lệch"),
    CaseKind.TYPED_LATER: _("Ghi bù từ giấy: đối chiếu"),
}

STEP_WORDS: Final[dict[CaseStep, str | Promise]] = {
    CaseStep.OPENED: _("Mở"),
    CaseStep.NOTE: _("Ghi chú"),
    CaseStep.HANDED_ON: _("Chuyển người phụ trách"),
    CaseStep.ESCALATED: _("Báo lên trên"),
    CaseStep.CONCLUDED: _("Kết luận"),
}

# Somebody may be in danger; somebody was given too much; medicine is missing; then the rest.
WORST_FIRST: Final[tuple[CaseKind, ...]] = tuple(KIND_WORDS)

# A difference in stock: its conclusion needs two real people (design, sentence 3).
NEEDS_TWO: Final = frozenset(
    {
        CaseKind.UNRECONCILED_STOCK,
        CaseKind.BOTTLE_YIELD,
        CaseKind.BOTTLE_MEASURE,
        CaseKind.CLOSED_BOTTLES,
        CaseKind.STOCK_COUNT,
        CaseKind.STOCK_LOSS,
        CaseKind.SMALL_DIFFERENCES,
        CaseKind.CONSIGNMENT,
    }
)

# A physician's to judge: the nearest physician owns them, whoever else answers for the site.
CLINICAL: Final = frozenset(
    {
        CaseKind.OVERDOSE,
        CaseKind.PREGNANT_TODAY,
        CaseKind.ALERT_REVIEW,
        CaseKind.VOMITED,
        CaseKind.WITHHELD_PATTERN,
    }
)

# The setting that says within how many hours a case of the kind is due.
DUE_HOURS: Final[dict[CaseKind, str]] = {
    CaseKind.OVERDOSE: "overdose_due_hours",
    CaseKind.WATCHED_IN_DANGER: "watched_in_danger_due_hours",
    CaseKind.VOMITED: "vomited_due_hours",
    CaseKind.WITHHELD_PATTERN: "withheld_pattern_due_hours",
    CaseKind.CUP_NOT_SWALLOWED: "cup_not_swallowed_due_hours",
    CaseKind.ORDER_DISOWNED: "order_disowned_due_hours",
    CaseKind.WRONG_DOSE: "wrong_dose_due_hours",
    CaseKind.CONFLICTING_DOSE: "conflicting_dose_due_hours",
    CaseKind.UNRECONCILED_STOCK: "loss_report_hours",
    CaseKind.UNUSABLE_BOTTLE: "unusable_bottle_due_hours",
    CaseKind.DOSE_FINDING: "dose_finding_due_hours",
    CaseKind.BOTTLE_YIELD: "bottle_yield_due_hours",
    CaseKind.CONSIGNMENT: "loss_report_hours",
    CaseKind.BOTTLE_MEASURE: "loss_report_hours",
    CaseKind.NIGHT_SEAL: "night_seal_due_hours",
    CaseKind.CLOSED_BOTTLES: "loss_report_hours",
    CaseKind.STOCK_COUNT: "loss_report_hours",
    CaseKind.STOCK_LOSS: "loss_report_hours",
    CaseKind.SMALL_DIFFERENCES: "small_differences_due_hours",
    CaseKind.KEY_LOST: "key_lost_due_hours",
    CaseKind.NO_NALOXONE: "no_naloxone_due_hours",
    CaseKind.DEVICE_OFF: "device_off_due_hours",
    CaseKind.PREGNANT_TODAY: "pregnant_physician_hours",
    CaseKind.ALERT_REVIEW: "alert_physician_hours",
    CaseKind.TYPED_LATER: "typed_later_due_hours",
    CaseKind.WITNESS_OBJECTS: "witness_objects_due_hours",
}
