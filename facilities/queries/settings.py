"""The settings as a page shows them: what is in force at a facility, since when, what comes, what was before."""

import dataclasses
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.access import Access, Permission
from facilities.models import Facility, RuleSetting
from facilities.rules import value_in_force
from facilities.words import UNITS, awaits_the_province, source_words, title, value_words, words_for

LOOK = (Permission.VIEW_OVERSIGHT, Permission.SET_RULES)
HISTORY_LENGTH = 50


@dataclass(frozen=True)
class Value:
    """One dated value. `state`: now, coming or past, seen from the facility."""

    text: str
    since: datetime
    place: str
    source: str
    recorded_at: datetime
    by: str
    state: str


@dataclass(frozen=True)
class Line:
    """One setting at one facility. `value` is in force; `given` tells who gave it, none where the default holds."""

    key: str
    words: str
    in_use: bool
    kind: str
    value: str
    raw: Any
    unit: str
    default: str
    low: str
    high: str
    source: str
    unconfirmed: bool
    given: Value | None
    coming: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class SettingPage:
    line: Line
    history: tuple[Value, ...]


def places(access: Access) -> list[Facility]:
    """The facilities whose settings the person may look at, by name."""
    seen = frozenset[int]().union(*(access.reach_by_permission.get(each, frozenset()) for each in LOOK))
    return list(Facility.objects.filter(pk__in=seen).select_related("area__province").order_by("name", "id"))


def overview(facility: Facility, *, groups: dict[str, type], now: datetime) -> list[Group]:
    """Every setting in force at the facility, by group; one query, whatever the number of settings."""
    rows = _rows(facility)
    return [
        Group(title(name), tuple(_line(group, each, rows, now) for each in dataclasses.fields(group)))
        for name, group in reversed(groups.items())  # rooms register from the lowest up; dosing comes first
    ]


def one(facility: Facility, key: str, *, groups: Mapping[str, type], now: datetime) -> SettingPage:
    """One setting and everything it ever was at the facility, newest first; raises KeyError for no setting."""
    group_name, _dot, name = key.partition(".")
    group = groups[group_name]
    found = {each.name: each for each in dataclasses.fields(group)}[name]
    rows = _rows(facility, key)
    newest = sorted(rows[key], key=lambda row: row.pk, reverse=True)[:HISTORY_LENGTH]
    history = tuple(_value(group, found, row, rows[key], now) for row in newest)
    return SettingPage(_line(group, found, rows, now), history)


def _rows(facility: Facility, key: str | None = None) -> dict[str, list[RuleSetting]]:
    here = Q(facility=facility) | Q(area=facility.area_id) | Q(province=facility.area.province_id)
    found = RuleSetting.objects.filter(here).select_related("facility", "area", "province").order_by("id")
    rows: dict[str, list[RuleSetting]] = defaultdict(list)
    for row in found.filter(key=key) if key else found:
        rows[row.key].append(row)
    return rows


def _rank(row: RuleSetting) -> tuple[int, datetime, int]:
    """As facilities.rules.resolve: the nearest scope, then the newest, then the last recorded."""
    return (3 if row.facility_id else 2 if row.area_id else 1, row.effective_from, row.pk)


def _in_force(rows: list[RuleSetting], at: datetime) -> RuleSetting | None:
    return max((row for row in rows if row.effective_from <= at), key=_rank, default=None)


def _line(group: type, one: "dataclasses.Field[Any]", rows: Mapping[str, list[RuleSetting]], now: datetime) -> Line:
    key = f"{group.__name__}.{one.name}"
    own = rows.get(key, [])
    held = _in_force(own, now)
    words, source = words_for(key), one.metadata["source"]
    raw = one.default if held is None else _read(group, one.name, held)
    ahead = sorted((row for row in own if row.effective_from > now), key=lambda row: (row.effective_from, row.pk))
    return Line(
        key=key,
        words=str(words.text),
        in_use=words.in_use,
        kind=type(one.default).__name__,
        value=value_words(raw, words),
        raw=raw,
        unit=str(UNITS.get(one.metadata["unit"], one.metadata["unit"])),
        default=value_words(one.default, words),
        low="" if one.metadata["low"] is None else value_words(one.metadata["low"], words),
        high="" if one.metadata["high"] is None else value_words(one.metadata["high"], words),
        source=source_words(source),
        unconfirmed=held is None and awaits_the_province(source),
        given=None if held is None else _value(group, one, held, own, now),
        coming=tuple(_value(group, one, row, own, now) for row in ahead if _in_force(own, row.effective_from) is row),
    )


def _read(group: type, name: str, row: RuleSetting) -> Any:
    return value_in_force(group, name, json.dumps(row.value))


def _value(
    group: type, one: "dataclasses.Field[Any]", row: RuleSetting, rows: list[RuleSetting], now: datetime
) -> Value:
    moment = max(now, row.effective_from)
    holds = _in_force(rows, moment) is row
    return Value(
        text=value_words(_read(group, one.name, row), words_for(row.key)),
        since=row.effective_from,
        place=_place(row),
        source=row.source,
        recorded_at=row.recorded_at,
        by=row.set_by_label,
        state=("coming" if row.effective_from > now else "now") if holds else "past",
    )


def _place(row: RuleSetting) -> str:
    if row.facility is not None:
        return row.facility.name
    if row.area is not None:
        return _("khu vực %(name)s") % {"name": row.area.name}
    return _("toàn tỉnh %(name)s") % {"name": row.province.name if row.province else ""}
