"""The words of the emergency shelf: equipment, states, requests, findings, settings."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.rules.shelf_codes import AmpouleFate, Equipment, Lack, Readiness, RequestEnd
from inventory.rules.violations import Code

TITLE: Final = gettext_lazy("Kệ cấp cứu và naloxone")
EQUIPMENT_WORDS: Final[Mapping[Equipment, Promise]] = {
    Equipment.AMBU_BAG: gettext_lazy("Bóng Ambu và mặt nạ"),
    Equipment.OXYGEN: gettext_lazy("Oxy"),
    Equipment.SYRINGES: gettext_lazy("Bơm tiêm, kim, bông cồn"),
    Equipment.PHONE_NUMBERS: gettext_lazy("Bảng số điện thoại cấp cứu"),
    Equipment.CAMERA: gettext_lazy("Camera"),
    Equipment.SEPARATE_ROOM: gettext_lazy("Phòng riêng để cấp cứu, theo dõi"),
}
READINESS_WORDS: Final[Mapping[Readiness, Promise]] = {
    Readiness.OK: gettext_lazy("có, dùng được"),
    Readiness.MISSING: gettext_lazy("không có"),
    Readiness.BROKEN: gettext_lazy("hỏng"),
}
READINESS_KIND: Final[Mapping[Readiness, str]] = {
    Readiness.OK: "go",
    Readiness.MISSING: "stop",
    Readiness.BROKEN: "stop",
}
FATE_WORDS: Final[Mapping[AmpouleFate, Promise]] = {
    AmpouleFate.USED: gettext_lazy("đã tiêm cho người quá liều"),
    AmpouleFate.BROKEN: gettext_lazy("vỡ"),
    AmpouleFate.EXPIRED: gettext_lazy("hết hạn, đưa vào biệt trữ"),
}
LACK_WORDS: Final[Mapping[Lack, Promise]] = {
    Lack.NONE_USABLE: gettext_lazy("không còn ống nào dùng được"),
    Lack.AT_MINIMUM: gettext_lazy("đã đến mức tối thiểu"),
    Lack.EXPIRES_FIRST: gettext_lazy("sẽ hết hạn trước kỳ giao tới"),
}
END_WORDS: Final[Mapping[RequestEnd, Promise]] = {
    RequestEnd.RECEIVED: gettext_lazy("đã nhận đủ"),
    RequestEnd.REFUSED: gettext_lazy("chưa bổ sung được"),
}
TASK_NAME: Final = gettext_lazy("Bổ sung kệ cấp cứu")
TASK_ENDS: Final[Mapping[str, Promise]] = {
    "sent": gettext_lazy("Đã gửi"),
    "received": gettext_lazy("Trạm đã nhận"),
    "refused": gettext_lazy("Đã trả lời: chưa bổ sung được"),
}
FINDINGS: Final = frozenset({Code.AMPOULES_BEYOND, Code.AMPOULE_EXPIRED})
SETTING_WORDS: Final = {
    "naloxone_large_min_ampoules": gettext_lazy("Naloxone tối thiểu của trạm đông người hoặc xa bệnh viện (ống)"),
    "naloxone_large_patients": gettext_lazy("Trạm được coi là đông khi trên (người bệnh)"),
    "naloxone_far_minutes": gettext_lazy("Trạm được coi là xa khi đến bệnh viện mất từ"),
    "hospital_minutes": gettext_lazy("Từ trạm đến bệnh viện gần nhất mất"),
    "naloxone_target_ampoules": gettext_lazy("Naloxone: bổ sung đến (ống)"),
    "naloxone_max_ampoules": gettext_lazy("Naloxone: nhiều nhất tại một trạm (ống)"),
    "restock_due_days": gettext_lazy("Yêu cầu bổ sung phải được trả lời trong"),
    "restock_again_days": gettext_lazy("Bị từ chối thì xin lại sau"),
    "next_delivery_days": gettext_lazy("Coi như kỳ giao tới còn cách"),
    "shelf_check_days": gettext_lazy("Kiểm tra kệ cấp cứu, ký tên, mỗi"),
}


def finding_words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """A finding of ampoules that left the shelf: what is wrong, what to do."""
    figures = {"lot": data.get("lot", ""), "count": data.get("count", ""), "book": data.get("book", "")}
    if code == Code.AMPOULE_EXPIRED:
        return (
            _("Ống naloxone lô %(lot)s đã dùng khi đã hết hạn.") % figures,
            _("Đưa các ống hết hạn vào biệt trữ; xin bổ sung ngay."),
        )
    return (
        _("Đã dùng %(count)s ống naloxone lô %(lot)s, sổ chỉ có %(book)s ống.") % figures,
        _("Đếm lại kệ cấp cứu; tìm phiếu nhận chưa ghi."),
    )


def task_words(data: Mapping[str, Any]) -> str:
    """What the main clinic's store is asked for. No drug is named: it is told in notices too."""
    figures = {"usable": data.get("usable", 0), "amount": data.get("amount", 0)}
    if data.get("sent"):
        return _("Kệ cấp cứu còn %(usable)s ống dùng được; %(amount)s ống báo đã gửi mà trạm chưa nhận.") % figures
    return _("Kệ cấp cứu còn %(usable)s ống dùng được; trạm xin %(amount)s ống.") % figures


def refused_words(data: Mapping[str, Any]) -> str:
    return _("Cơ sở điều trị chưa bổ sung được %(amount)s ống cho kệ cấp cứu. Xem lý do.") % {
        "amount": data.get("amount", 0)
    }


def waited_words(days: int) -> str:
    """How long a request for ampoules has stood without an answer."""
    if not days:
        return _("xin hôm nay, chưa có")
    return ngettext("xin %(days)d ngày trước, chưa có", "xin %(days)d ngày trước, chưa có", days) % {"days": days}
