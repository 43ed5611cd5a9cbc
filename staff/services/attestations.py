"""The second person of a hand-over: present and signing, honestly absent, or looking at it later (design, sentence 3).

An act that wants a second signature does two things. Before its transaction: `second = attestations.prove(...)`, which
checks the PIN. Inside it: `attestations.attest(second=second, ...)`, which binds the signature to the act's digest.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from staff.models import Attestation, Mode, Person
from staff.queries.appointments import standing_at
from staff.services import pins, signatures


@dataclass(frozen=True)
class Present:
    """Somebody stands beside the actor and enters their own PIN."""

    username: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Alone:
    """Nobody else is there, and why."""

    reason: str


SecondPerson = Present | Alone


@dataclass(frozen=True)
class ProvenSecond:
    """The second person, who has just entered the PIN and may sign second at the act's facility."""

    access: Access
    proven: pins.Proven


class AttestationRefused(Exception):
    """No attestation came of it; `sentence` says why, to people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class SamePerson(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Người ký cùng phải là người khác, không phải chính bạn."))


class UnknownSecond(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Chọn người ký cùng trong danh sách."))


class NotEntitled(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Hôm nay người này không được phân công ký cùng tại cơ sở này."))


class NoReason(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Ghi vì sao chỉ có một mình."))


class OtherContent(AttestationRefused):
    """The act already has its attestation, over other content."""

    def __init__(self) -> None:
        super().__init__(_("Việc này đã có chữ ký cho nội dung khác. Mở lại trang và xem."))


class NotOpenForReview(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Việc này không chờ xem lại: đã có người ký cùng hoặc đã được xem lại."))


def prove(*, second: SecondPerson, actor: Access, facility_id: int, now: datetime) -> ProvenSecond | Alone:
    """Check the second person's PIN and standing, before the act's transaction (see pins.verify).

    Raises SamePerson, UnknownSecond, NotEntitled, NoReason or a pins.PinRefused.
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
    if not access.may_at(Permission.SIGN_SECOND, facility_id):
        raise NotEntitled
    return ProvenSecond(access, pins.verify(person_id=found.pk, pin=second.pin, by=actor, now=now))


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

    The same act with the same digest and actor again gives the same attestation; with other content OtherContent.
    """
    held = Attestation.objects.filter(act_id=act_id, mode__in=[Mode.PRESENT, Mode.ALONE]).first()
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
            made.mode, made.second_id = Mode.PRESENT, second.proven.person_id
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


def review(*, attestation_id: UUID, by: Access, pin: str, words: str, now: datetime) -> Attestation:
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
