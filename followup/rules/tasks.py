"""The steps of a task's timeline, in words."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TaskStep(StrEnum):
    """What happened to a task. The value is stored and never renamed."""

    OPENED = "opened"
    WORSE = "worse"
    NOTE = "note"
    HANDED_ON = "handed_on"
    ESCALATED = "escalated"
    DONE = "done"


STEP_WORDS: Final[dict[TaskStep, Promise]] = {
    TaskStep.OPENED: _("Giao việc"),
    TaskStep.WORSE: _("Nặng hơn"),
    TaskStep.NOTE: _("Ghi chú"),
    TaskStep.HANDED_ON: _("Chuyển người phụ trách"),
    TaskStep.ESCALATED: _("Báo lên trên"),
    TaskStep.DONE: _("Đã xong"),
}
