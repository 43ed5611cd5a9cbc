"""What missed days ask of people: at which level a patient stands, why, and whether somebody is to be asked to act.

The table is the board's own (`rules.missed.missed_level`, domain 2.3 with 12.2): what stops the next dose and what is
followed up never differ. The tolerance gap decides; announced days and days on which the site was cut off still count
in it, and only spare everybody a call. Nothing here ends anybody's treatment.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from dispensing.rules.facts import Phase
from dispensing.rules.flag_codes import ContactResult, FlagKind, FlagLevel
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.missed import MissedLevel, missed_level
from dispensing.rules.settings import DosingSettings

_ONE_DAY: Final = timedelta(days=1)
_LEVELS: Final[Mapping[MissedLevel, FlagLevel]] = {
    MissedLevel.REASON: FlagLevel.REASON,
    MissedLevel.CHECK: FlagLevel.CHECK,
    MissedLevel.ORDER: FlagLevel.ORDER,
    MissedLevel.MAIN_CLINIC: FlagLevel.MAIN_CLINIC,
    MissedLevel.DROPPED_OUT: FlagLevel.DROPPED_OUT,
}
_RANK: Final = {level: rank for rank, level in enumerate(FlagLevel)}


class Ground(StrEnum):
    """Which rule of the table brings a patient to a level."""

    TABLE = "table"
    INDUCTION = "induction"
    ADJUSTMENT = "adjustment"
    RAISED = "raised"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Away:
    """How a patient's days stand, up to the last day that is over.

    `consecutive` is the tolerance gap, `adherence` its patient-caused part, `in_window` the missed days of the last
    `missed_window_days`, of them `unanswered` those that no signed order has answered, `in_pattern` the patient-caused
    ones of the pattern's window, `weekdays` the same by weekday from Monday. `since` is the first missed day of the
    run, `through` its last, `excused` how many of its days were announced before, or found the site cut off.
    `answered_until`: the order in force was signed in sight of the missed days up to this one.
    """

    consecutive: int
    adherence: int
    in_window: int
    unanswered: int
    in_pattern: int
    weekdays: tuple[int, ...] = (0,) * 7
    since: date | None = None
    through: date | None = None
    last_dosed: date | None = None
    phase: str = ""
    raised_on: date | None = None
    answered_until: date | None = None
    by_main_clinic: bool = False
    excused: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """One flag as it should stand."""

    kind: FlagKind
    level: FlagLevel
    since: date
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt to reach the patient: on which local day, what came of it, and which flags stood already then, at
    their present level."""

    day: date
    result: str
    after: frozenset[str] = frozenset()


def rank(level: str) -> int:
    """How grave a level is; a stored one that this version does not know is the mildest."""
    return _RANK.get(FlagLevel(level), 0) if level in set(FlagLevel) else 0


def flags_of(away: Away, *, today: date, dosing: DosingSettings, settings: FlagSettings) -> tuple[Raised, ...]:
    """Every flag that the days bring, gravest first; none for somebody who drinks every day."""
    found = []
    missed = _missed(away, today, dosing)
    if missed is not None:
        found.append(missed)
    pattern_from = today - timedelta(days=dosing.missed_pattern_window_days)
    if away.in_pattern >= dosing.missed_pattern_count:
        figures = {"days": away.in_pattern, "window": dosing.missed_pattern_window_days}
        found.append(Raised(FlagKind.PATTERN, FlagLevel.ALERT, pattern_from, figures))
    often = max(away.weekdays, default=0)
    if often >= settings.flag_weekday_count:
        weekday = away.weekdays.index(often) + 1
        figures = {"days": often, "weekday": weekday, "window": dosing.missed_pattern_window_days}
        found.append(Raised(FlagKind.WEEKDAY, FlagLevel.ALERT, pattern_from, figures))
    return tuple(found)


def _missed(away: Away, today: date, dosing: DosingSettings) -> Raised | None:
    level, ground = _level(away, today, dosing)
    if level is None:
        return None
    since = away.since or today - timedelta(days=max(away.consecutive, 1))
    figures: dict[str, Any] = {
        "days": away.consecutive,
        "adherence": away.adherence,
        "in_window": away.in_window,
        "ground": str(ground),
        "excused": away.excused,
        "phase": away.phase,
    }
    if away.last_dosed is not None:
        figures["last_dosed"] = away.last_dosed.isoformat()
    return Raised(FlagKind.MISSED, level, since, figures)


def _level(away: Away, today: date, dosing: DosingSettings) -> tuple[FlagLevel | None, Ground]:
    """The row of the table, or the graver one that the phase, a raise or the window brings (domain 12.2)."""
    n = away.consecutive
    table = _LEVELS.get(missed_level(n, dosing))
    if table is FlagLevel.DROPPED_OUT:
        return table, Ground.TABLE
    if table is not None and _answered(away, table):
        return min(table, FlagLevel.CHECK, key=rank), Ground.TABLE
    if table in (FlagLevel.MAIN_CLINIC, FlagLevel.ORDER):
        return table, Ground.TABLE
    if away.phase == Phase.INDUCTION and n >= dosing.missed_induction_block_from:
        return FlagLevel.ORDER, Ground.INDUCTION
    if away.phase == Phase.ADJUSTMENT and n >= dosing.missed_adjustment_block_from:
        return FlagLevel.ORDER, Ground.ADJUSTMENT
    if _raised_lately(away, today, dosing) and n >= dosing.raised_block_from:
        return FlagLevel.ORDER, Ground.RAISED
    if away.unanswered >= dosing.missed_window_block:
        return FlagLevel.ORDER, Ground.WINDOW
    return table, Ground.TABLE


