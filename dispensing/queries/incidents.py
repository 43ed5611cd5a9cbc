"""What the pages of mishaps show: who is watched, near misses, whom to call, who drank from a bottle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.scanning import encode
from dispensing.models import NearMiss, Observation, VomitRecord, WrongDose
from dispensing.queries.later import late_day_of
from dispensing.queries.people import main_clinic, physicians
from dispensing.rules.incident_codes import NEAR_MISS_WORDS, OBSERVATION_WORDS, NearMissKind, ObservationWhy
from dispensing.rules.incident_settings import IncidentSettings
from facilities.services import settings as rule_settings
from followup import words
from inventory.models import Movement
from inventory.rules.scancodes import BOTTLE

LIST_LIMIT: Final = 200


@dataclass(frozen=True)
class Watched:
    """Somebody who is watched now, by code and initials. `check_due`: nobody has looked for as long as is asked."""

    id: UUID
    patient_id: UUID
    code: str
    initials: str
    why: str | Promise
    until: datetime
    check_due: bool
    over: bool

    @property
    def until_ms(self) -> int:
        """For the page's countdown, which only counts."""
        return int(self.until.timestamp() * 1000)


@dataclass(frozen=True)
class DrankFrom:
    """A dose that drew from a bottle: code and initials, no name."""

    dose_id: UUID
    code: str
    initials: str
    given_at: datetime
    ul: int


@dataclass(frozen=True)
class NearMissRow:
    id: UUID
    at: datetime
    words: str | Promise
    code: str
    by: str
    note: str


def watched_here(*, facility_id: int, now: datetime) -> tuple[Watched, ...]:
    """Everybody who is watched at this facility, whose time ends first first. One statement."""
    rows = (
        Observation.objects.filter(facility_id=facility_id, ended_at__isnull=True)
        .select_related("patient")
        .annotate(looked_at=Max("checks__at"))
        .order_by("until", "pk")
    )
    return tuple(
        Watched(
            id=row.pk,
            patient_id=row.patient_id,
            code=row.patient.code,
            initials=row.patient.initials,
            why=OBSERVATION_WORDS[ObservationWhy(row.why)],
            until=row.until,
            check_due=now >= (row.looked_at or row.starts_at) + timedelta(minutes=row.check_minutes),
            over=now >= row.until,
        )
        for row in rows
    )


def get_observation(*, observation_id: UUID, access: Access) -> Observation:
    """Within the roster's reach, with its checks; else raises Observation.DoesNotExist."""
    found = (
        Observation.objects.select_related("patient", "facility", "started_by", "ended_by")
        .prefetch_related("checks__checked_by")
        .get(pk=observation_id)
    )
    if not access.may_at(Permission.VIEW_ROSTER, found.facility_id):
        raise Observation.DoesNotExist
    return found


def get_wrong_dose(*, wrong_dose_id: UUID, access: Access) -> WrongDose:
    """Within the roster's reach; else raises WrongDose.DoesNotExist."""
    found = (
        WrongDose.objects.select_related("meant", "drinker", "drunk", "dose", "observation", "facility", "recorded_by")
        .prefetch_related("physician_told")
        .get(pk=wrong_dose_id)
    )
    if not access.may_at(Permission.VIEW_ROSTER, found.facility_id):
        raise WrongDose.DoesNotExist
    return found


def get_vomit(*, vomit_id: UUID, access: Access) -> VomitRecord:
    """Within the roster's reach; else raises VomitRecord.DoesNotExist."""
    found = VomitRecord.objects.select_related("patient", "dose", "facility", "recorded_by").get(pk=vomit_id)
    if not access.may_at(Permission.VIEW_ROSTER, found.facility_id):
        raise VomitRecord.DoesNotExist
    return found


def near_misses(*, facility_id: int) -> tuple[NearMissRow, ...]:
    """The newest near misses of the facility, newest first. One statement."""
    rows = (
        NearMiss.objects.filter(facility_id=facility_id)
        .select_related("patient", "recorded_by")
        .order_by("-at", "-pk")[:LIST_LIMIT]
    )
    return tuple(
        NearMissRow(
            row.pk,
            row.at,
            NEAR_MISS_WORDS[NearMissKind(row.kind)],
            row.patient.code if row.patient else "",
            row.recorded_by.initials,
            row.note or "",
        )
        for row in rows
    )


def numbers_to_call(*, facility_id: int, now: datetime) -> tuple[str, ...]:
    """This site's physicians of today and its main clinic, with their telephones; only those that are known."""
    found = (physicians(facility_id, now), main_clinic(facility_id, now))
    return tuple(words for words in found if words)


_DRANK = """
SELECT d.act_id, p.code, p.initials, d.given_at, sum(m.quantity)
  FROM inventory_bottle b
  JOIN inventory_movement m ON m.bottle_id = b.id
  JOIN inventory_account t ON t.id = m.target_id AND t.kind = 'patients'
  JOIN (SELECT x.act_id, x.patient_id, x.facility_id, x.given_at FROM dispensing_dose x
         WHERE NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = x.act_id)
        UNION ALL
        SELECT h.act_id, h.patient_id, h.facility_id, h.handed_at FROM dispensing_takehome h
         WHERE EXISTS (SELECT FROM dispensing_takehomevial tv WHERE tv.take_home_id = h.act_id
                          AND NOT EXISTS (SELECT FROM dispensing_vialvoid o WHERE o.vial_id = tv.id))
       ) d ON d.act_id = m.act_id
  JOIN patients_patient p ON p.id = d.patient_id
 WHERE b.number = %(number)s AND d.facility_id = ANY(%(reach)s)
   AND (%(since)s::timestamptz IS NULL OR d.given_at >= %(since)s)
 GROUP BY d.act_id, p.code, p.initials, d.given_at
 ORDER BY d.given_at DESC, d.act_id
 LIMIT 1000
"""


