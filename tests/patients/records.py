"""Hands for what people ask about their own data, and for records that were kept long enough."""

from datetime import date

from core.ids import new_id
from patients.models import (
    Card,
    Consent,
    DataRequest,
    HivStatus,
    Identity,
    Patient,
    Photo,
    Placement,
    RetirementList,
    StatusChange,
)
from patients.rules.data_requests import AskedFor
from patients.rules.person import Particulars, Phone, Whose
from patients.services import data_requests, retention
from tests import cast, world, world_patients
from tests.entrance import access

NAME, PHONE = "Lò Thị Chim Công", "0977123456"
ENDED = date(2004, 3, 1)


def asked(kind: AskedFor = AskedFor.ACCESS, *, words: str = "") -> DataRequest:
    """Phong asks something today."""
    return data_requests.receive(
        request_id=new_id(), patient_id=world_patients.patient(world_patients.PHONG).pk, kind=kind,
        received_on=world.TODAY, words=words, by=access(cast.PHYSICIAN), now=world.NOW,
    )  # fmt: skip


def long_gone(code: str = "77701", *, ended: date = ENDED, reason: str = "") -> Patient:
    """Somebody whose treatment at the site ended on that day, with all that tells who they were."""
    by, site = world.person(cast.PHYSICIAN), world.facility(cast.SITE)
    patient = Patient.objects.create(
        code=code, initials="L.T.C.C.", sex="f", birth_year=1970, language="tiếng Thái", status="ended",
        treatment_started_on=date(2002, 1, 1), known_from=date(2002, 1, 1), registered_at=world.NOW,
    )  # fmt: skip
    Placement.objects.create(
        patient=patient, facility=site, kind="home", starts_on=date(2002, 1, 1), recorded_at=world.NOW, recorded_by=by,
        ended_on=ended, ended_by=by,
    )  # fmt: skip
    StatusChange.objects.create(
        patient=patient, status="ended", from_day=ended, reason=reason, recorded_at=world.NOW, recorded_by=by
    )
    Consent.objects.create(
        patient=patient, purpose="record_keeping", version="1", language="vi", given_on=date(2002, 1, 1),
        recorded_at=world.NOW, recorded_by=by,
    )  # fmt: skip
    Card.objects.create(number=int(code), patient=patient, issued_on=date(2002, 1, 1))
    Identity.seal(patient.pk, Particulars(NAME, (Phone(PHONE, Whose.OWN),)).packed()).save()
    face = Photo.seal(patient.pk, b"face")
    face.taken_on = date(2002, 1, 1)
    face.save()
    HivStatus.objects.create(patient=patient, positive=True, recorded_on=date(2002, 1, 1))
    return patient


def signed(*, pin: str = cast.PIN) -> RetirementList:
    """The province manager signs whoever is due."""
    by, list_id = access(cast.PROVINCE_MANAGER), new_id()
    seen = retention.digest_of(list_id, retention.due(by=by, now=world.NOW))
    return retention.sign(list_id=list_id, seen=seen, own_pin=pin, by=by, now=world.NOW)


def asked_by(patient: Patient) -> None:
    """They stand at the door again and ask what is kept of them."""
    DataRequest.objects.create(
        patient=patient, kind="access", received_on=world.TODAY, answer_due=world.TODAY, due=world.TODAY,
        recorded_at=world.NOW, recorded_by=world.person(cast.PHYSICIAN),
    )  # fmt: skip
