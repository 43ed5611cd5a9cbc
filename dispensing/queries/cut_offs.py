"""Sites that are cut off: now, before, who could not come, and for how long what is there lasts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from core.access import Access
from core.clock import local_day
from dispensing.models import CutOff
from dispensing.queries.following import following_path
from dispensing.queries.gaps import gaps_of
from dispensing.rules.flag_codes import CAUSE_WORDS, CUT_OFF_WORDS, CutOffCause, CutOffKind
from inventory.queries.cover import days_of_cover

BEFORE: Final = 20


@dataclass(frozen=True)
class Closed:
    """One time that a site was cut off, in words. `last_day`: the last day, ended early or not."""

    id: UUID
    facility_id: int
    facility: str
    kind: str
    cause: str
    words: str
    from_day: date
    last_day: date
    ended_early: bool
    by: str


@dataclass(frozen=True)
class Stranded:
    """Somebody placed at the site who has had no dose today. `days`: missed in a row before today."""

    code: str
    initials: str
    days: int
    path: str


@dataclass(frozen=True)
class RoadPage:
    """What the page of a site's road shows."""

    now: tuple[Closed, ...]
    before: tuple[Closed, ...]
    stranded: tuple[Stranded, ...]
    came: int
    cover_days: int | None


def covering(day: date) -> QuerySet[CutOff]:
    """The sites cut off on that day."""
    return (
        CutOff.objects.alias(last_day=Coalesce("ended_on", "until_day"))
        .filter(from_day__lte=day, last_day__gte=day)
        .select_related("facility", "recorded_by")
        .order_by("facility__name", "pk")
    )


def road_page(*, by: Access, now: datetime) -> RoadPage:
    """The acting site's road: what is closed now or will be, who has not come today, days of stock. Six statements."""
    facility_id, today = by.facility_id or 0, local_day(now, by.zone)
    rows = CutOff.objects.filter(facility_id=facility_id).select_related("facility", "recorded_by")
    last_day = Coalesce("ended_on", "until_day")
    open_ones = rows.alias(last=last_day).filter(
        Q(last__gte=today) & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("from_day")))
    )
    past = rows.alias(last=last_day).filter(last__lt=today)
    stranded, came = _who(facility_id, today)
    return RoadPage(
        now=tuple(closed(row) for row in open_ones.order_by("from_day", "pk")),
        before=tuple(closed(row) for row in past.order_by("-from_day", "-pk")[:BEFORE]),
        stranded=stranded,
        came=came,
        cover_days=days_of_cover([facility_id], today=today).get(facility_id),
    )


def closed(row: CutOff) -> Closed:
    """A row in words."""
    return Closed(
        id=row.pk,
        facility_id=row.facility_id,
        facility=row.facility.name,
        kind=str(CUT_OFF_WORDS[CutOffKind(row.kind)]),
        cause=str(CAUSE_WORDS[CutOffCause(row.cause)]),
        words=row.words,
        from_day=row.from_day,
        last_day=row.ended_on or row.until_day,
        ended_early=row.ended_on is not None,
        by=row.recorded_by.initials,
    )


_WHO: Final = """
SELECT p.id, p.code, p.initials,
       EXISTS (SELECT FROM dispensing_dose d WHERE d.patient_id = p.id AND d.covers_day = %(today)s
                  AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id))
  FROM patients_placement pl JOIN patients_patient p ON p.id = pl.patient_id
 WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(today)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
   AND p.status IN ('in_treatment', 'suspended')
 ORDER BY p.code
"""


def _who(facility_id: int, today: date) -> tuple[tuple[Stranded, ...], int]:
    with connection.cursor() as cursor:
        cursor.execute(_WHO, {"facility": facility_id, "today": today})
        rows = cursor.fetchall()
    away = [row for row in rows if not row[3]]
    gaps = gaps_of([row[0] for row in away], today=today)
    found = [
        Stranded(code, initials, gaps[id_].tolerance if id_ in gaps else 0, following_path(id_))
        for id_, code, initials, _came in away
    ]
    return tuple(sorted(found, key=lambda one: (-one.days, one.code))), len(rows) - len(away)


@dataclass(frozen=True)
class CutOffSite:
    """A site that cannot be reached today, for managers: figures only."""

    facility_id: int
    name: str
    cause: str
    until: date
    cover_days: int | None


def cut_off_sites(facility_ids: Collection[int], *, today: date) -> tuple[CutOffSite, ...]:
    """Which of these sites are cut off today, the shortest cover first. Two statements."""
    rows = [row for row in covering(today).filter(facility_id__in=facility_ids)]
    cover = days_of_cover({row.facility_id for row in rows}, today=today)
    found = [
        CutOffSite(
            row.facility_id, row.facility.name, str(CAUSE_WORDS[CutOffCause(row.cause)]),
            row.ended_on or row.until_day, cover.get(row.facility_id),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.cover_days is None, one.cover_days or 0, one.name)))
