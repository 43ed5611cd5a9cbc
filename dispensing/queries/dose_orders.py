"""Single doses that a physician ordered beside the prescription."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dispensing.models import Dose, DoseOrder
from dispensing.rules.ordered import OrderFact


@dataclass(frozen=True)
class OrdersToday:
    """`next`: the oldest order of the day that nobody has drunk, None where there is none. `mg`: all of the day."""

    next: OrderFact | None
    mg: tuple[Decimal, ...]


def orders_today(*, patient_id: UUID, day: date) -> OrdersToday:
    """What was ordered for the day beside the prescription. An order that its physician disowned offers nothing, nor
    does one for vomiting after a dose that turned out not to be as recorded: how much may be replaced hung on it.
    """
    rows = list(
        DoseOrder.objects.filter(patient_id=patient_id, day=day, phone_order__disowned_at__isnull=True)
        .order_by("recorded_at", "pk")
        .values_list("pk", "kind", "mg", "vomit__dose__slot", "recorded_at", "vomit__dose__void")
    )
    used = set(Dose.objects.filter(order_id__in=[row[0] for row in rows]).values_list("order_id", flat=True))
    held = [row for row in rows if row[0] in used or row[5] is None]
    waiting = [OrderFact(pk, kind, mg, slot or 1, at) for pk, kind, mg, slot, at, _void in held if pk not in used]
    return OrdersToday(waiting[0] if waiting else None, tuple(row[2] for row in held))
