"""Exact quantities: milligrams as Decimal, ledger volumes as whole microlitres. No floats anywhere."""

import re
from decimal import Decimal
from typing import Final

UL_PER_ML: Final = 1000
_NUMBER = re.compile(r"^\d{1,4}(?:[.,]\d{1,2})?$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")


class NotExact(ValueError):
    """The amount is no whole number of microlitres (or hundredths of a milligram) at this concentration."""


class NotANumber(ValueError):
    """The text is no amount that a person could have meant."""


class Ambiguous(ValueError):
    """A dot or comma before exactly three digits: one and a half, or a thousand? It is asked back, never guessed."""


def mg_to_ul(mg: Decimal, concentration: Decimal) -> int:
    """Microlitres that hold `mg` at `concentration` (mg per mL), exactly; raises NotExact rather than round."""
    microlitres = mg * UL_PER_ML / concentration
    whole = int(microlitres)
    if whole != microlitres or Decimal(whole) * concentration != mg * UL_PER_ML:
        raise NotExact(f"{mg} mg at {concentration} mg/mL")
    return whole


def ul_to_mg(ul: int, concentration: Decimal) -> Decimal:
    """Milligrams in `ul` microlitres at `concentration` (mg per mL), exactly to 0.01 mg; raises NotExact."""
    mg = Decimal(ul) * concentration / UL_PER_ML
    if mg != mg.quantize(Decimal("0.01")):
        raise NotExact(f"{ul} µL at {concentration} mg/mL")
    return mg.quantize(Decimal("0.01"))


def parse_amount(text: str) -> Decimal:
    """Read 4,5 and 4.5 alike. Raises Ambiguous for 1.234, NotANumber for anything else that is no amount."""
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "")
    if _THOUSANDS.match(cleaned):
        raise Ambiguous(text)
    if not _NUMBER.match(cleaned):
        raise NotANumber(text)
    return Decimal(cleaned.replace(",", "."))


parse_mg = parse_amount


def ml_to_ul(ml: Decimal) -> int:
    """Microlitres in `ml` millilitres, exactly; raises NotExact."""
    ul = ml * UL_PER_ML
    if ul != int(ul):
        raise NotExact(f"{ml} mL")
    return int(ul)


def format_decimal(value: Decimal, *, separator: str = ",", places: int | None = None) -> str:
    """An amount in the field's writing: decimal comma, no trailing zeros unless `places` asks for them."""
    if places is not None:
        text = f"{value:.{places}f}"
    else:
        text = f"{value:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    return text.replace(".", separator)


def format_ml(ul: int, *, separator: str = ",") -> str:
    """Microlitres as millilitres with at least one decimal: 6500 is 6,5 and 8000 is 8,0."""
    text = format_decimal(Decimal(ul) / UL_PER_ML, separator=separator)
    return text if separator in text else f"{text}{separator}0"


def format_size(ul: int, *, separator: str = ",") -> str:
    """A bottle's size in millilitres as its label writes it: 1000000 is 1000, 100000 is 100."""
    return format_decimal(Decimal(ul) / UL_PER_ML, separator=separator)
