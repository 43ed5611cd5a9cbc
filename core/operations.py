"""Figures that rooms above add to the operations page, which knows nothing of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class Figure:
    """One number with what it means, for who keeps the system running. `look`: it needs a look."""

    label: str | Promise
    value: str
    look: bool = False


Figures = Callable[[datetime], Iterable[Figure]]
_figures: dict[str, tuple[str | Promise, Figures]] = {}


def register(key: str, title: str | Promise, figures: Figures) -> None:
    """Add a group of figures to the page."""
    _figures[key] = (title, figures)


def figures(*, now: datetime) -> list[tuple[str | Promise, list[Figure]]]:
    """What the rooms above have to say, in the order in which they registered."""
    return [(title, list(ask(now))) for title, ask in _figures.values()]
