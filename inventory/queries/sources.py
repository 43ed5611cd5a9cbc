"""What a consignment can be made of, where it can go, and who can carry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from core.access import Permission
from core.clock import local_day
from facilities.models import Facility, Supervision
from inventory.models import AccountKind, Balance
from inventory.rules.custody import ConsignmentKind
from inventory.rules.kinds import PLACES
from staff.queries.people import with_permission


@dataclass(frozen=True)
class Receiver:
    """A facility that may get a consignment from here, and what it holds by its book."""

    id: int
    name: str
    closed: int
    book_ul: int


@dataclass(frozen=True)
class LooseLot:
    """A lot without bottles of its own."""

    lot_id: int
    item: str
    lot_number: str
    expires_on: date
    quantity: int


def receivers(*, facility_id: int, kind: ConsignmentKind, now: datetime, zone: str) -> tuple[Receiver, ...]:
    """The satellites that this clinic supplies today, or the clinic it returns to. Three statements."""
    today = local_day(now, zone)
    current = Supervision.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today), starts_on__lte=today)
    supply = kind is ConsignmentKind.SUPPLY
    ends = current.filter(Q(main_clinic_id=facility_id) if supply else Q(satellite_id=facility_id))
    ids = list(ends.values_list("satellite_id" if supply else "main_clinic_id", flat=True))
    held = {
        row["account__facility_id"]: row
        for row in Balance.objects.filter(
            account__facility_id__in=ids,
            account__consignment__isnull=True,
            account__kind__in=[str(place) for place in PLACES],
            bottle__isnull=False,
        )
        .values("account__facility_id")
        .annotate(
            ul=Sum("quantity"),
            closed=Count("bottle", filter=Q(account__kind__in=[str(AccountKind.STORAGE), str(AccountKind.DISPENSING)])),
        )
    }
    none = {"closed": 0, "ul": 0}
    places = Facility.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name")
    return tuple(Receiver(pk, name, held.get(pk, none)["closed"], held.get(pk, none)["ul"]) for pk, name in places)


def carriers(*, facility_ids: Sequence[int], besides: int | None, now: datetime) -> list[tuple[int, str]]:
    """Who is appointed to carry at one of these facilities today, but for the sender: by name."""
    found: dict[int, str] = {}
    for facility_id in facility_ids:
        people = with_permission(Permission.CARRY, facility_id=facility_id, now=now)
        found.update(people.values_list("pk", "full_name"))
    found.pop(besides or 0, None)
    return sorted(found.items(), key=lambda each: (each[1], each[0]))


def loose_lots(*, facility_id: int) -> tuple[LooseLot, ...]:
    """Lots without bottles in the storage cabinet, first expiry first. One statement."""
    rows = (
        Balance.objects.filter(
            account__facility_id=facility_id,
            account__kind=AccountKind.STORAGE,
            bottle__isnull=True,
            quantity__gt=0,
        )
        .order_by("lot__expires_on", "lot_id")
        .values_list("lot_id", "lot__item__name", "lot__number", "lot__expires_on", "quantity")
    )
    return tuple(LooseLot(*row) for row in rows)
