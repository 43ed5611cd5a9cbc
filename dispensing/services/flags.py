"""Flags that people act on: what the days of a patient ask of somebody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.access import Access


def refresh(patient_ids: Sequence[UUID], *, by: Access, now: datetime) -> None:
    """Bring the flags of these patients up to what the days say; set-based, and the same when run again."""
