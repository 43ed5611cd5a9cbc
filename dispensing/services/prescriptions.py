"""A physician's orders: reviewed, signed by PIN, replaced, stopped. There is no unsigned order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission, Role
from core.clock import local_day
from core.constraints import violated
from core.digests import sha256_of
from dispensing.models import EndReason, Prescription
from dispensing.queries.prescribing import Situation, last_covered, situation
from dispensing.rules.facts import IfMissedStep
from dispensing.rules.prescribing import PrescriptionDraft, check_prescription
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation, worst_first
from dispensing.services import reviews
from dispensing.services.doses import lock_patient
from patients.models import Status
from patients.queries.reach import patients_for
from staff.services import pins, signatures

SIGNED: Final = "prescription.signed"
STOPPED: Final = "prescription.stopped"
SUBJECT: Final = "prescription"
ONE_DAY: Final = timedelta(days=1)


class PrescriptionRefused(Exception):
    """Nothing was signed; `violations` say why, worst first: a STOP, or an ASK that nobody has answered."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__([str(v.code) for v in violations])
        self.violations = violations


class OtherContent(Exception):
    """This id already stands for another order, or was signed by another person. Only the audit row was
    written.
    """


class ShownOther(Exception):
    """Between review and signature something changed, so that this is no longer what was shown."""


class StopRefused(Exception):
    """The order goes on as it stands; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class NewPrescription:
    """What a physician is about to sign. Both days are covered; `slot_mg` are the day's parts in order.

    `large_change_confirmed`: the signer has seen what the rules ask about and states it once more.
    `answers_missed`: this is the order for coming back after missed days. `shown_digest`: the digest of the
    review that the signer saw.
    """

    id: UUID
    patient_id: UUID
    phase: str
    slot_mg: tuple[Decimal, ...]
    starts_on: date
    ends_on: date
    if_missed: tuple[IfMissedStep, ...] = ()
    note: str = ""
    bridging: bool = False
    large_change_confirmed: bool = False
    answers_missed: bool = False
    shown_digest: str = ""

    @property
    def dose_mg(self) -> Decimal:
        """The whole day's dose."""
        return sum(self.slot_mg, Decimal(0))


@dataclass(frozen=True)
class Review:
    """An order as it would be signed now, with what speaks against it and which orders end for it."""

    prescription: Prescription
    situation: Situation
    violations: tuple[Violation, ...]

    @property
    def stops(self) -> tuple[Violation, ...]:
        return tuple(v for v in self.violations if v.level is Level.STOP)

    @property
    def asks(self) -> tuple[Violation, ...]:
        """What the signer has to state once more, answered or not; the missed days have an answer of their
        own.
        """
        return tuple(v for v in self.violations if v.level is Level.ASK and v.code is not Code.MISSED_UNANSWERED)

    @property
    def shown_digest(self) -> str:
        """The digest of all that the review shows: the order, and the orders that end for it."""
        ends = [order.pk for order in self.situation.reaching]
        return sha256_of({"document": "prescription_review", "order": self.prescription.digest, "ends": ends})

    @property
    def missed_asked(self) -> Violation | None:
        return next((v for v in self.violations if v.code is Code.MISSED_UNANSWERED), None)

    @property
    def notes(self) -> tuple[Violation, ...]:
        return tuple(v for v in self.violations if v.level is Level.NOTE)


def document(order: Prescription) -> dict[str, Any]:
    """What the signature's digest is made of: everything that the review shows of the order."""
    named = {
        "phone_order": order.phone_order_id,
        "delegated_order": order.delegated_order_id,
        "acting_for": order.acting_for_id,
    }
    return {key: value for key, value in named.items() if value is not None} | {
        "document": "prescription",
        "id": order.pk,
        "patient": order.patient_id,
        "facility": order.facility_id,
        "phase": order.phase,
        "dose_mg": order.dose_mg,
        "slot_mg": list(order.slot_mg),
        "starts_on": order.starts_on,
        "ends_on": order.ends_on,
        "if_missed": order.if_missed,
        "bridging": order.bridging,
        "previous_dose_mg": order.previous_dose_mg,
        "large_change_confirmed": order.large_change_confirmed,
        "answers_until": order.answers_until,
        "by_main_clinic": order.by_main_clinic,
        "note": order.note,
        "signed_by": order.signed_by_id,
    }


def stop_document(order: Prescription) -> dict[str, Any]:
    """What the signature under a stop is over."""
    return {
        "document": "prescription_stop",
        "id": order.pk,
        "ended_on": order.ended_on,
        "ended_by": order.ended_by_id,
    }


