"""The head approves what others worked, with one signature under any number of entries. Nobody approves their own."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Access, Permission
from core.digests import sha256_of
from core.ids import new_id
from staff.models import DutyApproval, DutyInterval
from staff.services import hours_refusals as refusals
from staff.services import pins, signatures


def approve(*, interval_ids: Collection[UUID], by: Access, pin: str, now: datetime) -> int:
    """Sign for these entries; answers how many were approved now, those that somebody approved before left out.

    Raises NothingChosen, OwnHours, NotReached, Gone, or a pins.PinRefused. All of them, or none.
    """
    if not interval_ids:
        raise refusals.NothingChosen
    _check(list(DutyInterval.objects.filter(pk__in=interval_ids)), by)
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    with transaction.atomic():
        rows = list(DutyInterval.objects.select_for_update().filter(pk__in=interval_ids).order_by("id"))
        if len(rows) != len(set(interval_ids)):
            raise refusals.Gone
        _check(rows, by)
        held = set(DutyApproval.objects.filter(pk__in=interval_ids).values_list("pk", flat=True))
        rows = [row for row in rows if row.pk not in held]
        if not rows:
            return 0
        act_id = new_id()
        signature = signatures.sign(
            proven=proven, signer=by, meaning="approved", subject_kind="duty_approval", subject_id=act_id,
            digest=_digest(rows), now=now,
        )  # fmt: skip
        DutyApproval.objects.bulk_create(
            DutyApproval(
                interval=row, person_id=row.person_id, approved_by_id=by.actor_id, signature=signature, approved_at=now
            )
            for row in rows
        )
        audit.record(
            action="duty.approved", by=by, now=now, subject_kind="duty_approval", subject_id=act_id,
            facility_id=rows[0].facility_id, intervals=[str(row.pk) for row in rows],
        )  # fmt: skip
    return len(rows)


def _check(rows: Collection[DutyInterval], by: Access) -> None:
    for row in rows:
        if not by.may_at(Permission.APPROVE_HOURS, row.facility_id):
            raise refusals.NotReached
        if row.person_id == by.person_id:
            raise refusals.OwnHours
        if row.ended_at is not None or row.confirmed_at is None:
            raise refusals.Gone


def _digest(rows: Collection[DutyInterval]) -> str:
    """Of what was shown and signed: whose, where, from when to when."""
    return sha256_of({"duty": [[row.pk, row.person_id, row.facility_id, row.starts_at, row.ends_at] for row in rows]})
