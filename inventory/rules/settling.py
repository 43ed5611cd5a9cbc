"""What the emptying of a bottle settles, and how far from its label a bottle may be. Pure; microlitres."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.quantities import UL_PER_ML
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code, Level, Violation


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where what the books say of an empty bottle goes; loss and surplus never in one bottle and never
    netted.

    `returned`: book that pays back what the same bottle gave beyond it. `residue_book` + `residue_overfill`
    is the measured residue, poured out. `underfill`: in the book and not in the bottle, a loss.
    `overfill_given`: given to patients beyond the book.
    """

    returned: int
    residue_book: int
    residue_overfill: int
    underfill: int
    overfill_given: int

    @property
    def overfill(self) -> int:
        """Everything that the bottle held beyond its label: the surplus (dư thừa)."""
        return self.overfill_given + self.residue_overfill


def settle(*, book_ul: int, beyond_ul: int, residue_ul: int) -> Settlement:
    """What the emptying of a bottle books. The bottle is physically empty but for the measured residue."""
    returned = min(book_ul, beyond_ul)
    book, beyond = book_ul - returned, beyond_ul - returned
    residue_book = min(residue_ul, book)
    return Settlement(
        returned=returned,
        residue_book=residue_book,
        residue_overfill=residue_ul - residue_book,
        underfill=book - residue_book,
        overfill_given=beyond,
    )


def tolerance_ul(size_ul: int, settings: StockSettings) -> int:
    """How much more or less than its label a bottle may hold without a case (domain 12.3)."""
    share = Decimal(size_ul) * settings.bottle_tolerance_pct / 100
    return int(min(share, settings.bottle_tolerance_max_ml * UL_PER_ML))


def check_settlement(settlement: Settlement, *, size_ul: int, settings: StockSettings) -> tuple[Violation, ...]:
    """What opens a case: a yield further from the label than a bottle's tolerance."""
    limit = tolerance_ul(size_ul, settings)
    found: list[Violation] = []
    if settlement.overfill > limit:
        found.append(Violation(Code.OVERFILL, Level.NOTE, _("Chai cho nhiều hơn nhãn quá mức cho phép.")))
    if settlement.underfill > limit:
        found.append(Violation(Code.UNDERFILL, Level.NOTE, _("Chai cho ít hơn nhãn quá mức cho phép.")))
    return tuple(found)