def bottle_in_reach(*, number: int, access: Access) -> bool:
    """Whether the bottle was ever booked at a site whose roster the person may see. One statement."""
    reach = access.reach_by_permission.get(Permission.VIEW_ROSTER, frozenset())
    return Movement.objects.filter(bottle__number=number, act__facility_id__in=reach).exists()


def drank_from(*, number: int, access: Access, since: datetime | None = None) -> Sequence[DrankFrom]:
    """Who drank from this bottle at the sites whose roster the person may see, newest first. One statement."""
    reach = sorted(access.reach_by_permission.get(Permission.VIEW_ROSTER, frozenset()))
    with connection.cursor() as cursor:
        cursor.execute(_DRANK, {"number": number, "reach": reach, "since": since})
        return [DrankFrom(row[0], row[1], row[2], row[3], int(row[4])) for row in cursor.fetchall()]


_STRENGTHS = """
SELECT act.recorded_at, l.concentration
  FROM inventory_act act
  JOIN inventory_movement m ON m.act_id = act.id
  JOIN inventory_lot l ON l.id = m.lot_id
  JOIN inventory_item i ON i.id = m.item_id AND i.in_bottles
 WHERE act.facility_id = %(facility)s AND act.kind = 'opening'
 ORDER BY act.recorded_at DESC, act.id DESC
 LIMIT 60
"""


def strength_changed_at(facility_id: int) -> datetime | None:
    """When a bottle of another strength than the one before was last opened here; None where that never was.

    Sheets that were printed before are void, and figures of millilitres on the card are marked for some days.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STRENGTHS, {"facility": facility_id})
        rows = cursor.fetchall()
    for (at, strength), (_before, older) in pairwise(rows):
        if strength != older:
            changed: datetime = at
            return changed
    return None


def strength_marked_from(*, by: Access, now: datetime) -> date | None:
    """The day on which the strength changed, while figures of millilitres are still marked for it."""
    facility_id = by.facility_id or 0
    changed = strength_changed_at(facility_id)
    if changed is None:
        return None
    settings = rule_settings.for_facility(IncidentSettings, facility_id=facility_id, at=now)
    day = local_day(changed, by.zone)
    return day if (local_day(now, by.zone) - day).days < settings.strength_marked_days else None


def wrong_dose_path(subject_id: UUID, access: Access) -> str | None:
    """Where a case about a wrong dose leads."""
    return _path(
        WrongDose.objects.filter(pk=subject_id).values_list("facility_id", flat=True).first(),
        access,
        f"/dispensing/wrong-doses/{subject_id}/",
    )


def vomit_path(subject_id: UUID, access: Access) -> str | None:
    """Where a case about vomiting leads."""
    return _path(
        VomitRecord.objects.filter(pk=subject_id).values_list("facility_id", flat=True).first(),
        access,
        f"/dispensing/vomits/{subject_id}/",
    )


def observation_path(subject_id: UUID, access: Access) -> str | None:
    """Where a case about somebody who is watched leads."""
    return _path(
        Observation.objects.filter(pk=subject_id).values_list("facility_id", flat=True).first(),
        access,
        f"/dispensing/observations/{subject_id}/",
    )


def _path(place: int | None, access: Access, path: str) -> str | None:
    return path if place is not None and access.may_at(Permission.VIEW_ROSTER, place) else None


_OF_ACT = "SELECT m.bottle_id FROM inventory_movement m WHERE m.act_id = %(id)s"
_EXPIRED_THEN = """
SELECT m.bottle_id FROM dispensing_lateentry e
  JOIN inventory_movement m ON m.act_id = e.dose_id
  JOIN inventory_lot l ON l.id = m.lot_id AND l.expires_on < e.day
 WHERE """
_BOTTLES_OF: Final = {
    "stock_act": _OF_ACT,
    "dose": _OF_ACT,
    "sheet": _EXPIRED_THEN + "e.sheet_id = %(id)s",
    "late_day": _EXPIRED_THEN + "(e.facility_id, e.day) = (%(facility)s, %(day)s)",
}


def who_drank_ways(subject_kind: str, subject_id: UUID, access: Access) -> list[words.Way]:
    """From a case about bottles that should not have been used to who drank from each. One statement."""
    if subject_kind not in _BOTTLES_OF or not access.may(Permission.VIEW_ROSTER):
        return []
    values: dict[str, Any] = {"id": subject_id}
    if subject_kind == "late_day":
        late_day = late_day_of(subject_id, access)
        if late_day is None:
            return []
        values["facility"], values["day"] = late_day
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM inventory_bottle WHERE id IN ({_BOTTLES_OF[subject_kind]})", values)  # noqa: S608
        numbers = sorted(row[0] for row in cursor.fetchall())
    return [
        words.Way(
            _("Ai đã uống từ chai %(label)s") % {"label": encode(BOTTLE, number)},
            f"/dispensing/bottles/{number}/patients/",
        )
        for number in numbers
    ]


def vomits_of(*, patient_id: UUID, day: date) -> tuple[VomitRecord, ...]:
    """Today's vomiting of a patient, with what was ordered for it."""
    return tuple(
        VomitRecord.objects.filter(patient_id=patient_id, day=day).select_related("order").order_by("vomited_at")
    )