def review(*, command: NewPrescription, by: Access, now: datetime) -> Review:
    """The order as it would be signed now. Raises Patient.DoesNotExist out of reach."""
    around = situation(patient_id=command.patient_id, starts_on=command.starts_on, by=by, now=now)
    found = check_prescription(
        draft=_draft(command, by),
        context=around.context,
        settings=around.settings,
        device=around.device,
        now=now,
    )
    found = worst_first([*found, *_standing(around), *_inside(around, command.starts_on)])
    order = Prescription(
        id=command.id,
        patient_id=command.patient_id,
        facility=around.place,
        phase=command.phase,
        dose_mg=command.dose_mg,
        slot_mg=list(command.slot_mg),
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        if_missed=steps_as_stored(command.if_missed),
        bridging=command.bridging,
        previous_dose_mg=around.previous.dose_mg if around.previous else None,
        large_change_confirmed=any(v.level is Level.ASK and v.code is not Code.MISSED_UNANSWERED for v in found),
        # An order for tomorrow is signed knowing that today passes without a dose: it answers today, too.
        answers_until=min(command.starts_on - ONE_DAY, around.today) if around.missed_in_sight else None,
        by_main_clinic=Role.CLINIC_PHYSICIAN in by.roles,
        note=command.note.strip(),
        signed_by_id=by.actor_id,
        recorded_at=now,
    )
    order.digest = sha256_of(document(order))
    return Review(order, around, found)


def sign(*, command: NewPrescription, by: Access, pin: str, now: datetime) -> Prescription:
    """Sign an order; orders that would still hold on its first day or later end the day before it.

    The same id with the same content by the same signer answers the order that stands. Raises
    PrescriptionRefused, a pins.PinRefused, ShownOther where it is not what was shown, OtherContent,
    Patient.DoesNotExist out of reach.
    """
    if not by.may(Permission.PRESCRIBE) or by.person_id is None:
        raise PrescriptionRefused((violation(Code.SIGNER_NOT_PHYSICIAN, Level.STOP, Unlocker.PHYSICIAN),))
    proven = pins.verify(person_id=by.person_id, pin=pin, by=by, now=now)
    try:
        with transaction.atomic():
            return _sign(command, by, proven, now)
    except OtherContent:
        audit.record(
            action="prescription.other_content", by=by, now=now, subject_kind=SUBJECT, subject_id=command.id,
            patient_id=command.patient_id,
        )  # fmt: skip
        raise


def _sign(command: NewPrescription, by: Access, proven: pins.Proven, now: datetime) -> Prescription:
    lock_patient(command.patient_id)
    stands = Prescription.objects.filter(pk=command.id).first()
    if stands is not None:
        return _same_again(stands, command, by)
    reviewed = review(command=command, by=by, now=now)
    order = reviewed.prescription
    _refuse_unanswered(reviewed, command)
    if command.shown_digest not in ("", reviewed.shown_digest):
        raise ShownOther
    _replace(reviewed.situation.reaching, order, by, now)
    order.signature = signatures.sign(
        proven=proven,
        signer=by,
        meaning=SIGNED,
        subject_kind=SUBJECT,
        subject_id=order.pk,
        digest=order.digest,
        now=now,
    )
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "dispensing_prescription_pkey":  # the same id, sent for two patients at once
            raise
        raise OtherContent from error
    audit.record(
        action=SIGNED, by=by, now=now, subject_kind=SUBJECT, subject_id=order.pk, patient_id=order.patient_id,
        facility_id=order.facility_id, dose_mg=str(order.dose_mg), starts_on=order.starts_on.isoformat(),
        replaced=[str(old.pk) for old in reviewed.situation.reaching],
    )  # fmt: skip
    reviews.due([order.patient_id], why=ReviewWhy.PRESCRIPTION, now=now)
    return order


def stop(*, prescription_id: UUID, by: Access, pin: str, now: datetime) -> Prescription:
    """End an order at once, without a successor: from this moment on it offers nothing, today included.

    Stopping again what one has stopped answers the same. Raises StopRefused, a pins.PinRefused,
    Prescription.DoesNotExist out of reach.
    """
    if by.person_id is None:
        raise StopRefused(_("Chỉ bác sĩ được ngừng đơn thuốc."))
    today = local_day(now, by.zone)
    mine = patients_for(by, Permission.PRESCRIBE, day=today)
    order = Prescription.objects.select_related("patient").get(pk=prescription_id, patient__in=mine)
    proven = pins.verify(person_id=by.person_id, pin=pin, by=by, now=now)
    with transaction.atomic():
        lock_patient(order.patient_id)
        order = Prescription.objects.get(pk=prescription_id)
        if order.end_reason == EndReason.STOPPED and order.ended_by_id == by.person_id:
            return order
        if order.ended_on is not None:
            raise StopRefused(
                _("Đơn này đã kết thúc hoặc đã có đơn thay. Muốn ngừng ngay hôm nay: dừng cấp liều cho người bệnh.")
            )
        if order.ends_on < today:
            raise StopRefused(_("Đơn này đã hết hạn, không cần ngừng."))
        _end([order], last_day=today - ONE_DAY, why=EndReason.STOPPED, by=by, now=now)
        order.refresh_from_db()
        signatures.sign(
            proven=proven, signer=by, meaning=STOPPED, subject_kind=SUBJECT, subject_id=order.pk,
            digest=sha256_of(stop_document(order)), now=now,
        )  # fmt: skip
        audit.record(
            action=STOPPED, by=by, now=now, subject_kind=SUBJECT, subject_id=order.pk,
            patient_id=order.patient_id, facility_id=order.facility_id,
        )  # fmt: skip
        reviews.due([order.patient_id], why=ReviewWhy.PRESCRIPTION, now=now)
    return order


