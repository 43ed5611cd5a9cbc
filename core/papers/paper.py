"""What stands on a form: heads, facts, tables, signatures, and what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """One column; `share` is its width beside the others', `number` sets its figures under each other."""

    words: str
    share: int = 1
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows in the order of the paper book; every row has as many cells as there are columns. `total` stands below."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    total: Sequence[Cell] | None = None
    empty: str = ""

    def __post_init__(self) -> None:
        for row in [*self.rows, *([self.total] if self.total is not None else [])]:
            if len(row) != len(self.columns):
                raise ValueError(f"A row of {len(row)} cells under {len(self.columns)} columns.")


@dataclass(frozen=True)
class Fact:
    """One line of the form's head or body: what, and what is so."""

    name: str
    words: str


@dataclass(frozen=True)
class Signer:
    """A block to sign in, by hand; `name` where it is known who."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class Paper:
    """A form of the field, A4, black and white.

    `authority` and `unit` stand on the left of the head as on every Vietnamese official paper, `code` (the form's own,
    such as "PL1, Mẫu 1") on the right. `chain` is the last link of the ledger that the figures were read at; it is
    printed and drawn as a QR code. `printed` says when and by whom.
    """

    title: str
    unit: str
    authority: str = ""
    code: str = ""
    number: str = ""
    period: str = ""
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    signers: Sequence[Signer] = ()
    chain: str = ""
    printed: str = ""
    landscape: bool = False
