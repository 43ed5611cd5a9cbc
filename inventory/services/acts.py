"""What every act of stock shares: once per id, the document that its digest is made of, its second person,
its audit row.

An act's service proves the second person before its transaction (`attestations.prove`), then inside
`booking`: asks `known`, locks the bottles and the facility's chain, reads, judges, and calls `book`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.digests import canonical, sha256_of
from inventory.models import Act, ActKind, Document
from inventory.rules.violations import Code, Level, Violation
from inventory.services import ledger
from inventory.services.ledger import LedgerRefused, Move, NewAct, Short, Status
from staff.services import attestations
from staff.services.attestations import Alone, ProvenSecond


class StockRefused(Exception):
    """The act was not done, and nothing was written but an audit row. `violations` say why, worst first."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__([str(violation.code) for violation in violations])
        self.violations = violations


class OtherContent(StockRefused):
    """This id already stands for another act, or was sent by another person."""

    def __init__(self) -> None:
        words = _("Việc này đã được ghi với nội dung khác.")
        super().__init__((Violation(Code.OTHER_CONTENT, Level.STOP, words, _("Mở lại trang và xem sổ.")),))


@dataclass(frozen=True)
class StockAct:
    """One act of one facility, before it is booked. `stated` is what the person sent: a repeat must say the
    same.
    """

    id: UUID
    kind: ActKind
    by: Access
    now: datetime
    stated: Mapping[str, Any]
    occurred_at: datetime | None = None

    @property
    def facility_id(self) -> int:
        if self.by.facility_id is None:
            raise PermissionDenied
        return self.by.facility_id

    @property
    def actor_id(self) -> int:
        if self.by.person_id is None:
            raise PermissionDenied
        return self.by.person_id


@dataclass(frozen=True)
class Done:
    """The receipt. `known`: this very act was booked before and nothing was written again."""

    act_id: UUID
    digest: str
    content: Mapping[str, Any]
    known: bool = False


def authorise(by: Access, permission: Permission) -> None:
    """Raises PermissionDenied unless the person may do this at the facility they act in."""
    if by.facility_id is None or not by.may_at(permission, by.facility_id):
        raise PermissionDenied


@contextmanager
def booking(act: StockAct) -> Iterator[None]:
    """The act's one transaction. A refusal undoes it and leaves its audit row in a transaction of its own."""
    try:
        with transaction.atomic():
            yield
    except StockRefused as refused:
        audit.record(
            action="stock.refused",
            by=act.by,
            now=act.now,
            subject_kind=str(act.kind),
            subject_id=act.id,
            codes=[str(violation.code) for violation in refused.violations],
        )
        raise


def known(act: StockAct) -> Done | None:
    """The receipt of an earlier send of the same act; raises OtherContent where the id stands for something
    else.

    Two sends at once wait here for each other: the lock on the id is the first of the transaction
    (docs/ledger.md).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(act.id)])
    earlier = Act.objects.filter(pk=act.id).select_related("document").first()
    if earlier is None:
        return None
    document = Document.objects.filter(act=earlier).first()
    same = document is not None and document.content["stated"] == canonical(act.stated)
    if document is not None and act.occurred_at is not None:  # said by a person; else it is when the act was first sent
        same = same and document.content["occurred_at"] == canonical(act.occurred_at)
    if document is None or not same or _whose(earlier) != (act.kind, act.facility_id, act.actor_id):
        raise OtherContent
    return Done(earlier.pk, earlier.document_digest, document.content, known=True)


def _whose(act: Act) -> tuple[str, int, int]:
    return act.kind, act.facility_id, act.actor_id


def book(
    act: StockAct,
    *,
    moves: Sequence[Move],
    second: ProvenSecond | Alone | None,
    found: Mapping[str, Any] | None = None,
    empties: int | None = None,
    gone: Sequence[int] = (),
    consignment_id: UUID | None = None,
) -> Done:
    """Post the act, keep its document, let the second person sign exactly that document, write the audit row.

    `found` is what the books and the sequence of labels added to what was stated; `empties` the bottle that
    is empty from now on, `gone` those that are lost, broken or destroyed.
    `second` is None where a larger act of the caller names this one and is attested itself.
    Raises StockRefused where a place holds less than the act takes.
    """
    occurred_at = act.occurred_at or act.now
    content = canonical(
        {
            "document": act.kind,
            "act": act.id,
            "facility": act.facility_id,
            "actor": act.actor_id,
            "occurred_at": occurred_at,
            "stated": act.stated,
            "found": found or {},
        }
    )
    digest = sha256_of(content)
    _post(act, occurred_at, digest, moves, (empties, gone), consignment_id)
    Document.objects.create(act_id=act.id, content=content)
    if second is not None:
        attestations.attest(
            act_kind=str(act.kind),
            act_id=act.id,
            digest=digest,
            facility_id=act.facility_id,
            actor=act.by,
            second=second,
            now=act.now,
        )
    audit.record(action=f"stock.{act.kind}", by=act.by, now=act.now, subject_kind=str(act.kind), subject_id=act.id)
    return Done(act.id, digest, content)


def _post(
    act: StockAct,
    occurred_at: datetime,
    digest: str,
    moves: Sequence[Move],
    leaving: tuple[int | None, Sequence[int]],
    consignment_id: UUID | None,
) -> None:
    new = NewAct(
        id=act.id,
        kind=act.kind,
        actor_id=act.actor_id,
        actor_label=act.by.label,
        occurred_at=occurred_at,
        recorded_at=act.now,
        document_digest=digest,
        moves=moves,
        short=Short.REFUSE,
        empties=leaving[0],
        gone=leaving[1],
    )
    try:
        ledger.post(new, facility_id=act.facility_id, consignment_id=consignment_id)
    except LedgerRefused as refused:
        if refused.receipt.status is Status.OTHER_CONTENT:
            raise OtherContent from refused
        words = _("Trong lúc bạn làm, tồn kho đã thay đổi. Chưa ghi gì.")
        changed = Violation(Code.CHANGED_MEANWHILE, Level.STOP, words, _("Tải lại trang rồi thử lại."))
        raise StockRefused((changed,)) from refused
