"""When a physician was told of a wrong dose, and what they said: at once, or as a row of its own later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from dispensing.models import PhysicianTold, WrongDose
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused

SUBJECT: Final = "wrong_dose"


@dataclass(frozen=True)
class NewlyTold:
    """`told`: the physician's name, as somebody at the site knows it."""

    id: UUID
    wrong_dose_id: UUID
    told: str
    told_at: datetime
    words: str = ""


def record(*, command: NewlyTold, by: Access, now: datetime) -> PhysicianTold:
    """Write it down. The same id with the same content answers the same row.

    Raises IncidentRefused, OtherContent, WrongDose.DoesNotExist beyond this facility.
    """
    if not command.told.strip():
        raise IncidentRefused("told", _("Ghi tên bác sĩ đã được báo."))
    if command.told_at > now:
        raise IncidentRefused("told_at", _("Giờ báo không thể sau bây giờ."))
    with transaction.atomic():
        WrongDose.objects.get(pk=command.wrong_dose_id, facility_id=by.facility_id or 0)
        return write(command=command, by=by, now=now)


def write(*, command: NewlyTold, by: Access, now: datetime) -> PhysicianTold:
    """The same inside another act."""
    made, new = PhysicianTold.objects.get_or_create(
        pk=command.id,
        defaults={
            "wrong_dose_id": command.wrong_dose_id, "told": command.told.strip(), "told_at": command.told_at,
            "words": command.words.strip(), "recorded_at": now, "recorded_by_id": by.actor_id,
        },
    )  # fmt: skip
    if (made.wrong_dose_id, made.told, made.recorded_by_id) != (
        command.wrong_dose_id, command.told.strip(), by.actor_id,
    ):  # fmt: skip
        raise OtherContent
    if new:
        audit.record(
            action="wrong_dose.physician_told", by=by, now=now, subject_kind=SUBJECT,
            subject_id=command.wrong_dose_id,
        )  # fmt: skip
    return made
