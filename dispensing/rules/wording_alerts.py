"""Words of what an alert switches on: (what it is, what to look for and do), short enough for the card."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.codes import Code
from patients.rules.alerts import AlertKind


class Trouble(StrEnum):
    """Why a pregnant patient needs a physician this morning (domain 12.2)."""

    BLOCKED = "blocked"
    MISSED = "missed"
    VOMITED = "vomited"
    WITHHELD = "withheld"


TROUBLE_WORDS: Final[dict[Trouble, Promise]] = {
    Trouble.BLOCKED: _("chưa được cấp liều"),
    Trouble.MISSED: _("bỏ liều"),
    Trouble.VOMITED: _("nôn sau uống"),
    Trouble.WITHHELD: _("tạm ngừng cấp liều"),
}

# Why somebody may be drowsy before the dose is poured.
SEDATION_WORDS: Final[dict[AlertKind, Promise]] = {
    AlertKind.MEDICINE: _("thuốc mới bắt đầu hoặc mới ngừng"),
    AlertKind.SEDATIVES: _("thuốc an thần"),
    AlertKind.ALCOHOL: _("rượu"),
}

ALERT_WORDS: Final[dict[Code, tuple[Promise, Promise]]] = {
    Code.PREGNANT_MISSED: (
        _("Người mang thai đã bỏ %(days)s ngày."),
        _("Gọi bác sĩ ngay sáng nay. Không tự giảm liều, không tự chuyển nơi khác."),
    ),
    Code.LOOK_FOR_SEDATION: (
        _("Dễ buồn ngủ vì: %(reasons)s."),
        _("Trước khi rót: gọi tên, nhìn mắt, nghe nói, xem bước đi, hỏi sáng nay đã dùng gì."),
    ),
    Code.PREGNANT_PHYSICIAN_NOW: (
        _("Người mang thai: %(troubles)s."),
        _("Gọi bác sĩ ngay sáng nay. Không tự giảm liều, không tự chuyển nơi khác."),
    ),
    Code.PREGNANT: (
        _("Đang mang thai."),
        _("Uống đủ liều trong đơn. Nôn, bỏ liều hoặc tạm ngừng: gọi bác sĩ ngay sáng đó."),
    ),
    Code.MEDICINE_RISING: (
        _("Methadone có thể tăng: %(effect)s, %(change)s %(since_on)s."),
        _("Theo dõi đến hết %(until_on)s. Buồn ngủ, lơ mơ: không rót, gọi bác sĩ."),
    ),
    Code.MEDICINE_FALLING: (
        _("Methadone có thể giảm: %(effect)s, %(change)s %(since_on)s."),
        _("Theo dõi đến hết %(until_on)s. Hỏi có vã không; có thì báo bác sĩ, không tự tăng liều."),
    ),
    Code.MEDICINE_UNCLEAR: (
        _("Có %(effect)s, %(change)s %(since_on)s."),
        _("Theo dõi đến hết %(until_on)s: buồn ngủ thì không rót, vã thì báo bác sĩ."),
    ),
    Code.QT_RISK: (
        _("Tim: khoảng QT kéo dài."),
        _("Hỏi có ngất, hồi hộp, chóng mặt không. Có: không rót, gọi bác sĩ."),
    ),
    Code.EPILEPSY_RISK: (
        _("Có động kinh."),
        _("Hỏi có co giật, có đổi hay ngừng thuốc động kinh không. Có: gọi bác sĩ trước khi rót."),
    ),
    Code.LIVER_RISK: (
        _("Bệnh gan nặng: thuốc đào thải chậm."),
        _("Nhìn kỹ có buồn ngủ, lú lẫn, vàng da không. Có: không rót, gọi bác sĩ."),
    ),
}
