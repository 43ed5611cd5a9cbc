"""What an overdose's figures must be to be written down, and what its notices say. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispensing.rules.facts import DayFact

TITLE: Final = gettext_lazy("Sự cố quá liều")
TASK_TOLD: Final = gettext_lazy("Sự cố tại trạm: gọi lại")
TASK_REPORT: Final = gettext_lazy("Viết báo cáo sự cố")
TOLD_ENDS: Final[Mapping[str, Promise]] = {"seen": gettext_lazy("Đã biết, đã gọi trạm")}
TOLD_BY_ITSELF: Final[Mapping[str, Promise]] = {"told": gettext_lazy("Trạm đã gọi báo")}
REPORT_ENDS: Final[Mapping[str, Promise]] = {"written": gettext_lazy("Đã viết báo cáo")}
SETTING_WORDS: Final = {
    "od_notify_hours": gettext_lazy("Quá liều: cơ sở điều trị phải biết trong"),
    "od_report_hours": gettext_lazy("Quá liều: báo cáo bằng văn bản trong"),
    "naloxone_ampoule_mg": gettext_lazy("Một ống naloxone có"),
}
LONGEST_AGO: Final = timedelta(days=30)
FOUND: Final = "overdose_found"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that cannot be so: at which field, and what to do."""

    field: str
    sentence: str


def check_found(*, found_at: datetime, now: datetime) -> tuple[Wrong, ...]:
    """When the person was found: not ahead, and not so long ago that the time must be a slip of the finger."""
    if found_at > now:
        return (Wrong("found", _("Giờ phát hiện không thể sau bây giờ.")),)
    if now - found_at > LONGEST_AGO:
        return (Wrong("found", _("Đã quá 30 ngày. Xem lại ngày và giờ.")),)
    return ()


def check_step(*, at: datetime, found_at: datetime, now: datetime) -> tuple[Wrong, ...]:
    """When a step was done: not ahead, and not long before the person was found."""
    if at > now:
        return (Wrong("at", _("Giờ làm không thể sau bây giờ.")),)
    if at < found_at - timedelta(hours=1):
        return (Wrong("at", _("Giờ này trước lúc phát hiện. Xem lại giờ.")),)
    return ()


@dataclass(frozen=True, slots=True)
class Signs:
    """What was counted and seen of somebody; None or empty: not looked at."""

    avpu: str = ""
    gcs: int | None = None
    breaths: int | None = None
    spo2: int | None = None
    pulse: int | None = None
    systolic: int | None = None
    diastolic: int | None = None
    pupils: str = ""
    cyanosis: bool | None = None

    @property
    def any(self) -> bool:
        return any(getattr(self, name) not in ("", None) for name in self.__slots__)


_BOUNDS: Final = {
    "gcs": (3, 15),
    "breaths": (0, 80),
    "spo2": (20, 100),
    "pulse": (0, 250),
    "systolic": (30, 280),
    "diastolic": (10, 180),
}


def check_signs(signs: Signs) -> tuple[Wrong, ...]:
    """Figures that no person can have are slips of the finger."""
    found = [
        Wrong(name, _("Xem lại số này: từ %(low)d đến %(high)d.") % {"low": low, "high": high})
        for name, (low, high) in _BOUNDS.items()
        if (value := getattr(signs, name)) is not None and not low <= value <= high
    ]
    if not found and not signs.any:
        found.append(Wrong("avpu", _("Ghi ít nhất một dấu hiệu.")))
    return tuple(found)


def injected_mg(*, ampoules: int | None, mg: Decimal | None, ampoule_mg: Decimal) -> Decimal | None:
    """How much naloxone was given: what was said, else what was in the ampoules."""
    if mg is not None:
        return mg
    return ampoules * ampoule_mg if ampoules else None


def missed_in(days: tuple[DayFact, ...], *, last: int, today: date) -> int:
    """Days of the last `last` before today on which nothing was swallowed, days before go-live apart."""
    since = today - timedelta(days=last)
    return sum(day.known and day.ingested_mg == 0 for day in days if since <= day.day < today)


def finding_words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """The case's finding. No name and no drug in it."""
    if code != FOUND:
        return code, ""
    return (
        _("Có người quá liều. Liều của người bệnh này đã dừng cho đến khi bác sĩ xem."),
        _("Bác sĩ xem người bệnh và dòng thời gian, quyết định cho uống lại hay không, ghi kết luận."),
    )


def told_words(data: Mapping[str, Any]) -> str:
    """What the main clinic reads: that something happened, where to look. No name, no drug."""
    return _("Trạm vừa ghi một sự cố cấp cứu. Gọi trạm, xem dòng thời gian.")


def report_words(data: Mapping[str, Any]) -> str:
    return _("Viết báo cáo của sự cố cấp cứu đã ghi.")
