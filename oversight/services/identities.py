"""The one way in which an inspection sees who the patients are: with its legal paper, for a time, each look audited."""

from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.access import Access, Permission
from inventory.models import IdentityPaper, Inspection
from inventory.services import inspections
from patients.services import identity
from patients.services.identity import Identified

MOST: Final = 500  # a site has fewer patients than this


def look(*, row: Inspection, by: Access, now: datetime) -> tuple[IdentityPaper, tuple[Identified, ...]]:
    """Who the patients of the inspected site are, by code, and the paper that opens them.

    Raises PermissionDenied without a recorded paper, after its time, once the inspection has ended, and for whoever may
    not both inspect there and see that site's patients.
    """
    if not by.may_at(Permission.INSPECT, row.facility_id):
        raise PermissionDenied
    paper = inspections.opens_identities(row, now=now)
    if paper is None:
        raise PermissionDenied
    with transaction.atomic():
        why = f"inspection:{paper.pk}"
        return paper, identity.look_at_all(facility_id=row.facility_id, by=by, now=now, why=why, most=MOST)
