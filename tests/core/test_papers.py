"""Forms as PDF and books as Excel files: whole, in Vietnamese, and nothing in them is taken for code."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.papers import Column, Fact, Paper, Signer, Table, pdf, xlsx

COLUMNS = (Column("Số lô"), Column("Hạn dùng"), Column("Tồn (mL)", number=True))
ROWS = (("060426", date(2028, 4, 30), Decimal("12000.5")), ('=HYPERLINK("x")', None, 7), ("#pagebreak()", None, None))


def a_paper(**changes: object) -> Paper:
    usual: dict[str, object] = {
        "title": "Biên bản giao nhận thuốc Methadone",
        "unit": "Trạm y tế xã Mường Pồn",
        "authority": "Sở Y tế tỉnh Điện Biên",
        "facts": (Fact("Người giao", "Lò Văn Ổn"),),
        "tables": (Table(COLUMNS, ROWS, total=("Cộng", None, Decimal("12007.5"))),),
        "signers": (Signer("Người giao"), Signer("Người nhận", "Quàng Thị Ễn")),
        "chain": "ab" * 32,
        "printed": "In lúc 06:10 24/11/2026",
    }
    return Paper(**{**usual, **changes})  # type: ignore[arg-type]


def test_pdf_of_a_long_book_has_more_bytes_for_more_pages() -> None:
    short = pdf(a_paper())
    long = pdf(a_paper(tables=(Table(COLUMNS, ROWS * 60),), landscape=True))

    assert len(long) > 2 * len(short)


@pytest.mark.parametrize("words", ["#panic()", '"}', "*_`$", "\\", "[", "</svg>", "ổ ễ ữ ặ"])
def test_words_on_a_form_are_never_markup(words: str) -> None:
    made = pdf(a_paper(title=words, unit=words, facts=(Fact(words, words),), notes=(words,), chain=words))

    assert made.startswith(b"%PDF-")


def test_excel_has_figures_as_figures_and_words_as_words() -> None:
    sheet = load_workbook(BytesIO(xlsx(a_paper()))).active
    assert sheet is not None
    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows()]

    start = rows.index(["Số lô", "Hạn dùng", "Tồn (mL)"])
    assert rows[start + 1][2] == 12000.5
    assert rows[start + 4] == ["Cộng", None, 12007.5]
    assert sheet.cell(row=start + 3, column=1).data_type == "s"
    assert rows[start + 2][0] == '=HYPERLINK("x")'


def test_a_sign_that_no_file_of_excel_can_hold_spoils_no_book() -> None:
    """Somebody pasted it into a fact, and facts stay: without this the book could never be made again."""
    spoilt = a_paper(tables=(Table(COLUMNS, (("a\x0bb\x1f\uffff", None, 1),), caption="c\x08"),), title="t\x01")
    book = load_workbook(BytesIO(xlsx(spoilt)))

    assert book.sheetnames == ["c"]
    assert any(cell.value == "ab" for row in book.worksheets[0].iter_rows() for cell in row)
    assert pdf(spoilt).startswith(b"%PDF-")


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="3 columns"):
        Table(COLUMNS, [("a", "b")])


@pytest.mark.parametrize("rows", [4, 6, 8, 10])
def test_what_is_scanned_costs_a_form_no_page_of_its_own(rows: int) -> None:
    def pages(**changes: object) -> list[bytes]:
        signers = (Signer("Người kiểm kê", "Lò Văn Ổn"), Signer("Phụ trách cơ sở"))
        facts = [Fact("Kiểm kê", "cuối tháng")] * 5
        tables = (Table(COLUMNS, ROWS[:1] * rows),)
        made = pdf(a_paper(facts=facts, tables=tables, signers=signers, landscape=True, **changes))
        return re.findall(rb"/Count \d+", made)

    assert pages() == pages(chain="")
