"""Which closed bottles the book has at a site."""

from inventory.models import AccountKind, Balance


def closed_numbers(*, facility_id: int) -> list[int]:
    """The label numbers of the bottles in the cabinets that nobody has opened, in order."""
    rows = Balance.objects.filter(
        account__facility_id=facility_id,
        account__kind__in=[str(AccountKind.STORAGE), str(AccountKind.DISPENSING)],
        bottle__isnull=False,
        bottle__opened_at__isnull=True,
    )
    return list(rows.order_by("bottle__number").values_list("bottle__number", flat=True))
