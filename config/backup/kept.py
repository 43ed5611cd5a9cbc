"""Which backups stay: the newest of each of the last days, weeks and months. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def to_keep(made: Mapping[str, datetime], *, daily: int, weekly: int, monthly: int) -> set[str]:
    """The names that stay, of all names with the moment each was made. The newest one always stays."""
    newest_first = sorted(made, key=lambda name: (made[name], name), reverse=True)
    local = {name: made[name].astimezone(ZONE) for name in newest_first}
    kept = set(newest_first[:1])
    kept |= _newest_of_each(newest_first, daily, lambda name: local[name].date().isoformat())
    kept |= _newest_of_each(newest_first, weekly, lambda name: f"{local[name]:%G-%V}")
    kept |= _newest_of_each(newest_first, monthly, lambda name: f"{local[name]:%Y-%m}")
    return kept


def _newest_of_each(newest_first: Iterable[str], count: int, period: Callable[[str], str]) -> set[str]:
    found: dict[str, str] = {}
    for name in newest_first:
        key = period(name)
        if key not in found and len(found) >= count:
            break
        found.setdefault(key, name)
    return set(found.values())
