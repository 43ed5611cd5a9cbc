"""What a urine test, an examination and counselling must say to be written down. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from dispensing.rules.stability_codes import Sample, StripResult


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that cannot be so: at which field, and what to do."""

    field: str
    sentence: str


def check_urine(
    *, sample: str, results: dict[str, str], taken_at: datetime, started_on: date, now: datetime, oldest_days: int
) -> tuple[Wrong, ...]:
    """A sample says at least one thing, and was taken during treatment and not ahead of now."""
    found = []
    if taken_at > now:
        found.append(Wrong("at_time", _("Giờ lấy mẫu không thể sau bây giờ.")))
    elif now - taken_at > timedelta(days=oldest_days) or taken_at.date() < started_on:
        found.append(Wrong("on", _("Ngày này quá xa, hoặc trước khi điều trị. Xem lại ngày.")))
    if sample == Sample.GIVEN and set(results.values()) <= {StripResult.NOT_TESTED}:
        found.append(Wrong("results", _("Chọn kết quả của ít nhất một chất.")))
    return tuple(found)


def check_day(*, day: date, started_on: date, today: date, field: str, oldest_days: int) -> tuple[Wrong, ...]:
    """Something that happened on a day: during treatment, not ahead, not so long ago that it must be a slip."""
    if day > today:
        return (Wrong(field, _("Ngày này ở phía trước. Ghi khi việc đã làm.")),)
    if day < started_on or today - day > timedelta(days=oldest_days):
        return (Wrong(field, _("Ngày này quá xa, hoặc trước khi điều trị. Xem lại ngày.")),)
    return ()


def check_next(*, examined_on: date, next_due: date | None, at_most_days: int) -> tuple[Wrong, ...]:
    """The next examination: after this one, and no further off than the province allows."""
    if next_due is None:
        return ()
    if next_due <= examined_on:
        return (Wrong("next_due", _("Ngày khám lại phải sau ngày khám.")),)
    if next_due - examined_on > timedelta(days=at_most_days):
        return (Wrong("next_due", _("Hẹn khám lại trong %(days)s ngày.") % {"days": at_most_days}),)
    return ()
