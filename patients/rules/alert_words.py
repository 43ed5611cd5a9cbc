"""The alerts in the words of the window: a medicine's class, never its name."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.rules.alerts import AlertKind, AlertSource, EndedWhy, Interpreter, MedicineChange, MedicineEffect

KIND_WORDS: Final[dict[AlertKind, Promise]] = {
    AlertKind.PREGNANCY: _("đang mang thai"),
    AlertKind.MEDICINE: _("thuốc khác"),
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

MEDICINE_WORDS: Final[dict[str, str | Promise]] = {
    "rifampicin": "rifampicin",
    "efavirenz": "efavirenz",
    "nevirapine": "nevirapin",
    "carbamazepine": "carbamazepin",
    "phenytoin": "phenytoin",
    "azole": _("thuốc nấm nhóm azol (fluconazol, itraconazol…)"),
    "other": _("thuốc khác, hoặc không rõ tên"),
}

_CASE_WORDS: Final = {
    "started": (_("%(effect)s: bắt đầu uống từ %(since_on)s."), _("Xem liều methadone và hẹn ngày theo dõi.")),
    "stopped": (_("%(effect)s: ngừng uống từ %(since_on)s."), _("Xem liều methadone và hẹn ngày theo dõi.")),
    "told": (_("%(kind)s, từ %(since_on)s."), _("Khám và xem lại đơn thuốc.")),
}


def words_for(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """(what was said, what to do) of a new alert's case. A code of a later version speaks for itself."""
    if code not in _CASE_WORDS:
        return code, ""
    since = date.fromisoformat(data["since_on"]) if "since_on" in data else None
    shown = {
        "kind": str(KIND_WORDS.get(AlertKind(data.get("kind", AlertKind.MEDICINE)), "")),
        "effect": str(EFFECT_WORDS.get(MedicineEffect(data.get("effect", MedicineEffect.UNKNOWN)), "")),
        "since_on": f"{since:%d/%m/%Y}" if since else "–",
    }
    what, to_do = (str(text) % shown for text in _CASE_WORDS[code])
    return what[:1].upper() + what[1:], to_do
