"""What a dose takes from opened bottles, and where it goes when the dose turns out not to have been drunk."""

from collections.abc import Collection
from uuid import UUID

from inventory.models import Account, AccountKind, Balance, Bottle, Movement
from inventory.services.ledger import Move


def void_moves(*, act_id: UUID, destination: str) -> tuple[Move, ...]:
    """The moves that correct a dose's act: back into the books of its bottles ("opened"), or to an account of that kind.

    What came beyond the book goes back to unreconciled. A bottle that stands elsewhere by now gets it back there; one
    that was emptied meanwhile gave it as surplus when it was measured, so it is booked as surplus.
    """
    moves = []
    for moved in Movement.objects.filter(act_id=act_id).select_related("source", "target", "bottle").order_by("position"):
        if destination == AccountKind.OPENED:
            target_id = _back_to(moved)
        else:
            target_id = _account(moved, AccountKind(destination)).pk
        moves.append(Move(moved.lot_id, moved.bottle_id, moved.target_id, target_id, moved.quantity, "void"))
    return tuple(moves)


def _back_to(moved: Movement) -> int:
    if moved.source.kind == AccountKind.UNRECONCILED or moved.bottle is None:
        return moved.source_id
    if moved.bottle.emptied_at is not None:
        return _account(moved, AccountKind.SURPLUS).pk
    now_at = Balance.objects.filter(bottle_id=moved.bottle_id, quantity__gt=0).values_list("account_id", flat=True).first()
    return now_at if now_at is not None else moved.source_id


def _account(moved: Movement, kind: AccountKind) -> Account:
    return Account.objects.get(facility_id=moved.source.facility_id, item_id=moved.item_id, kind=kind)


def beyond_tolerance(*, bottle_ids: Collection[int], facility_id: int) -> bool:
    """True where one of the bottles has given more beyond its book than a bottle may hold beyond its label."""
    owed = Balance.objects.filter(
        account__facility_id=facility_id, account__kind=AccountKind.UNRECONCILED, bottle_id__in=bottle_ids, quantity__lt=0
    ).values_list("bottle_id", "quantity")
    sizes = dict(Bottle.objects.filter(pk__in=bottle_ids).values_list("pk", "size_ul"))
    return any(-quantity > min(sizes[bottle] // 100, 10_000) for bottle, quantity in owed)
