"""What a millilitre of a lot weighs, as the main clinic's store-keeper reads it on its certificate or weighs it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from facilities.models import Facility, FacilityKind
from inventory.models import LotDensity
from inventory.queries.lots import get_lot
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts
from inventory.services.acts import OtherContent, StockRefused


@dataclass(frozen=True)
class Density:
    """Grams to a millilitre, and where that stands."""

    id: UUID
    lot_id: int
    g_per_ml: Decimal
    source: str


def may_state(by: Access) -> bool:
    """Whoever keeps the store of a main clinic: a lot is the same at all its sites."""
    here = by.facility_id
    if here is None or not by.may_at(Permission.HANDLE_STOCK, here):
        return False
    return Facility.objects.filter(pk=here, kind=str(FacilityKind.MAIN_CLINIC)).exists()


def state(*, command: Density, by: Access, now: datetime) -> LotDensity:
    """Keep it; the newest one of a lot counts from then on, and what was weighed before stays as it was reckoned.

    Raises StockRefused without a source, OtherContent, Lot.DoesNotExist, PermissionDenied.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    if not may_state(by):
        raise PermissionDenied
    lot = get_lot(command.lot_id, by)
    if not command.source.strip():
        words = _("Ghi số này lấy ở đâu.")
        raise StockRefused((Violation(Code.WORDS_NEEDED, Level.ASK, words, field="source"),))
    said = {"lot": lot, "g_per_ml": command.g_per_ml, "source": command.source.strip(), "stated_by_id": by.actor_id}
    with transaction.atomic():
        row, made = LotDensity.objects.get_or_create(pk=command.id, defaults={**said, "stated_at": now})
        if not made and any(getattr(row, name) != value for name, value in said.items()):
            raise OtherContent
        if made:
            audit.record(
                action="stock.density", by=by, now=now, subject_kind="lot", subject_id=lot.pk,
                g_per_ml=str(command.g_per_ml),
            )  # fmt: skip
        return row
