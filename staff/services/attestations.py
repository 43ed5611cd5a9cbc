"""The second person of a hand-over: present and signing, elsewhere and signing by a code read over the phone, honestly
absent, or looking at it later (design, sentence 3).

An act that wants a second signature does two things. Before its transaction: `second = attestations.prove(...)`, which
checks the PIN or the code. Inside it: `attestations.attest(second=second, ...)`, which binds the signature to the
act's digest.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Access, Permission
from core.shown import considered_ms
from staff.models import AT_ONCE, Attestation, Mode, Person
from staff.queries.appointments import standing_at
from staff.services import pins, remote, signatures
from staff.services.refusals import AttestationRefused as AttestationRefused
from staff.services.refusals import CodeRefused as CodeRefused
from staff.services.refusals import NoReason as NoReason
from staff.services.refusals import NotEntitled as NotEntitled
from staff.services.refusals import NotOpenForReview as NotOpenForReview
from staff.services.refusals import OtherContent as OtherContent
from staff.services.refusals import SamePerson as SamePerson
from staff.services.refusals import UnknownSecond as UnknownSecond


@dataclass(frozen=True)
class Present:
    """Somebody stands beside the actor and enters their own PIN. `shown_at`: since when they could read what it is."""

    username: str
    pin: str = field(repr=False)
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Remote:
    """Somebody elsewhere was told over the phone, and read out the code that they got for their own PIN."""

    username: str
    code: str = field(repr=False)
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Alone:
    """Nobody else is there, and why."""

    reason: str


SecondPerson = Present | Remote | Alone


@dataclass(frozen=True)
class ProvenSecond:
    """The second person, who has just entered the PIN, or whose code was typed, and may sign at the act's facility."""

    access: Access
    proven: pins.Proven
    code_id: UUID | None = None
    considered_ms: int | None = None


def prove(*, second: SecondPerson, actor: Access, facility_id: int, now: datetime) -> ProvenSecond | Alone:
    """Check the second person's PIN or code and their standing, before the act's transaction (see pins.verify).

    From elsewhere also who may look at it later: the site head at home, the head of the clinic, the area. Raises
    SamePerson, UnknownSecond, NotEntitled, NoReason, a CodeRefused or a pins.PinRefused.
    """
    if isinstance(second, Alone):
        if not second.reason.strip():
            raise NoReason
        return Alone(second.reason.strip())
    found = Person.objects.filter(username__iexact=second.username, is_active=True).first()
    if found is None:
        raise UnknownSecond
    if found.pk == actor.person_id:
        raise SamePerson
    access = standing_at(facility_id, person_id=found.pk, now=now)
    considered = considered_ms(second.shown_at, now)
    if isinstance(second, Remote):
        if not remote.may_witness(access, facility_id):
            raise NotEntitled
        told = remote.check(witness_id=found.pk, code=second.code, by=actor, facility_id=facility_id, now=now)
        return ProvenSecond(access, told.proven, told.code_id, considered)
    if not access.may_at(Permission.SIGN_SECOND, facility_id):
        raise NotEntitled
    proven = pins.verify(person_id=found.pk, pin=second.pin, by=actor, now=now)
    return ProvenSecond(access, proven, considered_ms=considered)


def attest(
    *,
    act_kind: str,
    act_id: UUID,
    digest: str,
    facility_id: int,
    actor: Access,
    second: ProvenSecond | Alone,
    now: datetime,
) -> Attestation:
    """Store what the second person says of the act, in the caller's transaction.

    The same act with the same digest and actor again gives the same attestation; with other content OtherContent. A
    code serves one act: CodeSpent.
    """
    held = Attestation.objects.filter(act_id=act_id, mode__in=AT_ONCE).first()
    if held is not None:
        if (held.digest, held.actor_id) != (digest, actor.person_id):
            raise OtherContent
        return held
    with transaction.atomic():
        made = Attestation(
            act_kind=act_kind, act_id=act_id, digest=digest, facility_id=facility_id, actor_id=_id(actor), at=now
        )
        if isinstance(second, Alone):
            made.mode, made.reason = Mode.ALONE, second.reason
        else:
            made.mode = Mode.PRESENT if second.code_id is None else Mode.REMOTE
            made.second_id, made.code_id = second.proven.person_id, second.code_id
            made.considered_ms = second.considered_ms
            if second.code_id is not None:
                remote.spend(code_id=second.code_id, act_id=act_id, now=now)
            made.signature = signatures.sign(
                proven=second.proven,
                signer=second.access,
                meaning="witnessed",
                subject_kind=act_kind,
                subject_id=act_id,
                digest=digest,
                now=now,
            )
        made.save(force_insert=True)
        audit.record(
            action=f"attestation.{made.mode}",
            by=actor,
            now=now,
            subject_kind=act_kind,
            subject_id=act_id,
            facility_id=facility_id,
            second=made.second_id,
        )
    return made


def review(
    *, attestation_id: UUID, by: Access, pin: str, words: str, now: datetime, shown_at: datetime | None = None
) -> Attestation:
    """Somebody else has looked at an act done alone and signs for it, over the same digest.

    Raises NotOpenForReview, SamePerson, NotEntitled or a pins.PinRefused. Of two at once both count: each looked.
    """
    alone = Attestation.objects.filter(pk=attestation_id, mode=Mode.ALONE).first()
    if alone is None or Attestation.objects.filter(act_id=alone.act_id, mode=Mode.REVIEW).exists():
        raise NotOpenForReview
    if alone.actor_id == by.person_id:
        raise SamePerson
    if not by.may_at(Permission.REVIEW_UNWITNESSED, alone.facility_id):
        raise NotEntitled
    proven = pins.verify(person_id=_id(by), pin=pin, by=by, now=now)
    with transaction.atomic():
        signature = signatures.sign(
            proven=proven,
            signer=by,
            meaning="reviewed",
            subject_kind=alone.act_kind,
            subject_id=alone.act_id,
            digest=alone.digest,
            now=now,
        )
        reviewed = Attestation.objects.create(
            act_kind=alone.act_kind,
            act_id=alone.act_id,
            digest=alone.digest,
            facility_id=alone.facility_id,
            actor_id=alone.actor_id,
            mode=Mode.REVIEW,
            second_id=by.person_id,
            signature=signature,
            reason=words.strip(),
            considered_ms=considered_ms(shown_at, now),
            at=now,
        )
        audit.record(
            action="attestation.review",
            by=by,
            now=now,
            subject_kind=alone.act_kind,
            subject_id=alone.act_id,
            facility_id=alone.facility_id,
        )
    return reviewed


def _id(access: Access) -> int:
    if access.person_id is None:
        raise ValueError("Nobody is signed in.")
    return access.person_id
