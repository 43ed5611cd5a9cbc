"""The review queue: who is to be looked at again by what follows from the days."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from dispensing.rules.reviews import ReviewWhy


def due(patient_ids: Collection[UUID], *, why: ReviewWhy, now: datetime) -> None:
    """These patients are to be looked at again: one statement in the transaction of the caller's fact. What follows is
    worked out within minutes (`services.looks`). Not for the path of a dose: the decision of its day does it.

    Each row refers to its patient's, which whoever holds that patient makes wait: in the order of their ids, as all do.
    """
    if not patient_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispensing_patientreview (patient_id, due_since, why, tries)"
            " SELECT DISTINCT who, %s::timestamptz, %s, 0 FROM unnest(%s::uuid[]) who ORDER BY who",
            [now, str(why), list(patient_ids)],
        )


def due_for_everybody(*, now: datetime) -> int:
    """Once a night everybody in treatment is looked at: what became due by the calendar alone. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispensing_patientreview (patient_id, due_since, why, tries)"
            " SELECT p.id, %s, %s, 0 FROM patients_patient p WHERE p.status IN ('in_treatment', 'suspended')"
            " ORDER BY p.id",
            [now, str(ReviewWhy.NIGHTLY)],
        )
        return cursor.rowcount
