"""Referral to the main clinic and back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.access import Access


def draft_needed(patient_ids: Sequence[UUID], *, by: Access, now: datetime) -> None:
    """Draft the referral of those of these patients who need one; set-based, and the same when run again."""
