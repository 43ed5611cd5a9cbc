"""Doses taken home: a physician allows them, the window hands vials out. What becomes of a vial: `services.vials`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.digests import sha256_of
from dispensing.models import TakeHome, TakeHomeAllowance, TakeHomeDay, TakeHomeVial
from dispensing.queries import take_home as queries
from dispensing.queries.prescribing import dosing_place
from dispensing.queries.snapshot import bottle_facts, device_fact
from dispensing.rules import take_home as rules
from dispensing.rules.checkups import Wrong
from dispensing.rules.facts import PatientFacts
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.settings import DosingSettings
from dispensing.rules.take_home import Filled
from dispensing.services import reviews
from dispensing.services.doses import OtherContent
from facilities.models import Facility
from facilities.services import settings as rule_settings
from inventory.models import ActKind
from inventory.queries.window import Window, site_window
from inventory.services import ledger
from inventory.services.ledger import LedgerRefused, Move, NewAct
from inventory.services.withdrawals import lock_bottles
from patients.queries.reach import locked_patient
from staff.models import Attestation
from staff.services import attestations, pins, signatures
from staff.services.attestations import Alone, ProvenSecond, SecondPerson

KIND: Final = "take_home"
ALLOWANCE: Final = "take_home_allowance"
SIGNED: Final = "take_home_allowance.signed"


class TakeHomeRefused(Exception):
    """Nothing was written; each of `wrongs` says at which field and what to do."""

    def __init__(self, *wrongs: Wrong) -> None:
        self.wrongs = wrongs
        super().__init__("; ".join(wrong.sentence for wrong in wrongs))


@dataclass(frozen=True)
class NewAllowance:
    """A physician's answer: from and until which day, how many vials at once; or not, and why.

    `agreed`: the patient wishes it, has a place that locks, and has signed to answer for the vials.
    """

    id: UUID
    patient_id: UUID
    allowed: bool
    from_day: date
    until_day: date
    max_days: int
    words: str = ""
    agreed: bool = False


@dataclass(frozen=True)
class NewHandOut:
    """So many vials, one for each day from tomorrow. `second`: who saw them filled, or that nobody was there.

    `box`: the patient is here in person, with a box or bag that locks.
    """

    id: UUID
    patient_id: UUID
    days: int
    second: SecondPerson
    words: str = ""
    box: bool = False


def allowance_document(row: TakeHomeAllowance) -> dict[str, Any]:
    """What the physician's signature is over."""
    return {
        "document": ALLOWANCE, "id": row.pk, "patient": row.patient_id, "facility": row.facility_id,
        "allowed": row.allowed, "from_day": row.from_day, "until_day": row.until_day, "max_days": row.max_days,
        "agreed": row.agreed, "words": row.words, "signed_by": row.signed_by_id,
    }  # fmt: skip


def document(row: TakeHome, vials: list[TakeHomeVial]) -> dict[str, Any]:
    """What the act's digest and the second signature are bound to."""
    return {
        "document": KIND, "id": row.act_id, "patient": row.patient_id, "facility": row.facility_id,
        "prescription": row.prescription_id, "allowance": row.allowance_id, "day": row.day, "days": row.days,
        "mg": row.mg, "box": row.box, "words": row.words, "handed_at": row.handed_at, "handed_by": row.handed_by_id,
        "vials": [[vial.pk, vial.day, vial.mg, vial.ul, vial.bottle_id] for vial in vials],
    }  # fmt: skip


