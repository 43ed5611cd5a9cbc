"""A remote witness says that what was signed with their code is not what they were told: a case for the site."""

from datetime import datetime

from core.access import Access
from followup.models import CaseKind
from followup.services import cases
from staff.models import Objection


def open_case(objection: Objection, by: Access, now: datetime) -> None:
    """In the objection's transaction; the signature itself stays as it was given."""
    signed = objection.attestation
    finding = {"code": "not_as_told", "data": {"act_kind": signed.act_kind, "told": objection.words}}
    cases.open_case(
        kind=CaseKind.WITNESS_OBJECTS,
        facility_id=signed.facility_id,
        subject_kind="attestation",
        subject_id=signed.pk,
        patient_id=None,
        findings=[finding],
        by=by,
        now=now,
    )
