"""How often something goes wrong at each site, and why facts come late, beside how many doses were given. No patient.

A rate to learn from, never a league table: who writes many near misses down is not worse than who writes none
(domain 12.4).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.models import LateEntry, NearMiss, OverdoseIncident, WrongDose
from dispensing.queries.site_days import midnights
from dispensing.rules.incident_codes import NEAR_MISS_WORDS, NearMissKind, WrongDoseKind
from dispensing.rules.late import LATE_REASON_WORDS, LateReason

WRONG_DOSE_WORDS: Final[dict[WrongDoseKind, str | Promise]] = {
    WrongDoseKind.OTHER_PERSON: _("người khác uống liều này"),
    WrongDoseKind.OTHER_AMOUNT: _("đúng người, khác số mL"),
}


@dataclass(frozen=True, slots=True)
class MishapFigures:
    """Of some days: wrong doses, vomiting and near misses as recorded, and the doses that stand. `watched`: now;
    `watched_over`: of them, whose time is over and whom nobody has let go.
    """

    wrong: int = 0
    near: int = 0
    vomited: int = 0
    doses: int = 0
    watched: int = 0
    watched_over: int = 0

    def __add__(self, other: "MishapFigures") -> "MishapFigures":
        return MishapFigures(
            self.wrong + other.wrong,
            self.near + other.near,
            self.vomited + other.vomited,
            self.doses + other.doses,
            self.watched + other.watched,
            self.watched_over + other.watched_over,
        )


_SQL: Final = """
SELECT f.id,
       (SELECT count(*) FROM dispensing_wrongdose w
         WHERE w.facility_id = f.id AND w.day BETWEEN %(first)s AND %(last)s),
       (SELECT count(*) FROM dispensing_nearmiss n
         WHERE n.facility_id = f.id AND n.at >= (%(first)s::date)::timestamp AT TIME ZONE f.zone
           AND n.at < (%(last)s::date + 1)::timestamp AT TIME ZONE f.zone),
       (SELECT count(*) FROM dispensing_vomitrecord v
         WHERE v.facility_id = f.id AND v.day BETWEEN %(first)s AND %(last)s),
       (SELECT count(*) FROM dispensing_dose d
         WHERE d.facility_id = f.id AND d.covers_day BETWEEN %(first)s AND %(last)s
           AND NOT EXISTS (SELECT FROM dispensing_dosevoid x WHERE x.dose_id = d.act_id)),
       (SELECT count(*) FROM dispensing_observation o WHERE o.facility_id = f.id AND o.ended_at IS NULL),
       (SELECT count(*) FROM dispensing_observation o
         WHERE o.facility_id = f.id AND o.ended_at IS NULL AND o.until <= %(now)s)
  FROM facilities_facility f
 WHERE f.id = ANY(%(facilities)s)
"""


def mishap_figures(
    *, facility_ids: Collection[int], first: date, last: date, now: datetime
) -> dict[int, MishapFigures]:
    """Of these days, both included, for each of these sites. One statement."""
    values: dict[str, Any] = {"facilities": list(facility_ids), "first": first, "last": last, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return {row[0]: MishapFigures(*row[1:]) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class MishapKind:
    """One kind of what went wrong, or nearly did, and how often."""

    words: str | Promise
    count: int
    near: bool


@dataclass(frozen=True, slots=True)
class LateKind:
    """Why facts were typed in later, and how many of which days."""

    words: str | Promise
    count: int
    days: int


def mishap_kinds(*, facility_id: int, first: date, last: date, zone: str) -> tuple[MishapKind, ...]:
    """What happened first, then what nearly did, each most often first. Two statements."""
    wrong = WrongDose.objects.filter(facility_id=facility_id, day__range=(first, last)).order_by().values_list("kind")
    begin, _begun = midnights(first, zone)
    _ended, end = midnights(last, zone)
    near = NearMiss.objects.filter(facility_id=facility_id, at__gte=begin, at__lt=end).order_by().values_list("kind")
    found = [
        *(MishapKind(WRONG_DOSE_WORDS[WrongDoseKind(kind)], n, False) for kind, n in wrong.annotate(Count("pk"))),
        *(MishapKind(NEAR_MISS_WORDS[NearMissKind(kind)], n, True) for kind, n in near.annotate(Count("pk"))),
    ]
    return tuple(sorted(found, key=lambda kind: (kind.near, -kind.count, str(kind.words))))


@dataclass(frozen=True, slots=True)
class OverdoseFigures:
    """Of some days: overdoses found, and how many of them nobody has reported in writing."""

    found: int
    unreported: int


def overdose_figures(*, facility_id: int, first: date, last: date, zone: str) -> OverdoseFigures:
    """Of these days, both included, by the time they were found. One statement."""
    begin, _begun = midnights(first, zone)
    _ended, end = midnights(last, zone)
    rows = OverdoseIncident.objects.filter(facility_id=facility_id, found_at__gte=begin, found_at__lt=end)
    return OverdoseFigures(**rows.aggregate(found=Count("pk"), unreported=Count("pk", filter=Q(report=None))))


def late_kinds(*, facility_id: int, first: date, last: date) -> tuple[LateKind, ...]:
    """Why facts of these days were typed in later, most often first. One statement."""
    entries = LateEntry.objects.filter(facility_id=facility_id, day__range=(first, last))
    rows = entries.order_by().values_list("reason").annotate(Count("pk"), Count("day", distinct=True))
    found = [LateKind(LATE_REASON_WORDS[LateReason(reason)], count, days) for reason, count, days in rows]
    return tuple(sorted(found, key=lambda kind: (-kind.count, str(kind.words))))
