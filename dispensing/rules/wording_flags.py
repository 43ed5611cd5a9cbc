"""What flags, and the work that they ask for, say in the words of the field. No name, no drug."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dispensing.rules.flag_codes import (
    CAUSE_WORDS,
    LEVEL_WORDS,
    RESULT_WORDS,
    ContactResult,
    CutOffCause,
    FlagKind,
    FlagLevel,
)
from dispensing.rules.flags import Ground

TASK_MISSED: Final = _("Liên hệ người bệnh vắng mặt")
TASK_STATUS: Final = _("Ghi tình trạng người bệnh vào sổ đăng ký")
TASK_TOMORROW: Final = _("Người bệnh ngày mai chưa có nơi uống hoặc đơn thuốc")

# How a task about missed days ends: by an attempt's result, or by what happened itself.
MISSED_ENDS: Final[Mapping[str, Promise]] = {
    **{str(result): words for result, words in RESULT_WORDS.items()},
    "came_back": _("Đã quay lại uống"),
    "corrected": _("Số liệu được ghi bổ sung"),
    "announced": _("Người bệnh đã báo vắng"),
    "cut_off": _("Đường bị cắt"),
    "elsewhere": _("Đã ghi nằm viện hoặc bị tạm giữ"),
    "moved_place": _("Đã chuyển nơi uống"),
    "to_confirm": _("Chuyển trưởng trạm xác nhận"),
    "left": _("Không còn điều trị ở đây"),
    "dropped_out": _("Đã xác nhận bỏ điều trị"),
}
STATUS_ENDS: Final[Mapping[str, Promise]] = {
    "recorded": _("Đã ghi vào sổ đăng ký"),
    "came_back": _("Đã quay lại uống"),
}
STATUS_SAID: Final[Mapping[str, Promise]] = {"not_so": _("Đã hỏi lại: không đúng")}
TOMORROW_ENDS: Final[Mapping[str, Promise]] = {
    "settled": _("Ai cũng đã có nơi uống và đơn thuốc"),
    "day_over": _("Ngày đó đã qua"),
}
TOMORROW_SAID: Final[Mapping[str, Promise]] = {"arranged": _("Đã sắp xếp cho từng người")}

WEEKDAYS: Final[tuple[Promise, ...]] = (
    _("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"), _("Chủ nhật")
)  # fmt: skip

_GROUNDS: Final[Mapping[Ground, Promise]] = {
    Ground.INDUCTION: _("đang khởi liều"),
    Ground.ADJUSTMENT: _("đang điều chỉnh liều"),
    Ground.RAISED: _("mới tăng liều"),
    Ground.WINDOW: _("bỏ nhiều ngày trong tuần"),
}

TO_DO: Final[Mapping[FlagLevel, Promise]] = {
    FlagLevel.ALERT: _("Trao đổi với người bệnh khi đến uống: vì sao vắng, cần giúp gì."),
    FlagLevel.REASON: _("Gọi hỏi lý do. Khi đến vẫn uống liều cũ."),
    FlagLevel.CHECK: _("Liên hệ ngay. Khi đến phải đánh giá tại chỗ trước khi uống; cơ sở điều trị đã được báo."),
    FlagLevel.ORDER: _("Liên hệ ngay và hỏi bác sĩ trước: khi đến chưa được uống nếu không có y lệnh."),
    FlagLevel.MAIN_CLINIC: _("Liên hệ ngay: không cấp tại đây, cơ sở điều trị quyết định khởi liều lại."),
    FlagLevel.DROPPED_OUT: _("Tìm hiểu lần cuối, rồi trưởng trạm xác nhận bỏ điều trị hoặc ghi rõ người bệnh ở đâu."),
}


def flag_words(kind: str, figures: Mapping[str, Any], *, days: int | None = None) -> str:
    """A flag in one line. `days`: how long the run is by now, where it is known better than when it was raised."""
    count = days if days is not None else int(figures.get("days", 0))
    if kind == FlagKind.PATTERN:
        said = ngettext("Bỏ %(days)d ngày trong %(window)d ngày", "Bỏ %(days)d ngày trong %(window)d ngày", count)
        return said % {"days": count, "window": figures.get("window", 0)}
    if kind == FlagKind.WEEKDAY:
        number = int(figures.get("weekday", 1))
        said = ngettext("Vắng %(days)d lần vào %(weekday)s", "Vắng %(days)d lần vào %(weekday)s", count)
        return said % {"days": count, "weekday": WEEKDAYS[number - 1] if 1 <= number <= len(WEEKDAYS) else number}
    if not count:
        within = int(figures.get("in_window", 0))
        return ngettext("Bỏ %(days)d ngày gần đây", "Bỏ %(days)d ngày gần đây", within) % {"days": within}
    line = ngettext("Bỏ liều %(days)d ngày", "Bỏ liều %(days)d ngày liên tiếp", count) % {"days": count}
    ground = str(figures.get("ground", ""))
    if ground in set(_GROUNDS):
        line = f"{line}, {_GROUNDS[Ground(ground)]}"
    return line


def excused_words(figures: Mapping[str, Any]) -> str:
    """How many of the days were announced or found the site cut off; empty for none."""
    count = int(figures.get("excused", 0))
    if not count:
        return ""
    return ngettext(
        "%(days)d ngày có báo trước hoặc do đường bị cắt", "%(days)d ngày có báo trước hoặc do đường bị cắt", count
    ) % {"days": count}


def missed_sentence(data: Mapping[str, Any]) -> str:
    """What the task asks. It says since when, not how many days: that would be old by tomorrow."""
    level = str(data.get("level", ""))
    known = level in set(FlagLevel)
    what = str(LEVEL_WORDS[FlagLevel(level)]) if known else level
    since = _date(data.get("since"))
    if level == FlagLevel.ALERT or since is None:
        return gettext("%(what)s: %(to_do)s") % {"what": what, "to_do": TO_DO[FlagLevel(level)] if known else ""}
    figures = {"since": f"{since:%d/%m/%Y}", "what": what}
    return gettext("Chưa uống từ %(since)s. %(what)s.") % figures


def status_sentence(data: Mapping[str, Any]) -> str:
    """What was heard, and who writes it down."""
    result = str(data.get("result", ""))
    if result == ContactResult.DIED:
        return gettext("Có tin người bệnh đã mất: xác minh, ghi tình trạng vào sổ đăng ký.")
    return gettext("Có tin người bệnh đã chuyển đi: xác minh, ghi tình trạng hoặc nơi uống vào sổ đăng ký.")


def clinic_sentence(data: Mapping[str, Any]) -> str:
    """What the main clinic is told."""
    level = str(data.get("level", ""))
    days = int(data.get("days", 0))
    what = LEVEL_WORDS[FlagLevel(level)] if level in set(FlagLevel) else level
    said = ngettext(
        "Một người bệnh của cơ sở cấp phát bỏ liều %(days)d ngày: %(what)s",
        "Một người bệnh của cơ sở cấp phát bỏ liều %(days)d ngày: %(what)s",
        days,
    )
    return said % {"days": days, "what": what}


def cut_off_sentence(data: Mapping[str, Any]) -> str:
    """Which site is cut off, by what, until when."""
    cause, until = str(data.get("cause", "")), _date(data.get("until"))
    figures = {
        "site": str(data.get("site", "")),
        "cause": CAUSE_WORDS[CutOffCause(cause)] if cause in set(CutOffCause) else cause,
        "until": f"{until:%d/%m/%Y}" if until else "",
    }
    return gettext("%(site)s bị cắt đường đến %(until)s: %(cause)s") % figures


def tomorrow_sentence(data: Mapping[str, Any]) -> str:
    """How many are nobody's patients on that day."""
    count, on = int(data.get("count", 0)), _date(data.get("day"))
    said = ngettext(
        "%(count)d người bệnh ngày %(day)s chưa chắc được uống: sắp xếp trước giờ mở cửa.",
        "%(count)d người bệnh ngày %(day)s chưa chắc được uống: sắp xếp trước giờ mở cửa.",
        count,
    )
    return said % {"count": count, "day": f"{on:%d/%m/%Y}" if on else ""}


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
