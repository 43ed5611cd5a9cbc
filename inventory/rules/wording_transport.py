"""The words of a safe journey: what is asked for, what became of it, what is told of a late one."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.rules.custody import Step
from inventory.rules.transport import Became, TransportItem

ITEM_WORDS: Final[Mapping[TransportItem, Promise]] = {
    TransportItem.VEHICLE: gettext_lazy("Xe an toàn"),
    TransportItem.SECOND_PERSON: gettext_lazy("Người đi cùng"),
    TransportItem.LOCK_BOX: gettext_lazy("Thùng có khóa"),
}
BECAME_WORDS: Final[Mapping[Became, Promise]] = {
    Became.WAITING: gettext_lazy("đang chờ trả lời"),
    Became.GRANTED: gettext_lazy("đồng ý"),
    Became.REFUSED: gettext_lazy("từ chối"),
    Became.UNANSWERED: gettext_lazy("không trả lời"),
}
BECAME_TONES: Final[Mapping[Became, str]] = {
    Became.WAITING: "look",
    Became.GRANTED: "go",
    Became.REFUSED: "stop",
    Became.UNANSWERED: "stop",
}
LATE_NAME: Final = gettext_lazy("Chuyến hàng trễ trên đường")
LATE_ENDS: Final[Mapping[str, Promise]] = {
    Step.ARRIVE: gettext_lazy("Đã đến nơi"),
    Step.TAKE_BACK: gettext_lazy("Nơi gửi đã nhận lại"),
    Step.NOT_ARRIVED: gettext_lazy("Đã ghi không đến nơi"),
}
ASKED_NAME: Final = gettext_lazy("Trả lời xin chuyến an toàn")
ASKED_ENDS: Final[Mapping[str, Promise]] = {
    "answered": gettext_lazy("Đã trả lời"),
    Step.HAND_OVER: gettext_lazy("Chuyến đã đi, không ai trả lời"),
    Step.CANCEL: gettext_lazy("Chuyến đã hủy"),
}


def late_words(data: Mapping[str, Any]) -> str:
    """What is to be done about a late journey, and what both managers are told."""
    figures = {"number": data.get("number", ""), "hours": data.get("hours", "")}
    words = _("Chuyến %(number)s trễ %(hours)s giờ so với giờ dự kiến. Gọi người vận chuyển trước, rồi gọi nơi nhận.")
    return words % figures


def asked_words(data: Mapping[str, Any]) -> str:
    """What a manager is to answer before a journey."""
    words = _("Người vận chuyển xin chuyến %(number)s đi an toàn hơn. Trả lời từng điều trước khi chuyến đi.")
    return words % {"number": data.get("number", "")}


def answered_words(data: Mapping[str, Any]) -> str:
    """What the one who asked is told."""
    if data.get("granted"):
        return _("Chuyến %(number)s: yêu cầu đi an toàn được đồng ý.") % {"number": data.get("number", "")}
    return _("Chuyến %(number)s: một yêu cầu đi an toàn bị từ chối, có ghi lý do.") % {"number": data.get("number", "")}


def leg_words(data: Mapping[str, Any]) -> str:
    """What both ends are told when a journey goes on otherwise than it was prepared."""
    if data.get("other"):
        words = _("Chuyến %(number)s sang chặng %(leg)s: người khác chở tiếp. Xem giờ dự kiến mới.")
    else:
        words = _("Chuyến %(number)s sang chặng %(leg)s: đổi đường hoặc giờ đến. Xem giờ dự kiến mới.")
    return words % {"number": data.get("number", ""), "leg": data.get("leg", "")}
