"""The last order going on unchanged for a few days: what an order by phone, or under a delegation, may continue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.digests import sha256_of
from core.ids import new_id
from dispensing.models import EndReason, Hold, Prescription
from dispensing.queries.prescribing import Situation, last_covered, situation
from dispensing.rules.prescribing import MAIN_CLINIC_ROLE, PrescriptionDraft, check_prescription
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation
from dispensing.services.named_orders import OrderRefused
from dispensing.services.prescriptions import document
from patients.models import Status

ONE_DAY: Final = timedelta(days=1)
_FIELD_OF: Final[Mapping[Code, str]] = {Code.PHONE_ORDER_INCOMPLETE: "read_back", Code.BRIDGING_TOO_LONG: "days"}


@dataclass(frozen=True)
class Continuation:
    """The last order going on unchanged: the row to write, and what it was judged against."""

    prescription: Prescription
    around: Situation


def continuation(
    *,
    patient_id: UUID,
    days: int,
    by: Access,
    permission: Permission,
    ordered_by: str,
    role: str,
    read_back: bool,
    now: datetime,
) -> Continuation:
    """The order for `days` more days at the same dose, from the first day that nothing covers, not written yet.

    `ordered_by` and `role` are the physician's. Raises OrderRefused with what speaks against it,
    Patient.DoesNotExist where `by` does not hold the permission for the patient.
    """
    today = local_day(now, by.zone)
    around = situation(patient_id=patient_id, starts_on=today, by=by, now=now, permission=permission)
    starts_on = _first_open_day(around)
    if starts_on != today:
        around = situation(patient_id=patient_id, starts_on=starts_on, by=by, now=now, permission=permission)
    last = around.previous
    if last is None:
        raise OrderRefused(in_words(violation(Code.BRIDGING_NO_ORDER, Level.STOP, Unlocker.PHYSICIAN)))
    if (
        last.end_reason in (EndReason.STOPPED, EndReason.DISOWNED)
        or _newest(patient_id).end_reason == EndReason.STOPPED
    ):
        raise OrderRefused(_("Bác sĩ đã ngừng đơn trước: cần bác sĩ ký đơn mới."))
    ends_on = _cut(starts_on + (days - 1) * ONE_DAY, around)
    draft = PrescriptionDraft(
        phase=last.phase, dose_mg=last.dose_mg, slot_mg=tuple(last.slot_mg), starts_on=starts_on, last_day=ends_on,
        signer_role=role, bridging=True, phone_order_by=ordered_by, read_back=read_back,
    )  # fmt: skip
    found = check_prescription(
        draft=draft, context=around.context, settings=around.settings, device=around.device, now=now
    )
    stops = [v for v in found if v.level is not Level.NOTE]
    if around.known.facts.status != Status.IN_TREATMENT:
        status = around.known.facts.status
        stops.insert(0, violation(Code.NOT_IN_TREATMENT, Level.STOP, Unlocker.MAIN_CLINIC, status=status))
    if stops:
        raise OrderRefused(in_words(stops[0]), _FIELD_OF.get(stops[0].code))
    order = Prescription(
        id=new_id(), patient_id=patient_id, facility_id=around.place.pk, phase=last.phase, dose_mg=last.dose_mg,
        slot_mg=list(last.slot_mg), starts_on=starts_on, ends_on=ends_on, bridging=True,
        previous_dose_mg=last.dose_mg, by_main_clinic=role == MAIN_CLINIC_ROLE, recorded_at=now,
    )  # fmt: skip
    return Continuation(order, around)


def ordered_figures(order: Prescription) -> dict[str, Any]:
    """What a prescription orders, for the physician to see and sign, with the digest of the row itself."""
    return {
        "mg": f"{order.dose_mg.normalize():f}",
        "parts": [f"{part.normalize():f}" for part in order.slot_mg],
        "from": order.starts_on.isoformat(),
        "to": order.ends_on.isoformat(),
        "row": str(order.pk),
        "digest": order.digest,
    }


def seal(order: Prescription) -> None:
    """Put the order's own digest on it, once it names whoever it is made for."""
    order.digest = sha256_of(document(order))


def lifted_figures(hold: Hold) -> dict[str, Any]:
    """Which stop was lifted."""
    return {"row": str(hold.pk), "reason": hold.reason, "placed_at": hold.placed_at.isoformat()}


def in_words(found: Violation) -> str:
    """A violation as the sentences of a form."""
    return f"{found.words} {found.what_to_do}".strip()


def _first_open_day(around: Situation) -> date:
    """Today, or tomorrow where the order in force ends today; an order that goes on needs no continuation."""
    covering = [order for order in around.reaching if order.starts_on <= around.today]
    if not covering:
        return around.today
    last = max(last_covered(order) for order in covering)
    if around.known.facts.suspended:
        raise OrderRefused(in_words(violation(Code.BRIDGING_SUSPENDED, Level.STOP, Unlocker.PHYSICIAN)))
    if last > around.today:
        raise OrderRefused(_("Đơn hiện tại còn dùng được, chưa cần y lệnh cho uống tiếp."))
    return around.today + ONE_DAY


def _newest(patient_id: UUID) -> Prescription:
    """The order signed last: one that was stopped on its first day, or before, never held, and its stop still does."""
    return Prescription.objects.filter(patient_id=patient_id).order_by("-recorded_at", "-pk")[0]


def _cut(ends_on: date, around: Situation) -> date:
    """Not beyond the day before an order that is signed already for later."""
    ahead = [order.starts_on for order in around.reaching if order.starts_on > around.today]
    return min([ends_on, *(day - ONE_DAY for day in ahead)])
