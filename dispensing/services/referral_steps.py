"""What every step of a referral shares: once per id, under the patient's lock, judged by the transition table, signed,
written with what follows for the next one whose turn it is (docs/referrals.md).

A step's service proves the PIN before its transaction (`prove_own`), then inside `stepping`: asks `known`, takes
`hold`, and calls `write`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from core.digests import canonical, sha256_of
from dispensing.models import Referral, ReferralStep
from dispensing.queries.referral_sides import sides_of, where
from dispensing.rules.referral_codes import STATE_WORDS
from dispensing.rules.referral_table import ENDED, TABLE, Kind, Side, State, Step, row_of
from dispensing.rules.referrals import Wrong
from dispensing.services import referral_tasks
from dispensing.services.doses import lock_patient
from staff.services import pins, signatures
from staff.services.pins import Proven


class ReferralRefused(Exception):
    """Nothing was written; each of `wrong` says why, at the field that it is about."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__([each.words for each in self.wrong])


class OtherContent(Exception):
    """This id already stands for another step, or was sent by another person. Only the audit row was written."""


@dataclass(frozen=True)
class At:
    """One step of one referral, before it is written. `stated` is what the person sent: a repeat says the same."""

    id: UUID
    referral_id: UUID
    step: Step
    by: Access
    now: datetime
    words: str = ""
    stated: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """A referral under its patient's lock, its last step and the state that it is in."""

    at: At
    referral: Referral
    last: ReferralStep | None
    state: State
    side: Side

    @property
    def kind(self) -> Kind:
        return Kind(self.referral.kind)


@dataclass(frozen=True)
class Receipt:
    """`known`: this very step was taken before and nothing was written again."""

    step_id: UUID
    referral_id: UUID
    state: State
    known: bool = False


@contextmanager
def stepping(at: At) -> Iterator[None]:
    """The step's one transaction. A refusal undoes it and leaves its audit row in a transaction of its own."""
    try:
        with transaction.atomic():
            yield
    except (ReferralRefused, OtherContent) as refused:
        audit.record(
            action="referral.refused", by=at.by, now=at.now, subject_kind="referral", subject_id=at.referral_id,
            step=str(at.step), why=type(refused).__name__,
        )  # fmt: skip
        raise


def known(at: At) -> Receipt | None:
    """The receipt of an earlier send of the same step; raises OtherContent where the id stands for something else.

    Locks the patient first: two sends of one form meet here. Raises Referral.DoesNotExist.
    """
    lock_patient(Referral.objects.values_list("patient_id", flat=True).get(pk=at.referral_id))
    earlier = ReferralStep.objects.filter(pk=at.id).first()
    if earlier is None:
        return None
    same = earlier.content["stated"] == canonical(at.stated) and earlier.words == at.words
    if not same or (earlier.referral_id, earlier.step, earlier.actor_id) != (
        at.referral_id, at.step, at.by.person_id,
    ):  # fmt: skip
        raise OtherContent
    return Receipt(earlier.pk, earlier.referral_id, State(earlier.state), known=True)


def hold(at: At) -> Held:
    """Judge by the table, under the patient's lock that `known` took, whether this person may take this step now.

    Raises PermissionDenied, and ReferralRefused with who did what meanwhile.
    """
    referral = Referral.objects.select_related("patient", "from_facility", "to_facility", "clinic").get(
        pk=at.referral_id
    )
    last = ReferralStep.objects.filter(referral=referral).order_by("-position").first()
    state = State(last.state) if last else State.NEW
    sides = frozenset({Side.SYSTEM}) if at.by.person_id is None else sides_of(at.by, referral)
    row = row_of(at.step, state=state, kind=Kind(referral.kind))
    if row is None:
        _may_at_all(at, referral, sides)
        raise ReferralRefused([_not_now(state, last)])
    mine = [side for side in row.sides if side in sides]
    if not mine:
        raise PermissionDenied
    if row.words and not at.words:
        raise ReferralRefused([Wrong("words", _("Ghi vì sao, vài chữ là đủ."))])
    return Held(at, referral, last, state, mine[0])


def _may_at_all(at: At, referral: Referral, sides: frozenset[Side]) -> None:
    """Who has no part in it learns nothing of its state."""
    if not sides:
        raise PermissionDenied


def _not_now(state: State, last: ReferralStep | None) -> Wrong:
    words = _("Phiếu này: %(state)s.") % {"state": STATE_WORDS[state]}
    if last is not None:
        told = _("%(who)s ghi lúc %(at)s. Chưa ghi gì thêm; xem lại phiếu.")
        words += " " + told % {"who": last.actor_label, "at": f"{timezone.localtime(last.at):%H:%M %d/%m}"}
    return Wrong("", words)


def prove_own(at: At, pin: str) -> Proven:
    """The actor's own PIN; raises PermissionDenied, ReferralRefused at its field. Before the transaction."""
    referral = Referral.objects.get(pk=at.referral_id)
    sides = sides_of(at.by, referral)
    if not any(row.step is at.step and referral.kind in row.kinds and sides.intersection(row.sides) for row in TABLE):
        raise PermissionDenied
    try:
        return pins.verify(person_id=at.by.actor_id, pin=pin, by=at.by, now=at.now)
    except pins.PinRefused as refused:
        raise ReferralRefused([Wrong("own_pin", refused.sentence)]) from refused


def write(
    held: Held,
    *,
    state: State,
    moves_on: date | None = None,
    own: Proven | None = None,
    prescription_id: UUID | None = None,
    answer: str = "",
    found: Mapping[str, Any] | None = None,
) -> Receipt:
    """The step, signed where the table asks for it, its audit row, the end where it is one, and whose turn it is."""
    at, referral = held.at, held.referral
    facility_id = at.by.facility_id or where(held.side, referral)
    content = canonical(
        {
            "document": f"tram.referral.{at.step}",
            "id": at.id,
            "referral": referral.pk,
            "case": referral.digest,
            "before": held.state,
            "state": state,
            "side": held.side,
            "facility": facility_id,
            "actor": at.by.person_id,
            "acting_as": at.by.roles_text,
            "at": at.now,
            "moves_on": moves_on,
            "prescription": prescription_id,
            "answer": answer,
            "words": at.words,
            "stated": at.stated,
            "found": found or {},
        }
    )
    digest = sha256_of(content)
    signature = None
    if own is not None:
        signature = signatures.sign(
            proven=own, signer=at.by, meaning=str(at.step), subject_kind=f"referral.{at.step}", subject_id=at.id,
            digest=digest, now=at.now,
        )  # fmt: skip
    step = ReferralStep.objects.create(
        id=at.id,
        referral=referral,
        position=held.last.position + 1 if held.last else 1,
        step=at.step,
        before=held.state,
        state=state,
        side=held.side,
        facility_id=facility_id,
        actor_id=at.by.person_id,
        actor_label=at.by.label,
        acting_as=at.by.roles_text,
        at=at.now,
        moves_on=moves_on,
        words=at.words,
        prescription_id=prescription_id,
        answer=answer,
        signature=signature,
        digest=digest,
        content=content,
    )
    if state in ENDED:
        Referral.objects.filter(pk=referral.pk).update(ended_at=at.now, ended_state=str(state))
    audit.record(
        action=f"referral.{at.step}", by=at.by, now=at.now, subject_kind="referral", subject_id=referral.pk,
        patient_id=referral.patient_id, facility_id=facility_id, state=str(state),
    )  # fmt: skip
    referral_tasks.stepped([(referral, step)], by=at.by, now=at.now)
    return Receipt(step.pk, referral.pk, state)
