"""Journeys that are watched: late ones are raised by a job, and a step ends what was waited for.

A late journey is one task of the sender's and a notice to both ends' managers, once, and again each time that it gets
worse (domain 12.3). It is raised under the consignment's row, where its steps meet as well, so that a job beside an
arrival raises nothing that has arrived.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.access import SYSTEM, Access
from core.clock import local_day
from facilities.services import settings
from followup.rules.owners import Nearness
from followup.services import notices, tasks
from followup.services.notices import Telling
from followup.services.tasks import NewTask
from inventory.models import Consignment, ConsignmentLeg, CustodyEvent
from inventory.queries.keepers import Answering, answering
from inventory.queries.legs import Leg, legs_of
from inventory.rules.custody import ConsignmentKind, State, Step
from inventory.rules.settings_custody import CustodySettings
from inventory.rules.transport import lateness_rank

LATE_TASK: Final = "consignment_late"
LATE_NOTICE: Final = "consignment_late_told"
ASKED_TASK: Final = "transport_asked"
SUBJECT: Final = "consignment"
# Somebody is on the road with it; whoever waits for it has not seen it.
ON_THE_ROAD: Final = frozenset({State.HANDED_OVER, State.ON_ROAD, State.RETURNING})


def raise_overdue(*, now: datetime) -> int:
    """Raise every journey that is late, each in its own transaction; answers how many are late now.

    Killed in the middle it has done the first ones whole; run again, twice or late, it adds only what has become worse.
    """
    going = Consignment.objects.filter(
        dispatched_at__isnull=False, received_at__isnull=True, taken_back_at__isnull=True, ended_at__isnull=True
    )
    later = ConsignmentLeg.objects.filter(consignment=OuterRef("pk")).order_by("-position").values("expected_at")[:1]
    past = going.annotate(due=Coalesce(Subquery(later), F("expected_at"))).filter(due__lt=now)
    return sum(_raise(pk, now=now) for pk in past.order_by("due", "pk").values_list("pk", flat=True))


def stepped(*, consignment_id: UUID, step: Step, state: State, by: Access, now: datetime) -> None:
    """A step was taken: what nobody has to wait for any more is done. In the step's transaction."""
    if state not in ON_THE_ROAD and step in (Step.ARRIVE, Step.TAKE_BACK, Step.NOT_ARRIVED):
        _close(LATE_TASK, consignment_id, str(step), by=by, now=now)
    if step in (Step.HAND_OVER, Step.CANCEL):
        _close(ASKED_TASK, consignment_id, str(step), by=by, now=now)


def asked(consignment: Consignment, *, by: Access, now: datetime) -> None:
    """A safe journey was asked for: the clinic's head is to answer before it begins, or the area's manager."""
    site_id, day = _site(consignment), local_day(now, by.zone)
    people = answering(site_id, day=day)
    wanted = NewTask(
        kind=ASKED_TASK,
        facility_id=site_id,
        subject_kind=SUBJECT,
        subject_id=consignment.pk,
        due_at=max(now, min(consignment.expected_at, now + timedelta(hours=24))),
        data={"number": consignment.number},
        first=Nearness.CLINIC_HEAD,
        owner_id=next((each for each in (*people.clinic_heads, *people.area_managers) if each != by.person_id), None),
    )
    tasks.open_tasks([wanted], by=by, now=now)


def answered(consignment_id: UUID, *, by: Access, now: datetime) -> None:
    """Everything that was asked for has its answer."""
    _close(ASKED_TASK, consignment_id, "answered", by=by, now=now)


def _raise(consignment_id: UUID, *, now: datetime) -> bool:
    """One journey, under its lock; whether it is late."""
    with transaction.atomic():
        consignment = Consignment.objects.select_for_update(no_key=True, of=("self",)).get(pk=consignment_id)
        last = CustodyEvent.objects.filter(consignment=consignment).order_by("-position").first()
        if last is None or State(last.state) not in ON_THE_ROAD:
            return False
        rules = settings.for_facility(CustodySettings, facility_id=consignment.from_facility_id, at=now)
        leg = legs_of(consignment)[-1]
        hours = (now - leg.expected_at).total_seconds() / 3600
        rank = lateness_rank(hours, late_after=rules.late_after_hours, again_after=rules.late_again_hours)
        if rank is None:
            return False
        people = answering(_site(consignment), day=local_day(now, SYSTEM.zone))
        _tell(consignment, leg, people, rank=rank, hours=int(hours), rules=rules, now=now)
        return True


def _tell(
    consignment: Consignment, leg: Leg, people: Answering, *, rank: int, hours: int, rules: CustodySettings,
    now: datetime,
) -> None:  # fmt: skip
    supply = consignment.kind == ConsignmentKind.SUPPLY
    first = (*people.keepers, *people.clinic_heads) if supply else people.site_heads
    owner = next(iter((*first, *people.managers, *people.area_managers)), None)
    if owner is None:  # nobody is appointed around this site: there is nobody to tell
        return
    data = {"number": consignment.number, "hours": hours}
    again = min(rules.late_again_hours, default=2 * rules.late_after_hours)
    wanted = NewTask(
        kind=LATE_TASK,
        facility_id=_site(consignment),
        subject_kind=SUBJECT,
        subject_id=consignment.pk,
        due_at=leg.expected_at + timedelta(hours=again),
        data=data,
        owner_id=owner,
        worse=rank,
    )
    [task] = tasks.open_tasks([wanted], by=SYSTEM, now=now)
    key = f"late:{consignment.pk}:{leg.position}:{rank}"
    notices.tell(
        (
            Telling(
                person_id=person, kind=LATE_NOTICE, key=key, subject_kind=SUBJECT,
                subject_id=consignment.pk, facility_id=_site(consignment), data=data,
            )
            for person in people.managers
            if person != task.owner_id
        ),
        now=now,
    )  # fmt: skip


def _site(consignment: Consignment) -> int:
    """The satellite of the two ends: whoever answers for it can be found from there."""
    supply = consignment.kind == ConsignmentKind.SUPPLY
    return consignment.to_facility_id if supply else consignment.from_facility_id


def _close(kind: str, consignment_id: UUID, outcome: str, *, by: Access, now: datetime) -> None:
    tasks.close(kind=kind, subject_kind=SUBJECT, subject_ids=[consignment_id], outcome=outcome, by=by, now=now)
