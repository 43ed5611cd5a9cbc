"""A certificate that ends soon or has ended: a task for the person, and one for who sends people to courses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings as django_settings
from django.db import transaction

from core import clock
from core.access import SYSTEM
from facilities.models import Facility
from followup.models import Task
from followup.rules.owners import Nearness
from followup.services import tasks
from followup.services.tasks import NewTask
from staff.queries.certificates import Lacking, ending, lacking

OWN: Final = "certificate_own"
STAFF: Final = "certificate_staff"
SUBJECT: Final = "certificate"
RENEWED: Final = "renewed"
AT_LEAST: Final = timedelta(days=14)
ASK_AGAIN: Final = timedelta(days=30)


def warn(*, now: datetime) -> int:
    """Ask for what ends soon or has ended, once each; answers for how many certificates. Tasks about what was renewed,
    or is asked of nobody any more, are closed. A bounded number of statements."""
    day = clock.local_day(now, django_settings.TIME_ZONE)
    places = list(Facility.objects.order_by("id").values_list("id", flat=True))
    ended = [each for each in lacking(places, day) if each.standing.last_day is not None]
    found = [*ending(places, day), *ended]
    wanted = [task for each in found for task in _tasks(each, now)]
    with transaction.atomic():
        _close_settled(wanted, now)
        answered = _answered_lately(now)
        tasks.open_tasks([task for task in wanted if (task.kind, task.subject_id) not in answered], by=SYSTEM, now=now)
    return len(found)


def subject_of(each: Lacking) -> UUID:
    """The same id for the same person, place and kind of certificate, whoever asks."""
    return uuid5(NAMESPACE_URL, f"tram:certificate:{each.facility_id}:{each.person_id}:{each.standing.kind}")


def _tasks(each: Lacking, now: datetime) -> list[NewTask]:
    last = each.standing.last_day
    data = {"certificate": str(each.standing.kind), "until": last.isoformat() if last else ""}
    common: dict[str, Any] = {
        "facility_id": each.facility_id, "subject_kind": SUBJECT, "subject_id": subject_of(each), "data": data,
        "due_at": now + AT_LEAST, "worse": 0 if each.ends_soon else 1,
    }  # fmt: skip
    return [
        NewTask(kind=OWN, owner_id=each.person_id, **common),
        NewTask(kind=STAFF, first=Nearness.SITE_HEAD, **common),
    ]


def _answered_lately(now: datetime) -> set[tuple[str, UUID]]:
    """What somebody said was done about it: a course takes its time, and nobody is asked every night."""
    rows = Task.objects.filter(kind__in=(OWN, STAFF), subject_kind=SUBJECT, done_at__gte=now - ASK_AGAIN)
    return set(rows.exclude(outcome=RENEWED).values_list("kind", "subject_id"))


def _close_settled(wanted: Sequence[NewTask], now: datetime) -> None:
    still = {(task.kind, task.subject_id) for task in wanted}
    settled: dict[str, list[UUID]] = defaultdict(list)
    for kind, subject_id in Task.objects.filter(
        kind__in=(OWN, STAFF), subject_kind=SUBJECT, done_at__isnull=True
    ).values_list("kind", "subject_id"):  # fmt: skip
        if (kind, subject_id) not in still:
            settled[kind].append(subject_id)
    for kind, subject_ids in settled.items():
        tasks.close(
            kind=kind, subject_kind=SUBJECT, subject_ids=subject_ids, outcome=RENEWED, by=SYSTEM, now=now
        )  # fmt: skip
