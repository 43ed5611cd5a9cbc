"""A bottle as the books know it: where it stands, what it holds, what it gave beyond its label."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, Sum, When

from core.scanning import encode
from inventory.models import AccountKind, Bottle, Movement
from inventory.rules.bottles import BottleState
from inventory.rules.scancodes import BOTTLE

_STATE = """
SELECT b.id, b.number, l.item_id, b.lot_id, l.number, l.expires_on, l.concentration, b.size_ul, b.seal_number,
       b.opened_at, b.emptied_at, place.kind, coalesce(place.quantity, 0), coalesce(-beyond.quantity, 0)
  FROM inventory_bottle b
  JOIN inventory_lot l ON l.id = b.lot_id
  LEFT JOIN LATERAL (
      SELECT a.kind, h.quantity FROM inventory_balance h JOIN inventory_account a ON a.id = h.account_id
       WHERE h.bottle_id = b.id AND NOT h.may_be_negative AND a.facility_id = %(facility)s
  ) AS place ON true
  LEFT JOIN inventory_account u
         ON u.facility_id = %(facility)s AND u.item_id = l.item_id AND u.kind = 'unreconciled'
  LEFT JOIN inventory_balance beyond
         ON beyond.account_id = u.id AND beyond.lot_id = b.lot_id AND beyond.bottle_id = b.id
"""


_FROM_A_PLACE = Q(source__by_bottle=True, source__may_be_negative=False)
_INTO_A_PLACE = Q(target__by_bottle=True, target__may_be_negative=False)


def states(*, bottle_ids: Sequence[int], facility_id: int) -> list[BottleState]:
    """These bottles as the books of this facility know them, by id. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STATE + " WHERE b.id = ANY(%(bottles)s) ORDER BY b.id",
            {"facility": facility_id, "bottles": list(bottle_ids)},
        )
        return [_state(row) for row in cursor.fetchall()]


def get_state(*, number: int, facility_id: int) -> BottleState:
    """The bottle with this label number; raises Bottle.DoesNotExist where its last act was not this
    facility's.
    """
    [state] = states(bottle_ids=[get_id(number=number, facility_id=facility_id)], facility_id=facility_id)
    return state


def get_id(*, number: int, facility_id: int) -> int:
    """The id of a bottle that was last moved in this facility's name; else raises Bottle.DoesNotExist.

    What is booked later of a dose from it, between patients and their fates, moves no bottle: it may stand elsewhere
    by then.
    """
    last = (
        Movement.objects.filter(_FROM_A_PLACE | _INTO_A_PLACE, bottle__number=number)
        .order_by("-bottle_id", "-id")
        .values_list("bottle_id", "act__facility_id")
        .first()
    )
    if last is None or last[0] is None or last[1] != facility_id:
        raise Bottle.DoesNotExist
    return last[0]


def is_here(*, number: int, facility_id: int) -> bool:
    """Whether the bottle with this label number stands, or ended, at this facility."""
    try:
        get_id(number=number, facility_id=facility_id)
    except Bottle.DoesNotExist:
        return False
    return True


def settled_overfill(*, bottle_id: int) -> int:
    """What was settled as this bottle's overfill and not taken back since."""
    signed = Case(
        When(target__kind=AccountKind.OVERFILL, source__kind=AccountKind.SUPPLIER, then=F("quantity")),
        When(target__kind=AccountKind.SUPPLIER, source__kind=AccountKind.OVERFILL, then=-F("quantity")),
        default=0,
    )
    return Movement.objects.filter(bottle_id=bottle_id).aggregate(total=Sum(signed))["total"] or 0


def _state(row: tuple[Any, ...]) -> BottleState:
    (
        id_,
        number,
        item_id,
        lot_id,
        lot,
        expires_on,
        concentration,
        size,
        seal,
        opened,
        emptied,
        kind,
        book,
        beyond,
    ) = row
    return BottleState(
        id=id_,
        number=number,
        label=encode(BOTTLE, number),
        item_id=item_id,
        lot_id=lot_id,
        lot_number=lot,
        expires_on=expires_on,
        concentration=concentration,
        size_ul=size,
        seal_number=seal,
        opened_at=opened,
        emptied_at=emptied,
        place=AccountKind(kind) if kind else None,
        book_ul=book,
        beyond_ul=beyond,
    )
