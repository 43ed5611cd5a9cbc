"""A physician orders one dose beside the prescription: signed, or over the phone; for today, and drunk once."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.digests import sha256_of
from core.templatetags.tram import mg as mg_words
from dispensing.models import Dose, DoseOrder, DoseVoid, Outcome, VomitRecord
from dispensing.queries.prescribing import dosing_place
from dispensing.queries.snapshot import bottle_facts, device_fact
from dispensing.rules.incident_codes import DoseOrderKind
from dispensing.rules.measuring import measurable
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.outcomes import RULES
from dispensing.rules.settings import DosingSettings
from dispensing.services import phone_orders
from dispensing.services.doses import OtherContent, lock_patient
from dispensing.services.incidents import IncidentRefused
from dispensing.services.phone_orders import Told
from facilities.services import settings as rule_settings
from inventory.queries.window import site_window
from patients.queries.reach import get_patient
from staff.services import pins, signatures

SUBJECT: Final = "dose_order"
SIGNED: Final = "dose_order.signed"
_POURED: Final = [str(code) for code, rule in RULES.items() if rule.poured]


@dataclass(frozen=True)
class NewOrder:
    """One dose of `mg` today. A replacement names the vomiting it answers, a supplement the patient."""

    id: UUID
    mg: Decimal
    vomit_id: UUID | None = None
    patient_id: UUID | None = None
    note: str = ""


def document(order: DoseOrder) -> dict[str, Any]:
    """What the physician's signature is over."""
    return {
        "document": "dose_order",
        "id": order.pk,
        "patient": order.patient_id,
        "facility": order.facility_id,
        "day": order.day,
        "kind": order.kind,
        "mg": order.mg,
        "vomit": order.vomit_id,
        "note": order.note,
        "ordered_by": order.ordered_by_id,
    }


def sign(*, command: NewOrder, by: Access, pin: str, now: datetime) -> DoseOrder:
    """The physician at the site signs. The same id again answers the same order.

    Raises IncidentRefused with the field and what to do, OtherContent, Patient.DoesNotExist out of reach, a
    pins.PinRefused.
    """
    patient_id = _patient_of(command)
    get_patient(patient_id, access=by, permission=Permission.PRESCRIBE, day=local_day(now, by.zone))
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    with transaction.atomic():
        lock_patient(patient_id)
        stands = _standing(command, by)
        if stands is not None:
            return stands
        order = _order(command, patient_id, by, now)
        order.ordered_by_id = by.actor_id
        order.digest = sha256_of(document(order))
        order.signature = signatures.sign(
            proven=proven, signer=by, meaning=SIGNED, subject_kind=SUBJECT, subject_id=order.pk, digest=order.digest,
            now=now,
        )  # fmt: skip
        _write(order, by, now)
    return order


def by_phone(*, command: NewOrder, told: Told, by: Access, now: datetime) -> DoseOrder:
    """What a physician ordered over the phone after vomiting, acted on at once. A supplement needs a signature.

    Raises IncidentRefused, OtherContent, and phone_orders.OrderRefused for words that do not make an order.
    """
    patient_id = _patient_of(command)
    if command.vomit_id is None:
        raise IncidentRefused("mg", _("Liều bổ sung cần bác sĩ ký tại chỗ."))
    with transaction.atomic():
        lock_patient(patient_id)
        stands = _standing(command, by)
        if stands is not None:
            return stands
        order = _order(command, patient_id, by, now)
        if not by.may_at(Permission.GIVE_DOSE, order.facility_id):
            raise VomitRecord.DoesNotExist
        phoned, _physician = phone_orders.words_of(
            told=told, kind=OrderKind.REPLACEMENT, facility_id=order.facility_id, by=by, now=now
        )
        order.ordered_by_id = told.ordered_by_id
        order.digest = sha256_of(document(order))
        figures = {"dose_mg": f"{order.mg.normalize():f}", "day": order.day.isoformat(), "digest": order.digest}
        phone_orders.write(phoned, ordered=figures, by=by, now=now)
        order.phone_order = phoned
        _write(order, by, now)
    return order


def _patient_of(command: NewOrder) -> UUID:
    if command.vomit_id is not None:
        patient_id: UUID = VomitRecord.objects.values_list("patient_id", flat=True).get(pk=command.vomit_id)
        return patient_id
    if command.patient_id is None:
        raise ValueError("An order names a vomit record or a patient.")
    return command.patient_id


