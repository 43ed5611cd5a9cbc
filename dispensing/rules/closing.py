"""What is said at the close of everybody who had no dose, and what is wrong with an opening or a close. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.choices import MISSED_REASON_WORDS, OUTCOME_WORDS, MissedReason, OutcomeCode
from dispensing.rules.outcomes import stays_open

# Reasons that have an outcome of their own are not offered a second time as words for an absence.
_OF_AN_ABSENCE: Final = (
    MissedReason.ILL,
    MissedReason.WORK,
    MissedReason.TRAVEL,
    MissedReason.ROAD,
    MissedReason.FAMILY,
    MissedReason.OTHER,
)
_NOT_SEEN: Final = (
    OutcomeCode.HOSPITALISED,
    OutcomeCode.DETAINED,
    OutcomeCode.REFUSED,
    OutcomeCode.SENT_AWAY,
    OutcomeCode.NO_PRESCRIPTION,
    OutcomeCode.MISSED_RULE_BLOCK,
    OutcomeCode.STOCK_OUT,
    OutcomeCode.SITE_CLOSED,
)
_SEEN: Final = (OutcomeCode.SENT_AWAY, OutcomeCode.REFUSED)

Choices = tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True, slots=True)
class End:
    """How the day ended for one patient without a dose: an outcome, and for an absence its reason where it is known."""

    code: OutcomeCode
    reason: MissedReason | None = None

    @property
    def value(self) -> str:
        return f"{self.code}.{self.reason}" if self.reason else str(self.code)

    @property
    def note(self) -> str:
        """The reason in words, for the statement that is recorded."""
        return str(MISSED_REASON_WORDS[self.reason]) if self.reason else ""


ABSENT: Final = End(OutcomeCode.ABSENT)


def ends_of(withheld: str | None) -> tuple[End, ...]:
    """What may be said of somebody, the usual answer first. `withheld`: the outcome that is still open; who came and
    was withheld did not come back, was sent away or would not wait, and is never absent (domain 12.2).
    """
    if withheld is not None and stays_open(withheld):
        return (End(OutcomeCode(withheld)), *(End(code) for code in _SEEN))
    absences = (ABSENT, *(End(OutcomeCode.ABSENT, reason) for reason in _OF_AN_ABSENCE))
    return (*absences, *(End(code) for code in _NOT_SEEN))


def words_of(end: End, *, withheld: bool) -> str | Promise:
    """What the choice says."""
    if withheld and stays_open(end.code):
        return _("không quay lại trong ngày")
    if end.code is not OutcomeCode.ABSENT:
        return OUTCOME_WORDS[end.code]
    if end.reason is None:
        return _("vắng mặt, chưa rõ lý do")
    return _("vắng mặt: %(reason)s") % {"reason": MISSED_REASON_WORDS[end.reason]}


def choices_for(withheld: str | None) -> Choices:
    """The choices as a form offers them."""
    return tuple((end.value, words_of(end, withheld=withheld is not None)) for end in ends_of(withheld))


def end_for(value: str, withheld: str | None) -> End:
    """The end that was chosen; the usual one where nothing fitting was."""
    offered = {end.value: end for end in ends_of(withheld)}
    return offered.get(value) or ends_of(withheld)[0]


class Fault(StrEnum):
    """Why an opening or a close goes back to who typed it."""

    NOT_COME_YET = "not_come_yet"
    TIME_AHEAD = "time_ahead"
    BEFORE_THE_DAY = "before_the_day"
    NOBODY_ON_DUTY = "nobody_on_duty"
    STILL_OPEN = "still_open"


FAULT_WORDS: Final[dict[Fault, Promise]] = {
    Fault.NOT_COME_YET: _("Ngày này chưa đến."),
    Fault.TIME_AHEAD: _("Giờ ghi chưa đến. Ghi giờ đã làm thật."),
    Fault.BEFORE_THE_DAY: _("Giờ ghi ở trước ngày này. Xem lại ngày và giờ."),
    Fault.NOBODY_ON_DUTY: _("Chọn ít nhất một người trực."),
    Fault.STILL_OPEN: _("Chưa đến giờ đóng cửa và còn người chưa đến. Đánh dấu nếu vẫn đóng ngày bây giờ."),
}


def check_time(*, day: date, at: datetime, today: date, now: datetime, begins: datetime) -> tuple[Fault, ...]:
    """Whether an opening or a close of `day` can have happened at `at`. A late one is allowed, one ahead is not."""
    if day > today:
        return (Fault.NOT_COME_YET,)
    if at > now:
        return (Fault.TIME_AHEAD,)
    return (Fault.BEFORE_THE_DAY,) if at < begins else ()


def check_early(*, over: bool, to_come: int, meant: bool) -> tuple[Fault, ...]:
    """A day that is not over while somebody is still to come is closed only by who says so."""
    return (Fault.STILL_OPEN,) if to_come and not over and not meant else ()
