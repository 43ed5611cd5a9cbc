"""The book of the ampoules that a site keeps for an overdose."""

from datetime import date
from typing import Final

from django.db.models import QuerySet, Sum

from inventory.models import AccountKind, Balance, BaseUnit

NALOXONE: Final = "naloxone-0.4"
_IN_REACH: Final = (str(AccountKind.STORAGE), str(AccountKind.DISPENSING), str(AccountKind.OPENED))


def book_ampoules(*, facility_id: int) -> int:
    """How many ampoules the book has here, whatever their expiry."""
    return _held(facility_id).aggregate(total=Sum("quantity"))["total"] or 0


def usable_ampoules(facility_id: int, day: date) -> int:
    """How many ampoules the book has here that have not expired on that day. One statement."""
    return _held(facility_id).filter(lot__expires_on__gte=day).aggregate(total=Sum("quantity"))["total"] or 0


def _held(facility_id: int) -> QuerySet[Balance]:
    return Balance.objects.filter(
        account__facility_id=facility_id,
        account__kind__in=_IN_REACH,
        account__item__base_unit=str(BaseUnit.AMPOULE),
        account__item__code__startswith="naloxone",
    )
