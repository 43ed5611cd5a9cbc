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
WITH place AS (
    SELECT a.id, a.kind FROM inventory_account a JOIN inventory_item i ON i.id = a.item_id
     WHERE a.facility_id = %(facility)s AND i.code = %(item)s AND a.kind IN ('opened', 'patients', 'quarantine')
)
SELECT
    (SELECT id FROM place WHERE kind = 'opened'),
    (SELECT id FROM place WHERE kind = 'patients'),
    (SELECT array[d.name, d.step_ul::text, d.min_ul::text, d.max_ul::text] FROM inventory_measuringdevice d
      WHERE d.facility_id = %(facility)s AND d.retired_on IS NULL AND d.kind <> 'scale'),
    held.*
FROM (SELECT 1) AS one
LEFT JOIN (
    SELECT b.id, b.number, l.id, l.number, l.expires_on, l.concentration, bal.quantity, b.opened_at,
           place.kind = 'quarantine' OR EXISTS (SELECT FROM inventory_recall r WHERE r.lot_id = l.id)
      FROM place
      JOIN inventory_balance bal ON bal.account_id = place.id
      JOIN inventory_bottle b ON b.id = bal.bottle_id
      JOIN inventory_lot l ON l.id = bal.lot_id
     WHERE place.kind <> 'patients' AND b.opened_at IS NOT NULL
) AS held (id, number, lot_id, lot_number, expires_on, concentration, quantity, opened_at, quarantined) ON true
ORDER BY held.expires_on, held.opened_at, held.id
"""


def site_window(*, facility_id: int, item_code: str = METHADONE) -> Window:
    """Everything at the window, in one statement whatever the history."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"facility": facility_id, "item": item_code})
        rows = cursor.fetchall()
    opened, patients, device = rows[0][:3]
    return Window(
        bottles=tuple(WindowBottle(*row[3:]) for row in rows if row[3] is not None),
        device=WindowDevice(device[0], *(int(figure) for figure in device[1:])) if device else None,
        opened_account=opened,
        patients_account=patients,
    )
