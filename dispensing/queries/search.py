"""Finds people by code or initials, never by name: on this morning's list, and treated here before, moved, or ended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from core.access import Access
from dispensing.queries.board import Row
from dispensing.queries.prescriptions import fold
from patients.models import Patient, Placement

LIMIT = 20


@dataclass(frozen=True)
class Found:
    patient_id: UUID
    code: str
    initials: str

    @property
    def path(self) -> str:
        return f"/dispensing/patients/{self.patient_id}/"


def on_the_list(rows: Iterable[Row], *, query: str) -> tuple[Row, ...]:
    """The rows that the query means, as the page's own search narrows them; every row for an empty one."""
    wanted = fold(query)
    return tuple(row for row in rows if wanted in fold(row.code) or fold(row.initials).startswith(wanted))


def find(*, query: str, by: Access, besides: Collection[UUID] = ()) -> tuple[Found, ...]:
    """Patients who are or were placed at the acting facility, but for those on the list already. One statement."""
    wanted = fold(query)
    if not wanted:
        return ()
    here = Placement.objects.filter(patient=OuterRef("pk"), facility_id=by.facility_id or 0)
    rows = (
        Patient.objects.filter(Q(code__contains=wanted) | Q(initials__regex=_pattern(wanted)), Exists(here))
        .exclude(pk__in=besides)
        .order_by("code")
        .values_list("pk", "code", "initials")[:LIMIT]
    )
    return tuple(Found(*row) for row in rows)


def _pattern(wanted: str) -> str:
    """Initials that begin so, with or without marks: D is also Đ."""
    return "^" + r"\.".join(f"[{_with_marks(letter)}]" for letter in wanted)


@lru_cache(maxsize=40)
def _with_marks(letter: str) -> str:
    """The capital and its Vietnamese relatives."""
    marked = (chr(code) for code in (*range(0x00C0, 0x01B5), *range(0x1EA0, 0x1EFA)))
    return letter + "".join(sign for sign in marked if sign.isupper() and fold(sign) == letter)