def allow(*, command: NewAllowance, by: Access, pin: str, now: datetime) -> TakeHomeAllowance:
    """A physician signs that the patient may take doses home, or may not. The same id again answers the same row.

    Raises TakeHomeRefused, OtherContent, Patient.DoesNotExist out of reach, a pins.PinRefused.
    """
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    today = local_day(now, by.zone)
    with transaction.atomic():
        patient = locked_patient(command.patient_id, access=by, permission=Permission.PRESCRIBE, day=today)
        row = TakeHomeAllowance(
            id=command.id, patient=patient, facility=dosing_place(patient.pk, day=today, otherwise=by.facility_id),
            allowed=command.allowed, from_day=command.from_day, until_day=command.until_day,
            max_days=command.max_days if command.allowed else 0, words=command.words.strip(),
            agreed=command.allowed and command.agreed, signed_by_id=by.actor_id, recorded_at=now,
        )  # fmt: skip
        row.digest = sha256_of(allowance_document(row))
        stands = TakeHomeAllowance.objects.filter(pk=row.pk).first()
        if stands is not None:
            if stands.digest != row.digest:
                raise OtherContent
            return stands
        _check_allowance(row, today, now)
        row.signature = signatures.sign(
            proven=proven, signer=by, meaning=SIGNED, subject_kind=ALLOWANCE, subject_id=row.pk, digest=row.digest,
            now=now,
        )  # fmt: skip
        row.save(force_insert=True)
        audit.record(
            action="take_home.allowed" if row.allowed else "take_home.refused", by=by, now=now, subject_kind=ALLOWANCE,
            subject_id=row.pk, patient_id=row.patient_id, facility_id=row.facility_id, max_days=row.max_days,
        )  # fmt: skip
    return row


def _check_allowance(row: TakeHomeAllowance, today: date, now: datetime) -> None:
    settings = queries.settings_at(row.facility_id, now)
    if not settings.takehome_enabled:
        raise TakeHomeRefused(Wrong("", _("Cơ sở này không cấp thuốc mang về.")))
    if row.until_day < row.from_day:
        raise TakeHomeRefused(Wrong("until_day", _("Ngày cuối không được ở trước ngày đầu.")))
    if row.until_day < today:
        raise TakeHomeRefused(Wrong("until_day", _("Ngày này đã qua.")))
    if not row.allowed and not row.words:
        raise TakeHomeRefused(Wrong("words", _("Ghi vì sao chưa cho mang về.")))
    if row.allowed and not row.agreed:
        raise TakeHomeRefused(Wrong("agreed", _("Người bệnh tự nguyện và ký cam kết trước, rồi bác sĩ ký.")))
    if row.allowed and not 1 <= row.max_days <= settings.takehome_max_days:
        words = _("Mỗi lần giao từ 1 đến %(days)d ngày.") % {"days": settings.takehome_max_days}
        raise TakeHomeRefused(Wrong("max_days", words))


def hand_out(*, command: NewHandOut, by: Access, now: datetime) -> TakeHome:
    """Hand vials out at the window: rows, stock, second signature and trail in one transaction.

    The same id with the same content by the same person answers the same hand-out. Raises TakeHomeRefused with every
    reason, OtherContent, Patient.DoesNotExist out of reach, and what the second signature raises.
    """
    stands = _standing(command, by)
    if stands is not None:
        return stands
    second = attestations.prove(second=command.second, actor=by, facility_id=by.facility_id or 0, now=now)
    today = local_day(now, by.zone)
    try:
        with transaction.atomic():
            patient = locked_patient(command.patient_id, access=by, permission=Permission.GIVE_DOSE, day=today)
            stands = _standing(command, by)
            if stands is not None:
                return stands
            place = dosing_place(patient.pk, day=today, otherwise=by.facility_id)
            if place.pk != by.facility_id:
                raise TakeHomeRefused(Wrong("", _("Người bệnh uống ở nơi khác: lọ giao ở nơi đó.")))
            known, facts = queries.load(patient=patient, place=place, now=now)
            if not command.box:
                raise TakeHomeRefused(Wrong("box", _("Người bệnh tự đến, có hộp hoặc túi khóa được thì mới giao.")))
            refused = rules.check(facts=facts, days=command.days, settings=queries.settings_at(place.pk, now))
            if refused:
                raise TakeHomeRefused(*(Wrong("", no.sentence) for no in refused))
            return _hand_out(command, known, place, second, by, now)
    except LedgerRefused as error:
        raise OtherContent from error


