"""What stands at a site's window: the opened bottles, the measuring device, the accounts of a dose."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from core.scanning import encode
from inventory.rules.scancodes import BOTTLE

METHADONE = "methadone-oral"


@dataclass(frozen=True, slots=True)
class WindowBottle:
    """An opened, not emptied bottle of the site; `balance_ul` is the book's figure."""

    id: int
    number: int
    lot_id: int
    lot_number: str
    expires_on: date
    concentration: Decimal
    balance_ul: int
    opened_at: datetime
    quarantined: bool

    @property
    def label(self) -> str:
        return encode(BOTTLE, self.number)


@dataclass(frozen=True, slots=True)
class WindowDevice:
    name: str
    step_ul: int
    min_ul: int
    max_ul: int


@dataclass(frozen=True, slots=True)
class Window:
    """`opened_account` and `patients_account` are None at a site that has never stocked the item."""

    bottles: tuple[WindowBottle, ...]
    device: WindowDevice | None
    opened_account: int | None
    patients_account: int | None


_SQL = """
SELECT
    (SELECT a.id FROM inventory_account a JOIN inventory_item i ON i.id = a.item_id
      WHERE a.facility_id = %(facility)s AND i.code = %(item)s AND a.kind = 'opened'),
    (SELECT a.id FROM inventory_account a JOIN inventory_item i ON i.id = a.item_id
      WHERE a.facility_id = %(facility)s AND i.code = %(item)s AND a.kind = 'patients'),
    (SELECT array[d.name, d.step_ul::text, d.min_ul::text, d.max_ul::text] FROM inventory_measuringdevice d
      WHERE d.facility_id = %(facility)s AND d.retired_on IS NULL),
    b.id, b.number, l.id, l.number, l.expires_on, l.concentration,
    held.quantity, b.opened_at, held.quarantined
FROM (SELECT 1) AS one
LEFT JOIN (
    SELECT bal.bottle_id, bal.lot_id, bal.quantity, a.kind = 'quarantine' AS quarantined
      FROM inventory_account a
      JOIN inventory_item i ON i.id = a.item_id
      JOIN inventory_balance bal ON bal.account_id = a.id
      JOIN inventory_bottle ob ON ob.id = bal.bottle_id
     WHERE a.facility_id = %(facility)s AND i.code = %(item)s AND a.kind IN ('opened', 'quarantine')
       AND ob.opened_at IS NOT NULL
) AS held ON true
LEFT JOIN inventory_bottle b ON b.id = held.bottle_id
LEFT JOIN inventory_lot l ON l.id = held.lot_id
ORDER BY l.expires_on, b.opened_at, b.id
"""


def site_window(*, facility_id: int, item_code: str = METHADONE) -> Window:
    """Everything at the window, in one statement whatever the history."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"facility": facility_id, "item": item_code})
        rows = cursor.fetchall()
    opened, patients, device = rows[0][:3]
    bottles = tuple(WindowBottle(row[3], *row[4:]) for row in rows if row[3] is not None)
    return Window(
        bottles=bottles,
        device=WindowDevice(device[0], *(int(figure) for figure in device[1:])) if device else None,
        opened_account=opened,
        patients_account=patients,
    )
