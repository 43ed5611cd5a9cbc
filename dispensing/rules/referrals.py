"""What a referral waits for and until when, who needs one, and what may be answered, offered, moved. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dispensing.rules.facts import Phase
from dispensing.rules.referral_codes import CHECKS_OF, UP, Answer, Check, Reason
from dispensing.rules.referral_settings import ReferralSettings
from dispensing.rules.referral_table import Kind, Side, State

LATEST_MOVE: Final = timedelta(days=60)


@dataclass(frozen=True)
class Waits:
    """Whose turn it is in a state. `setting` says within how many hours; without one, by the end of the move's day."""

    side: Side
    setting: str = ""
    urgent_setting: str = ""


WAITS: Final[Mapping[State, Waits]] = {
    State.DRAFTED: Waits(Side.SITE, "referral_confirm_hours", "referral_urgent_confirm_hours"),
    State.SENT: Waits(Side.CLINIC, "referral_acknowledge_hours", "referral_urgent_acknowledge_hours"),
    State.ACKNOWLEDGED: Waits(Side.CLINIC, "referral_appoint_hours"),
    State.APPOINTED: Waits(Side.SITE, "referral_agree_hours"),
    State.EXPECTED: Waits(Side.CLINIC),
    State.NOT_ARRIVED: Waits(Side.CLINIC, "referral_agree_hours"),
    State.ARRIVED: Waits(Side.CLINIC, "referral_order_hours"),
    State.OFFERED: Waits(Side.HEAD, "referral_sign_hours"),
    State.SIGNED: Waits(Side.SITE_HEAD, "referral_sign_hours"),
    State.MOVING: Waits(Side.RECEIVER),
}


@dataclass(frozen=True)
class Wrong:
    """Why a step cannot be taken as stated, at which field."""

    field: str
    words: str


def waits(state: State, kind: Kind) -> Waits | None:
    """Whose turn it is; None where nobody is waited for: it has ended, or the patient is under treatment."""
    found = WAITS.get(state)
    if found is not None and state is State.DRAFTED and kind is not Kind.TO_CLINIC:
        return Waits(Side.PHYSICIAN, found.setting)
    return found


def due_at(
    *, state: State, kind: Kind, urgent: bool, since: datetime, moves_on: date | None, settings: ReferralSettings,
    zone: str,
) -> datetime | None:  # fmt: skip
    """Until when the one whose turn it is has; None where nobody is waited for."""
    turn = waits(state, kind)
    if turn is None:
        return None
    if not turn.setting:
        day = moves_on or since.astimezone(ZoneInfo(zone)).date()
        return datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(zone))
    name = turn.urgent_setting if urgent and turn.urgent_setting else turn.setting
    return since + timedelta(hours=getattr(settings, name))


def sends_itself(*, since: datetime, urgent: bool, settings: ReferralSettings, now: datetime) -> bool:
    """Whether a draft that nobody confirmed goes to the clinic by itself now."""
    hours = settings.referral_urgent_confirm_hours if urgent else settings.referral_confirm_hours
    return now >= since + timedelta(hours=hours)


@dataclass(frozen=True)
class Situation:
    """What is known of a patient when somebody asks whether they must be referred.

    `blocked_since`: a block that only a physician's order ends (domain 2.3, four missed days and more) stands since
    then. `ended_at`: when the last referral ended, `ended_by_hand` whether somebody wanted it so.
    """

    unstable: bool
    blocked_since: datetime | None
    main_clinic_only: bool
    ended_at: datetime | None


@dataclass(frozen=True)
class Needed:
    """That a referral is needed, why, and how soon."""

    reasons: tuple[Reason, ...]
    urgent: bool


def needed(situation: Situation, *, settings: ReferralSettings, now: datetime) -> Needed | None:
    """Whether a draft is made by itself. One that has just ended is not asked for again, save for a new block."""
    if not settings.referral_drafts_itself:
        return None
    quiet = situation.ended_at is not None and now < situation.ended_at + timedelta(days=settings.referral_quiet_days)
    new_block = situation.blocked_since is not None and (
        situation.ended_at is None or situation.blocked_since > situation.ended_at
    )
    if quiet and not new_block:
        return None
    reasons = [
        reason
        for reason, holds in (
            (Reason.BLOCKED, situation.blocked_since is not None),
            (Reason.UNSTABLE, situation.unstable),
        )
        if holds
    ]
    if not reasons:
        return None
    return Needed(tuple(reasons), urgent=situation.blocked_since is not None)


def check_reasons(reasons: Collection[str], words: str, allowed: Iterable[Reason] = UP) -> tuple[Wrong, ...]:
    """At least one reason of the list; "other" says which."""
    if not reasons or not set(reasons) <= {str(reason) for reason in allowed}:
        return (Wrong("reasons", _("Chọn ít nhất một lý do.")),)
    if Reason.OTHER in reasons and not words.strip():
        return (Wrong("words", _("Ghi rõ lý do khác là gì.")),)
    return ()


def check_day(day: date | None, *, today: date) -> tuple[Wrong, ...]:
    """The first day at the other place: tomorrow at the earliest (domain 3: from D+1), not months ahead."""
    if day is None:
        return (Wrong("day", _("Chọn ngày.")),)
    if day <= today:
        return (Wrong("day", _("Sớm nhất là ngày mai: hôm nay vẫn uống ở nơi đang uống.")),)
    if day > today + LATEST_MOVE:
        return (Wrong("day", _("Ngày này xa quá 60 ngày. Chọn ngày gần hơn.")),)
    return ()


def check_list(kind: Kind, ticked: Collection[str]) -> tuple[Wrong, ...]:
    """Everything on the checklist of domain 3 is there before a physician signs a patient out to a satellite."""
    missing = [check for check in CHECKS_OF[kind] if str(check) not in ticked]
    if not missing:
        return ()
    if missing == [Check.CONSENT]:
        return (Wrong("checks", _("Người bệnh chưa đồng ý thì chưa chuyển. Hỏi lại, hoặc giữ người bệnh ở đây.")),)
    return (Wrong("checks", _("Còn mục chưa có. Làm đủ rồi đánh dấu từng mục.")),)


def check_stable(*, level: str | None, held: bool, words: str) -> tuple[Wrong, ...]:
    """A patient goes to a satellite when the criteria of stability hold (domain 1); a physician may say why not all do.

    `held`: a block stands, and nobody is sent out with one.
    """
    if held:
        return (Wrong("", _("Người bệnh đang bị dừng cấp liều. Bác sĩ ra y lệnh trước, rồi mới chuyển.")),)
    if level == "stable" or words.strip():
        return ()
    return (Wrong("words", _("Đánh giá chưa là ổn định. Ghi vì sao bác sĩ vẫn cho chuyển, hoặc chờ.")),)


def answer_of(*, dose_mg: Decimal, phase: str, before_mg: Decimal | None) -> Answer:
    """What an order answers, seen beside the dose before it."""
    if phase == Phase.INDUCTION:
        return Answer.REINDUCTION
    if before_mg is None or dose_mg == before_mg:
        return Answer.SAME
    return Answer.REDUCED if dose_mg < before_mg else Answer.RAISED


def as_mg(stored: str | None) -> Decimal | None:
    """A dose as a case summary keeps it."""
    return None if stored is None else Decimal(stored)
