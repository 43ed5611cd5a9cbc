"""The form as a file: what is none is refused in words, nothing in it is carried out, and the empty one is safe."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from dispensing.forms import start_book
from dispensing.forms.start_book import BookRefused
from dispensing.rules.start_form import Field
from tests.dispensing import beginning
from tests.dispensing.beginning import HEADINGS, row


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def swollen(name: str, where: str, what: str, times: int) -> bytes:
    """A good form whose part `name` repeats something small, so often that reading it all would fill the memory."""
    out = BytesIO()
    with ZipFile(BytesIO(beginning.file(row()))) as good, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for part in good.namelist():
            text = good.read(part).decode()
            packed.writestr(part, text.replace(where, what * times + where) if part == name else text)
    return out.getvalue()


def formula_book() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(HEADINGS.values()))
    sheet.append([beginning.row(dose="=1+1").get(field) for field in HEADINGS])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "không phải tệp Excel"),
        (b"ma,ten\n1,A\n", "không phải tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "không phải tệp Excel"),
        (zipped(a=b"x"), "không phải tệp Excel"),
        (zipped(**{"xl/worksheets/sheet1.xml": b"\0" * 61_000_000}), "không phải tệp Excel"),
        (swollen("xl/styles.xml", "</cellXfs>", "<xf/>", 100_001), "không phải tệp Excel"),
        (swollen("xl/worksheets/sheet1.xml", "</row></sheetData>", "<c/>", 2_000_001), "không phải tệp Excel"),
        (b"x" * 5_000_001, "lớn hơn 5 MB"),
        (beginning.file(), "chưa có dòng người bệnh nào"),
        (beginning.file(row(), headings=["a"] * len(HEADINGS)), "hàng tiêu đề"),
        (beginning.file(row(), headings=[*list(HEADINGS.values())[:-1], "Ghi chú"]), "Thiếu cột: Đồng ý lưu hồ sơ"),
        (beginning.file(*[row()] * 1001), "nhiều nhất 1000 người"),
    ],
)
def test_what_is_not_the_form_is_refused_in_words(content, sentence):
    with pytest.raises(BookRefused) as refused:
        start_book.read(content)

    assert sentence in refused.value.sentence


def test_formula_in_a_file_is_found_and_not_reckoned():
    book = start_book.read(formula_book())

    assert book.rows[0][1][Field.DOSE].formula


def test_form_carries_no_formula_and_says_what_each_column_asks():
    book = load_workbook(BytesIO(start_book.form()))

    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [sheet.title for sheet in book] == ["Người bệnh", "Cách ghi"]
    assert {str(cell.value).rstrip(" *") for cell in book["Người bệnh"][1]} == set(HEADINGS.values())


def test_form_is_the_same_whatever_the_language_of_the_page():
    with translation.override("en"):
        sheet: Any = load_workbook(BytesIO(start_book.form())).worksheets[0]
        read = start_book.read(beginning.file(row(sex="nữ")))

    assert [cell.value.rstrip(" *") for cell in sheet[1]] == list(HEADINGS.values())
    assert len(read.rows) == 1
