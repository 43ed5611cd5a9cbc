"""Flags that people act on: what the days of a patient ask of somebody.

`refresh` is the only writer of flags. It compares what should stand with what stands, closes and raises rows, and keeps
one task per patient: opened, worsened, closed by what happened. What people did is `services.attempts`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from core import rows
from core.access import Access
from core.clock import local_day
from core.ids import new_id
from dispensing.models import ContactAttempt, Flag
from dispensing.queries import away as away_query
from dispensing.queries.away import Standing
from dispensing.queries.first_owners import dispensers_of
from dispensing.rules import flags as rules
from dispensing.rules.flag_codes import FlagEnd, FlagKind, FlagLevel
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.flags import Raised, Tried
from dispensing.rules.settings import DosingSettings
from dispensing.services.incidents import lock_patients
from facilities.services import settings as rule_settings
from followup.models import Task
from followup.queries.owners import candidates_by_facility
from followup.rules.owners import Nearness
from followup.services import notices, tasks
from followup.services.notices import Telling
from followup.services.tasks import NewTask

SUBJECT: Final = "patient"
MISSED: Final = "missed_days"
STATUS: Final = "patient_status"
TOLD_CLINIC: Final = "missed_clinic"
LOOK_BACK: Final = timedelta(days=60)  # attempts older than this settle nothing any more
_CLINIC: Final = (Nearness.CLINIC_PHYSICIAN, Nearness.CLINIC_HEAD)


@dataclass(frozen=True)
class _Case:
    """One patient while the flags are worked out: what stands, what should, and whether somebody is to act."""

    standing: Standing
    held: Mapping[str, Flag]
    wanted: Mapping[str, Raised]
    settings: FlagSettings
    dosing: DosingSettings


def refresh(patient_ids: Sequence[UUID], *, by: Access, now: datetime) -> int:
    """Bring the flags of these patients up to what the days say; answers how many were raised or cleared.

    Set-based, and the same when run again, late or by two at once: the patients are locked first, in the order of their
    ids. Nobody's treatment is ended here.
    """
    if not patient_ids:
        return 0
    with transaction.atomic():
        lock_patients(*patient_ids)
        cases = _cases(patient_ids, now, by.zone)
        cleared = [each for case in cases for each in _no_longer(case)]
        raised = [each for case in cases for each in _newly(case, {flag.pk for flag, _why in cleared}, now)]
        _write(cleared, [flag for _case, flag in raised], now)
        held = {case.standing.patient_id: {**case.held} for case in cases}
        for _case, flag in raised:
            held[flag.patient_id][flag.kind] = flag
        _tell_clinics(raised, now)
        _tasks(cases, held, by=by, now=now)
        _close_heard(cases, by=by, now=now)
    return len(cleared) + len(raised)


def _cases(patient_ids: Sequence[UUID], now: datetime, zone: str) -> list[_Case]:
    standing = away_query.standing(patient_ids, now=now, zone=zone)
    held: dict[UUID, dict[str, Flag]] = defaultdict(dict)
    for flag in Flag.objects.filter(patient_id__in=patient_ids, cleared_at__isnull=True):
        held[flag.patient_id][flag.kind] = flag
    found = []
    for id_, one in standing.items():
        settings = rule_settings.for_facility(FlagSettings, facility_id=one.facility_id, at=now)
        dosing = rule_settings.for_facility(DosingSettings, facility_id=one.facility_id, at=now)
        raised = rules.flags_of(one.away, today=one.today, dosing=dosing, settings=settings) if one.in_treatment else ()
        found.append(_Case(one, held[id_], {raise_.kind: raise_ for raise_ in raised}, settings, dosing))
    return found


def _no_longer(case: _Case) -> list[tuple[Flag, FlagEnd]]:
    """The flags that stand and should not, or not so, and why."""
    found = []
    for kind, flag in case.held.items():
        wanted = case.wanted.get(kind)
        if wanted is None:
            found.append((flag, _why_gone(case, flag)))
        elif flag.facility_id != case.standing.facility_id:
            found.append((flag, FlagEnd.MOVED))
        elif flag.level != wanted.level:
            found.append((flag, FlagEnd.OTHER_LEVEL))
        elif _other_run(flag, wanted):
            found.append((flag, FlagEnd.CORRECTED))
    return found


def _other_run(flag: Flag, wanted: Raised) -> bool:
    """Whether the run of missed days begins on another day than was known: a dose or a void came in late. The window
    has no run, and of the longest the beginning is no longer read."""
    window = rules.Ground.WINDOW in (flag.figures.get("ground"), wanted.figures.get("ground"))
    comparable = flag.kind == FlagKind.MISSED and not window and wanted.level is not FlagLevel.DROPPED_OUT
    return comparable and flag.since != wanted.since


def _why_gone(case: _Case, flag: Flag) -> FlagEnd:
    if not case.standing.in_treatment:
        return FlagEnd.LEFT
    if flag.kind != FlagKind.MISSED:
        return FlagEnd.FADED
    dosed = case.standing.away.last_dosed
    if dosed is None or dosed < flag.since:
        return FlagEnd.CORRECTED
    if flag.figures.get("ground") == rules.Ground.WINDOW and not flag.figures.get("days"):
        return FlagEnd.ANSWERED
    return FlagEnd.CAME_BACK


def _newly(case: _Case, cleared: Collection[UUID], now: datetime) -> list[tuple[_Case, Flag]]:
    found = []
    for kind, wanted in case.wanted.items():
        stands = case.held.get(kind)
        if stands is None or stands.pk in cleared:
            flag = Flag(
                id=new_id(), patient_id=case.standing.patient_id, facility_id=case.standing.facility_id,
                kind=str(kind), level=str(wanted.level), since=wanted.since, figures=dict(wanted.figures),
                raised_at=now,
            )  # fmt: skip
            found.append((case, flag))
    return found


def _write(cleared: Sequence[tuple[Flag, FlagEnd]], raised: Sequence[Flag], now: datetime) -> None:
    ends: dict[FlagEnd, list[UUID]] = defaultdict(list)
    for flag, why in cleared:
        ends[why].append(flag.pk)
    for why, ids in ends.items():
        Flag.objects.filter(pk__in=ids, cleared_at__isnull=True).update(cleared_at=now, cleared_why=str(why))
    rows.insert_many(raised)


def _tell_clinics(raised: Sequence[tuple[_Case, Flag]], now: datetime) -> None:
    """The physician and the head of the main clinic hear of a level once (domain 2.3)."""
    worth = [(case, flag) for case, flag in raised if rules.tells_clinic(case.wanted[FlagKind(flag.kind)], case.dosing)]
    if not worth:
        return
    day = worth[0][0].standing.today
    around = candidates_by_facility({flag.facility_id for _case, flag in worth}, first_day=day, last_day=day)
    notices.tell(
        (
            Telling(
                person_id=one.person_id, kind=TOLD_CLINIC, key=f"flag:{flag.pk}", subject_kind=SUBJECT,
                subject_id=flag.patient_id, facility_id=flag.facility_id,
                data={"level": flag.level, "days": flag.figures.get("days", 0)},
            )
            for _case, flag in worth
            for one in around.get(flag.facility_id, ())
            if one.nearness in _CLINIC and one.serves(day)
        ),
        now=now,
    )  # fmt: skip


def _tasks(cases: Sequence[_Case], held: Mapping[UUID, Mapping[str, Flag]], *, by: Access, now: datetime) -> None:
    """One task per patient: what is wanted, and what ends those that are not wanted any more."""
    ids = [case.standing.patient_id for case in cases]
    opened = {
        task.subject_id: task
        for task in Task.objects.filter(kind=MISSED, subject_kind=SUBJECT, subject_id__in=ids, done_at__isnull=True)
    }
    tried = _tried(ids, held, now, by.zone)
    ends: dict[str, list[UUID]] = defaultdict(list)
    wanted: list[_Case] = []
    for case in cases:
        one = case.standing
        task = opened.get(one.patient_id)
        asks = rules.asks_somebody(
            case.wanted.values(), away=one.away, excused_today=_excused_today(one),
            tried=tried.get(one.patient_id, ()), today=one.today, settings=case.settings,
        )  # fmt: skip
        if asks:
            wanted.append(case)
        settled = rules.settled_by(tried.get(one.patient_id, ()), today=one.today, settings=case.settings)
        if task is not None and (end := _task_end(case, task, asks, settled)):
            ends[end].append(one.patient_id)
    for outcome, subjects in ends.items():
        tasks.close(kind=MISSED, subject_kind=SUBJECT, subject_ids=subjects, outcome=outcome, by=by, now=now)
    owners = dispensers_of({case.standing.facility_id for case in wanted}, now=now, zone=by.zone)
    tasks.open_tasks([_new_task(case, owners, now) for case in wanted], by=by, now=now)


def _excused_today(one: Standing) -> bool:
    return one.announced_today or one.cut_off_today or one.elsewhere_today


def _task_end(case: _Case, task: Task, asks: bool, settled: str) -> str:
    """What ended an open task, empty for nothing. One that belongs to another place or person by now is opened anew."""
    one = case.standing
    if asks:
        level = max((each.level for each in case.wanted.values()), key=rules.rank)
        confirm = level is FlagLevel.DROPPED_OUT and task.data.get("level") != FlagLevel.DROPPED_OUT
        milder = rules.rank(level) < rules.rank(str(task.data.get("level", "")))
        if task.facility_id != one.facility_id:
            return "moved_place"
        return "to_confirm" if confirm else "corrected" if milder else ""
    if not one.in_treatment:
        return "left"
    if not case.wanted:
        flag = case.held.get(FlagKind.MISSED)
        return "came_back" if flag is None or _why_gone(case, flag) is not FlagEnd.CORRECTED else "corrected"
    if one.announced_today:
        return "announced"
    if one.cut_off_today:
        return "cut_off"
    if one.elsewhere_today:
        return "elsewhere"
    return settled or ("announced" if one.away.consecutive else "came_back")


def _tried(
    ids: Sequence[UUID], held: Mapping[UUID, Mapping[str, Flag]], now: datetime, zone: str
) -> dict[UUID, list[Tried]]:
    found: dict[UUID, list[Tried]] = defaultdict(list)
    made = ContactAttempt.objects.filter(patient_id__in=ids, at__gte=now - LOOK_BACK).order_by("-at", "-id")
    for attempt in made:
        stood = frozenset(
            kind for kind, flag in held.get(attempt.patient_id, {}).items() if flag.raised_at <= attempt.recorded_at
        )
        found[attempt.patient_id].append(Tried(local_day(attempt.at, zone), attempt.result, stood))
    return found


def _new_task(case: _Case, owners: Mapping[int, int], now: datetime) -> NewTask:
    one, raised = case.standing, tuple(case.wanted.values())
    gravest = max(raised, key=lambda each: rules.rank(each.level))
    confirm = gravest.level is FlagLevel.DROPPED_OUT
    return NewTask(
        kind=MISSED,
        facility_id=one.facility_id,
        subject_kind=SUBJECT,
        subject_id=one.patient_id,
        patient_id=one.patient_id,
        due_at=now + timedelta(hours=rules.due_hours(raised, case.settings)),
        data={"level": str(gravest.level), "since": gravest.since.isoformat(), "kinds": sorted(map(str, case.wanted))},
        first=Nearness.SITE_HEAD if confirm else None,
        owner_id=None if confirm else owners.get(one.facility_id),
        worse=rules.worse(raised),
    )


def _close_heard(cases: Sequence[_Case], *, by: Access, now: datetime) -> None:
    """Who was said to have died or moved away: written into the register by now, or dosed again."""
    recorded = [case.standing.patient_id for case in cases if not case.standing.in_treatment]
    back = [
        case.standing.patient_id
        for case in cases
        if case.standing.in_treatment and case.standing.away.through and not case.standing.away.consecutive
    ]
    for outcome, subjects in (("recorded", recorded), ("came_back", back)):
        if subjects:
            tasks.close(kind=STATUS, subject_kind=SUBJECT, subject_ids=subjects, outcome=outcome, by=by, now=now)
