"""Who somebody was is removed when records have been kept long enough: on a list that a province manager signs, then by
`manage.py deidentify`. Codes, doses, the ledger and the trail stay; no fact is edited or deleted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import SYSTEM, Access, Permission
from core.constraints import violated
from core.digests import sha256_of
from core.proofs import Broken
from patients.models import Card, Deidentified, HivStatus, Identity, Patient, Photo, Retired, RetirementList
from patients.services import ended
from patients.services.ended import Due
from staff.services import pins, signatures

KIND: Final = "retirement_list"
NO_INITIALS: Final = "—"


class RetentionRefused(Exception):
    """Nothing was signed; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Done:
    """What came of one run: how many identities are gone, and the codes of whom the run left as they were."""

    removed: int
    left: tuple[str, ...]


def due(*, by: Access, now: datetime) -> tuple[Due, ...]:
    """Whose identity may go, in this person's province. Raises PermissionDenied."""
    if not by.may(Permission.END_RECORDS):
        raise PermissionDenied
    return ended.due(by.reach_by_permission[Permission.END_RECORDS], now=now, zone=by.zone)


def digest_of(list_id: UUID, lines: Sequence[Due]) -> str:
    """What is signed: the list, and of each code when everything had ended, how long it was kept, what stays."""
    content: dict[str, Any] = {
        "document": KIND,
        "id": list_id,
        "lines": sorted([str(one.patient_id), one.ended_on, one.kept_years, one.texts] for one in lines),
    }
    return sha256_of(content)


def sign(*, list_id: UUID, seen: str, own_pin: str, by: Access, now: datetime) -> RetirementList:
    """Sign that the identities of this list are removed. `seen`: the digest of the list that the page showed. The same
    id again is the same list.

    Raises PermissionDenied, PinRefused, RetentionRefused where nobody is due or the list is another by now.
    """
    lines = due(by=by, now=now)
    held = RetirementList.objects.filter(pk=list_id, signed_by_id=by.person_id).first()
    if held is not None:
        return held
    digest = digest_of(list_id, lines)
    if not lines or digest != seen:
        raise RetentionRefused(_("Danh sách vừa thay đổi. Xem lại danh sách, rồi ký."))
    proven = pins.verify(person_id=by.actor_id, pin=own_pin, by=by, now=now)
    try:
        with transaction.atomic():
            signature = signatures.sign(
                proven=proven, signer=by, meaning="approved", subject_kind=KIND, subject_id=list_id, digest=digest,
                now=now,
            )  # fmt: skip
            made = RetirementList.objects.create(
                id=list_id, signed_at=now, signed_by_id=by.actor_id, signature=signature, digest=digest
            )
            Retired.objects.bulk_create(
                Retired(
                    patient_id=one.patient_id, listed=made, ended_on=one.ended_on, kept_years=one.kept_years,
                    texts=one.texts,
                )
                for one in lines
            )  # fmt: skip
            audit.record(
                action="retention.signed", by=by, now=now, subject_kind=KIND, subject_id=list_id, count=len(lines)
            )
    except IntegrityError as error:
        if violated(error) not in {"patients_retired_pkey", "patients_retirementlist_pkey"}:
            raise
        raise RetentionRefused(_("Danh sách vừa thay đổi. Xem lại danh sách, rồi ký.")) from error
    return made


def waiting() -> list[Retired]:
    """Lines of signed lists that nobody has carried out."""
    rows = Retired.objects.filter(done__isnull=True, patient__status__in=[str(one) for one in ended.OVER])
    return list(rows.select_related("patient", "listed").order_by("listed_id", "patient__code"))


def carry_out(*, now: datetime) -> Done:
    """Remove the identities of every signed list. May be stopped and run again: each patient is a transaction of their
    own, under their lock. Whoever has come back to treatment, or has something open again, is left as they are."""
    removed, left = 0, []
    for line in waiting():
        if _remove(line, now):
            removed += 1
        else:
            left.append(line.patient.code)
    return Done(removed, tuple(left))


def _remove(line: Retired, now: datetime) -> bool:
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=line.patient_id)
        if Deidentified.objects.filter(pk=line.pk).exists():
            return False
        if not ended.is_due(patient.pk, now=now, today=clock.local_day(now, SYSTEM.zone)):
            return False
        gone = {
            name: bool(model.objects.filter(pk=patient.pk).delete()[0])
            for name, model in (("had_identity", Identity), ("had_photo", Photo), ("had_hiv", HivStatus))
        }
        Card.objects.filter(patient=patient, revoked_at__isnull=True).update(revoked_at=now)
        Patient.objects.filter(pk=patient.pk).update(initials=NO_INITIALS, language="")
        Deidentified.objects.create(retired=line, done_at=now, **gone)
        audit.record(
            action="retention.deidentified", by=SYSTEM, now=now, subject_kind="patient", subject_id=patient.pk,
            patient_id=patient.pk, list=str(line.listed_id), signed_by=line.listed.signed_by_id, **gone,
        )  # fmt: skip
    return True


def prove() -> Iterator[Broken]:
    """Nothing tells again who somebody was whose identity was removed, and each list says what was signed."""
    for model in (Identity, Photo, HivStatus):
        for row in model.objects.filter(patient__retired__done__isnull=False).order_by("pk"):
            yield Broken("patients.deidentified", f"{model._meta.db_table}:{row.pk}", "an identity that was removed")
    for listed in RetirementList.objects.prefetch_related("lines").order_by("pk"):
        lines = [
            Due(one.patient_id, "", "", one.ended_on, one.kept_years, one.ended_on, one.texts)
            for one in listed.lines.all()
        ]
        if digest_of(listed.pk, lines) != listed.digest:
            yield Broken("patients.deidentified", str(listed.pk), "lines that are not what was signed")
