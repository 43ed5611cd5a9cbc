"""Lots that are called back, and where their bottles are and were."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from core.access import Access, Permission
from core.scanning import encode
from inventory.models import AccountKind, Balance, Bottle, Lot, Recall, RecallAct
from inventory.rules.kinds import PLACES
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import PLACE_WORDS


def recalled(lot_ids: Collection[int]) -> set[int]:
    """Which of these lots are called back. One statement."""
    return set(Recall.objects.filter(lot_id__in=lot_ids).values_list("lot_id", flat=True))


@dataclass(frozen=True)
class RecalledBottle:
    """A bottle of the lot that this facility holds or gave from. `place` is empty where it stands here no longer."""

    number: int
    opened: bool
    place: str

    @property
    def label(self) -> str:
        return encode(BOTTLE, self.number)


@dataclass(frozen=True)
class ShownRecall:
    """A recall as a facility sees it: what was set apart where the person may look, and the bottles here."""

    row: Recall
    acts: tuple[RecallAct, ...] = ()
    bottles: tuple[RecalledBottle, ...] = ()


def recalls() -> tuple[ShownRecall, ...]:
    """Every recall, newest first: the lot's number is no secret, and everybody who handles it must know."""
    rows = Recall.objects.select_related("lot__item", "declared_by", "facility").order_by("-declared_at", "-pk")
    return tuple(ShownRecall(row) for row in rows[:50])


def standing_here(*, facility_id: int) -> list[Recall]:
    """The recalls of lots that this facility still has in a place of its own. One statement."""
    held = Balance.objects.filter(
        account__facility_id=facility_id, account__kind__in=[str(place) for place in PLACES], quantity__gt=0
    )
    return list(
        Recall.objects.filter(lot__in=held.values("lot_id")).select_related("lot").order_by("declared_at", "pk")
    )


def get_recall(recall_id: UUID, *, access: Access) -> ShownRecall:
    """One recall, with the acts of the facilities in reach and the bottles of the acting one.

    Raises Recall.DoesNotExist, alike where nothing of it lies in reach.
    """
    row = Recall.objects.select_related("lot__item", "declared_by", "facility").get(pk=recall_id)
    reach = access.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())
    if row.facility_id not in reach and not row.acts.filter(facility_id__in=reach).exists():
        raise Recall.DoesNotExist
    acts = row.acts.filter(facility_id__in=reach).select_related("facility").order_by("facility__name", "done_at")
    here = Bottle.objects.filter(
        Q(balance__account__facility_id=access.facility_id) | Q(movement__act__facility_id=access.facility_id),
        lot_id=row.lot_id,
    ).distinct()
    places = dict(
        Balance.objects.filter(bottle__in=here, may_be_negative=False, account__facility_id=access.facility_id)
        .values_list("bottle_id", "account__kind")
    )  # fmt: skip
    bottles = tuple(
        RecalledBottle(
            bottle.number,
            bottle.opened_at is not None,
            str(PLACE_WORDS[AccountKind(places[bottle.pk])]) if bottle.pk in places else "",
        )
        for bottle in here.order_by("number")
    )
    return ShownRecall(row, tuple(acts), bottles)


def act_path(act_id: UUID, access: Access) -> str | None:
    """The recall's page, from what it did at one facility, for who may see stock."""
    if not access.may(Permission.VIEW_STOCK):
        return None
    recall_id = RecallAct.objects.filter(pk=act_id).values_list("recall_id", flat=True).first()
    return f"/inventory/recalls/{recall_id}/" if recall_id else None


def recallable() -> list[tuple[int, str]]:
    """The lots that are not called back yet, newest first, as a choice. One statement."""
    rows = Lot.objects.filter(recall__isnull=True).select_related("item").order_by("-pk")[:200]
    return [(lot.pk, f"{lot.number} · {lot.item.name} · {lot.manufacturer}") for lot in rows]
