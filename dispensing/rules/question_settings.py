"""How long a main clinic has to answer a question: one typed, bounded, sourced group."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting
from facilities.words import SettingWords


@dataclass(frozen=True)
class QuestionSettings:
    """From when the question is sent; asked back, the site has as long. Each moves from a future moment on."""

    question_waiting_minutes: int = setting(20, source="domain 1 (support), proposal", low=5, high=120, unit="minutes")
    question_today_hours: int = setting(4, source="domain 1 (support), proposal", low=1, high=12, unit="hours")
    question_days_hours: int = setting(48, source="domain 1 (support), proposal", low=4, high=168, unit="hours")


TITLE: Final = _("Hỏi cơ sở điều trị")

SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "question_waiting_minutes": _("Người bệnh đang chờ: cơ sở điều trị trả lời trong"),
    "question_today_hours": _("Câu hỏi trong ngày: cơ sở điều trị trả lời trong"),
    "question_days_hours": _("Câu hỏi không gấp: cơ sở điều trị trả lời trong"),
}
