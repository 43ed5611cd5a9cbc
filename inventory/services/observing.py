"""What every observation of a site's stock shares: stated once per id, in one transaction, refused with an audit row.

Each of these services may run by itself or inside a caller's transaction (the opening and the close of a day). A caller
who records several in one transaction proves every PIN before it, and takes `withdrawals.lock_bottles` over all the
bottles first: bottles before the chain head (docs/architecture.md, Locks).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from core import audit
from core.access import Access, Permission
from core.digests import canonical, sha256_of
from followup.models import CaseKind
from followup.services import cases
from inventory.models import ChainHead
from inventory.rules.violations import Violation
from inventory.services import acts, ledger
from inventory.services.acts import OtherContent, StockRefused
from staff.services import attestations
from staff.services.attestations import Alone, ProvenSecond, SecondPerson

Row = TypeVar("Row", bound=models.Model)
Second = SecondPerson | ProvenSecond  # already proven by a caller who holds a transaction, or proven here


@dataclass(frozen=True)
class Observation:
    """One thing seen at one facility. `stated` are the columns that a second send must say alike."""

    id: UUID
    kind: str
    by: Access
    now: datetime
    stated: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facility_id(self) -> int:
        if self.by.facility_id is None:
            raise PermissionDenied
        return self.by.facility_id

    @property
    def columns(self) -> dict[str, Any]:
        """What every such row says of itself."""
        return {"id": self.id, "facility_id": self.facility_id, "recorded_at": self.now, **self.stated}


def authorise(by: Access) -> None:
    """Raises PermissionDenied unless the person handles stock where they act."""
    acts.authorise(by, Permission.HANDLE_STOCK)


def prove(second: Second, *, by: Access, now: datetime) -> ProvenSecond | Alone:
    """The second person, proven; what a caller has proven already stays as it is."""
    if isinstance(second, ProvenSecond):
        return second
    return attestations.prove(second=second, actor=by, facility_id=by.facility_id or 0, now=now)


@contextmanager
def recording(seen: Observation) -> Iterator[None]:
    """The observation's transaction; a refusal undoes it and leaves its audit row behind."""
    try:
        with transaction.atomic():
            yield
    except StockRefused as refused:
        audit.record(
            action="stock.refused",
            by=seen.by,
            now=seen.now,
            subject_kind=seen.kind,
            subject_id=seen.id,
            codes=[str(violation.code) for violation in refused.violations],
        )
        raise


def known(seen: Observation, model: type[Row], *, column: str = "id") -> Row | None:
    """The row of an earlier send of the same observation; raises OtherContent where the id says something else.

    Two sends at once wait here for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(seen.id)])
    row = model._default_manager.filter(**{column: seen.id}).first()
    if row is None:
        return None
    same = {"facility_id": seen.facility_id, **seen.stated}
    if any(getattr(row, name) != value for name, value in same.items()):
        raise OtherContent
    return row


def chain_end(facility_id: int) -> int:
    """The sequence of the facility's last link, under its head's lock: what is read next stays as it is read."""
    ledger.lock(facility_id=facility_id)
    return ChainHead.objects.values_list("sequence", flat=True).get(pk=facility_id)


def written(seen: Observation, **detail: Any) -> None:
    """The observation's audit row: codes and figures."""
    audit.record(
        action=f"stock.{seen.kind}",
        by=seen.by,
        now=seen.now,
        subject_kind=seen.kind,
        subject_id=seen.id,
        **detail,
    )


def attest(seen: Observation, second: ProvenSecond | Alone, content: Mapping[str, Any]) -> str:
    """Let the second person sign what was stated and found; answers the digest."""
    digest = sha256_of({"document": seen.kind, "id": seen.id, "facility": seen.facility_id, "content": content})
    attestations.attest(
        act_kind=seen.kind,
        act_id=seen.id,
        digest=digest,
        facility_id=seen.facility_id,
        actor=seen.by,
        second=second,
        now=seen.now,
    )
    return digest


def open_case(
    seen: Observation, kind: CaseKind, found: tuple[Violation, ...], *, subject_id: UUID | None = None, **data: Any
) -> None:
    """A case about the observation where something was found; `data` are the figures that word it."""
    if not found:
        return
    figures = {name: str(value) for name, value in canonical(data).items()}
    cases.open_case(
        kind=kind,
        facility_id=seen.facility_id,
        subject_kind=seen.kind,
        subject_id=subject_id or seen.id,
        patient_id=None,
        findings=[{"code": str(violation.code), "data": figures} for violation in found],
        by=seen.by,
        now=seen.now,
    )
