"""Typed, bounded, sourced settings: every threshold of the field is one of these, never a constant. Pure."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, TypeVar

Group = TypeVar("Group")


def setting(
    default: Any, *, source: str, low: Any = None, high: Any = None, unit: str = ""
) -> Any:  # Any, as dataclasses.field does, so that the attribute keeps its own type
    """A field of a settings group: its default, where that comes from, and the bounds a province may move it within."""
    return dataclasses.field(default=default, metadata={"source": source, "low": low, "high": high, "unit": unit})


class SettingRefused(ValueError):
    """The value is of another type than the setting, or outside its bounds."""


@dataclass(frozen=True)
class SettingRow:
    """One dated value as stored. `rank`: 1 province, 2 area, 3 facility; the nearest and then the newest wins."""

    key: str
    value: str
    effective_from: datetime
    rank: int


def parse_value(group: type, name: str, text: str) -> Any:
    """Read a stored value as the type of the setting's default; raises SettingRefused."""
    found = _fields(group).get(name)
    if found is None:
        raise SettingRefused(f"{name} is no setting of {group.__name__}.")
    value = _typed(found, text)
    if value != _within(found, value):
        low, high = found.metadata["low"], found.metadata["high"]
        raise SettingRefused(f"{name} must lie between {low} and {high}.")
    return value


def value_in_force(group: type, name: str, text: str) -> Any:
    """What a stored value means to this release, which may have other bounds than the one that took it: the nearest
    value that it allows, or the default where it cannot be read. A row of the release before, or of the next one
    beside which this one still answers, must never stop a dose. Raises KeyError for a name that the group has not.
    """
    found = _fields(group)[name]
    try:
        return _within(found, _typed(found, text))
    except SettingRefused:
        return found.default


def _fields(group: type) -> "dict[str, dataclasses.Field[Any]]":
    return {each.name: each for each in dataclasses.fields(group)}


def _typed(found: "dataclasses.Field[Any]", text: str) -> Any:
    try:
        return _as_type_of(found.default, json.loads(text))
    except json.JSONDecodeError as error:
        raise SettingRefused(f"{text!r} cannot be read.") from error


def _within(found: "dataclasses.Field[Any]", value: Any) -> Any:
    low, high = found.metadata["low"], found.metadata["high"]
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value


def _as_type_of(default: Any, raw: Any) -> Any:
    if isinstance(default, bool):
        if not isinstance(raw, bool):
            raise SettingRefused("Yes or no is needed.")
        return raw
    if isinstance(default, int):
        if not isinstance(raw, int) or isinstance(raw, bool):
            raise SettingRefused("A whole number is needed.")
        return raw
    if isinstance(default, Decimal):
        try:
            return Decimal(str(raw))
        except InvalidOperation as error:
            raise SettingRefused("A number is needed.") from error
    if isinstance(default, tuple):
        if not isinstance(raw, list):
            raise SettingRefused("A list is needed.")
        return tuple(_as_type_of(default[0], item) if default else item for item in raw)
    if isinstance(default, str):
        if not isinstance(raw, str):
            raise SettingRefused("A text is needed.")
        return raw
    raise SettingRefused(f"No setting can be a {type(default).__name__}.")


def resolve(group: type[Group], rows: Iterable[SettingRow], at: datetime) -> Group:
    """The group in force at an instant: the nearest scope first, then the newest value that has begun.

    Rows come in the order in which they were recorded: of two for the same moment the later one corrects the earlier.
    A name that this release does not know is another one's, and passed over.
    """
    prefix, known = f"{group.__name__}.", _fields(group)
    best: dict[str, SettingRow] = {}
    for row in rows:
        if row.effective_from > at or not row.key.startswith(prefix) or row.key.removeprefix(prefix) not in known:
            continue
        held = best.get(row.key)
        if held is None or (row.rank, row.effective_from) >= (held.rank, held.effective_from):
            best[row.key] = row
    values = {
        key.removeprefix(prefix): value_in_force(group, key.removeprefix(prefix), row.value)
        for key, row in best.items()
    }
    return group(**values)


def _plain(value: object) -> str:
    """A decimal without trailing zeros: 40 and 40.0 are one setting."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


@lru_cache(maxsize=2000)
def digest(group: Any) -> str:
    """A short fingerprint of the settings that a decision used, stored with it. Equal settings have equal digests."""
    values: Mapping[str, Any] = {f.name: getattr(group, f.name) for f in dataclasses.fields(group)}
    text = json.dumps(values, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(f"{type(group).__name__}:{text}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class OverdoseSettings:
    """The overdose card's clock. What the steps say stands in their file (folder overdose/)."""

    repeat_minutes: int = setting(5, low=2, high=10, unit="minutes", source="domain 5")
