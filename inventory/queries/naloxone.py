"""The book of the ampoules that a site keeps for an overdose."""

from typing import Final

from django.db.models import Sum

from inventory.models import AccountKind, Balance, BaseUnit

NALOXONE: Final = "naloxone-0.4"
_IN_REACH: Final = (str(AccountKind.STORAGE), str(AccountKind.DISPENSING), str(AccountKind.OPENED))


def book_ampoules(*, facility_id: int) -> int:
    """How many ampoules the book has here, whatever their expiry."""
    rows = Balance.objects.filter(
        account__facility_id=facility_id,
        account__kind__in=_IN_REACH,
        account__item__base_unit=str(BaseUnit.AMPOULE),
        account__item__code__startswith="naloxone",
    )
    return rows.aggregate(total=Sum("quantity"))["total"] or 0
