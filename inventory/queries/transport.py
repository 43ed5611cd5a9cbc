"""What was asked for to make journeys safe, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, When

from core.access import Access
from inventory.models import TransportRequest
from inventory.queries import consignments
from inventory.rules.custody import ConsignmentKind
from inventory.rules.transport import Asked, Became, TransportItem, became
from inventory.rules.wording_transport import BECAME_TONES, BECAME_WORDS, ITEM_WORDS

MOST: Final = 50


@dataclass(frozen=True)
class AskedLine:
    """One thing asked for one journey."""

    id: UUID
    consignment_id: UUID
    number: int
    item: str
    reason: str
    asked_by: str
    asked_at: datetime
    became: Became
    answer: str
    answered_by: str
    answered_at: datetime | None

    @property
    def words(self) -> str:
        return str(BECAME_WORDS[self.became])

    @property
    def tone(self) -> str:
        return BECAME_TONES[self.became]

    @property
    def waiting(self) -> bool:
        return self.became is Became.WAITING


@dataclass(frozen=True)
class SafeJourneys:
    """How many things were refused, or left unanswered when the boxes went; and how many wait for an answer now."""

    refused: int = 0
    unanswered: int = 0
    waiting: int = 0

    @property
    def denied(self) -> int:
        return self.refused + self.unanswered


_REFUSED: Final = Q(granted=False)
_UNANSWERED: Final = Q(granted__isnull=True, consignment__dispatched_at__isnull=False)
_WAITING: Final = Q(
    granted__isnull=True, consignment__dispatched_at__isnull=True, consignment__ended_at__isnull=True
)  # fmt: skip


def asked_for(consignment_id: UUID) -> tuple[AskedLine, ...]:
    """Everything asked for one journey, in the order asked. One statement."""
    found = TransportRequest.objects.filter(consignment_id=consignment_id).order_by("asked_at", "pk")
    return tuple(_line(each) for each in _whole(found))


def address(consignment_id: UUID, access: Access) -> str | None:
    """The page of what was asked for one journey, for who may see the journey."""
    page = consignments.address(consignment_id, access)
    return f"{page}transport/" if page else None


def not_granted(facility_id: int, *, since: datetime) -> tuple[AskedLine, ...]:
    """What was refused or left unanswered of journeys from or to the facility, newest first. One statement."""
    ends = Q(consignment__from_facility_id=facility_id) | Q(consignment__to_facility_id=facility_id)
    found = TransportRequest.objects.filter(ends, _REFUSED | _UNANSWERED, asked_at__gte=since)
    return tuple(_line(each) for each in _whole(found.order_by("-asked_at", "-pk"))[:MOST])


def safe_journeys(facility_ids: Collection[int], *, since: datetime) -> dict[int, SafeJourneys]:
    """The figures of journeys to or from each satellite, by its id. One statement."""
    site = Case(
        When(consignment__kind=str(ConsignmentKind.SUPPLY), then=F("consignment__to_facility_id")),
        default=F("consignment__from_facility_id"),
    )
    rows = (
        TransportRequest.objects.filter(asked_at__gte=since)
        .annotate(site=site)
        .filter(site__in=facility_ids)
        .order_by()
        .values_list("site")
        .annotate(
            refused=Count("pk", filter=_REFUSED), unanswered=Count("pk", filter=_UNANSWERED),
            waiting=Count("pk", filter=_WAITING),
        )
    )  # fmt: skip
    return {facility_id: SafeJourneys(*figures) for facility_id, *figures in rows}


def _whole(rows: QuerySet[TransportRequest]) -> QuerySet[TransportRequest]:
    return rows.select_related("consignment", "asked_by", "answered_by")


def _line(row: TransportRequest) -> AskedLine:
    left_at = row.consignment.dispatched_at or row.consignment.ended_at
    return AskedLine(
        id=row.pk,
        consignment_id=row.consignment_id,
        number=row.consignment.number,
        item=str(ITEM_WORDS[TransportItem(row.item)]),
        reason=row.reason,
        asked_by=row.asked_by.full_name,
        asked_at=row.asked_at,
        became=became(Asked(row.granted, left_at)),
        answer=row.answer or "",
        answered_by=row.answered_by.full_name if row.answered_by else "",
        answered_at=row.answered_at,
    )
