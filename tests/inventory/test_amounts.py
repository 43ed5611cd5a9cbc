"""Amounts in the words of stock carry the decimal sign of the language in use."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from core.quantities import format_size
from inventory.queries import papers
from inventory.rules import bottles
from inventory.rules.kinds import ActKind

LINE = {
    "bottles": 2,
    "size_ul": 100_500,
    "lot": "MD-1",
    "expires_on": "2027-11-30",
    "concentration": "2.5",
    "manufacturer": "Danapha",
}


@pytest.mark.parametrize(("ul", "written"), [(1_000_000, "1000"), (100_000, "100"), (100_500, "100,5")])
def test_bottle_size_is_written_as_on_its_label(ul: int, written: str) -> None:
    assert format_size(ul) == written


@pytest.mark.parametrize(("language", "strength", "volume"), [("vi", "2,5", "100,5"), ("en", "2.5", "100.5")])
def test_delivered_line_in_a_language_has_its_decimal_sign(language: str, strength: str, volume: str) -> None:
    stated = {"supplier": "CDC", "document_number": "PX-1", "lines": [LINE], "note": ""}

    with override(language):
        words = papers.facts(ActKind.RECEIPT, stated)[2].text

    assert f"{volume} mL, {strength} mg/mL" in words


@pytest.mark.parametrize(("language", "words"), [("vi", "2,5 mg/mL"), ("en", "2.5 mg/mL")])
def test_strength_in_a_language_has_its_decimal_sign(language: str, words: str) -> None:
    with override(language):
        assert bottles.strength_words(Decimal("2.5")) == words
