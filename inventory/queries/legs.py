"""Who carries a consignment, which way and until when: its first leg as prepared, or the last that the road added."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inventory.models import Consignment, ConsignmentLeg


@dataclass(frozen=True)
class Leg:
    """One leg: the first is position 1. `since`: when it began; None for the first, which begins at the hand-over."""

    position: int
    carrier_id: int
    carrier: str
    companion: str
    transport: str
    route: str
    expected_at: datetime
    given_by: str = ""
    since: datetime | None = None

    @property
    def trip(self) -> tuple[int, str, str, str, datetime]:
        """What a new leg must differ in: carrier, companion, transport, route, expected arrival."""
        return (self.carrier_id, self.companion, self.transport, self.route, self.expected_at)


def legs_of(consignment: Consignment) -> tuple[Leg, ...]:
    """All of them in order, never none. One statement, and one for the first carrier where it is not loaded."""
    first = Leg(
        1,
        consignment.carrier_id,
        consignment.carrier.full_name,
        consignment.companion,
        consignment.transport,
        consignment.route,
        consignment.expected_at,
    )
    return (first, *later_legs(consignment.pk))


def later_legs(consignment_id: UUID) -> tuple[Leg, ...]:
    """The legs after the first, in order. One statement."""
    rows = ConsignmentLeg.objects.filter(consignment_id=consignment_id).select_related("carrier", "event__actor")
    return tuple(
        Leg(
            row.position,
            row.carrier_id,
            row.carrier.full_name,
            row.companion,
            row.transport,
            row.route,
            row.expected_at,
            given_by=row.event.actor.full_name,
            since=row.event.occurred_at,
        )
        for row in rows.order_by("position")
    )


def carrier_ids(consignment: Consignment) -> tuple[int, ...]:
    """Everybody who has carried it, in order; the last one carries it now. One statement."""
    later = ConsignmentLeg.objects.filter(consignment=consignment).order_by("position")
    return (consignment.carrier_id, *later.values_list("carrier_id", flat=True))
