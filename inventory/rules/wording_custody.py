"""The words of the field for consignments: states, steps, incidents, differences."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.rules.consignments import DANGER, Difference, Fate, Incident
from inventory.rules.custody import ConsignmentKind, State, Step

KIND_WORDS: Final[Mapping[str, str | Promise]] = {
    ConsignmentKind.SUPPLY: gettext_lazy("Cấp thuốc"),
    ConsignmentKind.RETURN: gettext_lazy("Trả thuốc về cơ sở điều trị"),
}
STATE_WORDS: Final[Mapping[str, str | Promise]] = {
    State.NEW: gettext_lazy("chưa bắt đầu"),
    State.PREPARED: gettext_lazy("đang chuẩn bị"),
    State.PACKED: gettext_lazy("đã đóng gói, niêm phong"),
    State.CANCELLED: gettext_lazy("đã hủy trước khi giao"),
    State.HANDED_OVER: gettext_lazy("người vận chuyển đã nhận"),
    State.ON_ROAD: gettext_lazy("đang trên đường"),
    State.RETURNING: gettext_lazy("đang quay về nơi gửi"),
    State.ARRIVED: gettext_lazy("đã đến nơi"),
    State.INSPECTED: gettext_lazy("đã xem niêm phong"),
    State.RECEIVED: gettext_lazy("đã nhận đủ"),
    State.PARTIAL: gettext_lazy("nhận thiếu"),
    State.DISPUTED: gettext_lazy("có chênh lệch"),
    State.RETURNED: gettext_lazy("nơi gửi đã nhận lại"),
    State.SETTLED: gettext_lazy("chênh lệch đã giải quyết"),
    State.CLOSED: gettext_lazy("đã kết thúc"),
}
STEP_WORDS: Final[Mapping[str, str | Promise]] = {
    Step.PREPARE: gettext_lazy("Chuẩn bị chuyến thuốc"),
    Step.PACK: gettext_lazy("Đóng gói và niêm phong"),
    Step.CANCEL: gettext_lazy("Hủy chuyến"),
    Step.HAND_OVER: gettext_lazy("Giao cho người vận chuyển"),
    Step.CHECK_POINT: gettext_lazy("Báo trên đường"),
    Step.INCIDENT: gettext_lazy("Báo sự cố"),
    Step.NEW_LEG: gettext_lazy("Sang chặng mới"),
    Step.TURN_BACK: gettext_lazy("Quay về nơi gửi"),
    Step.ARRIVE: gettext_lazy("Đến nơi"),
    Step.INSPECT: gettext_lazy("Xem thùng và niêm phong"),
    Step.RECEIVE: gettext_lazy("Nhận thuốc"),
    Step.TAKE_BACK: gettext_lazy("Nhận lại thuốc quay về"),
    Step.NOT_ARRIVED: gettext_lazy("Ghi không đến nơi"),
    Step.ADMIT: gettext_lazy("Nhận đã gửi ngoài bản kê"),
    Step.SETTLE: gettext_lazy("Giải quyết chênh lệch"),
    Step.CLOSE: gettext_lazy("Kết thúc chuyến"),
}
INCIDENT_WORDS: Final[Mapping[str, str | Promise]] = {
    Incident.LOST: gettext_lazy("Mất thuốc"),
    Incident.BROKEN: gettext_lazy("Vỡ, đổ thuốc"),
    Incident.ROBBED: gettext_lazy("Bị cướp, bị đe dọa"),
    Incident.UNSAFE: gettext_lazy("Thấy nguy hiểm, bị theo dõi"),
    Incident.OTHER: gettext_lazy("Việc khác"),
}
FATE_WORDS: Final[Mapping[str, str | Promise]] = {
    Fate.INTO_STORE: gettext_lazy("Tìm thấy, nhận vào tủ bảo quản"),
    Fate.INTO_QUARANTINE: gettext_lazy("Nhận vào biệt trữ"),
    Fate.BACK: gettext_lazy("Còn ở nơi gửi, đưa vào biệt trữ"),
    Fate.LOST: gettext_lazy("Mất"),
    Fate.BROKEN: gettext_lazy("Vỡ, đổ"),
}
DIFFERENCE_WORDS: Final[Mapping[str, str | Promise]] = {
    Difference.MISSING: gettext_lazy("có trong bản kê, không thấy khi nhận"),
    Difference.SEAL_DIFFERS: gettext_lazy("số niêm phong khác bản kê"),
    Difference.SEAL_NOT_READ: gettext_lazy("thùng không nguyên niêm phong và chưa đọc niêm phong của chai"),
    Difference.DAMAGED: gettext_lazy("vỡ, rò hoặc rách niêm phong"),
    Difference.EXTRA: gettext_lazy("có khi nhận, không có trong bản kê"),
    Difference.OTHER_LOT: gettext_lazy("lô không có trong bản kê"),
    Difference.BOX: gettext_lazy("thùng không nguyên niêm phong hoặc khác số"),
}
TITLE: Final = gettext_lazy("Giao nhận thuốc")
SETTING_WORDS: Final = {
    "late_after_hours": gettext_lazy("Chuyến thuốc bị coi là trễ khi quá giờ dự kiến"),
    "late_again_hours": gettext_lazy("Chuyến còn trễ: báo lại khi quá giờ dự kiến"),
    "danger_report_hours": gettext_lazy("Cướp, đe dọa trên đường: xử lý trong"),
}


def finding_words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """A finding of a consignment's case: what is wrong, what to do."""
    if code in DIFFERENCE_WORDS:
        what = str(DIFFERENCE_WORDS[code])
        if "label" in data:
            what = _("Chai %(label)s: %(what)s") % {"label": data["label"], "what": what}
        elif "lot" in data:
            what = _("Lô %(lot)s (%(quantity)s): %(what)s") % {**data, "what": what}
        return what, _("Hai bên đối chiếu bản kê, thùng và người vận chuyển; báo cáo trong thời hạn.")
    if code in INCIDENT_WORDS:
        todo = _("Gọi cho người vận chuyển trước. Người an toàn rồi mới đến thuốc.")
        return str(INCIDENT_WORDS[code]), todo if code in DANGER else _("Gọi cho người vận chuyển và nơi nhận.")
    known = {"consignment_not_arrived": _("Chuyến thuốc không đến nơi.")}
    return known.get(code, code), _("Tìm chuyến thuốc; báo cáo trong thời hạn.")