def _standing(command: NewOrder, by: Access) -> DoseOrder | None:
    """The order of this id; or the one that answers this vomiting already, which is said."""
    stands = DoseOrder.objects.filter(pk=command.id).first()
    if stands is not None:
        if (stands.mg, stands.vomit_id, stands.recorded_by_id) != (command.mg, command.vomit_id, by.actor_id):
            raise OtherContent
        return stands
    if command.vomit_id and DoseOrder.objects.filter(vomit_id=command.vomit_id).exists():
        raise IncidentRefused(None, _("Đã có y lệnh cho lần nôn này. Mở thẻ người bệnh để cho uống bù."))
    return None


def _order(command: NewOrder, patient_id: UUID, by: Access, now: datetime) -> DoseOrder:
    today = local_day(now, by.zone)
    vomit = VomitRecord.objects.get(pk=command.vomit_id) if command.vomit_id else None
    place = vomit.facility_id if vomit else dosing_place(patient_id, day=today, otherwise=by.facility_id).pk
    if vomit is not None:
        _fits(command, vomit, today)
    elif not _poured_today(patient_id, today):
        raise IncidentRefused(None, _("Hôm nay người bệnh chưa uống liều nào. Muốn đổi liều thì ký đơn mới."))
    _can_be_poured(command, place, now)
    return DoseOrder(
        id=command.id, patient_id=patient_id, facility_id=place, day=today, mg=command.mg, vomit=vomit,
        kind=DoseOrderKind.REPLACEMENT if vomit else DoseOrderKind.SUPPLEMENT, note=command.note.strip(),
        recorded_at=now, recorded_by_id=by.actor_id,
    )  # fmt: skip


def _poured_today(patient_id: UUID, today: date) -> bool:
    """Whether a dose was drunk, or a cup poured and not swallowed: nothing more is poured without an order."""
    drunk = Dose.objects.filter(patient_id=patient_id, covers_day=today, void__isnull=True)
    return drunk.exists() or Outcome.objects.filter(patient_id=patient_id, day=today, code__in=_POURED).exists()


def _fits(command: NewOrder, vomit: VomitRecord, today: Any) -> None:
    if vomit.day != today:
        raise IncidentRefused(None, _("Liều uống bù chỉ cho trong ngày nôn."))
    if DoseVoid.objects.filter(dose_id=vomit.dose_id).exists():
        raise IncidentRefused(None, _("Bản ghi liều này đã được hủy. Mở lại danh sách để xem."))
    if vomit.replace_mg <= 0:
        raise IncidentRefused(None, _("Lần nôn này không bù liều: quá lâu sau khi uống, hoặc không ai thấy."))
    if command.mg > vomit.replace_mg:
        limit = mg_words(vomit.replace_mg)
        raise IncidentRefused("mg", _("Bù nhiều nhất %(mg)s mg. Nhập lại số mg.") % {"mg": limit})


def _can_be_poured(command: NewOrder, facility_id: int, now: datetime) -> None:
    """A dose that nobody could measure is no order."""
    settings = rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
    if command.mg <= 0:
        raise IncidentRefused("mg", _("Liều phải lớn hơn 0 mg."))
    if command.mg > settings.dose_ceiling_mg:
        raise IncidentRefused("mg", _("Liều này vượt mức cao nhất mỗi ngày. Xem lại số đã nhập."))
    window = site_window(facility_id=facility_id)
    device, opened = device_fact(window), [b for b in bottle_facts(window) if not b.quarantined]
    if device and opened and not measurable(command.mg, opened[0].concentration, device):
        raise IncidentRefused("mg", _("Dụng cụ ở cơ sở không đong đúng số mg này. Chọn số gần nhất đong được."))


def _write(order: DoseOrder, by: Access, now: datetime) -> None:
    order.save(force_insert=True)
    audit.record(
        action="dose_order.given", by=by, now=now, subject_kind=SUBJECT, subject_id=order.pk,
        patient_id=order.patient_id, facility_id=order.facility_id, kind=order.kind,
        by_phone=order.phone_order_id is not None,
    )  # fmt: skip
