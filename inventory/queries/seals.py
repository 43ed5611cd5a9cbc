"""The seal that a bottle carries now."""

from collections.abc import Sequence

from inventory.models import NightSeal, SealFound


def standing_seal(*, bottle_id: int) -> NightSeal | None:
    """The seal put on last and not looked at since: each morning compares one evening's seal."""
    return standing_seals(bottle_ids=[bottle_id]).get(bottle_id)


def standing_seals(*, bottle_ids: Sequence[int]) -> dict[int, NightSeal]:
    """The same for many bottles. Two statements."""
    last = NightSeal.objects.filter(bottle_id__in=bottle_ids).order_by("bottle_id", "-put_on_at", "-pk")
    seals = {seal.bottle_id: seal for seal in last.distinct("bottle_id")}
    read = set(SealFound.objects.filter(seal__in=seals.values()).values_list("seal_id", flat=True))
    return {bottle_id: seal for bottle_id, seal in seals.items() if seal.pk not in read}
