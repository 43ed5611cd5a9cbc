"""The words for what a site finds when it looks at its stock, as a case shows them."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from inventory.rules.checks import KEY_WORDS
from inventory.rules.kinds import DeviceKind, Key, SealState, Why
from inventory.rules.violations import Code

SUBJECT_WORDS: Final[Mapping[str, Promise]] = {
    "bottle_measure": gettext_lazy("Lần đo chai"),
    "seal_found": gettext_lazy("Niêm phong buổi sáng"),
    "closed_count": gettext_lazy("Đếm chai còn nguyên"),
    "naloxone_check": gettext_lazy("Kiểm tra naloxone"),
    "device_check": gettext_lazy("Kiểm tra dụng cụ đong"),
    "key_lost": gettext_lazy("Chìa khóa tủ thuốc"),
}

DEVICE_WORDS: Final[Mapping[DeviceKind, Promise]] = {
    DeviceKind.SYRINGE: gettext_lazy("Bơm tiêm"),
    DeviceKind.PUMP: gettext_lazy("Bơm định liều"),
    DeviceKind.CUP: gettext_lazy("Cốc đong"),
    DeviceKind.SCALE: gettext_lazy("Cân"),
}
WHY_WORDS: Final[Mapping[Why, Promise]] = {
    Why.OPENING: gettext_lazy("mở đầu ngày"),
    Why.CLOSE: gettext_lazy("cuối ngày"),
    Why.WEEKLY: gettext_lazy("theo tuần"),
    Why.HAND_OVER: gettext_lazy("bàn giao"),
    Why.COUNT: gettext_lazy("kiểm kê"),
}
SEAL_WORDS: Final[Mapping[SealState, Promise]] = {
    SealState.MATCHES: gettext_lazy("niêm phong khớp"),
    SealState.DIFFERS: gettext_lazy("niêm phong khác số tối trước"),
    SealState.NONE: gettext_lazy("không có niêm phong"),
}


def _known(data: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    label, ml = data.get("label", ""), data.get("ml", "").replace(".", _decimal())
    figures = {"label": label, "ml": ml}
    return {
        Code.MEASURED_LESS: (
            _("Chai %(label)s: đo được ít hơn sổ %(ml)s mL, quá mức cho phép; đã ghi hao hụt.") % figures,
            _("Đối chiếu liều đã ghi và cách rót; báo cáo hao hụt theo quy định."),
        ),
        Code.MEASURED_MORE: (
            _("Chai %(label)s: đo được nhiều hơn sổ %(ml)s mL, quá mức cho phép; đã ghi dư.") % figures,
            _("Xem có liều nào đã ghi mà chưa rót; kiểm tra dụng cụ đong."),
        ),
        Code.ONE_DOSE_OFF: (
            _("Chai %(label)s: số đo khác sổ %(ml)s mL, từ một liều trở lên.") % figures,
            _("Xem hôm nay có liều nào ghi thiếu hoặc ghi hai lần."),
        ),
        Code.ALWAYS_EQUAL: (
            _("Chai %(label)s: số đo đúng bằng sổ nhiều ngày liền.") % figures,
            _("Đo lại cùng một người khác, số sổ chưa mở."),
        ),
        Code.SAME_SIGN: (
            _("Chai %(label)s: nhiều lần đo liền lệch cùng một phía.") % figures,
            _("Kiểm tra dụng cụ đong và cách rót."),
        ),
        Code.SEAL_DIFFERS: (
            _("Chai %(label)s: số niêm phong buổi sáng không phải số tối hôm trước.") % figures,
            _("Đo chai ngay; hỏi ai giữ chìa khóa tủ trong đêm."),
        ),
        Code.SEAL_MISSING: (
            _("Chai %(label)s: tối hôm trước có niêm phong, buổi sáng không còn.") % figures,
            _("Đo chai ngay; hỏi ai giữ chìa khóa tủ trong đêm."),
        ),
    }


def finding_words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """A finding in words: what is wrong, what to do. The code itself where nobody words it."""
    found = _known(data).get(code)
    if found is not None:
        return found
    worded: dict[str, Callable[[Mapping[str, str]], tuple[str, str]]] = {
        Code.CLOSED_MISSING: _missing,
        Code.CLOSED_EXTRA: _extra,
        Code.NO_NALOXONE: _naloxone,
        Code.DEVICE_OFF: _device,
        Code.KEY_LOST: _key,
    }
    return worded[code](data) if code in worded else (code, "")


def _missing(data: Mapping[str, str]) -> tuple[str, str]:
    what = _("Không thấy chai còn nguyên: %(labels)s.") % {"labels": data.get("missing", "")}
    return what, _("Tìm trong hai tủ; đếm lại; không thấy thì báo mất thuốc theo quy định.")


def _extra(data: Mapping[str, str]) -> tuple[str, str]:
    what = _("Có chai mà sổ không có ở đây: %(labels)s.") % {"labels": data.get("extra", "")}
    return what, _("Đọc lại nhãn; xem phiếu giao đã được ghi nhận chưa.")


def _naloxone(data: Mapping[str, str]) -> tuple[str, str]:
    what = _("Không có ống naloxone nào còn hạn trong tầm tay; sổ ghi %(book)s ống.") % {"book": data.get("book", "")}
    return what, _("Gọi cơ sở điều trị xin naloxone ngay hôm nay.")


def _device(data: Mapping[str, str]) -> tuple[str, str]:
    figures = {"name": data.get("name", ""), "percent": data.get("percent", "").replace(".", _decimal())}
    what = _("%(name)s lệch %(percent)s %% so với yêu cầu.") % figures
    return what, _("Chỉnh rồi kiểm tra lại, hoặc dùng bơm tiêm.")


def _key(data: Mapping[str, str]) -> tuple[str, str]:
    key = data.get("key", "")
    name = KEY_WORDS[Key(key)] if key in set(Key) else key
    return _("Mất: %(key)s.") % {"key": name}, _("Thay ổ khóa tủ; báo cơ sở điều trị; đếm và đo thuốc ngay.")


def _decimal() -> str:
    return pgettext("decimal separator", ",")
