"""Somebody has given up treatment: a named person confirms it with their signature. Nothing else ever does."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.digests import sha256_of
from dispensing.models import ContactAttempt, DropOut, Flag
from dispensing.rules.flag_codes import FlagEnd, FlagKind, FlagLevel
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import reviews
from dispensing.services.flags import MISSED, STATUS, SUBJECT
from dispensing.services.incidents import IncidentRefused
from followup.services import tasks
from patients.models import Status, StatusChange
from patients.queries.reach import get_patient, locked_patient
from patients.services import status
from staff.services import pins, signatures

DOCUMENT: Final = "drop_out"


@dataclass(frozen=True)
class NewDropOut:
    """Why it is so, in words, and the PIN of who says it."""

    id: UUID
    patient_id: UUID
    words: str
    pin: str = field(repr=False)


def confirm(*, command: NewDropOut, by: Access, now: datetime) -> DropOut:
    """Confirm that a patient dropped out: the status changes from today on, the work about the absence ends.

    Only where the days say so (domain 2.3: from `missed_dropout_days` on). The same id again answers the same row.
    Raises PinRefused, IncidentRefused, Patient.DoesNotExist out of reach.
    """
    today = local_day(now, by.zone)
    get_patient(command.patient_id, access=by, permission=Permission.CONFIRM_DROP_OUT, day=today)
    if not command.words.strip():
        raise IncidentRefused("words", _("Ghi vì sao, và đã tìm người bệnh thế nào."))
    proven = pins.verify(person_id=by.actor_id, pin=command.pin, by=by, now=now)
    with transaction.atomic():
        locked_patient(command.patient_id, access=by, permission=Permission.CONFIRM_DROP_OUT, day=today)
        stands = DropOut.objects.filter(pk=command.id, recorded_by_id=by.actor_id).first()
        if stands is not None:
            return stands
        flag = Flag.objects.filter(
            patient_id=command.patient_id, kind=str(FlagKind.MISSED), level=str(FlagLevel.DROPPED_OUT),
            cleared_at__isnull=True,
        ).first()  # fmt: skip
        if flag is None:
            raise IncidentRefused(None, _("Người bệnh hiện không ở mức chờ xác nhận bỏ điều trị."))
        made = _write(command, flag, by=by, now=now, proven=proven)
        audit.record(
            action="drop_out.confirmed", by=by, now=now, subject_kind=DOCUMENT, subject_id=made.pk,
            patient_id=made.patient_id, facility_id=made.facility_id,
        )  # fmt: skip
        Flag.objects.filter(patient_id=made.patient_id, cleared_at__isnull=True).update(
            cleared_at=now, cleared_why=str(FlagEnd.LEFT)
        )
        for kind, outcome in ((MISSED, "dropped_out"), (STATUS, "recorded")):
            tasks.close(kind=kind, subject_kind=SUBJECT, subject_ids=[made.patient_id], outcome=outcome, by=by, now=now)
        reviews.due([made.patient_id], why=ReviewWhy.STATUS, now=now)
    return made


def _write(command: NewDropOut, flag: Flag, *, by: Access, now: datetime, proven: pins.Proven) -> DropOut:
    tried = ContactAttempt.objects.filter(patient_id=command.patient_id, at__date__gte=flag.since)
    figures = {
        "since": flag.since.isoformat(),
        "days": (local_day(now, by.zone) - flag.since).days,
        "attempts": tried.count(),
    }
    try:
        status.change(
            patient_id=command.patient_id, status=Status.DROPPED_OUT, from_day=local_day(now, by.zone),
            reason=command.words.strip()[:200], by=by, now=now,
        )  # fmt: skip
    except status.StatusRefused as refused:
        raise IncidentRefused(None, refused.sentence) from refused
    changed = StatusChange.objects.filter(patient_id=command.patient_id).latest("recorded_at", "pk")
    said = {"words": command.words.strip(), "figures": figures, "patient": command.patient_id, "flag": flag.pk}
    digest = sha256_of({"document": DOCUMENT, **said})
    return DropOut.objects.create(
        id=command.id,
        patient_id=command.patient_id,
        facility_id=flag.facility_id,
        flag=flag,
        status_change=changed,
        words=command.words.strip(),
        figures=figures,
        digest=digest,
        signature=signatures.sign(
            proven=proven, signer=by, meaning="confirmed", subject_kind=DOCUMENT, subject_id=command.id,
            digest=digest, now=now,
        ),
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )  # fmt: skip
