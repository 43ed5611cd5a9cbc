"""Vials that are to be seen again: whose are late, and who is called to bring theirs to be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from dispensing.queries import take_home as queries
from dispensing.queries import vials
from dispensing.queries.first_owners import dispensers_of
from dispensing.rules.checkups import Wrong
from dispensing.rules.take_home import ONE_DAY
from dispensing.services.take_home import TakeHomeRefused
from followup.models import Task
from followup.services import tasks
from followup.services.tasks import NewTask
from patients.queries.reach import locked_patient

SUBJECT: Final = "patient"
LATE: Final = "vials_late"
CALLED: Final = queries.CALLED
RETURNED: Final = "returned"
WITHIN: Final = timedelta(days=1)

_LATE: Final = f"""
SELECT tv.patient_id, (array_agg(h.facility_id ORDER BY h.day DESC))[1],
       count(*) FILTER (WHERE open.late), min(tv.day) FILTER (WHERE open.late)
  FROM dispensing_takehomevial tv
  JOIN dispensing_takehome h ON h.act_id = tv.take_home_id
 CROSS JOIN LATERAL (
       SELECT {vials.DUE_ON} < %(today)s AND {vials.NOT_VOIDED}
              AND NOT EXISTS (SELECT FROM dispensing_vialreport r WHERE r.vial_id = tv.id) AS late) open
 WHERE tv.patient_id = ANY(%(who)s::uuid[])
 GROUP BY tv.patient_id ORDER BY tv.patient_id
"""  # noqa: S608  our own text


@dataclass(frozen=True)
class _Late:
    patient_id: UUID
    facility_id: int
    count: int
    since: date | None


def chase(patient_ids: Sequence[UUID], *, by: Access, now: datetime) -> int:
    """One task for each of these patients with vials that should be back by now, done once all are accounted for;
    answers how many should have one. One statement where nobody ever took anything home; the same when run again.
    """
    today = local_day(now, by.zone)
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"who": list(patient_ids), "today": today})
        found = [_Late(*row) for row in cursor.fetchall()]
    if not found:
        return 0
    asked = [one for one in found if queries.settings_at(one.facility_id, now).takehome_bottle_return_required]
    late = [one for one in asked if one.count]
    rest = {one.patient_id for one in found} - {one.patient_id for one in late}
    with transaction.atomic():
        if rest:
            tasks.close(kind=LATE, subject_kind=SUBJECT, subject_ids=rest, outcome=RETURNED, by=by, now=now)
        owners = dispensers_of({one.facility_id for one in late}, now=now, zone=by.zone)
        tasks.open_tasks([_task(one, owners.get(one.facility_id), now) for one in late], by=by, now=now)
    return len(late)


def _task(one: _Late, owner: int | None, now: datetime) -> NewTask:
    data = {"count": one.count, "since": one.since.isoformat() if one.since else ""}
    return NewTask(
        kind=LATE, facility_id=one.facility_id, subject_kind=SUBJECT, subject_id=one.patient_id,
        patient_id=one.patient_id, due_at=now + WITHIN, data=data, owner_id=owner,
    )  # fmt: skip


def call_back(*, patient_id: UUID, by: Access, now: datetime) -> Task:
    """Ask the site to call this patient, who brings every vial to be counted by tomorrow (domain 2.6).

    Asked again while one is open: the same task. Raises TakeHomeRefused, Patient.DoesNotExist out of reach.
    """
    today = local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.FOLLOW_PATIENT, day=today)
        held = queries.held(patient_id)
        if not held or not queries.settings_at(held[0].take_home.facility_id, now).takehome_callback_enabled:
            raise TakeHomeRefused(Wrong("", _("Người bệnh không giữ lọ nào để gọi mang đến.")))
        facility_id = held[0].take_home.facility_id
        owner = dispensers_of({facility_id}, now=now, zone=by.zone).get(facility_id)
        [task] = tasks.open_tasks(
            [
                NewTask(
                    kind=CALLED, facility_id=facility_id, subject_kind=SUBJECT, subject_id=patient_id,
                    patient_id=patient_id, due_at=now + ONE_DAY, data={"count": len(held)}, owner_id=owner,
                )
            ],
            by=by,
            now=now,
        )  # fmt: skip
        audit.record(
            action="take_home.called_back", by=by, now=now, subject_kind=SUBJECT, subject_id=patient_id,
            patient_id=patient_id, vials=len(held),
        )  # fmt: skip
    return task
