"""Who may take doses home, and how many (domain 2.6). Pure: facts in, refusals in words out.

Vietnam's own limits are not published; every one here is a setting with the safe value. The vials are for the days
after today without a gap, never more than the house, the physician and the prescription allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import NotExact, mg_to_ul
from dispensing.rules.facts import BottleFact, DeviceFact, Phase
from dispensing.rules.measuring import draws_for, sort_bottles
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability import UrineFact
from dispensing.rules.stability_codes import Sample, StripResult, Substance
from dispensing.rules.take_home_codes import WhyNot
from facilities.rules import setting
from facilities.words import SettingWords

ONE_DAY: Final = timedelta(days=1)
MONTH_DAYS: Final = 30
OPTIONAL: Final = "domain 1 (optional per site), 2.6"
PROPOSED: Final = "domain 2.6, proposal"


@dataclass(frozen=True)
class TakeHomeSettings:
    """Each moves from a future moment on. Without `takehome_enabled` a site never sees any of it."""

    takehome_enabled: bool = setting(False, source=OPTIONAL)
    takehome_max_days: int = setting(7, source=PROPOSED, low=1, high=7, unit="days")
    takehome_min_treatment_days: int = setting(365, source=PROPOSED, low=90, high=3650, unit="days")
    takehome_no_missed_days: int = setting(90, source=PROPOSED, low=7, high=366, unit="days")
    takehome_neg_urine_months: int = setting(6, source=PROPOSED, low=1, high=12)
    takehome_needs_stable: bool = setting(True, source=PROPOSED)
    takehome_bottle_return_required: bool = setting(True, source=PROPOSED)
    takehome_breach_suspends: bool = setting(True, source=PROPOSED)
    takehome_callback_enabled: bool = setting(True, source=PROPOSED)


TITLE: Final = gettext_lazy("Thuốc mang về")
SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "takehome_enabled": gettext_lazy("Cơ sở cấp thuốc nhiều ngày mang về"),
    "takehome_max_days": gettext_lazy("Mỗi lần mang về nhiều nhất"),
    "takehome_min_treatment_days": gettext_lazy("Được mang về khi đã điều trị ít nhất"),
    "takehome_no_missed_days": gettext_lazy("Được mang về khi không bỏ liều trong"),
    "takehome_neg_urine_months": gettext_lazy("Số tháng xét nghiệm nước tiểu phải âm tính trước khi mang về"),
    "takehome_needs_stable": gettext_lazy("Chỉ được mang về khi mức ổn định là ổn định"),
    "takehome_bottle_return_required": gettext_lazy("Phải trả vỏ lọ lần trước mới được mang về tiếp"),
    "takehome_breach_suspends": gettext_lazy("Sau khi lọ mất, vỡ, đổ, còn thuốc hay trả muộn phải có bác sĩ ký lại"),
    "takehome_callback_enabled": gettext_lazy("Được gọi người bệnh mang lọ đến đếm bất cứ lúc nào"),
}


@dataclass(frozen=True, slots=True)
class AllowanceFact:
    """What a physician signed; `allowed` false refuses, and ends what was allowed before."""

    allowed: bool
    from_day: date
    until_day: date
    max_days: int


@dataclass(frozen=True, slots=True)
class TakeHomeFacts:
    """Everything that a hand-out depends on. `last_day` of the order in force is inclusive; `missed_on` are days that
    the patient missed, `unknown_on` days of which nothing is known; `unreturned`: days of vials that are due back;
    `out_until`: the last day of the vials handed out before. `broken`: how many times the terms were not kept since the
    physician signed: a vial that did not come back empty, or came back late, or not when it was called back.
    """

    today: date
    started_on: date | None
    phase: str | None = None
    parts: int = 1
    last_day: date | None = None
    allowance: AllowanceFact | None = None
    dosed_today: bool = False
    stopped: bool = False
    missed_on: tuple[date, ...] = ()
    unknown_on: tuple[date, ...] = ()
    urine: tuple[UrineFact, ...] = ()
    stable: bool = False
    unreturned: tuple[date, ...] = ()
    out_until: date | None = None
    broken: int = 0


@dataclass(frozen=True, slots=True)
class No:
    """One reason why no vials may be handed out: what is so, and what to do."""

    why: WhyNot
    sentence: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The vial of one day: from which bottle, how much."""

    day: date
    bottle_id: int
    ul: int


