"""The work list: one item per patient with everything that waits about them. Who may not drink before somebody acts
comes first, then what is overdue. A bounded number of statements for any number of patients.

Who may follow patients sees code and initials; who manages sees figures per site and nobody's identity.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.templatetags.tram import day_short, day_time
from dispensing.models import Absence, ContactAttempt, Dose, Flag
from dispensing.queries.following import following_path
from dispensing.queries.gaps import GapsNow, gaps_of
from dispensing.rules import flags as rules
from dispensing.rules.flag_codes import (
    HOW_WORDS,
    LEVEL_WORDS,
    RESULT_WORDS,
    ContactHow,
    ContactResult,
    FlagKind,
    FlagLevel,
)
from dispensing.rules.wording_flags import TO_DO, excused_words, flag_words
from facilities.models import Facility
from followup import words
from followup.models import Task
from followup.rules.due import spoken
from patients.models import Patient

PAGE: Final = 50
TAG_KINDS: Final[Mapping[str, str]] = {
    FlagLevel.REASON: "info",
    FlagLevel.ALERT: "look",
    FlagLevel.CHECK: "look",
    FlagLevel.ORDER: "stop",
    FlagLevel.MAIN_CLINIC: "stop",
    FlagLevel.DROPPED_OUT: "stop",
}


class Show(StrEnum):
    """Which part of the list."""

    ALL = "all"
    MINE = "mine"
    OVERDUE = "overdue"
    WATCH = "watch"


@dataclass(frozen=True)
class Job:
    """One task about the patient: what, by when, whose."""

    id: UUID
    name: str
    sentence: str
    path: str
    due: str
    overdue: bool
    owner: str
    mine: bool


@dataclass(frozen=True)
class Seen:
    """One flag in words."""

    kind: str
    tag_kind: str
    tag: str
    words: str
    excused: str


@dataclass(frozen=True)
class Item:
    """One patient of the list. `remark`: announced away, or dosed today already; `contact`: the last attempt."""

    patient_id: UUID
    code: str
    initials: str
    facility: str
    seen: tuple[Seen, ...]
    to_do: str
    jobs: tuple[Job, ...]
    contact: str
    remark: str
    path: str
    asks_contact: bool

    @property
    def overdue(self) -> bool:
        return any(job.overdue for job in self.jobs)


@dataclass(frozen=True)
class WorkList:
    """One page of the list, and how many there are in each part."""

    items: tuple[Item, ...]
    show: Show
    site: int | None
    page: int
    pages: int
    counts: Mapping[str, int]
    sites: tuple[tuple[int, str], ...]


# One row per patient with open tasks or open flags at the places asked about.
_WAITING: Final = """
WITH waiting AS (
    SELECT t.patient_id, min(t.due_at) AS due, bool_or(t.owner_id = %(me)s) AS mine
      FROM followup_task t
     WHERE t.done_at IS NULL AND t.patient_id IS NOT NULL AND t.facility_id = ANY(%(places)s) GROUP BY 1),
flagged AS (
    SELECT f.patient_id, max(array_position(%(levels)s::text[], f.level::text)) AS rank
      FROM dispensing_flag f WHERE f.cleared_at IS NULL AND f.facility_id = ANY(%(places)s) GROUP BY 1),
work AS (
    SELECT patient_id, w.due, coalesce(w.mine, false) AS mine, coalesce(f.rank, 0) AS rank
      FROM waiting w FULL JOIN flagged f USING (patient_id))
