"""Working time in the words of the field."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.rules.hours_codes import DayKind, DutySource, Taken
from staff.rules.payable import Block

TAKEN_WORDS: Final[dict[Taken, str | Promise]] = {
    Taken.DAY: gettext_lazy("quá mức trong ngày"),
    Taken.BAND: gettext_lazy("quá mức theo số người bệnh"),
    Taken.MONTH: gettext_lazy("quá mức trong tháng"),
    Taken.YEAR: gettext_lazy("quá mức trong năm"),
    Taken.LEAVE: gettext_lazy("nghỉ bù thay cho thanh toán"),
}
KIND_WORDS: Final[dict[DayKind, str | Promise]] = {
    DayKind.WORKING: gettext_lazy("ngày làm việc"),
    DayKind.REST: gettext_lazy("ngày nghỉ hằng tuần"),
    DayKind.HOLIDAY: gettext_lazy("ngày lễ, Tết"),
}
SOURCE_WORDS: Final[dict[DutySource, str | Promise]] = {
    DutySource.TAPPED: gettext_lazy("bấm giờ"),
    DutySource.TYPED: gettext_lazy("nhập sau"),
    DutySource.PROPOSED: gettext_lazy("máy đề nghị"),
}


def hours_words(minutes: int) -> str:
    """4 giờ 05, 45 phút, -1 giờ 30: to the minute, never rounded."""
    sign, left = ("-", -minutes) if minutes < 0 else ("", minutes)
    hours, rest = divmod(left, 60)
    if not hours:
        return sign + _("%(minutes)d phút") % {"minutes": rest}
    if not rest:
        return sign + _("%(hours)d giờ") % {"hours": hours}
    return sign + _("%(hours)d giờ %(minutes)02d") % {"hours": hours, "minutes": rest}


def block_words(block: Block) -> str:
    """Of what kind these minutes are, and what becomes of them."""
    kind = str(KIND_WORDS[block.kind])
    if block.night:
        kind = _("%(kind)s, ban đêm") % {"kind": kind}
    if not block.overtime:
        return _("%(kind)s: giờ bình thường, trong lương") % {"kind": kind}
    if block.taken is None:
        return _("%(kind)s: làm thêm %(percent)d %%") % {"kind": kind, "percent": block.percent}
    return _("%(kind)s: làm thêm, %(why)s") % {"kind": kind, "why": TAKEN_WORDS[block.taken]}