def steps_as_stored(steps: tuple[IfMissedStep, ...]) -> list[dict[str, Any]]:
    """If-missed steps in the order of the days missed; doses as exact text."""
    return [
        {
            "from_missed": s.from_missed,
            "to_missed": s.to_missed,
            "dose_mg": f"{s.dose_mg.normalize():f}",
            "days": s.days,
        }
        for s in sorted(steps, key=lambda s: (s.from_missed, s.to_missed))
    ]


def _draft(command: NewPrescription, by: Access) -> PrescriptionDraft:
    """The command as the rules see it, with nothing answered yet: the review shows every question.

    A short continuation (`bridging`) signed by a physician needs nobody's words over the phone but the
    signer's own.
    """
    roles = [str(role) for role in (Role.CLINIC_PHYSICIAN, Role.PHYSICIAN) if role in by.roles]
    return PrescriptionDraft(
        phase=command.phase,
        dose_mg=command.dose_mg,
        slot_mg=command.slot_mg,
        starts_on=command.starts_on,
        last_day=command.ends_on,
        signer_role=roles[0] if roles else "",
        if_missed=command.if_missed,
        bridging=command.bridging,
        phone_order_by=by.label if command.bridging and roles else None,
        read_back=command.bridging,
    )


def _standing(around: Situation) -> list[Violation]:
    """Nothing is ordered for somebody whose treatment is over; a suspended one comes back by an order."""
    status = around.known.facts.status
    if status in (Status.IN_TREATMENT, Status.SUSPENDED):
        return []
    return [violation(Code.NOT_IN_TREATMENT, Level.STOP, Unlocker.MAIN_CLINIC, status=status)]


def _inside(around: Situation, starts_on: date) -> list[Violation]:
    """An end is written once. So an order replaces another from today or tomorrow, never from the middle of
    days to come: otherwise the days until then could be neither changed nor stopped any more.
    """
    for order in around.reaching:
        begun = order.starts_on < starts_on
        if order.ended_on is not None or (begun and starts_on > around.today + ONE_DAY):
            figures = {"starts_on": starts_on, "last_on": last_covered(order)}
            return [violation(Code.STARTS_INSIDE_ORDER, Level.STOP, Unlocker.PHYSICIAN, **figures)]
    return []


def _refuse_unanswered(reviewed: Review, command: NewPrescription) -> None:
    unanswered = [] if command.large_change_confirmed else [*reviewed.asks]
    if reviewed.missed_asked and not command.answers_missed:
        unanswered.append(reviewed.missed_asked)
    refused = worst_first([*reviewed.stops, *unanswered])
    if refused:
        raise PrescriptionRefused(refused)


def _replace(reaching: tuple[Prescription, ...], order: Prescription, by: Access, now: datetime) -> None:
    if reaching:
        _end(reaching, last_day=order.starts_on - ONE_DAY, why=EndReason.REPLACED, by=by, now=now)


def _end(
    orders: tuple[Prescription, ...] | list[Prescription],
    *,
    last_day: date,
    why: EndReason,
    by: Access,
    now: datetime,
) -> None:
    ended = Prescription.objects.filter(pk__in=[order.pk for order in orders], ended_on__isnull=True)
    ended.update(ended_on=last_day, end_reason=why, ended_by_id=by.person_id, ended_at=now)


def _same_again(stands: Prescription, command: NewPrescription, by: Access) -> Prescription:
    """The order that stands under this id; raises OtherContent where the repeat says something else."""
    said = (command.patient_id, command.phase, list(command.slot_mg), command.starts_on, command.ends_on,
            steps_as_stored(command.if_missed), command.note.strip(), command.bridging,
            by.person_id)  # fmt: skip
    held = (stands.patient_id, stands.phase, list(stands.slot_mg), stands.starts_on, stands.ends_on,
            stands.if_missed, stands.note, stands.bridging, stands.signed_by_id)  # fmt: skip
    if said != held:
        raise OtherContent
    return stands


__all__ = [
    "NewPrescription",
    "OtherContent",
    "PrescriptionRefused",
    "Review",
    "ShownOther",
    "StopRefused",
    "document",
    "review",
    "sign",
    "stop",
]