def _standing(command: NewHandOut, by: Access) -> TakeHome | None:
    stands = TakeHome.objects.filter(pk=command.id).first()
    if stands is None:
        return None
    said = (command.patient_id, command.days, command.words.strip(), by.actor_id)
    if said != (stands.patient_id, stands.days, stands.words, stands.handed_by_id):
        raise OtherContent
    return stands


def _hand_out(
    command: NewHandOut, known: PatientFacts, place: Facility, second: ProvenSecond | Alone, by: Access, now: datetime
) -> TakeHome:
    order, allowance = known.prescription, queries.standing_allowance(known.patient_id)
    if order is None or allowance is None:
        raise RuntimeError("Hand-out without an order or an allowance passed the rules.")
    lock_bottles([bottle.id for bottle in site_window(facility_id=place.pk).bottles])
    window = site_window(facility_id=place.pk)
    filled = _fill(command, known, place, window, now)
    row = TakeHome(
        act_id=command.id, patient_id=known.patient_id, facility=place, prescription_id=order.id, allowance=allowance,
        day=known.today, days=command.days, mg=order.dose_mg, box=command.box, words=command.words.strip(),
        handed_at=now, handed_by_id=by.actor_id,
    )  # fmt: skip
    vials = [
        TakeHomeVial(
            id=uuid5(command.id, each.day.isoformat()), take_home=row, patient_id=row.patient_id, handed_on=row.day,
            day=each.day, mg=row.mg, ul=each.ul, bottle_id=each.bottle_id,
        )
        for each in filled
    ]  # fmt: skip
    digest = sha256_of(document(row, vials))
    _post(row, filled, window, digest, by)
    row.attestation = _attest(row, digest, second, by, now)
    row.save(force_insert=True)
    TakeHomeVial.objects.bulk_create(vials)
    TakeHomeDay.objects.bulk_create(TakeHomeDay(patient_id=row.patient_id, day=vial.day, vial=vial) for vial in vials)
    reviews.due([row.patient_id], why=ReviewWhy.TAKE_HOME, now=now)
    audit.record(
        action="take_home.handed_out", by=by, now=now, subject_kind=KIND, subject_id=row.pk,
        patient_id=row.patient_id, facility_id=row.facility_id, days=row.days,
    )  # fmt: skip
    return row


def _fill(
    command: NewHandOut, known: PatientFacts, place: Facility, window: Window, now: datetime
) -> tuple[Filled, ...]:
    """Under the bottles' locks: what stands in each is still there when it is posted."""
    mg = known.prescription.dose_mg if known.prescription else Decimal(0)
    filled = rules.fill(
        mg=mg,
        days=rules.days_ahead(known.today, command.days),
        bottles=bottle_facts(window),
        device=device_fact(window),
        settings=rule_settings.for_facility(DosingSettings, facility_id=place.pk, at=now),
        now=now.astimezone(ZoneInfo(place.zone)),
    )
    if filled is None:
        raise TakeHomeRefused(Wrong("", _("Chai đang mở không đủ, hoặc không đong đúng liều này. Mở chai khác trước.")))
    return filled


def _post(row: TakeHome, filled: tuple[Filled, ...], window: Window, digest: str, by: Access) -> None:
    if window.opened_account is None or window.patients_account is None:
        raise RuntimeError("Vials filled at a window without accounts.")
    lots = {bottle.id: bottle.lot_id for bottle in window.bottles}
    ledger.post(
        NewAct(
            id=row.act_id,
            kind=ActKind.TAKE_HOME,
            actor_id=row.handed_by_id,
            actor_label=by.label,
            occurred_at=row.handed_at,
            recorded_at=row.handed_at,
            document_digest=digest,
            moves=[
                Move(
                    lots[each.bottle_id], each.bottle_id, window.opened_account, window.patients_account, each.ul, KIND
                )
                for each in filled
            ],
        ),
        facility_id=row.facility_id,
    )


def _attest(row: TakeHome, digest: str, second: ProvenSecond | Alone, by: Access, now: datetime) -> Attestation:
    return attestations.attest(
        act_kind=KIND, act_id=row.act_id, digest=digest, facility_id=row.facility_id, actor=by, second=second, now=now
    )
