"""The two or three words on a roster row: only what changes today's act, never more than one state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.tram import weekday_short
from dispensing.rules.codes import Code, Level, Unlocker
from dispensing.rules.violations import Violation

KIND_OF_LEVEL: Final = {Level.STOP: "stop", Level.ASK: "look", Level.NOTE: "info"}


@dataclass(frozen=True)
class Tag:
    """`kind` is a component's colour (go, look, stop, info), `text` the words that say the same."""

    kind: str
    text: str | Promise


_SHORT: Final[dict[Code, Promise]] = {
    Code.NOT_IN_TREATMENT: _("không còn điều trị"),
    Code.PLACED_ELSEWHERE: _("đã chuyển nơi khác"),
    Code.NOT_PLACED: _("chưa xếp nơi uống"),
    Code.AWAY_NOW: _("đang ở nơi khác"),
    Code.DRUNK_ELSEWHERE_TODAY: _("đã uống nơi khác"),
    Code.TAKE_HOME_TODAY: _("có lọ mang về"),
    Code.TOLD_DRUNK_TODAY: _("nơi cũ đã cho uống"),
    Code.LAST_DOSE_ELSEWHERE: _("mới chuyển đến"),
    Code.MOVED_HERE: _("mới chuyển đến"),
    Code.POURED_TODAY: _("đã rót, không nuốt"),
    Code.SIGNS_SEEN: _("tạm ngừng"),
    Code.WITHHELD_WAIT: _("tạm ngừng"),
    Code.WITHHELD_LOOK_AGAIN: _("đến giờ xem lại"),
    Code.HOLD: _("dừng cấp liều"),
    Code.NO_PRESCRIPTION: _("chưa có đơn"),
    Code.PRESCRIPTION_ENDED: _("đơn đã hết hạn"),
    Code.PRESCRIPTION_NOT_STARTED: _("đơn chưa bắt đầu"),
    Code.PRESCRIPTION_SUSPENDED: _("chờ đơn mới"),
    Code.BRIDGING_OVER: _("chờ đơn mới"),
    Code.MISSED_INDUCTION: _("bỏ liều khi khởi liều"),
    Code.MISSED_ADJUSTMENT: _("bỏ liều khi chỉnh liều"),
    Code.MISSED_AFTER_RAISE: _("bỏ liều sau tăng liều"),
    Code.MISSED_WINDOW: _("bỏ nhiều trong tuần"),
    Code.LAST_DOSE_UNKNOWN: _("chưa rõ liều cuối"),
    Code.DOSE_CHANGED: _("đổi liều"),
    Code.MISSED_STEP_APPLIES: _("liều theo y lệnh bỏ liều"),
    Code.OUTCOME_TODAY: _("đã ghi kết quả"),
    # The queue reads over a shoulder: no word of what it is, only of what to do.
    Code.PREGNANT_MISSED: _("gọi bác sĩ ngay"),
    Code.PREGNANT_PHYSICIAN_NOW: _("gọi bác sĩ ngay"),
    Code.LOOK_FOR_SEDATION: _("nhìn kỹ trước khi rót"),
}
_MISSED: Final = frozenset(
    {
        Code.MISSED_DROPPED_OUT,
        Code.MISSED_MAIN_CLINIC,
        Code.MISSED_NEEDS_ORDER,
        Code.MISSED_ONSITE_CHECK,
        Code.MISSED_TELL_CLINIC,
        Code.MISSED_REASON,
        Code.MISSED_DAYS,
    }
)
_WAITS_FOR: Final = {
    Unlocker.PHYSICIAN: _("chờ bác sĩ"),
    Unlocker.MAIN_CLINIC: _("chờ cơ sở điều trị"),
    Unlocker.SITE_HEAD: _("chờ trưởng trạm"),
}
# A physician is wanted whether or not a dose may be poured meanwhile.
_URGENT: Final = frozenset({Code.PREGNANT_PHYSICIAN_NOW})
# The bottle's trouble is everybody's: it stands once above the list, not on each row.
_OF_THE_WINDOW: Final = frozenset(
    {
        Code.TWO_STRENGTHS_OPEN,
        Code.BOTTLE_QUARANTINED,
        Code.BOTTLE_EXPIRED,
        Code.BOTTLE_OPEN_TOO_LONG,
        Code.NO_OPEN_BOTTLE,
        Code.NO_DEVICE,
        Code.NOT_ENOUGH,
        Code.BOTTLE_OPEN_LONG,
    }
)


def of_the_window(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """What is wrong at the window itself, whoever comes. A bottle set apart while another serves is as it should be."""
    return tuple(
        v
        for v in violations
        if v.code in _OF_THE_WINDOW and not (v.code is Code.BOTTLE_QUARANTINED and v.level is Level.NOTE)
    )


def row_tag(violations: Sequence[Violation]) -> Tag | None:
    """The worst thing that a glance at the list must show, or None."""
    urgent = [found for found in violations if found.code in _URGENT]
    for found in (*urgent, *violations):
        if found.code in _MISSED:
            return Tag(KIND_OF_LEVEL[found.level] if found.level is Level.STOP else "look", _missed_words(found))
        if found.code is Code.MOVES_AWAY:
            return Tag("info", _moves_words(found))
        if found.code in _SHORT and found.code not in _OF_THE_WINDOW:
            kind = "stop" if found.code in _URGENT else KIND_OF_LEVEL[found.level]
            return Tag(kind, _with_waiting(str(_SHORT[found.code]), found))
        if found.code is Code.BRIDGING_UNSIGNED:
            return Tag("look", unsigned_words(int(dict(found.data).get("days", "0"))))
    return None


def unsigned_words(days: int) -> str:
    """An order in the physician's name that the physician has not signed yet."""
    if not days:
        return gettext("y lệnh chưa ký")
    return ngettext("y lệnh chưa ký %(days)d ngày", "y lệnh chưa ký %(days)d ngày", days) % {"days": days}


def _moves_words(found: Violation) -> str:
    """From when on, and where: both sides have agreed."""
    data = dict(found.data)
    day = date.fromisoformat(data["starts_on"])
    figures = {"day": f"{weekday_short(day)} {day:%d/%m}", "place": data["place"]}
    return gettext("từ %(day)s: %(place)s") % figures


def _missed_words(found: Violation) -> str:
    days = int(dict(found.data).get("days", "0"))
    words = ngettext("bỏ %(days)d ngày", "bỏ %(days)d ngày", days) % {"days": days}
    return _with_waiting(words, found)


def _with_waiting(words: str, found: Violation) -> str:
    if found.level is Level.STOP and found.unlocker in _WAITS_FOR:
        return f"{words} · {_WAITS_FOR[found.unlocker]}"
    return words
