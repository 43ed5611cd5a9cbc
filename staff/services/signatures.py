"""Signatures: a person put their name to exactly this content."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import Access
from staff.models import Proof, Signature
from staff.services.pins import Proven

PROOF_LASTS: Final = timedelta(minutes=5)


class ProofMismatch(Exception):
    """The proof is another person's, or too old to sign with: a mistake of the caller, never of a person."""


def sign(
    *,
    proven: Proven,
    signer: Access,
    meaning: str,
    subject_kind: str,
    subject_id: UUID,
    digest: str,
    now: datetime,
) -> Signature:
    """Store the signature of who has just proved themselves (`pins.verify`), in the caller's transaction."""
    if proven.person_id != signer.person_id or not timedelta(0) <= now - proven.at <= PROOF_LASTS:
        raise ProofMismatch
    return record(
        person_id=proven.person_id,
        facility_id=signer.facility_id,
        acting_as=signer.roles_text,
        proof=proven.proof,
        meaning=meaning,
        subject_kind=subject_kind,
        subject_id=subject_id,
        digest=digest,
        signed_at=now,
    )


def record(
    *,
    person_id: int,
    facility_id: int | None,
    acting_as: str,
    proof: Proof,
    meaning: str,
    subject_kind: str,
    subject_id: UUID,
    digest: str,
    signed_at: datetime,
) -> Signature:
    """Store a signature whose proof the caller answers for: imports and the demo's history, with Proof.PAPER."""
    return Signature.objects.create(
        person_id=person_id,
        facility_id=facility_id,
        meaning=meaning,
        subject_kind=subject_kind,
        subject_id=subject_id,
        digest=digest,
        proof=proof,
        acting_as=acting_as,
        signed_at=signed_at,
    )
