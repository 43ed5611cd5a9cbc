"""Hands for tests of cases."""

from datetime import datetime
from uuid import UUID

from core.access import Access
from core.ids import new_id
from followup.models import Case, CaseKind
from followup.services import cases
from tests import cast, world
from tests.entrance import access

ALREADY = [{"code": "dose_already_today", "data": {"mg": "65"}}]


def opened(
    *,
    kind: CaseKind = CaseKind.DOSE_FINDING,
    at: str = cast.SITE,
    by: Access | None = None,
    now: datetime = world.NOW,
    subject_id: UUID | None = None,
    patient_id: UUID | None = None,
) -> Case:
    """A case about a dose."""
    return cases.open_case(
        kind=kind,
        facility_id=world.facility(at).pk,
        subject_kind="dose",
        subject_id=subject_id or new_id(),
        patient_id=patient_id,
        findings=ALREADY,
        by=by or access(cast.DISPENSER),
        now=now,
    )
