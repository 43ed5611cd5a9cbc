"""Lots that are called back, and where their bottles are and were."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from core.access import Access, Permission
from core.scanning import encode
from facilities.models import Facility
from followup.models import Task
from inventory.models import AccountKind, Balance, Bottle, Lot, Recall, RecallAct
from inventory.rules.countkinds import Answer
from inventory.rules.kinds import PLACES
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import PLACE_WORDS
from inventory.rules.wording_counts import answer_words

ACT: Final = "recall_act"  # what the task of a place that holds some of the lot is about
_IN_USE: Final = frozenset({str(AccountKind.STORAGE), str(AccountKind.DISPENSING), str(AccountKind.OPENED)})


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
class PlaceAnswer:
    """What one place has said to a recall. `bottles`: how many of the lot stand there now."""

    facility_id: int
    name: str
    kind: Answer
    bottles: int
    at: datetime | None = None
    by: str = ""

    @property
    def words(self) -> str:
        return answer_words(self.kind, self.bottles)

    @property
    def tone(self) -> str:
        """The state that a tag shows it in."""
        return "go" if self.kind in {Answer.SEALED, Answer.NONE} else "stop" if self.kind is Answer.IN_USE else "look"


@dataclass(frozen=True)
class ShownRecall:
    """A recall as a facility sees it: what each place in reach has answered, and the bottles here."""

    row: Recall
    places: tuple[PlaceAnswer, ...] = ()
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
    row = Recall.objects.select_related("lot__item", "declared_by", "facility__area").get(pk=recall_id)
    reach = access.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())
    places = answers(row, reach=reach)
    if not places:
        raise Recall.DoesNotExist
    here = Bottle.objects.filter(
        Q(balance__account__facility_id=access.facility_id) | Q(movement__act__facility_id=access.facility_id),
        lot_id=row.lot_id,
    ).distinct()
    where = dict(
        Balance.objects.filter(bottle__in=here, may_be_negative=False, account__facility_id=access.facility_id)
        .values_list("bottle_id", "account__kind")
    )  # fmt: skip
    bottles = tuple(
        RecalledBottle(
            bottle.number,
            bottle.opened_at is not None,
            str(PLACE_WORDS[AccountKind(where[bottle.pk])]) if bottle.pk in where else "",
        )
        for bottle in here.order_by("number")
    )
    return ShownRecall(row, places, bottles)


def asked(recall: Recall) -> QuerySet[Facility]:
    """Everybody who is asked about a recall: every place of its province, and wherever it was carried out."""
    return Facility.objects.filter(
        Q(area__province__area__facility=recall.facility_id) | Q(pk__in=recall.acts.values("facility_id"))
    ).distinct()


def answers(recall: Recall, *, reach: Collection[int]) -> tuple[PlaceAnswer, ...]:
    """What every asked place in reach has answered, the ones still waited for first. Five statements."""
    facilities = list(asked(recall).filter(pk__in=reach).order_by("name", "pk"))
    acts = {act.facility_id: act for act in recall.acts.order_by("done_at")}
    done = {
        task.subject_id: task
        for task in Task.objects.filter(
            subject_kind=ACT, subject_id__in=[act.pk for act in acts.values()], done_at__isnull=False
        ).select_related("done_by")
    }
    none = {answer.facility_id: answer for answer in recall.answers.select_related("answered_by")}
    standing = _standing(recall.lot_id, reach)
    found = []
    for place in facilities:
        act, held = acts.get(place.pk), standing.get(place.pk, {})
        bottles, said = sum(held.values()), none.get(place.pk)
        sealed = done.get(act.pk) if act else None
        shown = PlaceAnswer(place.pk, place.name, Answer.WAITED_FOR, bottles)
        if any(kind in _IN_USE for kind in held):
            shown = replace(shown, kind=Answer.IN_USE)
        elif sealed is not None:
            by = sealed.done_by.initials if sealed.done_by else ""
            shown = replace(shown, kind=Answer.SEALED, at=sealed.done_at, by=by)
        elif act is not None or bottles:
            shown = replace(shown, kind=Answer.APART, at=act.done_at if act else None)
        elif said is not None:
            shown = replace(shown, kind=Answer.NONE, at=said.answered_at, by=said.answered_by.initials)
        found.append(shown)
    return tuple(sorted(found, key=lambda each: each.tone == "go"))


def _standing(lot_id: int, reach: Collection[int]) -> dict[int, dict[str, int]]:
    """How many bottles or lots of it stand where, by facility and kind of place. One statement."""
    rows = Balance.objects.filter(
        lot_id=lot_id, account__facility_id__in=reach, account__kind__in=[str(place) for place in PLACES]
    ).filter(Q(quantity__gt=0) | Q(bottle__isnull=False))
    found: dict[int, dict[str, int]] = {}
    for facility_id, kind, count in (
        rows.order_by().values_list("account__facility_id", "account__kind").annotate(Count("pk"))
    ):
        found.setdefault(facility_id, {})[kind] = count
    return found


def holds_some(lot_id: int, *, facility_id: int) -> bool:
    """Whether the facility's book has some of the lot in a place of its own. One statement."""
    return bool(_standing(lot_id, [facility_id]))


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


def path(recall_id: UUID, access: Access) -> str | None:
    """The recall's page, for who may see stock."""
    return f"/inventory/recalls/{recall_id}/" if access.may(Permission.VIEW_STOCK) else None
