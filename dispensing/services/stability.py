"""How stable a patient is, with the reasons and the facts behind each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.access import Access


def assess(patient_ids: Sequence[UUID], *, why: str, by: Access, now: datetime) -> None:
    """Assess these patients anew; set-based, and the same when run again."""
