"""Stops on dosing that a person placed, and who may lift them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.access import Access, Permission, Role
from core.clock import local_day
from core.constraints import violated
from dispensing.models import Hold
from dispensing.queries.prescribing import dosing_place
from dispensing.rules.choices import HoldReason
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Unlocker
from dispensing.services import reviews
from dispensing.services.doses import lock_patient
from patients.queries.reach import get_patient, patients_for

# Who lifts a stop of each level. An assistant physician looks after patients at the site without prescribing.
MAY_LIFT: Final[Mapping[Unlocker, frozenset[Role]]] = {
    Unlocker.SITE_HEAD: frozenset({Role.SITE_HEAD, Role.ASSISTANT_PHYSICIAN, Role.PHYSICIAN, Role.CLINIC_PHYSICIAN}),
    Unlocker.PHYSICIAN: frozenset({Role.PHYSICIAN, Role.CLINIC_PHYSICIAN}),
    Unlocker.MAIN_CLINIC: frozenset({Role.CLINIC_PHYSICIAN}),
}
LEVEL_WORDS: Final[Mapping[Unlocker, Promise]] = {
    Unlocker.SITE_HEAD: gettext_lazy("trưởng trạm, y sĩ hoặc bác sĩ"),
    Unlocker.PHYSICIAN: gettext_lazy("bác sĩ"),
    Unlocker.MAIN_CLINIC: gettext_lazy("bác sĩ của cơ sở điều trị"),
}


class HoldRefused(Exception):
    """Nothing was placed or lifted; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class NewHold:
    """A stop on the next doses. `unlocker`: of which level somebody must be to lift it."""

    id: UUID
    patient_id: UUID
    reason: HoldReason
    unlocker: Unlocker
    note: str = ""


def place(*, command: NewHold, by: Access, now: datetime) -> Hold:
    """Stop the patient's doses from now on. The same id again by the same person answers the same stop.

    Raises Patient.DoesNotExist out of reach, HoldRefused for a reason without words or a level that nobody
    has.
    """
    today = local_day(now, by.zone)
    get_patient(command.patient_id, access=by, permission=Permission.PLACE_HOLD, day=today)
    if command.unlocker not in MAY_LIFT:
        raise HoldRefused(_("Chọn ai được cho uống lại."))
    if command.reason is HoldReason.OTHER and not command.note.strip():
        raise HoldRefused(_("Ghi rõ lý do dừng cấp liều."))
    hold = Hold(
        id=command.id,
        patient_id=command.patient_id,
        facility=dosing_place(command.patient_id, day=today, otherwise=by.facility_id),
        reason=command.reason,
        note=command.note.strip(),
        unlocker=command.unlocker,
        placed_at=now,
        placed_by_id=by.actor_id,
    )
    try:
        with transaction.atomic():
            lock_patient(command.patient_id)
            hold.save(force_insert=True)
            _audit("hold.placed", hold, by, now)
            reviews.due([hold.patient_id], why=ReviewWhy.HOLD, now=now)
    except IntegrityError as error:
        if violated(error) != "dispensing_hold_pkey":
            raise
        return _same_again(hold)
    return hold


def lift(*, hold_id: UUID, reason: str, by: Access, now: datetime) -> Hold:
    """Let the patient drink again, with the reason. Raises HoldRefused, Hold.DoesNotExist out of reach.

    Two people at once: the second is told who was first; lifting again what one has lifted answers the same.
    """
    mine = patients_for(by, Permission.LIFT_HOLD, day=local_day(now, by.zone))
    hold = Hold.objects.get(pk=hold_id, patient__in=mine)
    if not may_lift(hold, by):
        words = LEVEL_WORDS.get(Unlocker(hold.unlocker), "")
        raise HoldRefused(_("Chỉ %(who)s được cho uống lại. Gọi người đó xem người bệnh.") % {"who": words})
    if not reason.strip():
        raise HoldRefused(_("Ghi vì sao cho uống lại."))
    with transaction.atomic():
        lock_patient(hold.patient_id)
        written = Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(
            lifted_at=now, lifted_by_id=by.person_id, lift_reason=reason.strip()
        )
        hold = Hold.objects.select_related("lifted_by").get(pk=hold.pk)
        if written:
            _audit("hold.lifted", hold, by, now)
            reviews.due([hold.patient_id], why=ReviewWhy.HOLD, now=now)
        elif hold.lifted_by_id != by.person_id and hold.lifted_by is not None:
            raise HoldRefused(_("%(who)s đã cho uống lại trước đó.") % {"who": hold.lifted_by.initials})
    return hold


def may_lift(hold: Hold, by: Access) -> bool:
    """Whether this person's roles are of the level that the stop asks for."""
    return by.may(Permission.LIFT_HOLD) and bool(MAY_LIFT.get(Unlocker(hold.unlocker), frozenset()) & by.roles)


def _same_again(hold: Hold) -> Hold:
    stands = Hold.objects.get(pk=hold.pk)
    said = (hold.patient_id, hold.reason, hold.note, hold.unlocker, hold.placed_by_id)
    if said != (stands.patient_id, stands.reason, stands.note, stands.unlocker, stands.placed_by_id):
        raise HoldRefused(_("Phiếu này đã được gửi với nội dung khác. Mở lại trang và xem."))
    return stands


def _audit(action: str, hold: Hold, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="hold", subject_id=hold.pk, patient_id=hold.patient_id,
        facility_id=hold.facility_id, reason=hold.reason, unlocker=hold.unlocker,
    )  # fmt: skip
