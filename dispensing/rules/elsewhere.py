"""What a dose of another place must say to be written down, and what is wrong with it beside what is known here.

Pure. A dose that another place documents counts (domain 2.3 d); without its slip it is kept and counts as missed
(domain 12.2), unless the province sets otherwise. Nothing that happened is refused: two doses of one day are both kept.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispensing.rules.checkups import Wrong, check_day
from dispensing.rules.codes import Code
from facilities.rules import setting
from facilities.words import SettingWords

MOST_MG: Final = 1000


@dataclass(frozen=True)
class ElsewhereSettings:
    """Each moves from a future moment on; a record keeps what was in force when it was made."""

    elsewhere_needs_proof: bool = setting(True, source="domain 12.2 (elsewhere_without_proof=missed)")
    elsewhere_oldest_days: int = setting(180, source="domain 12.2, proposal", low=30, high=366, unit="days")
    elsewhere_days_max: int = setting(31, source="domain 12.2, proposal", low=1, high=92, unit="days")


TITLE: Final = gettext_lazy("Liều uống ở nơi khác")
SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "elsewhere_needs_proof": gettext_lazy("Liều ở nơi khác chỉ được tính khi có giấy hoặc ảnh giấy"),
    "elsewhere_oldest_days": gettext_lazy("Ghi được liều ở nơi khác trong"),
    "elsewhere_days_max": gettext_lazy("Một giấy ghi nhiều nhất"),
}


@dataclass(frozen=True, slots=True)
class KnownDay:
    """What is recorded already of a day: doses here, and what another place documents."""

    here_mg: Decimal
    elsewhere_mg: Decimal


def check(
    *,
    first: date,
    last: date,
    mg: Decimal,
    place: str,
    confirmed_by: str,
    started_on: date,
    today: date,
    settings: ElsewhereSettings,
    correction: bool,
) -> tuple[Wrong, ...]:
    """What cannot be so, each at its field. A correction may be as old as what it corrects."""
    oldest = 36_500 if correction else settings.elsewhere_oldest_days
    found = list(check_day(day=first, started_on=started_on, today=today, field="day", oldest_days=oldest))
    if last < first:
        found.append(Wrong("until", _("Ngày cuối không được ở trước ngày đầu.")))
    elif last > today:
        found.append(Wrong("until", _("Ngày này ở phía trước. Ghi khi đã uống.")))
    elif last - first >= timedelta(days=settings.elsewhere_days_max):
        words = _("Một lần ghi nhiều nhất %(days)d ngày. Chia ra ghi thành nhiều lần.")
        found.append(Wrong("until", words % {"days": settings.elsewhere_days_max}))
    if not 0 < mg <= MOST_MG:
        found.append(Wrong("mg", _("Ghi số mg, lớn hơn 0 và nhiều nhất 1000.")))
    if not place:
        found.append(Wrong("place", _("Ghi uống ở đâu.")))
    if not confirmed_by:
        found.append(Wrong("confirmed_by", _("Ghi ai ở nơi đó xác nhận.")))
    return tuple(found)


def findings(*, day: date, mg: Decimal, known: KnownDay, proven: bool) -> list[dict[str, Any]]:
    """What is wrong with it, as stored: never a reason to refuse it."""
    found: list[tuple[Code, dict[str, str]]] = []
    on, told = day.isoformat(), f"{mg.normalize():f}"
    if known.here_mg > 0:
        figures = {"day_on": on, "dose_mg": f"{known.here_mg.normalize():f}", "told_mg": told}
        found.append((Code.ELSEWHERE_DOSED_HERE, figures))
    if known.elsewhere_mg > 0:
        figures = {"day_on": on, "dose_mg": f"{known.elsewhere_mg.normalize():f}", "told_mg": told}
        found.append((Code.ELSEWHERE_TWICE, figures))
    if not proven:
        found.append((Code.ELSEWHERE_UNPROVEN, {}))
    return [{"code": str(code), "data": data} for code, data in found]


def needs_case(found: list[dict[str, Any]]) -> bool:
    """Two doses of one day are for a named person to look at; a slip still to come is not."""
    return any(each["code"] != Code.ELSEWHERE_UNPROVEN for each in found)