def days_ahead(today: date, count: int) -> tuple[date, ...]:
    """The days that so many vials are for: from tomorrow, without a gap."""
    return tuple(today + number * ONE_DAY for number in range(1, count + 1))


def most(facts: TakeHomeFacts, settings: TakeHomeSettings) -> int:
    """How many vials at most: by the house, the physician and the prescription; 0 where one of them gives none."""
    allowance = facts.allowance
    if allowance is None or not allowance.allowed or facts.last_day is None:
        return 0
    if not allowance.from_day <= facts.today + ONE_DAY:
        return 0
    ahead = (min(facts.last_day, allowance.until_day) - facts.today).days
    return max(0, min(settings.takehome_max_days, allowance.max_days, ahead))


def check(*, facts: TakeHomeFacts, days: int, settings: TakeHomeSettings) -> tuple[No, ...]:
    """Every reason against handing out `days` vials today; empty: they may be."""
    if not settings.takehome_enabled:
        return (No(WhyNot.DISABLED, _("Cơ sở này không cấp thuốc mang về.")),)
    return (*patient_reasons(facts, settings), *_now(facts), *_how_many(facts, days, settings))


def patient_reasons(facts: TakeHomeFacts, settings: TakeHomeSettings) -> tuple[No, ...]:
    """Why this patient may not take doses home, whatever their number: what a physician looks at, too."""
    return (
        *_treatment(facts, settings),
        *_adherence(facts, settings),
        *_urine(facts, settings),
        *_vials(facts, settings),
    )


def _treatment(facts: TakeHomeFacts, settings: TakeHomeSettings) -> list[No]:
    found = []
    if facts.phase is None:
        found.append(No(WhyNot.NO_ORDER, _("Không có đơn còn hiệu lực.")))
    elif facts.phase != Phase.MAINTENANCE:
        found.append(No(WhyNot.NOT_MAINTENANCE, _("Chưa ở giai đoạn duy trì.")))
    if facts.parts > 1:
        found.append(No(WhyNot.DIVIDED, _("Đơn chia nhiều lần trong ngày: không mang về.")))
    least = settings.takehome_min_treatment_days
    if facts.started_on is None or (facts.today - facts.started_on).days < least:
        found.append(No(WhyNot.TOO_SOON, _("Điều trị chưa đủ %(days)d ngày.") % {"days": least}))
    return found


def _adherence(facts: TakeHomeFacts, settings: TakeHomeSettings) -> list[No]:
    found = []
    span = settings.takehome_no_missed_days
    since = facts.today - span * ONE_DAY
    missed = [day for day in facts.missed_on if day >= since]
    if missed:
        words = _("Bỏ %(count)d ngày liều trong %(days)d ngày qua.")
        found.append(No(WhyNot.MISSED, words % {"count": len(missed), "days": span}))
    if any(day >= since for day in facts.unknown_on):
        words = _("Chưa có sổ đủ %(days)d ngày qua: chưa biết có bỏ liều hay không.")
        found.append(No(WhyNot.UNKNOWN_DAYS, words % {"days": span}))
    if settings.takehome_needs_stable and not facts.stable:
        found.append(No(WhyNot.NOT_STABLE, _("Đánh giá gần nhất chưa phải là ổn định.")))
    return found


def _urine(facts: TakeHomeFacts, settings: TakeHomeSettings) -> list[No]:
    """At least one negative opioid test in the span, none refused, none positive but for methadone."""
    months = settings.takehome_neg_urine_months
    since = facts.today - months * MONTH_DAYS * ONE_DAY
    tests = [test for test in facts.urine if test.taken_on >= since]
    others = [substance for substance in Substance if substance is not Substance.METHADONE]
    bad = [
        test
        for test in tests
        if test.sample == Sample.REFUSED or any(test.result(each) == StripResult.POSITIVE for each in others)
    ]
    if bad:
        words = _("Trong %(months)d tháng qua có xét nghiệm dương tính hoặc không lấy mẫu.")
        return [No(WhyNot.URINE_BAD, words % {"months": months})]
    if not any(test.result(Substance.OPIOIDS) == StripResult.NEGATIVE for test in tests):
        words = _("Chưa có xét nghiệm nước tiểu âm tính trong %(months)d tháng qua.")
        return [No(WhyNot.URINE_MISSING, words % {"months": months})]
    return []


