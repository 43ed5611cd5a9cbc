"""Patients enter the register: one at the counter, or thousands at the start of a province."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from core.ids import new_id
from core.models import AuditEvent
from facilities.models import Facility
from patients.models import (
    Card,
    Consent,
    Identity,
    Patient,
    Placement,
    PlacementKind,
    Sex,
    Status,
    StatusChange,
)
from patients.rules.consent import CONSENT_VERSION, Purpose
from patients.rules.names import initials_of, tidy
from patients.rules.person import Particulars, Phone
from patients.services import numbers

BATCH = 2000


@dataclass(frozen=True)
class NewPatient:
    """Everything that registers one patient: who they are, and where they drink from which day on.

    `code`: only for a patient who brings one along. `known_from`: the first day whose doses are known here;
    days before it are unknown, not missed (domain 12.5); the first day at the facility unless told.
    `consent_language`: the language in which the patient was told and agreed; empty while nobody has asked,
    for silence is no consent (domain 7).
    """

    full_name: str
    sex: Sex
    birth_year: int
    treatment_started_on: date
    facility_id: int
    starts_on: date
    language: str = ""
    consent_language: str = ""
    known_from: date | None = None
    code: str = ""
    phones: tuple[Phone, ...] = ()
    id: UUID = field(default_factory=new_id)

    @property
    def person(self) -> Particulars:
        """What is sealed of them."""
        return Particulars(tidy(self.full_name), self.phones)


class RegistrationRefused(Exception):
    """Nobody was registered; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def register(*, new: NewPatient, by: Access, now: datetime) -> Patient:
    """Register one patient with identity, placement and card; the same form sent again gives the same
    patient.

    Raises Facility.DoesNotExist for one out of reach, RegistrationRefused where the id was sent before with
    other content or a code brought along is taken.
    """
    if not by.may_at(Permission.REGISTER_PATIENT, new.facility_id):
        raise Facility.DoesNotExist(new.facility_id)
    if new.starts_on < clock.local_day(now, by.zone) and not Patient.objects.filter(pk=new.id).exists():
        raise RegistrationRefused(_("Ngày đầu tiên uống ở đây không được ở trước hôm nay."))
    try:
        with transaction.atomic():
            return register_many(new=[new], by=by, now=now)[0]
    except IntegrityError as error:
        if violated(error) not in {"patients_patient_pkey", "patients_patient_code_key"}:
            raise
        before = Patient.objects.select_related("identity").filter(pk=new.id).first()
        if before is None:
            raise RegistrationRefused(_("Mã số này đã có trong sổ. Kiểm tra lại thẻ của người bệnh.")) from error
    return _sent_before(before, new, by=by, now=now)


def register_many(*, new: Sequence[NewPatient], by: Access, now: datetime) -> list[Patient]:
    """Register a batch in a fixed number of statements per two thousand; the caller answers for facilities
    and codes.

    Raises ValueError for a name without a letter, IntegrityError where a code or an id is taken.
    """
    made: list[Patient] = []
    for start in range(0, len(new), BATCH):
        with transaction.atomic():
            made += _write(new[start : start + BATCH], by=by, now=now)
    return made


def _write(batch: Sequence[NewPatient], *, by: Access, now: datetime) -> list[Patient]:
    recorded = {"recorded_at": now, "recorded_by_id": by.actor_id}
    fresh = iter(numbers.next_codes(sum(not new.code for new in batch)))
    cards = numbers.next_card_numbers(len(batch))
    patients = [
        Patient(
            id=new.id,
            code=new.code or next(fresh),
            initials=initials_of(new.full_name),
            sex=new.sex,
            birth_year=new.birth_year,
            language=new.language,
            treatment_started_on=new.treatment_started_on,
            known_from=new.known_from or new.starts_on,
            registered_at=now,
        )
        for new in batch
    ]
    Patient.objects.bulk_create(patients)
    Identity.objects.bulk_create(Identity.seal(new.id, new.person.packed()) for new in batch)
    StatusChange.objects.bulk_create(
        StatusChange(patient_id=new.id, status=Status.IN_TREATMENT, from_day=new.starts_on, **recorded) for new in batch
    )
    Placement.objects.bulk_create(
        Placement(
            patient_id=new.id,
            facility_id=new.facility_id,
            kind=PlacementKind.HOME,
            starts_on=new.starts_on,
            **recorded,
        )
        for new in batch
    )
    Card.objects.bulk_create(
        Card(number=number, patient_id=new.id, issued_on=new.starts_on)
        for new, number in zip(batch, cards, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(
            patient_id=new.id,
            purpose=Purpose.RECORD_KEEPING,
            version=CONSENT_VERSION,
            language=new.consent_language,
            given_on=new.starts_on,
            **recorded,
        )
        for new in batch
        if new.consent_language
    )
    AuditEvent.objects.bulk_create(
        audit.event(
            action="patient.registered",
            by=by,
            now=now,
            subject_kind="patient",
            subject_id=new.id,
            patient_id=new.id,
            facility_id=new.facility_id,
        )
        for new in batch
    )
    return patients


def _sent_before(patient: Patient, new: NewPatient, *, by: Access, now: datetime) -> Patient:
    """The patient whom an earlier send of the same form made; refused and audited when it says something
    else.
    """
    first = patient.placements.order_by("starts_on").first()
    same = first is not None and (
        Particulars.unpacked(Identity.opened(patient.pk, patient.identity.key, patient.identity.content)) == new.person
        and (patient.sex, patient.birth_year) == (new.sex, new.birth_year)
        and patient.treatment_started_on == new.treatment_started_on
        and (first.facility_id, first.starts_on, first.recorded_by_id) == (new.facility_id, new.starts_on, by.person_id)
    )
    if same:
        return patient
    audit.record(
        action="patient.register_refused",
        by=by,
        now=now,
        subject_kind="patient",
        subject_id=new.id,
        patient_id=new.id,
        why="same id, other content",
    )
    raise RegistrationRefused(_("Phiếu này đã được gửi với nội dung khác. Mở lại danh sách và xem."))
