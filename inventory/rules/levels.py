"""What is shown of a bottle to who may not see its book."""

from enum import StrEnum

from core.quantities import UL_PER_ML
from inventory.rules.settings import StockSettings


class BottleLevel(StrEnum):
    """Before the day's measure nobody who measures sees the book (domain 12.3)."""

    ENOUGH = "enough"
    LOW = "low"
    SHORT = "short"


def level(*, book_ul: int, next_dose_ul: int | None, settings: StockSettings) -> BottleLevel:
    """A level in place of the book figure: not enough for the next dose, under 100 mL, or enough."""
    if book_ul <= 0 or (next_dose_ul is not None and book_ul < next_dose_ul):
        return BottleLevel.SHORT
    return BottleLevel.LOW if book_ul < settings.level_low_ml * UL_PER_ML else BottleLevel.ENOUGH