"""
_COUNTS: Final = (
    _WAITING  # noqa: S608  our own words
    + "SELECT count(*), count(*) FILTER (WHERE mine), count(*) FILTER (WHERE due < %(now)s),"
    " count(*) FILTER (WHERE due IS NULL) FROM work"
)
_PAGE: Final = (
    _WAITING  # noqa: S608  our own words
    + "SELECT patient_id FROM work WHERE CASE %(show)s WHEN 'mine' THEN mine WHEN 'overdue' THEN due < %(now)s"
    " WHEN 'watch' THEN due IS NULL ELSE true END"
    " ORDER BY due IS NOT NULL AND rank >= %(stopped)s DESC, due < %(now)s DESC NULLS LAST, due IS NULL, rank DESC,"
    " due, patient_id LIMIT %(limit)s OFFSET %(offset)s"
)


def work_list(*, by: Access, now: datetime, show: Show = Show.ALL, site: int | None = None, page: int = 1) -> WorkList:
    """What waits about patients whom this person may follow; `site`: only those of one of their sites."""
    reached = by.reach_by_permission.get(Permission.FOLLOW_PATIENT, frozenset())
    sites = tuple(Facility.objects.filter(pk__in=reached).order_by("name", "pk").values_list("pk", "name"))
    chosen = site if site in reached else None
    values: dict[str, Any] = {
        "places": [chosen] if chosen else sorted(reached),
        "me": by.person_id,
        "now": now,
        "levels": [str(level) for level in FlagLevel],
        "stopped": list(FlagLevel).index(FlagLevel.ORDER) + 1,
        "show": str(show),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        counts = dict(zip((str(part) for part in Show), cursor.fetchone() or (0, 0, 0, 0), strict=True))
        pages = max(1, -(-counts[show] // PAGE))
        page = min(max(page, 1), pages)
        cursor.execute(_PAGE, values | {"limit": PAGE, "offset": (page - 1) * PAGE})
        ids = [row[0] for row in cursor.fetchall()]
    items = items_of(ids, places=values["places"], by=by, now=now)
    return WorkList(items, show, chosen, page, pages, counts, sites if len(sites) > 1 else ())


def items_of(ids: Sequence[UUID], *, places: Collection[int], by: Access, now: datetime) -> tuple[Item, ...]:
    """The items of these patients, in order; six statements."""
    if not ids:
        return ()
    today = local_day(now, by.zone)
    patients = {one.pk: one for one in Patient.objects.filter(pk__in=ids)}
    gaps = gaps_of(ids, today=today)
    flags: dict[UUID, list[Flag]] = defaultdict(list)
    here = Flag.objects.filter(patient_id__in=ids, cleared_at__isnull=True, facility_id__in=places)
    for flag in here.select_related("facility"):
        flags[flag.patient_id].append(flag)
    tasks: dict[UUID, list[Task]] = defaultdict(list)
    open_ones = Task.objects.filter(patient_id__in=ids, done_at__isnull=True, facility_id__in=places)
    for task in open_ones.select_related("owner", "facility").order_by("due_at", "id"):
        tasks[task.patient_id or UUID(int=0)].append(task)
    contacts = _last_contacts(ids)
    remarks = _remarks(ids, today)
    return tuple(
        _item(patients[id_], flags[id_], tasks[id_], gaps.get(id_), contacts.get(id_), remarks.get(id_, ""), by, now)
        for id_ in ids
        if id_ in patients
    )


def _item(
    patient: Patient,
    flags: Sequence[Flag],
    tasks: Sequence[Task],
    gaps: GapsNow | None,
    contact: ContactAttempt | None,
    remark: str,
    by: Access,
    now: datetime,
) -> Item:
    ordered = sorted(flags, key=lambda flag: (-rules.rank(flag.level), flag.kind))
    place = tasks[0].facility if tasks else flags[0].facility if flags else None
    jobs = tuple(_job(task, by, now) for task in tasks)
    return Item(
        patient_id=patient.pk,
        code=patient.code,
        initials=patient.initials,
        facility=place.name if place else "",
        seen=tuple(seen_of(flag, gaps) for flag in telling(ordered, gaps)),
        to_do=str(TO_DO[FlagLevel(ordered[0].level)]) if ordered else "",
        jobs=jobs,
        contact=contact_words(contact) if contact else "",
        remark=remark,
        path=following_path(patient.pk),
        asks_contact=bool(ordered) and by.may(Permission.RECORD_CONTACT),
    )


def telling(flags: Sequence[Flag], gaps: GapsNow | None) -> list[Flag]:
    """The flags that say something of their own: a count of missed days that are all of the present run says nothing
    beside it."""
    run = gaps.tolerance if gaps is not None else 0
    return [
        flag
        for flag in flags
        if flag.kind != FlagKind.PATTERN or gaps is None or gaps.in_pattern(int(flag.figures.get("window", 90))) > run
    ]


def seen_of(flag: Flag, gaps: GapsNow | None) -> Seen:
    """A flag in words, with the days as they are by now."""
    days = None
    if gaps is not None and flag.kind == FlagKind.MISSED:
        days = gaps.tolerance
    elif gaps is not None and flag.kind == FlagKind.PATTERN:
        days = gaps.in_pattern(int(flag.figures.get("window", 90)))
    level = FlagLevel(flag.level)
    return Seen(
        kind=flag.kind,
        tag_kind=TAG_KINDS[level],
        tag=str(LEVEL_WORDS[level]),
        words=flag_words(flag.kind, flag.figures, days=days),
        excused=excused_words(flag.figures),
    )


def _job(task: Task, by: Access, now: datetime) -> Job:
    path = words.task_path(task.kind, task.subject_id, by)
    if path is None and by.may(Permission.VIEW_CASES):
        path = f"/cases/tasks/{task.pk}/"
    return Job(
        id=task.pk,
        name=words.task_name(task.kind),
        sentence=words.task_sentence(task.kind, task.data),
        path=path or "",
        due=spoken(task.due_at, now),
        overdue=task.due_at < now,
        owner=task.owner.full_name,
        mine=task.owner_id == by.person_id,
    )


def contact_words(made: ContactAttempt) -> str:
    """When somebody tried, how, and what came of it."""
    figures = {
        "at": day_time(made.at),
        "how": HOW_WORDS[ContactHow(made.how)],
        "result": RESULT_WORDS[ContactResult(made.result)],
    }
    return _("%(at)s · %(how)s: %(result)s") % figures


def _last_contacts(ids: Sequence[UUID]) -> dict[UUID, ContactAttempt]:
    newest = ContactAttempt.objects.filter(patient_id__in=ids).order_by("patient_id", "-at", "-id")
    return {made.patient_id: made for made in newest.distinct("patient_id")}


def _remarks(ids: Sequence[UUID], today: date) -> dict[UUID, str]:
    """Who drank today already, and who said that they would be away."""
    found = {}
    away = Absence.objects.filter(
        patient_id__in=ids, cancelled_at__isnull=True, until_day__gte=today, from_day__lte=today
    )
    for absence in away:
        found[absence.patient_id] = _("báo vắng đến %(day)s") % {"day": day_short(absence.until_day)}
    for patient_id in Dose.objects.filter(patient_id__in=ids, covers_day=today, void__isnull=True).values_list(
        "patient_id", flat=True
    ):
        found[patient_id] = _("hôm nay đã uống")
    return found


@dataclass(frozen=True)
class SiteFigures:
    """How a site stands, without anybody's identity. `levels`: patients by level, in the order of the levels."""

    facility_id: int
    name: str
    levels: tuple[int, ...]
    waiting: int
    overdue: int
    oldest: str
    cut_off_until: date | None

    @property
    def flagged(self) -> int:
        return sum(self.levels)


