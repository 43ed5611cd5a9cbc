"""The last dose at the old place, as it was told or written, before the first one at the new place (domain 12.2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import LastDoseTold
from dispensing.rules.referral_codes import Proof
from dispensing.services.doses import lock_patient
from patients.models import Patient, Placement
from patients.queries.reach import in_force

OLDEST: Final = timedelta(days=120)
MOST_MG: Final = Decimal(1000)


class LastDoseRefused(Exception):
    """Nothing was written; `sentence` says why, at `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Told:
    """What the old place said on the phone, or what its slip says: who, which day, how many mg."""

    proof: Proof
    told_by: str
    last_day: date
    mg: Decimal


def record(*, patient_id: UUID, told: Told, by: Access, now: datetime) -> LastDoseTold:
    """Keep what was told of the last dose, for the place where the patient drinks today.

    The same again answers the same row; something else is another row, and the newest is asked. Raises
    Patient.DoesNotExist where the patient does not drink here today, LastDoseRefused.
    """
    today, here = local_day(now, by.zone), by.facility_id
    if here is None or not by.may_at(Permission.GIVE_DOSE, here):
        raise Patient.DoesNotExist(patient_id)
    if not told.told_by.strip():
        raise LastDoseRefused("last_told_by", _("Ghi tên người báo, hoặc số giấy chuyển."))
    if not today - OLDEST <= told.last_day <= today:
        raise LastDoseRefused("last_day", _("Ngày này không thể là ngày của liều cuối. Xem lại."))
    if not 0 < told.mg <= MOST_MG:
        raise LastDoseRefused("last_mg", _("Xem lại số mg."))
    with transaction.atomic():
        lock_patient(patient_id)
        placement = Placement.objects.filter(in_force(today), patient_id=patient_id, facility_id=here).first()
        if placement is None:
            raise Patient.DoesNotExist(patient_id)
        stands = LastDoseTold.objects.filter(placement=placement).order_by("-recorded_at").first()
        if stands is not None and _says(stands) == (told.proof, told.told_by.strip(), told.last_day, told.mg):
            return stands
        made = LastDoseTold.objects.create(
            patient_id=patient_id, placement=placement, facility_id=here, proof=told.proof,
            told_by=told.told_by.strip(), last_day=told.last_day, mg=told.mg, recorded_at=now,
            recorded_by_id=by.actor_id,
        )  # fmt: skip
        audit.record(
            action="last_dose.told", by=by, now=now, subject_kind="last_dose", subject_id=made.pk,
            patient_id=patient_id, facility_id=here,
        )  # fmt: skip
    return made


def _says(row: LastDoseTold) -> tuple[str, str, date, Decimal]:
    return row.proof, row.told_by, row.last_day, row.mg
