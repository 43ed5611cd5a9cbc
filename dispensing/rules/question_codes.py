"""The closed lists of a question to the main clinic, and the one table of its steps."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(StrEnum):
    """What the question is about. The value is stored and never renamed."""

    MEDICINE = "medicine"
    SOBER = "sober"
    MISSED = "missed"
    DOSE = "dose"
    ILLNESS = "illness"
    PREGNANCY = "pregnancy"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon the answer is needed."""

    WAITING = "waiting"  # the patient waits at the window
    TODAY = "today"
    DAYS = "days"


class Turn(StrEnum):
    """In which state a question is: whose turn it is."""

    NEW = "new"
    CLINIC = "clinic"
    SITE = "site"  # the clinic has asked back
    ANSWERED = "answered"
    CLOSED = "closed"


class Said(StrEnum):
    """One step of a question."""

    ASK = "ask"
    ANSWER = "answer"
    ASK_BACK = "ask_back"
    REPLY = "reply"
    CLOSE = "close"


# (state before, step) -> state after. An answer may be added to while the question is open.
WAYS: Final[Mapping[tuple[Turn, Said], Turn]] = {
    (Turn.NEW, Said.ASK): Turn.CLINIC,
    (Turn.CLINIC, Said.ANSWER): Turn.ANSWERED,
    (Turn.SITE, Said.ANSWER): Turn.ANSWERED,
    (Turn.ANSWERED, Said.ANSWER): Turn.ANSWERED,
    (Turn.CLINIC, Said.ASK_BACK): Turn.SITE,
    (Turn.CLINIC, Said.REPLY): Turn.CLINIC,
    (Turn.SITE, Said.REPLY): Turn.CLINIC,
    (Turn.ANSWERED, Said.REPLY): Turn.CLINIC,
    (Turn.CLINIC, Said.CLOSE): Turn.CLOSED,
    (Turn.SITE, Said.CLOSE): Turn.CLOSED,
    (Turn.ANSWERED, Said.CLOSE): Turn.CLOSED,
}
OF_THE_CLINIC: Final = frozenset({Said.ANSWER, Said.ASK_BACK})
TIMED: Final = frozenset({Said.ASK, Said.REPLY, Said.ASK_BACK})  # somebody has until then
WORDED: Final = frozenset({Said.ASK, Said.ANSWER, Said.ASK_BACK, Said.REPLY})

TOPIC_WORDS: Final[Mapping[Topic, Promise]] = {
    Topic.MEDICINE: _("Thuốc khác uống cùng"),
    Topic.SOBER: _("Lơ mơ, say, dấu hiệu bất thường"),
    Topic.MISSED: _("Bỏ liều, uống lại"),
    Topic.DOSE: _("Liều chưa đủ, tác dụng phụ"),
    Topic.ILLNESS: _("Bệnh khác"),
    Topic.PREGNANCY: _("Mang thai, cho con bú"),
    Topic.OTHER: _("Việc khác"),
}
URGENCY_WORDS: Final[Mapping[Urgency, Promise]] = {
    Urgency.WAITING: _("Người bệnh đang chờ"),
    Urgency.TODAY: _("Trong ngày"),
    Urgency.DAYS: _("Vài ngày tới"),
}
TURN_WORDS: Final[Mapping[Turn, Promise]] = {
    Turn.NEW: _("mới"),
    Turn.CLINIC: _("chờ trả lời"),
    Turn.SITE: _("cơ sở điều trị hỏi lại"),
    Turn.ANSWERED: _("đã trả lời"),
    Turn.CLOSED: _("đã xong"),
}
SAID_WORDS: Final[Mapping[Said, Promise]] = {
    Said.ASK: _("Hỏi"),
    Said.ANSWER: _("Trả lời"),
    Said.ASK_BACK: _("Hỏi lại"),
    Said.REPLY: _("Nói thêm"),
    Said.CLOSE: _("Xong"),
}
