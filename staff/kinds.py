"""The kinds of act that somebody may have done alone, in words. Upper apps register theirs when they start."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

Summaries = Callable[[Collection[UUID]], Mapping[UUID, str]]  # of these acts, in as many statements as of one


@dataclass(frozen=True)
class Kind:
    """What people call the act, where it can be looked at, and what a line about it says."""

    label: str | Promise
    address: Callable[[UUID], str] | None = None
    summaries: Summaries | None = None


_kinds: dict[str, Kind] = {}


def register(
    act_kind: str,
    label: str | Promise,
    *,
    address: Callable[[UUID], str] | None = None,
    summaries: Summaries | None = None,
) -> None:
    """`summaries`: what such acts were about, a line each, for whoever signed them and may see nothing else: bottle,
    amount; never a patient."""
    _kinds[act_kind] = Kind(label, address, summaries)


def label_of(act_kind: str) -> str:
    """The act in words; its code where no app has named it."""
    return str(_kinds[act_kind].label) if act_kind in _kinds else act_kind


def address_of(act_kind: str, act_id: UUID) -> str:
    """Where the act can be looked at; empty where it has no page."""
    kind = _kinds.get(act_kind)
    return kind.address(act_id) if kind and kind.address else ""


def summaries_of(acts: Collection[tuple[str, UUID]]) -> dict[UUID, str]:
    """What these acts (kind, id) were about; those that nobody words are left out."""
    by_way: dict[Summaries, list[UUID]] = {}
    for act_kind, act_id in acts:
        kind = _kinds.get(act_kind)
        if kind is not None and kind.summaries is not None:
            by_way.setdefault(kind.summaries, []).append(act_id)
    return {act_id: text for summarise, ids in by_way.items() for act_id, text in summarise(ids).items()}
