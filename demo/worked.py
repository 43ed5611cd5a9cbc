"""Hours of the demo's people: proposed of what they did, most of them confirmed, older ones approved; of the month that
is over, the larger sites' were paid and nobody else's.

The last two days wait for whoever tries it.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import Permission
from demo.clinics import clinic_of
from demo.refusals import left_out
from demo.sites import NobodyThere, Site
from dispensing.services import work_evidence
from staff.models import DutyInterval
from staff.queries.appointments import standing_at
from staff.queries.payroll import payroll
from staff.services import approvals, duty, hours_refusals, proposals
from staff.services.payroll import NewBatch, due_digest, pay

SEEN: Final = timedelta(days=62)  # this month and the one before
UNCONFIRMED_DAYS: Final = 2
UNAPPROVED_DAYS: Final = 7


def until_now(sites: Iterable[Site], now: datetime) -> None:
    """Push, propose, confirm, approve: a later call goes on from there."""
    work_evidence.push(now, looks_back=SEEN)
    proposals.propose(now=now)
    for site in sites:
        with left_out("hours"):
            _confirmed(site, now)
        with suppress(NobodyThere), left_out("hours approved"):
            _approved(site, now)
        with suppress(NobodyThere), left_out("hours paid"):
            _paid(site, now)


def _confirmed(site: Site, now: datetime) -> None:
    last = now.astimezone(site.zone).date() - timedelta(days=UNCONFIRMED_DAYS)
    waiting = DutyInterval.objects.filter(
        facility_id=site.facility_id, confirmed_at__isnull=True, ended_at__isnull=True, day__lt=last
    )
    mine: dict[int, list[UUID]] = defaultdict(list)
    for person_id, interval_id in waiting.order_by("person_id", "starts_at").values_list("person_id", "pk"):
        mine[person_id].append(interval_id)
    for person_id, ids in mine.items():
        by = standing_at(site.facility_id, person_id=person_id, now=now)
        if by.may(Permission.RECORD_HOURS):
            duty.confirm(interval_ids=ids, by=by, now=now)


def _approved(site: Site, now: datetime) -> None:
    last = now.astimezone(site.zone).date() - timedelta(days=UNAPPROVED_DAYS)
    head = site.team.head
    by = standing_at(site.facility_id, person_id=head.person_id, now=now)
    if not by.may_at(Permission.APPROVE_HOURS, site.facility_id):
        return
    waiting = DutyInterval.objects.filter(
        facility_id=site.facility_id, confirmed_at__isnull=False, ended_at__isnull=True, approval__isnull=True,
        day__lt=last,
    ).exclude(person_id=head.person_id)  # fmt: skip
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        approvals.approve(interval_ids=ids, by=by, pin=head.post.pin, now=now)


def _paid(site: Site, now: datetime) -> None:
    """What is due of last month at a larger site; the small ones wait, as they do (domain 1)."""
    payer = clinic_of(site).payer if site.spec.busy else None
    if payer is None:
        return
    today = now.astimezone(site.zone).date()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    by = standing_at(site.facility_id, person_id=payer.person_id, now=now)
    due = [line for line in payroll(facility_id=site.facility_id, month=month).lines if line.due]
    if not due or not by.may_at(Permission.PAY_HOURS, site.facility_id):
        return
    batch = NewBatch(
        id=site.id(now, "hours paid", month),
        facility_id=site.facility_id,
        month=month,
        reference=f"BL {month:%m%y}-{site.facility_id}-{len(due)}",
        paid_on=today,
        seen=due_digest(due),
    )
    with suppress(hours_refusals.ReferenceTaken):  # paid by an earlier start; what came since waits
        pay(command=batch, by=by, now=now)
