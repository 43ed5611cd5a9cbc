"""The form as it was read: rows of cells, and by which file."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispensing.rules.start_cells import Cell
from dispensing.rules.start_form import Field


@dataclass(frozen=True)
class StartBook:
    """`rows`: each with its number in the sheet. `letters`: which column a field stands in. `digest`: of the file."""

    rows: tuple[tuple[int, Mapping[Field, Cell]], ...]
    letters: Mapping[Field, str]
    digest: str
