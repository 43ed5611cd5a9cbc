"""The one place that looks at patients again: flags, vials, stability, referral, in this order, batch by batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.access import SYSTEM
from dispensing.models import PatientReview
from dispensing.services import flags, referrals, stability, vial_tasks

BATCH: Final = 20  # patients; their rows are locked while they are looked at, so that a dose waits a moment at most


def run(*, now: datetime, batch: int = BATCH) -> int:
    """Look at everybody whose reason was written by `now`; answers how many patients.

    Each batch is one transaction with what follows from it. Rows that another worker holds are passed over; a worker
    that is killed holds none. Where a batch fails its patients come last and one by one, so that nobody waits behind
    the one that cannot be looked at; the error is raised.
    """
    looked_at = 0
    while True:
        taken = _first_tries(now)
        if taken is None:
            return looked_at
        count = _look(now, limit=1 if taken else batch, tries=taken)
        if count == 0:
            return looked_at
        looked_at += count


def _first_tries(now: datetime) -> int | None:
    return PatientReview.objects.filter(due_since__lte=now).order_by("tries").values_list("tries", flat=True).first()


def _look(now: datetime, *, limit: int, tries: int) -> int:
    seen: list[int] = []
    patient_ids: list[UUID] = []
    whole = False
    try:
        with transaction.atomic():
            seen, patient_ids, why = _take(now, limit=limit, tries=tries)
            if patient_ids:
                flags.refresh(patient_ids, by=SYSTEM, now=now)
                vial_tasks.chase(patient_ids, by=SYSTEM, now=now)
                stability.assess(patient_ids, why=why, by=SYSTEM, now=now)
                referrals.draft_needed(patient_ids, by=SYSTEM, now=now)
                PatientReview.objects.filter(pk__in=seen).delete()
        whole = True
    finally:
        if not whole:
            _come_last(seen)
    return len(patient_ids)


def _take(now: datetime, *, limit: int, tries: int) -> tuple[list[int], list[UUID], str]:
    """Lock the oldest reasons of so many patients; who, in the order of their ids, and the first reason's words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH oldest AS (SELECT r.patient_id FROM dispensing_patientreview r"
            "    WHERE r.due_since <= %(now)s AND r.tries <= %(tries)s ORDER BY r.tries, r.due_since, r.id"
            "    LIMIT %(limit)s FOR UPDATE SKIP LOCKED)"
            " SELECT r.id, r.patient_id, r.why FROM dispensing_patientreview r"
            "  WHERE r.due_since <= %(now)s AND r.patient_id IN (SELECT patient_id FROM oldest)"
            "  ORDER BY r.due_since, r.id FOR UPDATE OF r SKIP LOCKED",
            {"now": now, "limit": limit, "tries": tries},
        )
        found: Sequence[tuple[int, UUID, str]] = cursor.fetchall()
    why = found[0][2] if found else ""
    return [row[0] for row in found], sorted({row[1] for row in found}), why


def _come_last(seen: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dispensing_patientreview SET tries = least(tries + 1, 1000) WHERE id = ANY(%s)", [list(seen)]
        )
