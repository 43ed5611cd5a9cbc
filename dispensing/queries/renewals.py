"""Whose order must be renewed soon, while a physician is still there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.tram import day_short
from dispensing.rules.renewals import PhysicianDays, Renewal, RenewalKind, renewal
from dispensing.rules.settings import DosingSettings
from facilities.queries.calendar import days_off_between

LOOK_AHEAD: Final = timedelta(days=75)  # the longest order, and the break behind it
LOOK_BACK: Final = timedelta(days=40)


@dataclass(frozen=True)
class Renewals:
    """The physician's days of several facilities, loaded once for a whole list."""

    today: date
    days: Mapping[int, PhysicianDays]
    warn: Mapping[int, tuple[int, ...]]

    def due(self, last_day: date, *, facility_id: int) -> Renewal | None:
        """The renewal of an order that ends then, where it is time to speak of it; None where it is not yet."""
        days = self.days.get(facility_id)
        if days is None:
            return None
        found = renewal(last_day=last_day, days=days)
        return found if found.days_left(self.today) <= max(self.warn[facility_id], default=0) else None

    def pressing(self, found: Renewal) -> bool:
        """Whether it is the last warning, or an end that is easily overlooked."""
        last_warnings = [min(warn) for warn in self.warn.values() if warn]
        return found.kind is not RenewalKind.ENDS or found.days_left(self.today) <= max(last_warnings, default=0)


def load(settings: Mapping[int, DosingSettings], *, today: date) -> Renewals:
    """The calendars of these facilities around today. One statement."""
    off = days_off_between(today - LOOK_BACK, today + LOOK_AHEAD) if settings else frozenset[date]()
    return Renewals(
        today=today,
        days={
            pk: PhysicianDays(frozenset(group.physician_weekdays), off, group.physician_on_holidays)
            for pk, group in settings.items()
        },
        warn={pk: group.prescription_warn_days for pk, group in settings.items()},
    )


def in_words(found: Renewal, *, today: date) -> str:
    """When the order ends, and by when it is renewed where that is earlier."""
    left = (found.last_day - today).days
    days = ngettext("còn %(count)d ngày", "còn %(count)d ngày", left) % {"count": left}
    ends = days if left else _("hết đơn hôm nay")
    if found.kind is RenewalKind.ENDS:
        return ends
    why = _("hết trong kỳ nghỉ") if found.kind is RenewalKind.BEFORE_BREAK else _("hết ngày không có bác sĩ")
    if found.due_on < today:
        return f"{ends} · {why}"
    return _("%(ends)s · %(why)s · ký trước hết %(day)s") % {"ends": ends, "why": why, "day": day_short(found.due_on)}
