"""The emergency shelf of a site as its page shows it, and the requests for ampoules of everybody's reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from core.access import Access, Permission
from core.clock import local_day
from facilities.models import Facility
from facilities.services import settings
from inventory.models import Account, Consignment, RestockRequest, ShelfCheck, ShelfLine
from inventory.queries import naloxone
from inventory.queries.naloxone import Usable, usable_naloxone
from inventory.rules import shelf as rules
from inventory.rules.bottles import is_expired
from inventory.rules.settings import StockSettings
from inventory.rules.settings_shelf import ShelfSettings
from inventory.rules.shelf import Held, Seen, Standing
from inventory.rules.shelf_codes import Equipment, Lack, Readiness, RequestEnd
from inventory.rules.wording_shelf import (
    END_WORDS,
    EQUIPMENT_WORDS,
    LACK_WORDS,
    READINESS_KIND,
    READINESS_WORDS,
    waited_words,
)

CHECKS_READ = 36  # three years of monthly checks; since when a thing is missing is told as far back as that
CHECKS_SHOWN = 6
REQUESTS_SHOWN = 6
ANSWERABLE_SHOWN = 200


@dataclass(frozen=True)
class ShownLot:
    """One lot of ampoules within reach."""

    lot: Held
    expired: bool
    soon: bool

    @property
    def kind(self) -> str:
        return "stop" if self.expired else "look" if self.soon else "go"


@dataclass(frozen=True)
class ShownThing:
    """One thing of the readiness list in words."""

    standing: Standing

    @property
    def name(self) -> str:
        return str(EQUIPMENT_WORDS[self.standing.equipment])

    @property
    def words(self) -> str:
        return str(READINESS_WORDS[self.standing.state]) if self.standing.state else ""

    @property
    def kind(self) -> str:
        return READINESS_KIND[self.standing.state] if self.standing.state else "look"


@dataclass(frozen=True)
class ShownRequest:
    """A request for ampoules, and how long it has waited."""

    row: RestockRequest
    waited_days: int

    @property
    def waited_words(self) -> str:
        return waited_words(self.waited_days)

    @property
    def why_words(self) -> str:
        return str(LACK_WORDS[Lack(self.row.why)])

    @property
    def end_words(self) -> str:
        return str(END_WORDS[RequestEnd(self.row.ended_how)]) if self.row.ended_how else ""

    @property
    def late(self) -> bool:
        return self.waited_days >= (self.row.due_at - self.row.raised_at).days


@dataclass(frozen=True)
class Shelf:
    """Everything of one site's emergency shelf. `check_due`: the month is over, or nobody ever checked."""

    facility: Facility
    usable: Usable
    lots: tuple[ShownLot, ...]
    things: tuple[ShownThing, ...]
    checks: tuple[ShelfCheck, ...]
    check_due: bool
    open_request: ShownRequest | None
    earlier: tuple[ShownRequest, ...]
    has_book: bool

    @property
    def lacking(self) -> int:
        return sum(thing.standing.state is not Readiness.OK for thing in self.things)


def shelf(*, facility_id: int, now: datetime) -> Shelf:
    """One site's shelf, in a fixed number of statements. Raises Facility.DoesNotExist."""
    place = Facility.objects.get(pk=facility_id)
    today = local_day(now, place.zone)
    checks = tuple(
        ShelfCheck.objects.filter(facility=place)
        .select_related("checked_by", "naloxone")
        .order_by("-checked_at", "-pk")[:CHECKS_READ]
    )
    requests = RestockRequest.objects.filter(facility=place).select_related("sent_by", "ended_by", "consignment")
    shown = [_shown(row, today, place.zone) for row in requests.order_by("-raised_at", "-pk")[: REQUESTS_SHOWN + 1]]
    in_force = settings.for_facility(ShelfSettings, facility_id=facility_id, at=now)
    checked_on = local_day(checks[0].checked_at, place.zone) if checks else None
    return Shelf(
        facility=place,
        usable=usable_naloxone([facility_id], now)[facility_id],
        lots=_lots(facility_id, today, now),
        things=tuple(ShownThing(each) for each in rules.standings(_seen(checks))),
        checks=checks[:CHECKS_SHOWN],
        check_due=rules.check_due(checked_on, today=today, settings=in_force),
        open_request=next((each for each in shown if each.row.ended_at is None), None),
        earlier=tuple(each for each in shown if each.row.ended_at is not None),
        has_book=Account.objects.filter(facility=place, item__code__startswith="naloxone").exists(),
    )


def _lots(facility_id: int, today: date, now: datetime) -> tuple[ShownLot, ...]:
    warn = min(settings.for_facility(StockSettings, facility_id=facility_id, at=now).expiry_warn_days)
    return tuple(
        ShownLot(lot, is_expired(lot.expires_on, today), (lot.expires_on - today).days <= warn)
        for lot in lots_here(facility_id=facility_id)
    )


def _seen(checks: Collection[ShelfCheck]) -> list[Seen]:
    at = {check.pk: check.checked_at for check in checks}
    lines = ShelfLine.objects.filter(shelf_check_id__in=at).values_list("shelf_check_id", "equipment", "state")
    return [Seen(Equipment(thing), Readiness(state), at[check]) for check, thing, state in lines]


def lots_here(*, facility_id: int) -> tuple[Held, ...]:
    """The lots of ampoules within reach here, first expiry first; one statement."""
    return naloxone.held_lots([facility_id]).get(facility_id, ())


def open_requests(*, access: Access, now: datetime) -> tuple[ShownRequest, ...]:
    """What waits for an answer at the sites that this person sees the stock of, the longest first. One statement."""
    reached = access.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())
    rows = RestockRequest.objects.filter(facility_id__in=reached, ended_at__isnull=True)
    found = rows.select_related("facility", "sent_by", "consignment").order_by("raised_at", "pk")[:ANSWERABLE_SHOWN]
    return tuple(_shown(row, local_day(now, row.facility.zone), row.facility.zone) for row in found)


def request_of(request_id: UUID, *, access: Access, now: datetime) -> ShownRequest:
    """One request, for who sees the site's stock; raises RestockRequest.DoesNotExist for everybody else."""
    reached = access.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())
    rows = RestockRequest.objects.select_related("facility", "item", "raised_by", "sent_by", "ended_by", "consignment")
    row = rows.get(pk=request_id, facility_id__in=reached)
    return _shown(row, local_day(now, row.facility.zone), row.facility.zone)


def consignments_to(request: RestockRequest) -> list[tuple[str, str]]:
    """The consignments to the site, prepared since it asked, that may carry what it asked for: (id, in words)."""
    rows = Consignment.objects.filter(to_facility_id=request.facility_id, prepared_at__gte=request.raised_at)
    open_ones = rows.filter(Q(ended_at__isnull=True) | Q(dispatched_at__isnull=False)).order_by("-number")[:20]
    return [(str(row.pk), f"{row.number} · {row.expected_at:%d/%m/%Y}") for row in open_ones]


def restock_path(request_id: UUID, access: Access) -> str | None:
    """Where a request is shown and answered, for who may see stock."""
    return f"/inventory/restocks/{request_id}/" if access.may(Permission.VIEW_STOCK) else None


def _shown(row: RestockRequest, today: date, zone: str) -> ShownRequest:
    return ShownRequest(row, (today - local_day(row.raised_at, zone)).days)
