"""The afternoon before: one task to each site, and one to its main clinic, about who may get no dose tomorrow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Q

from core.access import Access
from core.clock import local_day
from dispensing.queries import tomorrow as query
from dispensing.rules.flag_settings import FlagSettings
from facilities.models import Supervision
from facilities.services import settings as rule_settings
from followup.models import Task
from followup.rules.owners import Nearness
from followup.services import tasks
from followup.services.tasks import NewTask

SITE: Final = "nobody_tomorrow"
CLINIC: Final = "nobody_tomorrow_clinic"
SUBJECT: Final = "site_day"


def warn(*, by: Access, now: datetime) -> int:
    """Ask about tomorrow; answers for how many patients. Safe to run again: tasks about what is settled are closed."""
    day = query.day_after(local_day(now, django_settings.TIME_ZONE))
    found = query.by_place(query.nobodys(day=day, now=now))
    clinics = _clinics(found, day)
    above: dict[int, int] = defaultdict(int)
    for facility_id, people in found.items():
        if facility_id in clinics:
            above[clinics[facility_id]] += len(people)
    wanted = [
        *(_task(SITE, facility_id, day, len(people), now) for facility_id, people in sorted(found.items())),
        *(_task(CLINIC, facility_id, day, count, now) for facility_id, count in sorted(above.items())),
    ]
    with transaction.atomic():
        _close_settled(wanted, day, by=by, now=now)
        tasks.open_tasks(wanted, by=by, now=now)
    return sum(len(people) for people in found.values())


def _clinics(found: Mapping[int, object], day: date) -> dict[int, int]:
    """The main clinic of each of these sites on that day."""
    over = Supervision.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=day), satellite_id__in=found, starts_on__lte=day
    )
    return dict(over.values_list("satellite_id", "main_clinic_id"))


def _task(kind: str, facility_id: int, day: date, count: int, now: datetime) -> NewTask:
    hours = rule_settings.for_facility(FlagSettings, facility_id=facility_id, at=now).nobody_due_hours
    return NewTask(
        kind=kind,
        facility_id=facility_id,
        subject_kind=SUBJECT,
        subject_id=subject_of(facility_id, day),
        due_at=now + timedelta(hours=hours),
        data={"day": day.isoformat(), "count": count},
        first=Nearness.SITE_HEAD if kind == SITE else Nearness.CLINIC_HEAD,
        worse=count,
    )


def subject_of(facility_id: int, day: date) -> UUID:
    """The same id for the same place and day, whoever asks."""
    return uuid5(NAMESPACE_URL, f"tram:{facility_id}:{day.isoformat()}")


def _close_settled(wanted: Sequence[NewTask], day: date, *, by: Access, now: datetime) -> None:
    still = {(task.kind, task.subject_id) for task in wanted}
    for kind in (SITE, CLINIC):
        ends: dict[str, list[UUID]] = defaultdict(list)
        for task in Task.objects.filter(kind=kind, subject_kind=SUBJECT, done_at__isnull=True):
            if (kind, task.subject_id) not in still:
                ends["settled" if task.data.get("day") == day.isoformat() else "day_over"].append(task.subject_id)
        for outcome, subjects in ends.items():
            tasks.close(kind=kind, subject_kind=SUBJECT, subject_ids=subjects, outcome=outcome, by=by, now=now)
