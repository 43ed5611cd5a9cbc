"""Proofs of the sheets of paper: numbers without a gap, and each sheet what its digest says."""

from collections.abc import Iterable
from typing import Final

from core.digests import sha256_of
from core.proofs import Broken, Proof
from dispensing.models import Sheet
from dispensing.services.sheets import document


def documents() -> Iterable[Broken]:
    """Every sheet's content and digest recomputed."""
    for sheet in Sheet.objects.order_by("pk").iterator(chunk_size=200):
        if sha256_of(document(sheet)) != sheet.digest:
            yield Broken("sheet.documents", f"sheet {sheet.pk}", "its content is not what was printed")


def numbers() -> Iterable[Broken]:
    """A facility's numbers of a year count from 1, one by one, in the order of their printing."""
    expected: dict[tuple[int, int], int] = {}
    rows = Sheet.objects.order_by("facility_id", "year", "number").values_list("facility_id", "year", "number")
    for facility_id, year, number in rows.iterator():
        due = expected.get((facility_id, year), 0) + 1
        if number != due:
            yield Broken("sheet.numbers", f"facility {facility_id}, {year}", f"sheet {due} is missing before {number}")
        expected[facility_id, year] = number


SHEET_PROOFS: Final[dict[str, Proof]] = {"sheet.documents": documents, "sheet.numbers": numbers}
