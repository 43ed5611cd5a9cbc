"""Certificates as they stand on paper, written down by who keeps them for the site."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from staff.models import Certificate
from staff.queries.people import works_at
from staff.rules.rota_codes import CertificateEnd, CertificateKind
from staff.services import rota_refusals as refusals
from staff.services.hours_refusals import NotReached, OtherContent


@dataclass(frozen=True)
class NewCertificate:
    """What the paper says. Without a last day it never ends."""

    id: UUID
    person_id: int
    kind: CertificateKind
    number: str
    issuer: str
    issued_on: date
    expires_on: date | None


def record(*, command: NewCertificate, by: Access, now: datetime) -> Certificate:
    """Keep it. Same id and content: the same row. Raises NotReached, NotIssuedYet, EndsBeforeIssued, SameDocument,
    OtherContent."""
    today = clock.local_day(now, by.zone)
    facility_id = keeps_for(command.person_id, by, today)
    if command.issued_on > today:
        raise refusals.NotIssuedYet(today)
    if command.expires_on is not None and command.expires_on < command.issued_on:
        raise refusals.EndsBeforeIssued
    content = {
        "person_id": command.person_id, "kind": str(command.kind), "number": command.number.strip(),
        "issuer": command.issuer.strip(), "issued_on": command.issued_on, "expires_on": command.expires_on,
        "recorded_by_id": by.actor_id,
    }  # fmt: skip
    try:
        with transaction.atomic():
            row, first = Certificate.objects.get_or_create(pk=command.id, defaults={**content, "recorded_at": now})
            if not first and any(getattr(row, name) != value for name, value in content.items()):
                raise OtherContent
            if first:
                _audit("certificate.recorded", row, facility_id, by, now)
    except IntegrityError as error:
        if violated(error) == "staff_certificate_once":
            raise refusals.SameDocument from error
        raise
    return row


def end(*, certificate_id: UUID, why: CertificateEnd, by: Access, now: datetime) -> None:
    """It was entered wrongly, or its issuer revoked it. Again: nothing. Raises Certificate.DoesNotExist, NotReached."""
    with transaction.atomic():
        row = Certificate.objects.select_for_update().get(pk=certificate_id)
        facility_id = keeps_for(row.person_id, by, clock.local_day(now, by.zone))
        if row.ended_at is None:
            row.ended_at, row.ended_by_id, row.ended_why = now, by.actor_id, why
            row.save(update_fields=["ended_at", "ended_by", "ended_why"])
            _audit("certificate.ended", row, facility_id, by, now)


def keeps_for(person_id: int, by: Access, today: date) -> int:
    """At which of the places whose certificates this person keeps somebody works; raises NotReached. Who has left is
    kept where they went."""
    reach = by.reach_by_permission.get(Permission.KEEP_CERTIFICATES, frozenset())
    place = next((each for each in sorted(reach) if works_at(person_id, facility_id=each, since=today)), None)
    if place is None:
        raise NotReached
    return place


def _audit(action: str, row: Certificate, facility_id: int, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="certificate", subject_id=row.pk, facility_id=facility_id,
        person_id=row.person_id, kind=row.kind,
    )  # fmt: skip
