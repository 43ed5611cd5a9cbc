"""The alerts in the words of the window: a medicine's class, never its name."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.rules.alerts import AlertKind, AlertSource, EndedWhy, Interpreter, MedicineChange, MedicineEffect

KIND_WORDS: Final[dict[AlertKind, Promise]] = {
    AlertKind.PREGNANCY: _("đang mang thai"),
    AlertKind.MEDICINE: _("thuốc khác có tương tác"),
    AlertKind.SEDATIVES: _("thuốc an thần (benzodiazepin)"),
    AlertKind.ALCOHOL: _("rượu"),
    AlertKind.QT: _("tim: khoảng QT kéo dài"),
    AlertKind.LIVER: _("bệnh gan nặng"),
    AlertKind.EPILEPSY: _("động kinh"),
}

EFFECT_WORDS: Final[dict[MedicineEffect, Promise]] = {
    MedicineEffect.RAISES: _("thuốc làm tăng nồng độ methadone"),
    MedicineEffect.LOWERS: _("thuốc làm giảm nồng độ methadone"),
    MedicineEffect.UNKNOWN: _("thuốc chưa rõ tác dụng với methadone"),
}

CHANGE_WORDS: Final[dict[MedicineChange, Promise]] = {
    MedicineChange.STARTED: _("bắt đầu uống"),
    MedicineChange.STOPPED: _("ngừng uống"),
}

SOURCE_WORDS: Final[dict[AlertSource, Promise]] = {
    AlertSource.PATIENT: _("người bệnh nói"),
    AlertSource.PAPER: _("giấy tờ, toa thuốc"),
    AlertSource.CLINIC: _("cơ sở y tế báo"),
}

ENDED_WORDS: Final[dict[EndedWhy, Promise]] = {
    EndedWhy.OVER: _("không còn nữa"),
    EndedWhy.MISTAKE: _("đã ghi nhầm"),
}

INTERPRETER_WORDS: Final[dict[Interpreter, Promise]] = {
    Interpreter.NONE: _("không cần phiên dịch"),
    Interpreter.RELATIVE: _("người nhà"),
    Interpreter.VILLAGE_WORKER: _("y tế thôn bản"),
    Interpreter.HEALTH_WORKER: _("nhân viên trạm"),
    Interpreter.BY_PHONE: _("qua điện thoại"),
}
