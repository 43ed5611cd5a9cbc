"""Who may destroy what, and when (domain 4.6). Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from inventory.rules.bottles import BottleState
from inventory.rules.countkinds import Duty
from inventory.rules.kinds import AccountKind
from inventory.rules.settings_counts import DestructionSettings
from inventory.rules.violations import Code, Level, Violation

_WEEKEND = 5


def working_days_after(day: date, count: int, days_off: Collection[date]) -> date:
    """The day on which so many working days have passed since `day`, itself not counted. A Saturday or Sunday that was
    swapped into a working day is not counted: a notice is rather too long than too short."""
    while count > 0:
        day += timedelta(1)
        if day.weekday() < _WEEKEND and day not in days_off:
            count -= 1
    return day


def check_plan(*, planned_on: date, earliest_on: date, bottles: Sequence[BottleState]) -> tuple[Violation, ...]:
    """The notice has run long enough, and everything on the list stands in quarantine."""
    found: list[Violation] = []
    if planned_on < earliest_on:
        words = _("Sớm nhất là %(day)s: thông báo phải gửi trước đủ ngày làm việc.") % {
            "day": f"{earliest_on:%d/%m/%Y}"
        }
        found.append(Violation(Code.NOTICE_TOO_SHORT, Level.STOP, words, field="planned_on"))
    for bottle in bottles:
        if bottle.place is not AccountKind.QUARANTINE or not bottle.book_ul:
            words = _("Chai %(label)s không ở biệt trữ.") % {"label": bottle.label}
            found.append(Violation(Code.NOT_IN_QUARANTINE, Level.STOP, words, field="bottles"))
    return tuple(found)


def check_committee(
    duties: Sequence[Duty], *, today: date, planned_on: date, settings: DestructionSettings
) -> tuple[Violation, ...]:
    """Not before its day, with enough members, one of them in the chair."""
    found: list[Violation] = []
    if today < planned_on:
        words = _("Chưa đến ngày hủy đã thông báo: %(day)s.") % {"day": f"{planned_on:%d/%m/%Y}"}
        found.append(Violation(Code.TOO_EARLY, Level.STOP, words))
    if len(duties) < settings.destroy_min_members:
        words = _("Hội đồng hủy cần ít nhất %(count)d người cùng ký.") % {"count": settings.destroy_min_members}
        found.append(Violation(Code.TOO_FEW_MEMBERS, Level.STOP, words))
    if list(duties).count(Duty.CHAIR) != 1:
        found.append(Violation(Code.NO_CHAIR, Level.STOP, _("Chọn đúng một chủ tịch hội đồng.")))
    return tuple(found)
