"""A signed report as DHIS2 `dataValueSets` JSON, by the province's mapping. A file to download: nothing is sent."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from core.clock import local_day
from oversight.models import Report
from oversight.reports.indicators import OF, Indicator
from oversight.reports.places import Place
from oversight.rules import periods
from oversight.rules.dhis2 import PARTS, Codes, period_of, problems
from oversight.rules.dhis2 import read as read_codes
from oversight.rules.figures import Figure, read
from oversight.rules.report_codes import ReportKind


class Unmapped(Exception):
    """The report has no data set, no organisation unit or no number in the mapping: there is nothing to hand out."""


@dataclass(frozen=True)
class Missing:
    """What the mapping has no UID for: `code` is what to write in the file, `words` what it is."""

    group: str
    code: str
    words: str


def mapping() -> tuple[Codes, tuple[str, ...]]:
    """The mapping in use and what in its file cannot be read, by path."""
    path = Path(str(settings.DHIS2_MAPPING))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Codes(), (path.name,)
    return read_codes(content)


def missing(codes: Codes, places: Collection[Place]) -> list[Missing]:
    """Everything that still has no UID, of these places."""
    found = [Missing("dataSets", str(kind), str(kind)) for kind in ReportKind if str(kind) not in codes.data_sets]
    found += [Missing("categoryOptionCombos", part, part) for part in PARTS if part not in codes.combos]
    every = {one.code: one for kind in ReportKind for one in OF[kind]}
    found += [
        Missing("dataElements", one.code, str(one.words)) for one in every.values() if one.code not in codes.elements
    ]
    found += [Missing("orgUnits", place.key, place.words) for place in places if place.key not in codes.units]
    return found


def value_set(report: Report, *, zone: str) -> dict[str, Any]:
    """One report's numbers, all together, as DHIS2 takes them. Raises Unmapped; an odd shape is a mistake of ours."""
    codes, _wrong = mapping()
    kind = ReportKind(report.kind)
    place = f"{report.scope}-{report.facility_id or report.area_id or report.province_id}"
    if report.kind not in codes.data_sets or place not in codes.units:
        raise Unmapped(place)
    total = read(report.figures["total"])
    values = [value for one in OF[kind] if one.code in total for value in _values(one, total[one.code], codes)]
    if not values:
        raise Unmapped(place)
    payload = {
        "dataSet": codes.data_sets[report.kind],
        "completeDate": local_day(report.made_at, zone).isoformat(),
        "period": period_of(periods.read(kind, report.period)),
        "orgUnit": codes.units[place],
        "dataValues": values,
    }
    wrong = problems(payload)
    if wrong:
        raise ValueError(f"No data value set: {wrong}")
    return payload


def _values(one: Indicator, figure: Figure, codes: Codes) -> list[dict[str, str]]:
    whole = figure.value(one.unit)
    parts = {"total": whole, "male": figure.male, "female": figure.female}
    return [
        {"dataElement": codes.elements[one.code], "categoryOptionCombo": codes.combos[part], "value": _plain(value)}
        for part, value in parts.items()
        if value is not None and one.code in codes.elements and part in codes.combos
    ]


def _plain(value: Decimal | int) -> str:
    """A number with a decimal point and nothing else."""
    return f"{Decimal(value).normalize():f}"
