"""Where a scanned bottle label, or an act of stock, leads."""

from collections.abc import Callable
from uuid import UUID

from core.access import Access, Permission
from inventory.queries.bottles import is_here


def bottle(number: int, access: Access) -> str | None:
    """The bottle's page at the acting facility; None for a bottle of another site."""
    if access.facility_id is None or not access.may_at(Permission.VIEW_STOCK, access.facility_id):
        return None
    return f"/inventory/bottles/{number}/" if is_here(number=number, facility_id=access.facility_id) else None


def act_page(act_id: UUID, access: Access) -> str | None:
    """The act's page, for who may see stock."""
    return act_address(act_id) if access.may(Permission.VIEW_STOCK) else None


def measure_address(measure_id: UUID) -> str:
    return f"/inventory/measures/{measure_id}/"


def finding_page(subject: str) -> Callable[[UUID, Access], str | None]:
    """Where a finding of this kind is shown, for who may see stock."""

    def page(subject_id: UUID, access: Access) -> str | None:
        if not access.may(Permission.VIEW_STOCK):
            return None
        if subject == "bottle_measure":
            return measure_address(subject_id)
        return "/inventory/keys/" if subject == "key_lost" else "/inventory/checks/"

    return page


def act_address(act_id: UUID) -> str:
    return f"/inventory/acts/{act_id}/"
