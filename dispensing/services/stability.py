"""How stable a patient is, with the reasons and the facts behind each: assessed anew, kept where something changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core import audit, rows
from core.access import Access
from core.ids import new_id
from dispensing.models import StabilityAssessment
from dispensing.queries import stability as queries
from dispensing.queries.stability import Whom
from dispensing.rules import stability as rules
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability import RULE_VERSION, Assessment
from dispensing.rules.stability_codes import ReasonCode
from dispensing.rules.stability_settings import StabilitySettings
from facilities.rules import digest
from facilities.services import settings as rule_settings
from followup.services import tasks
from followup.services.tasks import NewTask

EXAM_TASK: Final = "exam_overdue"
SUBJECT: Final = "followed_patient"
EXAMINED: Final = "examined"
_NO_EXAM: Final = frozenset({ReasonCode.EXAM_OVERDUE, ReasonCode.EXAM_UNKNOWN})


def assess(patient_ids: Sequence[UUID], *, why: str, by: Access, now: datetime) -> int:
    """Assess these patients anew; answers of how many something changed.

    Set-based, in a number of statements that never grows with the patients, and the same when run again: a version is
    added only where level or reasons differ from the one that stands. Who is not in treatment, or was never placed, is
    left alone. Locks the patients in the order of their ids. Nothing follows by itself but one task for each patient
    whose examination is overdue (domain 12.2: flagged and escalated, never a stop).
    """
    if not patient_ids:
        return 0
    with transaction.atomic():
        _lock(patient_ids)
        found = [whom for whom in queries.load(patient_ids, now=now) if whom.facility_id is not None]
        standing = queries.standing([whom.patient_id for whom in found])
        judged = [(whom, *_judge(whom, now)) for whom in found]
        made = [
            _version(whom, assessment, stamp, standing.get(whom.patient_id), why, by, now)
            for whom, assessment, stamp in judged
            if _differs(assessment, standing.get(whom.patient_id))
        ]
        if made:
            rows.insert_many(made)
            audit.record(
                action="stability.assessed", by=by, now=now, subject_kind="stability", subject_id=made[0].pk,
                why=why, changed=len(made),
            )  # fmt: skip
        _exams(((whom, assessment) for whom, assessment, _stamp in judged), patient_ids, by, now)
    return len(made)


def _lock(patient_ids: Sequence[UUID]) -> None:
    """The first lock of every clinical write, in one order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM patients_patient WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE", [list(patient_ids)]
        )


def _judge(whom: Whom, now: datetime) -> tuple[Assessment, str]:
    """What the rules say, and by which rules: the version of the code and the fingerprints of the settings."""
    settings = rule_settings.for_facility(StabilitySettings, facility_id=whom.facility_id or 0, at=now)
    dosing = rule_settings.for_facility(DosingSettings, facility_id=whom.facility_id or 0, at=now)
    stamp = f"{RULE_VERSION}-{digest(settings)[:15]}-{digest(dosing)[:15]}"
    return rules.assess(whom.facts, settings, dosing), stamp


def _differs(found: Assessment, standing: StabilityAssessment | None) -> bool:
    return standing is None or (standing.level, standing.reasons) != (found.level, found.stored())


def _version(
    whom: Whom,
    found: Assessment,
    stamp: str,
    standing: StabilityAssessment | None,
    why: str,
    by: Access,
    now: datetime,
) -> StabilityAssessment:
    return StabilityAssessment(
        id=new_id(),
        patient_id=whom.patient_id,
        facility_id=whom.facility_id or 0,  # assess leaves out who was never placed
        version=standing.version + 1 if standing else 1,
        at=now,
        level=found.level,
        reasons=found.stored(),
        rules_digest=stamp,
        why=why or "asked",
        by_id=by.person_id,
    )


def _exams(judged: Iterable[tuple[Whom, Assessment]], asked: Sequence[UUID], by: Access, now: datetime) -> None:
    """One open task for each patient who has to be examined; those of everybody else are done by themselves."""
    wanted = []
    for whom, assessment in judged:
        if whom.facility_id is not None and any(reason.code in _NO_EXAM for reason in assessment.reasons):
            settings = rule_settings.for_facility(StabilitySettings, facility_id=whom.facility_id, at=now)
            wanted.append(
                NewTask(
                    kind=EXAM_TASK, facility_id=whom.facility_id, subject_kind=SUBJECT, subject_id=whom.patient_id,
                    patient_id=whom.patient_id, due_at=now + timedelta(days=settings.exam_overdue_task_days),
                )
            )  # fmt: skip
    tasks.open_tasks(wanted, by=by, now=now)
    waiting = {task.subject_id for task in wanted}
    over = [patient_id for patient_id in asked if patient_id not in waiting]
    tasks.close(kind=EXAM_TASK, subject_kind=SUBJECT, subject_ids=over, outcome=EXAMINED, by=by, now=now)
