"""The kinds of act that somebody may have done alone, in words. Upper apps register theirs when they start."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True)
class Kind:
    """What people call the act, and where it can be looked at."""

    label: str | Promise
    address: Callable[[UUID], str] | None = None


_kinds: dict[str, Kind] = {}


def register(act_kind: str, label: str | Promise, *, address: Callable[[UUID], str] | None = None) -> None:
    _kinds[act_kind] = Kind(label, address)


def label_of(act_kind: str) -> str:
    """The act in words; its code where no app has named it."""
    return str(_kinds[act_kind].label) if act_kind in _kinds else act_kind


def address_of(act_kind: str, act_id: UUID) -> str:
    """Where the act can be looked at; empty where it has no page."""
    kind = _kinds.get(act_kind)
    return kind.address(act_id) if kind and kind.address else ""