_FIGURES: Final = """
SELECT f.id, f.name,
       (SELECT coalesce(jsonb_object_agg(x.level, x.n), '{}'::jsonb)::text FROM (
           SELECT g.level, count(*) AS n FROM dispensing_flag g
            WHERE g.facility_id = f.id AND g.cleared_at IS NULL AND g.kind = 'missed' GROUP BY g.level) x),
       (SELECT count(DISTINCT g.patient_id) FROM dispensing_flag g
         WHERE g.facility_id = f.id AND g.cleared_at IS NULL AND g.kind <> 'missed'),
       t.waiting, t.overdue, t.oldest,
       (SELECT max(c.until_day) FROM dispensing_cutoff c
         WHERE c.facility_id = f.id AND c.from_day <= %(today)s AND coalesce(c.ended_on, c.until_day) >= %(today)s)
  FROM facilities_facility f
  LEFT JOIN LATERAL (
       SELECT count(*) AS waiting, count(*) FILTER (WHERE k.due_at < %(now)s) AS overdue, min(k.due_at) AS oldest
         FROM followup_task k
        WHERE k.facility_id = f.id AND k.done_at IS NULL AND k.patient_id IS NOT NULL) t ON true
 WHERE f.id = ANY(%(places)s) AND f.kind <> 'store'
 ORDER BY t.overdue DESC, t.waiting DESC, f.name, f.id
"""


def site_figures(*, by: Access, now: datetime) -> tuple[SiteFigures, ...]:
    """Every site that this person oversees, the one that needs help first. One statement."""
    reached = by.reach_by_permission.get(Permission.VIEW_OVERSIGHT, frozenset())
    today = local_day(now, by.zone)
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"places": sorted(reached), "now": now, "today": today})
        rows = cursor.fetchall()
    found = []
    for facility_id, name, levels, alerts, waiting, overdue, oldest, cut_off in rows:
        by_level = json.loads(levels)
        counts = tuple(alerts if level is FlagLevel.ALERT else by_level.get(level, 0) for level in FlagLevel)
        late = spoken(oldest, now) if oldest is not None and oldest < now else ""
        found.append(SiteFigures(facility_id, name, counts, waiting, overdue, late, cut_off))
    return tuple(found)


def notice_path(patient_id: UUID, access: Access) -> str | None:
    """Where a notice about a patient leads: to the patient, or to the figures."""
    if access.may(Permission.FOLLOW_PATIENT):
        return following_path(patient_id)
    return "/dispensing/work/figures/" if access.may(Permission.VIEW_OVERSIGHT) else None


def tomorrow_path(_subject_id: UUID, access: Access) -> str | None:
    """Where a task about tomorrow leads: to the list, or to the figures."""
    if access.may(Permission.FOLLOW_PATIENT):
        return "/dispensing/tomorrow/"
    return "/dispensing/work/figures/" if access.may(Permission.VIEW_OVERSIGHT) else None
