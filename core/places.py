"""Names of facilities for this lowest room, which knows only their numbers. The room of facilities says how to ask."""

from collections.abc import Callable, Collection, Mapping

Names = Callable[[Collection[int]], Mapping[int, str]]
_names: list[Names] = []


def register(names: Names) -> None:
    """Say who knows the names."""
    _names[:] = [names]


def names(facility_ids: Collection[int]) -> Mapping[int, str]:
    """The names of these facilities, by number."""
    return _names[0](facility_ids) if _names and facility_ids else {}
