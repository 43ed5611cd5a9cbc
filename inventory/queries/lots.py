"""One lot: what it is, who may look at it, what was stated of its density."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.access import Access, Permission
from inventory.models import Balance, Lot, LotDensity


@dataclass(frozen=True)
class DensityShown:
    """One statement: what a millilitre weighs, who says so and on which paper."""

    g_per_ml: Decimal
    source: str
    by: str
    at: datetime


def get_lot(lot_id: int, access: Access) -> Lot:
    """A lot of which some stands, or stood, where this person may look at stock; else Lot.DoesNotExist."""
    places = access.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())
    if not Balance.objects.filter(lot_id=lot_id, account__facility_id__in=places).exists():
        raise Lot.DoesNotExist
    return Lot.objects.select_related("item").get(pk=lot_id)


def densities(lot_id: int) -> tuple[DensityShown, ...]:
    """What was stated of a lot, the newest first: that one counts. One statement."""
    rows = LotDensity.objects.filter(lot_id=lot_id).select_related("stated_by").order_by("-stated_at", "-pk")
    return tuple(DensityShown(row.g_per_ml, row.source, row.stated_by.full_name, row.stated_at) for row in rows)
