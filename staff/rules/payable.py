"""What of somebody's overtime is payable, beside what was worked: explained to the minute, and never cutting it. Pure.

Four numbers (domain 6): on duty, of that overtime, of that payable, and what each rule keeps from being paid; what is
taken as leave instead of pay (staff.rules.leave) is a fifth. A minute
of overtime is taken by the first of the rules of `Taken` that has nothing left, in the order of the clock; what is not
payable uses up no limit.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Final

from staff.rules.hours import MINUTE, Piece, Rules
from staff.rules.hours_codes import DayKind, Taken
from staff.rules.settings import WorkSettings

WHOLE: Final = 100  # per cent
WARN_AT: Final = (80, 95)  # per cent of the year's limit (domain 6)
Patients = Callable[[int, date], int | None]  # of a facility in a month; None where nobody counted them
Spared = Callable[[date], bool]


@dataclass(frozen=True)
class Block:
    """Minutes in a row that share one answer. `percent`: of the hourly rate; `taken`: why they are not payable."""

    facility_id: int
    day: date
    starts_at: datetime
    minutes: int
    kind: DayKind
    night: bool
    overtime: bool
    percent: int
    taken: Taken | None = None

    @property
    def payable(self) -> int:
        return self.minutes if self.overtime and self.taken is None else 0

    @property
    def unpaid(self) -> int:
        return self.minutes if self.taken not in (None, Taken.LEAVE) else 0

    @property
    def leave(self) -> int:
        return self.minutes if self.taken is Taken.LEAVE else 0


@dataclass(frozen=True)
class Sum:
    """The blocks of some time added up, in minutes."""

    duty: int = 0
    overtime: int = 0
    payable: int = 0
    night: int = 0
    rest: int = 0
    holiday: int = 0
    leave: int = 0  # payable minutes that are leave instead
    taken: Mapping[Taken, int] = field(default_factory=dict)
    worth: int = 0  # payable minutes times their per cent
    lost: int = 0  # unpaid minutes times their per cent

    @property
    def unpaid(self) -> int:
        return self.overtime - self.payable - self.leave

    @property
    def normal(self) -> int:
        return self.duty - self.overtime


@dataclass
class _Used:
    """What has been used of each limit so far."""

    normal_day: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    normal_week: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    day: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    band: dict[tuple[int, date], int] = field(default_factory=lambda: defaultdict(int))
    month: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    year: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def _never(_day: date) -> bool:
    return False


def reckon(pieces: Iterable[Piece], *, rules: Rules, patients: Patients, spared: Spared = _never) -> tuple[Block, ...]:
    """Every minute of one person's duties, in order, with what is payable of it.

    The pieces must hold everything since the Monday of the week in which the year began, or the limits of week, month
    and year have too much left. `spared`: on which days the law keeps the person from the longer year (domain 6);
    what was payable before such a day stays so.
    """
    ordered = sorted(pieces, key=lambda piece: piece.starts_at)
    parts = list(_parts(ordered, rules, used := _Used()))
    normal = dict(used.normal_day)
    daytime = {piece.day for piece, _minutes, _at, overtime in parts if overtime and not piece.night}
    blocks: list[Block] = []
    for piece, minutes, at, overtime in parts:
        terms = rules(piece.facility_id, piece.day)
        percent = rate(terms, piece.kind, night=piece.night, overtime=overtime, also_by_day=piece.day in daytime)
        whole = Block(
            piece.facility_id, piece.day, at, minutes, piece.kind, piece.night, overtime=overtime, percent=percent
        )
        if overtime:
            blocks += _limited(whole, terms, used, normal.get(piece.day, 0), patients, spared=spared(piece.day))
        else:
            blocks.append(whole)
    return tuple(blocks)


def rate(terms: WorkSettings, kind: DayKind, *, night: bool, overtime: bool, also_by_day: bool) -> int:
    """The per cent of the hourly rate that a minute is worth (Labour Code art. 98, domain 6).

    Overtime at night: the rate of the day, the night's share of a plain hour, and a further share of what the hour is
    worth by day; on a working day that is a plain hour, unless there was overtime by day, too (200 % and 210 %).
    """
    if not overtime:
        return WHOLE + (terms.night_extra_pct if night else 0)
    by_day = {
        DayKind.WORKING: terms.rate_working_pct,
        DayKind.REST: terms.rate_rest_pct,
        DayKind.HOLIDAY: terms.rate_holiday_pct,
    }[kind]
    if not night:
        return by_day
    base = WHOLE if kind is DayKind.WORKING and not also_by_day else by_day
    return by_day + terms.night_extra_pct + terms.night_overtime_pct * base // WHOLE


def add_up(blocks: Iterable[Block]) -> Sum:
    """The sums of some blocks."""
    found = list(blocks)
    taken: dict[Taken, int] = {}
    for block in found:
        if block.taken is not None:
            taken[block.taken] = taken.get(block.taken, 0) + block.minutes
    return Sum(
        duty=sum(block.minutes for block in found),
        overtime=sum(block.minutes for block in found if block.overtime),
        payable=sum(block.payable for block in found),
        night=sum(block.minutes for block in found if block.night),
        rest=sum(block.minutes for block in found if block.kind is DayKind.REST),
        holiday=sum(block.minutes for block in found if block.kind is DayKind.HOLIDAY),
        leave=sum(block.leave for block in found),
        taken={rule: taken[rule] for rule in Taken if rule in taken},
        worth=sum(block.payable * block.percent for block in found),
        lost=sum(block.unpaid * block.percent for block in found),
    )


def money(weighed: int, hourly: Decimal | None) -> Decimal | None:
    """What minutes times per cent are worth at an hourly rate, to the whole đồng; None where no rate is known."""
    if hourly is None:
        return None
    return (hourly * weighed / (60 * WHOLE)).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def year_limit(terms: WorkSettings, *, spared: bool) -> int:
    """The year's limit in minutes."""
    return 60 * (terms.year_hours_long if terms.long_year and not spared else terms.year_hours)


