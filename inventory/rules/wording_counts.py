"""Counts, spills, losses, recall and destruction in the words of the field."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.scanning import encode
from inventory.rules.countkinds import Answer, CountWhy, Duty, Gone, LossKind, Outcome, SpillKind
from inventory.rules.scancodes import BOTTLE
from inventory.rules.violations import Code

WHY_WORDS: Final[Mapping[CountWhy, Promise]] = {
    CountWhy.MONTHLY: gettext_lazy("Hằng tháng"),
    CountWhy.HAND_OVER: gettext_lazy("Bàn giao ca trực"),
    CountWhy.SURPRISE: gettext_lazy("Đột xuất"),
    CountWhy.INSPECTION: gettext_lazy("Thanh tra, kiểm tra"),
}
OUTCOME_WORDS: Final[Mapping[Outcome, Promise]] = {
    Outcome.AGREES: gettext_lazy("khớp sổ"),
    Outcome.LESS: gettext_lazy("hao hụt"),
    Outcome.MORE: gettext_lazy("dư thừa"),
    Outcome.MISSING: gettext_lazy("không thấy"),
    Outcome.EXTRA: gettext_lazy("thấy lại, dư thừa"),
    Outcome.ELSEWHERE: gettext_lazy("ở chỗ khác trong kho"),
    Outcome.STRANGE: gettext_lazy("sổ ở đây không có"),
}
GONE_WORDS: Final[Mapping[Gone, Promise]] = {
    Gone.LOST: gettext_lazy("đã mất"),
    Gone.BROKEN: gettext_lazy("đã vỡ"),
    Gone.DESTROYED: gettext_lazy("đã hủy"),
}
SPILL_WORDS: Final[Mapping[SpillKind, Promise]] = {
    SpillKind.SPILL: gettext_lazy("Đổ, rơi vãi"),
    SpillKind.BREAKAGE: gettext_lazy("Vỡ"),
}
LOSS_WORDS: Final[Mapping[LossKind, Promise]] = {
    LossKind.LOSS: gettext_lazy("Thất thoát, chưa rõ vì sao"),
    LossKind.THEFT: gettext_lazy("Bị lấy trộm"),
    LossKind.ROBBERY: gettext_lazy("Bị cướp"),
}
DUTY_WORDS: Final[Mapping[Duty, Promise]] = {
    Duty.CHAIR: gettext_lazy("Chủ tịch hội đồng"),
    Duty.SECRETARY: gettext_lazy("Thư ký"),
    Duty.MEMBER: gettext_lazy("Ủy viên"),
}
SUBJECT_WORDS: Final[Mapping[str, Promise]] = {
    "count_line": gettext_lazy("Dòng kiểm kê"),
    "stock_pattern": gettext_lazy("Chênh lệch lặp lại"),
    "stock_spill": gettext_lazy("Biên bản đổ, vỡ"),
    "loss_report": gettext_lazy("Báo cáo mất thuốc"),
}

DESTRUCTION_TITLE: Final = gettext_lazy("Hủy thuốc")
DESTRUCTION_SETTINGS: Final = {
    "destroy_min_members": gettext_lazy("Hội đồng hủy thuốc: ít nhất (người)"),
    "destroy_notice_days": gettext_lazy("Thông báo trước ngày hủy ít nhất"),
}
RECALL_TASK: Final = gettext_lazy("Lô bị thu hồi")
RECALL_DONE: Final = {"sealed": gettext_lazy("Đã niêm phong, để riêng đủ số chai")}


def recall_sentence(data: Mapping[str, object]) -> str:
    """What every facility that holds some of the lot must do now."""
    words = _("Lô %(lot)s bị thu hồi: niêm phong, để riêng %(bottles)s chai, không dùng.")
    return words % {"lot": data.get("lot", ""), "bottles": data.get("bottles", "")}


def recall_notice(data: Mapping[str, object]) -> str:
    """What every facility whose book has nothing of the lot is told, once."""
    return _("Lô %(lot)s bị thu hồi. Sổ của bạn không có; tìm trong tủ rồi trả lời.") % {"lot": data.get("lot", "")}


def answer_words(answer: Answer, bottles: int) -> str:
    """How a place stands to a recall, with how many bottles it has."""
    count = ngettext("%(count)d chai", "%(count)d chai", bottles) % {"count": bottles}
    words = {
        Answer.WAITED_FOR: _("chưa trả lời"),
        Answer.NONE: _("đã tìm, không có chai nào"),
        Answer.IN_USE: _("%(count)s chưa biệt trữ"),
        Answer.APART: _("đã biệt trữ trên sổ, %(count)s; chờ báo đã niêm phong"),
        Answer.SEALED: _("đã niêm phong, %(count)s còn ở đây"),
    }[answer]
    return words % {"count": count} if "%(count)s" in words else words


_COUNT_TODO: Final = gettext_lazy("Tìm lại và đếm lại; đối chiếu sổ, phiếu giao; báo cáo trong hạn nếu không rõ.")
_SPILL_TODO: Final = gettext_lazy("Giữ biên bản và vật chứng; báo cơ sở điều trị; báo cáo trong hạn.")


def finding_words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """A finding in words: what is wrong, what to do. The code itself where nobody words it."""
    ml = data.get("ml", "").replace(".", pgettext("decimal separator", ","))
    what = _("Chai %(label)s") % {"label": data["label"]} if data.get("label") else ""
    if data.get("lot"):
        what = _("Lô %(lot)s") % {"lot": data["lot"]}
    amount = f"{ml} mL" if ml else _("%(count)s ống") % {"count": data.get("count", "")}
    figures = {"what": what, "amount": amount}
    said: dict[str, Callable[[], tuple[str, str]]] = {
        Code.COUNTED_LESS: lambda: (_("%(what)s: thiếu %(amount)s so với sổ.") % figures, str(_COUNT_TODO)),
        Code.COUNTED_MORE: lambda: (_("%(what)s: dư %(amount)s so với sổ.") % figures, str(_COUNT_TODO)),
        Code.COUNTED_MISSING: lambda: (
            _("%(what)s: không thấy, sổ ghi còn %(amount)s.") % figures,
            _("Tìm lại; không thấy thì lập báo cáo mất thuốc trong hạn."),
        ),
        Code.COUNTED_EXTRA: lambda: (
            _("%(what)s: đã ghi mất, nay thấy lại; đã đưa vào biệt trữ.") % figures,
            _("Xem niêm phong; ghi rõ đã thấy ở đâu."),
        ),
        Code.COUNTED_ELSEWHERE: lambda: (_("%(what)s: ở chỗ khác sổ ghi.") % figures, _("Xem ai đã chuyển.")),
        Code.COUNTED_STRANGE: lambda: (
            _("Nhãn %(number)s: sổ của cơ sở không có.") % {"number": _label(data)},
            _("Để riêng; đọc lại nhãn; hỏi cơ sở điều trị chai này của ai."),
        ),
        Code.SPILT: lambda: (_("Đổ, rơi vãi %(amount)s. %(what)s") % figures, str(_SPILL_TODO)),
        Code.BROKEN: lambda: (_("Vỡ, mất %(amount)s. %(what)s") % figures, str(_SPILL_TODO)),
        Code.FEW_WITNESSES: lambda: (
            _("Biên bản có %(count)s người chứng kiến ký; cần hai.") % {"count": data.get("count", "0")},
            _("Mời người đã thấy ghi tên; người quản lý xem lại."),
        ),
        Code.LOST: lambda: _loss(_("Mất thuốc, chưa rõ vì sao."), data),
        Code.STOLEN: lambda: _loss(_("Thuốc bị lấy trộm."), data),
        Code.ROBBED: lambda: _loss(_("Thuốc bị cướp."), data),
        Code.PATTERN_SITE: lambda: _pattern(_("Cả cơ sở"), data),
        Code.PATTERN_BOTTLE: lambda: _pattern(_("Chai %(label)s") % {"label": _label(data)}, data),
        Code.PATTERN_PERSON: lambda: _pattern(_("Người đo %(who)s") % {"who": data.get("who", "")}, data),
    }
    return said[code]() if code in said else (code, "")


def _label(data: Mapping[str, str]) -> str:
    number = data.get("number", "")
    return encode(BOTTLE, int(number)) if number.isdigit() and 0 < int(number) < 100_000_000 else number


def _loss(what: str, data: Mapping[str, str]) -> tuple[str, str]:
    if data.get("danger"):
        what = _("%(what)s Có nguy hiểm cho người.") % {"what": what}
    return what, _("Báo công an nếu chưa báo; gửi báo cáo cho cơ quan quản lý trong hạn.")


def _pattern(whose: str, data: Mapping[str, str]) -> tuple[str, str]:
    figures = {
        "whose": whose,
        "times": data.get("times", ""),
        "ml": data.get("ml", "").replace(".", pgettext("decimal separator", ",")),
    }
    if data.get("side") == "more":
        what = _("%(whose)s: %(times)s lần đo liền đều dư, tổng %(ml)s mL.") % figures
    else:
        what = _("%(whose)s: %(times)s lần đo liền đều thiếu, tổng %(ml)s mL.") % figures
    return what, _("Từng lần thì nhỏ, lặp lại thì đáng kể: xem dụng cụ, cách rót, ai giữ chìa khóa.")
