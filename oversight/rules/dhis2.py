"""What DHIS2 takes as a data value set (its Web API, dataValueSets): the shape of a file, checked before it goes out.

    {"dataSet": UID, "completeDate": "2026-12-16", "period": "2026Q4", "orgUnit": UID,
     "dataValues": [{"dataElement": UID, "categoryOptionCombo": UID, "value": "12"}]}

A UID is a letter and ten letters or digits. Pure; nothing here sends anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from oversight.rules.periods import Period
from oversight.rules.report_codes import ReportKind

UID: Final = re.compile(r"^[A-Za-z][A-Za-z0-9]{10}$")
PERIODS: Final = re.compile(r"^20[0-9]{2}(?:Q[1-4]|0[1-9]|1[0-2])?$")
DAY: Final = re.compile(r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$")
NUMBER: Final = re.compile(r"^[0-9]+(?:\.[0-9]+)?$")
PARTS: Final = ("total", "male", "female")
_GROUPS: Final = ("dataSets", "categoryOptionCombos", "dataElements", "orgUnits")


@dataclass(frozen=True)
class Codes:
    """Our codes and theirs. What has no UID yet is not in it."""

    data_sets: Mapping[str, str] = field(default_factory=dict)
    combos: Mapping[str, str] = field(default_factory=dict)
    elements: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def period_of(period: Period) -> str:
    """A period as DHIS2 writes it: 2026Q4, 2026 or 202611. Its quarter is the calendar's, the figures the form's."""
    return period.code if period.kind is ReportKind.YEAR else period.code.replace("-", "")


def read(content: Any) -> tuple[Codes, tuple[str, ...]]:
    """The mapping of a file, and what in it is no UID or belongs nowhere, by its path. Empty text: not known yet."""
    wrong: list[str] = []
    found: dict[str, dict[str, str]] = {group: {} for group in _GROUPS}
    if not isinstance(content, dict):
        return Codes(), ("",)
    for group, pairs in content.items():
        if group not in found or not isinstance(pairs, dict):
            wrong.append(str(group))
            continue
        for code, uid in pairs.items():
            if isinstance(uid, str) and UID.match(uid):
                found[group][str(code)] = uid
            elif uid != "":
                wrong.append(f"{group}.{code}")
    return Codes(*(found[group] for group in _GROUPS)), tuple(wrong)


def problems(payload: Any) -> tuple[str, ...]:
    """What DHIS2 would not take in a data value set, by its path; nothing where it is whole."""
    if not isinstance(payload, dict):
        return ("",)
    found = [
        name
        for name, shape in (("dataSet", UID), ("orgUnit", UID), ("period", PERIODS), ("completeDate", DAY))
        if not _fits(payload.get(name), shape)
    ]
    values = payload.get("dataValues")
    if not isinstance(values, list) or not values:
        return (*found, "dataValues")
    seen = set()
    for place, value in enumerate(values):
        if not isinstance(value, dict) or set(value) != {"dataElement", "categoryOptionCombo", "value"}:
            found.append(f"dataValues[{place}]")
            continue
        found += [
            f"dataValues[{place}].{name}"
            for name, shape in (("dataElement", UID), ("categoryOptionCombo", UID), ("value", NUMBER))
            if not _fits(value[name], shape)
        ]
        key = (value["dataElement"], value["categoryOptionCombo"])
        if key in seen:
            found.append(f"dataValues[{place}]")
        seen.add(key)
    return tuple(found)


def _fits(value: Any, shape: re.Pattern[str]) -> bool:
    return isinstance(value, str) and bool(shape.match(value))
