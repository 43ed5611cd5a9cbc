"""The words of the field for requests: states, steps, figures, settings, tasks."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.rules.request_table import State, Step

STATE_WORDS: Final[Mapping[str, str | Promise]] = {
    State.NEW: gettext_lazy("chưa lập"),
    State.DRAFT: gettext_lazy("đang lập"),
    State.SENT: gettext_lazy("đã gửi, chờ duyệt"),
    State.RETURNED: gettext_lazy("trả lại để sửa"),
    State.APPROVED: gettext_lazy("đã duyệt"),
    State.CHANGED: gettext_lazy("đã duyệt, có thay đổi"),
    State.PREPARED: gettext_lazy("đang chuẩn bị giao"),
    State.RECEIVED: gettext_lazy("đã nhận thuốc"),
    State.CLOSED: gettext_lazy("đã xong"),
    State.CANCELLED: gettext_lazy("đã hủy"),
}
STATE_TONES: Final[Mapping[str, str]] = {
    State.SENT: "look",
    State.RETURNED: "look",
    State.APPROVED: "go",
    State.CHANGED: "go",
    State.PREPARED: "go",
    State.RECEIVED: "go",
    State.CLOSED: "go",
}
STEP_WORDS: Final[Mapping[str, str | Promise]] = {
    Step.DRAFT: gettext_lazy("Lập dự trù"),
    Step.REVISE: gettext_lazy("Sửa dự trù"),
    Step.SEND: gettext_lazy("Gửi dự trù"),
    Step.ENDORSE: gettext_lazy("Trưởng cơ sở ký dự trù"),
    Step.APPROVE: gettext_lazy("Duyệt dự trù"),
    Step.RETURN: gettext_lazy("Trả lại để sửa"),
    Step.WITHDRAW: gettext_lazy("Rút dự trù"),
    Step.CANCEL: gettext_lazy("Hủy dự trù đã duyệt"),
    Step.PREPARE: gettext_lazy("Chuẩn bị chuyến thuốc"),
    Step.FALL_THROUGH: gettext_lazy("Chuyến thuốc không thành"),
    Step.RECEIVE: gettext_lazy("Cơ sở đã nhận thuốc"),
    Step.CLOSE: gettext_lazy("Kết thúc"),
}
FIGURE_WORDS: Final[Mapping[str, str | Promise]] = {
    "patients": gettext_lazy("Người bệnh đang điều trị"),
    "daily_mg": gettext_lazy("Tổng liều mỗi ngày (mg)"),
    "days": gettext_lazy("Số ngày cần đủ thuốc"),
    "new_patients": gettext_lazy("Người bệnh mới dự kiến"),
    "new_patient_mg": gettext_lazy("Liều cho mỗi người mới (mg/ngày)"),
    "safety_pct": gettext_lazy("Dự phòng (%)"),
    "concentration": gettext_lazy("Nồng độ (mg/mL)"),
    "stock_ul": gettext_lazy("Tồn kho còn hạn (mL)"),
    "road_ul": gettext_lazy("Đang trên đường đến (mL)"),
}
LATE_WORDS: Final[Mapping[str, str | Promise]] = {
    "send": gettext_lazy("quá hạn gửi"),
    "deliver": gettext_lazy("quá hạn giao"),
}
TITLE: Final = gettext_lazy("Dự trù thuốc")
SETTING_WORDS: Final = {
    "days_to_cover": gettext_lazy("Dự trù đủ dùng trong"),
    "new_patient_mg": gettext_lazy("Liều dự trù mỗi ngày cho một người bệnh mới"),
    "safety_pct": gettext_lazy("Dự phòng cộng thêm vào dự trù"),
    "bottle_sizes_ml": gettext_lazy("Các cỡ chai có thể dự trù"),
    "largest_bottle_days": gettext_lazy("Dùng chai nhỏ khi một chai lớn dùng lâu hơn"),
    "send_by_day": gettext_lazy("Cơ sở gửi dự trù chậm nhất ngày (của tháng trước)"),
    "deliver_by_day": gettext_lazy("Giao thuốc chậm nhất ngày (của tháng trước)"),
    "remind_days_before": gettext_lazy("Nhắc trước hạn gửi dự trù"),
    "quarter_report_day": gettext_lazy("Báo cáo quý chậm nhất ngày (tháng đầu quý sau)"),
}
TASKS: Final[Mapping[str, str | Promise]] = {
    "request_due": gettext_lazy("Gửi dự trù tháng"),
    "request_answer": gettext_lazy("Duyệt dự trù"),
    "request_deliver": gettext_lazy("Giao thuốc theo dự trù"),
    "quarter_report": gettext_lazy("Báo cáo quý"),
}
# What somebody may say to have done; and what only the thing itself brings about.
NOT_NEEDED: Final = "not_needed"
OUTCOMES: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "request_due": {NOT_NEEDED: gettext_lazy("Tháng này không cần thêm thuốc")},
    "quarter_report": {"sent": gettext_lazy("Đã gửi báo cáo quý")},
}
BY_ITSELF: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "request_due": {
        "sent": gettext_lazy("Đã gửi dự trù"),
        "passed": gettext_lazy("Tháng đã qua"),
        "withdrawn": gettext_lazy("Cơ sở đã rút"),
    },
    "request_answer": {"answered": gettext_lazy("Đã trả lời"), "withdrawn": gettext_lazy("Cơ sở đã rút")},
    "request_deliver": {"received": gettext_lazy("Cơ sở đã nhận"), "cancelled": gettext_lazy("Đã hủy")},
}


def task_sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What is to be done; figures only."""
    match kind:
        case "request_due":
            return _("Gửi dự trù tháng %(month)s trước hết ngày %(day)s.") % data
        case "request_answer":
            return _("Duyệt dự trù số %(number)s tháng %(month)s của %(place)s.") % data
        case "request_deliver":
            return _("Giao thuốc theo dự trù số %(number)s tháng %(month)s cho %(place)s.") % data
        case _:
            return _("Gửi báo cáo quý trước hết ngày %(day)s.") % data
