"""Why somebody opens everything that is known of a patient, and in which words the patient reads who looked."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OpenedWhy(StrEnum):
    ASKED = "asked"
    REQUEST = "request"
    COMPLAINT = "complaint"
    CORRECTION = "check"


OPENED_WHY_WORDS: Final[dict[OpenedWhy, Promise]] = {
    OpenedWhy.ASKED: _("người bệnh hỏi, đang ở đây"),
    OpenedWhy.REQUEST: _("trả lời yêu cầu bằng văn bản"),
    OpenedWhy.COMPLAINT: _("xem xét phản ánh của người bệnh"),
    OpenedWhy.CORRECTION: _("kiểm tra hồ sơ có đúng người"),
}
LOOK_WORDS: Final[dict[str, str | Promise]] = {
    "patient.looked_at": _("xem họ tên"),
    "patient.known_opened": _("xem trang này"),
    "patient.known_printed": _("in trang này"),
    "patient.hiv_looked_at": _("xem kết quả xét nghiệm được giữ kín"),
    "": _("ghi, sửa hồ sơ"),
}