def month_limit(terms: WorkSettings, *, spared: bool) -> int:
    """The month's limit in minutes."""
    return 60 * (terms.month_hours_long if terms.long_year and not spared else terms.month_hours)


def band_limit(terms: WorkSettings, patients: int | None) -> int | None:
    """The payable minutes of a month by the number of patients; None where no bands are used or nobody counted."""
    if not terms.bands or patients is None:
        return None
    if patients < terms.band_small_below:
        return 60 * terms.band_small_hours
    return 60 * (terms.band_middle_hours if patients < terms.band_middle_below else terms.band_large_hours)


def warning(used: int, limit: int) -> int | None:
    """The highest of WARN_AT per cent that is reached; None below them."""
    return max((step for step in WARN_AT if used * WHOLE >= limit * step), default=None)


def forecast(*, used: int, limit: int, lately: int, lately_days: int, today: date) -> date | None:
    """The day on which the limit is reached if the work goes on as lately; today where it is already, None for never
    or after the year's end, when the count begins anew."""
    if used >= limit:
        return today
    if lately <= 0 or lately_days <= 0:
        return None
    reached = today + timedelta(days=ceil(Decimal((limit - used) * lately_days) / lately))
    return reached if reached.year == today.year else None


def _parts(pieces: Iterable[Piece], rules: Rules, used: _Used) -> Iterator[tuple[Piece, int, datetime, bool]]:
    """Each piece in one or two parts: normal time while the day's and the week's hours last, then overtime."""
    for piece in pieces:
        week = piece.day - timedelta(days=piece.day.weekday())
        terms = rules(piece.facility_id, piece.day)
        normal = 0
        if piece.office:
            left = min(
                60 * terms.normal_day_hours - used.normal_day[piece.day],
                60 * terms.normal_week_hours - used.normal_week[week],
            )
            normal = max(0, min(piece.minutes, left))
            used.normal_day[piece.day] += normal
            used.normal_week[week] += normal
        if normal:
            yield piece, normal, piece.starts_at, False
        if piece.minutes > normal:
            yield piece, piece.minutes - normal, piece.starts_at + normal * MINUTE, True


def _limited(
    whole: Block, terms: WorkSettings, used: _Used, normal: int, patients: Patients, *, spared: bool
) -> Iterator[Block]:
    """The payable part, then the part that the first exhausted rule takes."""
    month = whole.day.replace(day=1)
    place = (whole.facility_id, month)
    most = 60 * terms.day_hours_total - normal
    left = {
        Taken.DAY: (min(most, 60 * terms.day_hours) if whole.kind is DayKind.WORKING else most) - used.day[whole.day]
    }
    band = band_limit(terms, patients(whole.facility_id, month))
    if band is not None:
        left[Taken.BAND] = band - used.band[place]
    left[Taken.MONTH] = month_limit(terms, spared=spared) - used.month[month]
    left[Taken.YEAR] = year_limit(terms, spared=spared) - used.year[whole.day.year]
    payable = max(0, min(whole.minutes, *left.values()))
    used.day[whole.day] += payable
    used.band[place] += payable
    used.month[month] += payable
    used.year[whole.day.year] += payable
    if payable:
        yield _part(whole, whole.starts_at, payable, None)
    if payable < whole.minutes:
        taken = next(rule for rule in left if left[rule] <= payable)
        yield _part(whole, whole.starts_at + payable * MINUTE, whole.minutes - payable, taken)


def _part(whole: Block, at: datetime, minutes: int, taken: Taken | None) -> Block:
    return Block(
        whole.facility_id, whole.day, at, minutes, whole.kind, whole.night,
        overtime=True, percent=whole.percent, taken=taken,
    )  # fmt: skip