def _answered(away: Away, table: FlagLevel) -> bool:
    """Whether an order was signed in sight of the whole run, by somebody entitled to it."""
    if away.answered_until is None or away.through is None or away.through > away.answered_until:
        return False
    return away.by_main_clinic or table is not FlagLevel.MAIN_CLINIC


def _raised_lately(away: Away, today: date, dosing: DosingSettings) -> bool:
    return away.raised_on is not None and 0 <= (today - away.raised_on).days <= dosing.raised_within_days


def tells_clinic(raised: Raised, dosing: DosingSettings) -> bool:
    """Whether the main clinic hears of it at once (domain 2.3: from the third day on, and with every block)."""
    if raised.kind is not FlagKind.MISSED:
        return False
    days = int(raised.figures.get("days", 0))
    return days >= dosing.missed_notify_clinic_from or rank(raised.level) >= rank(FlagLevel.ORDER)


def asks_somebody(
    raised: Collection[Raised],
    *,
    away: Away,
    excused_today: bool,
    tried: Sequence[Tried],
    today: date,
    settings: FlagSettings,
) -> bool:
    """Whether somebody is to reach the patient now.

    Not for a single missed day (the window asks its reason), not while the absence is an announced one or the site is
    cut off, and not while an attempt that settled it is young enough. To be confirmed as dropped out asks until it is,
    but for who is known to be elsewhere.
    """
    settled = settled_by(tried, today=today, settings=settings)
    if any(one.level is FlagLevel.DROPPED_OUT for one in raised):
        return settled not in AWAY
    if settled:
        return False
    for one in raised:
        if one.kind is FlagKind.MISSED:
            long_enough = rank(one.level) >= rank(FlagLevel.CHECK) or away.consecutive >= settings.flag_contact_from
            if long_enough and not excused_today and away.consecutive > away.excused:
                return True
        elif not any(each.result != ContactResult.NOT_REACHED and one.kind in each.after for each in tried):
            return True
    return False


def settled_by(tried: Sequence[Tried], *, today: date, settings: FlagSettings) -> str:
    """What came of the newest attempt that still holds; empty where none does."""
    return next((one.result for one in tried if _settles(one, today, settings)), "")


def _settles(tried: Tried, today: date, settings: FlagSettings) -> bool:
    """Whether what came of an attempt still holds. Who is known to be elsewhere is asked after more seldom, whatever
    the level; who said that they would come is called again, at once when the level has changed since.
    """
    if tried.result == ContactResult.NOT_REACHED:
        return False
    if tried.result in AWAY:
        return today - tried.day < timedelta(days=settings.flag_again_away_days)
    return FlagKind.MISSED in tried.after and today - tried.day < timedelta(days=settings.flag_again_reached_days)


# Known to be somewhere else: no call tomorrow would change it.
AWAY: Final = frozenset({ContactResult.IN_HOSPITAL, ContactResult.MOVED, ContactResult.DETAINED, ContactResult.DIED})
# Said of somebody, these belong into the register: a person must change the status there, or find that it is not so.
ASK_STATUS: Final = frozenset({ContactResult.DIED, ContactResult.MOVED})


def due_hours(raised: Collection[Raised], settings: FlagSettings) -> int:
    """Within how many hours the gravest of the flags is acted on."""
    hours = {
        FlagLevel.ALERT: settings.flag_pattern_due_hours,
        FlagLevel.REASON: settings.flag_reason_due_hours,
        FlagLevel.CHECK: settings.flag_check_due_hours,
        FlagLevel.ORDER: settings.flag_order_due_hours,
        FlagLevel.MAIN_CLINIC: settings.flag_main_clinic_due_hours,
        FlagLevel.DROPPED_OUT: settings.flag_dropped_out_due_hours,
    }
    return hours[max((one.level for one in raised), key=rank)]


def worse(raised: Collection[Raised]) -> int:
    """How bad it is together: a graver level always counts more than a further pattern beside it."""
    return sum(1 for one in raised if one.kind is not FlagKind.MISSED) + 3 * max(rank(one.level) for one in raised)


def excused_days(days: Collection[date], *, ranges: Sequence[tuple[date, date]]) -> int:
    """How many of the days lie in one of the ranges, both ends included."""
    return sum(any(first <= day <= last for first, last in ranges) for day in days)


def run_days(away_since: date | None, consecutive: int) -> tuple[date, ...]:
    """The days of a run of missed days."""
    return () if away_since is None else tuple(away_since + _ONE_DAY * number for number in range(consecutive))
