"""When a notice leaves the product, to a telephone or a letter box, and when several go as one. Pure.

A message says that something waits, never what: so one message covers whatever its person has not read by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting
from followup.rules.kinds import CLINICAL, CaseKind

TRIES: Final = 6
FIRST_WAIT: Final = timedelta(minutes=2)
LONGEST_WAIT: Final = timedelta(hours=1)
OLDEST: Final = timedelta(hours=24)  # what could not go within a day is told by whoever stands above by then


class Channel(StrEnum):
    """How a person is reached outside the product. The value is stored and never renamed."""

    SMS = "sms"
    EMAIL = "email"


class Dropped(StrEnum):
    """Why a message did not go. The value is stored and never renamed."""

    READ = "read"  # the person has opened Trạm meanwhile
    UNREACHABLE = "unreachable"  # no address any more, no wish any more, account closed, channel switched off
    TRIES = "tries"
    OLD = "old"


CHANNEL_WORDS: Final[dict[Channel, Promise]] = {
    Channel.SMS: _("tin nhắn SMS"),
    Channel.EMAIL: _("thư điện tử"),
}

DROPPED_WORDS: Final[dict[Dropped, Promise]] = {
    Dropped.READ: _("người nhận đã xem trong Trạm"),
    Dropped.UNREACHABLE: _("không còn địa chỉ để gửi"),
    Dropped.TRIES: _("đã thử nhiều lần, không gửi được"),
    Dropped.OLD: _("để quá lâu, không gửi nữa"),
}

# Somebody may be in danger, or a physician must look today.
URGENT_CASES: Final = CLINICAL | {CaseKind.WATCHED_IN_DANGER, CaseKind.WRONG_DOSE, CaseKind.NO_NALOXONE}


@dataclass(frozen=True)
class ChannelSettings:
    """When messages go out. A province, area or facility may move each from a future moment on."""

    unread_hours: int = setting(4, source="product default (one message, never a wall)", low=1, high=48, unit="hours")
    digest_minutes: int = setting(
        120, source="product default (one message, never a wall)", low=30, high=1440, unit="minutes"
    )
    urgent_gap_minutes: int = setting(10, source="product default", low=0, high=60, unit="minutes")
    quiet_from_hour: int = setting(20, source="product default", low=17, high=23, unit="hour of the day")
    quiet_until_hour: int = setting(5, source="product default", low=4, high=9, unit="hour of the day")
    urgent_at_night: bool = setting(True, source="product default")


@dataclass(frozen=True)
class Unread:
    """A notice that its person has not read, with the settings of the place that it is about."""

    urgent: bool
    made_at: datetime
    zone: str
    settings: ChannelSettings


def goes_now(unread: Iterable[Unread], *, last_message_at: datetime | None, now: datetime) -> bool:
    """Whether a person is to be sent a message now: any of their unread notices asks for it."""
    return any(_asks(notice, last_message_at, now) for notice in unread)


def _asks(notice: Unread, last_message_at: datetime | None, now: datetime) -> bool:
    rules = notice.settings
    gap = rules.urgent_gap_minutes if notice.urgent else rules.digest_minutes
    if last_message_at is not None and now - last_message_at < timedelta(minutes=gap):
        return False
    if is_quiet(now, zone=notice.zone, rules=rules) and not (notice.urgent and rules.urgent_at_night):
        return False
    return notice.urgent or now - notice.made_at >= timedelta(hours=rules.unread_hours)


def is_quiet(now: datetime, *, zone: str, rules: ChannelSettings) -> bool:
    """Whether it is night at the place: from the one hour to the other, over midnight."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    return hour >= rules.quiet_from_hour or hour < rules.quiet_until_hour


def next_try(*, number: int, at: datetime) -> datetime:
    """When the try after this one is due: twice as long after it each time, an hour at most."""
    return at + min(LONGEST_WAIT, FIRST_WAIT * 2 ** (number - 1))
