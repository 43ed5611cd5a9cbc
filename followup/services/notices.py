"""Telling people, inside the product. The same is told to one person once; what gets worse has another key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core.access import Access
from followup.models import Notice


@dataclass(frozen=True)
class Telling:
    """What is told to whom. `data` holds codes and figures, never a name and never a drug; `key` what is told, and how
    bad it is by now."""

    person_id: int
    kind: str
    key: str
    subject_kind: str
    subject_id: UUID
    facility_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def tell(tellings: Iterable[Telling], *, now: datetime) -> list[Notice]:
    """Tell each person what they have not been told yet; answers the notices made now. One statement for any number."""
    wanted = {(telling.person_id, telling.key): telling for telling in tellings}
    if not wanted:
        return []
    known = set(
        Notice.objects.filter(
            person_id__in={person for person, _ in wanted}, key__in={key for _, key in wanted}
        ).values_list("person_id", "key")
    )
    new = [
        Notice(
            person_id=telling.person_id,
            kind=telling.kind,
            key=telling.key,
            facility_id=telling.facility_id,
            subject_kind=telling.subject_kind,
            subject_id=telling.subject_id,
            data=telling.data,
            made_at=now,
        )
        for each, telling in sorted(wanted.items())
        if each not in known
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return new


def read(*, notice_ids: Sequence[UUID], by: Access, now: datetime) -> int:
    """The person has seen these; somebody else's are left alone. Answers how many were new to them."""
    return Notice.objects.filter(pk__in=notice_ids, person_id=by.actor_id, read_at__isnull=True).update(read_at=now)