def _vials(facts: TakeHomeFacts, settings: TakeHomeSettings) -> list[No]:
    found = []
    if settings.takehome_bottle_return_required and facts.unreturned:
        words = _("Còn %(count)d vỏ lọ lần trước chưa ghi trả.")
        found.append(No(WhyNot.NOT_RETURNED, words % {"count": len(facts.unreturned)}))
    if settings.takehome_breach_suspends and facts.broken:
        words = _("Từ lần ký trước đã %(count)d lần không đúng cam kết. Bác sĩ xem rồi ký lại.")
        found.append(No(WhyNot.SUSPENDED, words % {"count": facts.broken}))
    if facts.out_until is not None and facts.out_until > facts.today:
        found.append(No(WhyNot.STILL_OUT, _("Đã có lọ cho những ngày tới. Chờ dùng hết rồi giao lần sau.")))
    return found


def _now(facts: TakeHomeFacts) -> list[No]:
    found = []
    if not facts.dosed_today:
        found.append(No(WhyNot.NOT_DOSED, _("Hôm nay chưa uống tại cửa sổ. Cho uống trước, rồi giao lọ.")))
    if facts.stopped:
        found.append(No(WhyNot.STOPPED, _("Đang dừng cấp liều. Gọi bác sĩ.")))
    return found


def _how_many(facts: TakeHomeFacts, days: int, settings: TakeHomeSettings) -> list[No]:
    found = []
    allowance, last = facts.allowance, facts.today + days * ONE_DAY
    if not 1 <= days <= settings.takehome_max_days:
        words = _("Mỗi lần giao từ 1 đến %(days)d ngày.")
        found.append(No(WhyNot.DAYS, words % {"days": settings.takehome_max_days}))
    if facts.last_day is not None and last > facts.last_day:
        found.append(No(WhyNot.BEYOND_ORDER, _("Đơn hết hạn trước ngày cuối. Giao ít ngày hơn.")))
    first = facts.today + ONE_DAY
    if allowance is None or not allowance.allowed or not allowance.from_day <= first <= allowance.until_day:
        found.append(No(WhyNot.NOT_ALLOWED, _("Bác sĩ chưa ký cho mang về trong những ngày này.")))
    elif days > allowance.max_days or last > allowance.until_day:
        found.append(No(WhyNot.BEYOND_ALLOWANCE, _("Nhiều hơn bác sĩ đã ký. Giao ít ngày hơn.")))
    return found


def fill(
    *,
    mg: Decimal,
    days: Sequence[date],
    bottles: Sequence[BottleFact],
    device: DeviceFact | None,
    settings: DosingSettings,
    now: datetime,
) -> tuple[Filled, ...] | None:
    """Each vial whole from one opened bottle, first expiry first, never beyond its book; None where that cannot be
    done: no bottle, two strengths open, not measurable, not enough.
    """
    usable, _unusable, _notes = sort_bottles(bottles, settings=settings, today=now.date(), now=now)
    open_now = {bottle.concentration for bottle in bottles if bottle.opened_at is not None and not bottle.quarantined}
    if not usable or device is None or len(open_now) != 1:
        return None
    try:
        ul = mg_to_ul(mg, usable[0].concentration)
    except NotExact:
        return None
    if draws_for(ul, device) is None:
        return None
    left = {bottle.id: bottle.balance_ul for bottle in usable}
    found = []
    for day in days:
        bottle_id = next((each.id for each in usable if left[each.id] >= ul), None)
        if bottle_id is None:
            return None
        left[bottle_id] -= ul
        found.append(Filled(day, bottle_id, ul))
    return tuple(found)
