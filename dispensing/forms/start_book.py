"""The form by which a site begins, as an Excel file: how it is made, and how one that came back is read.

Nothing of a file is trusted: its size, what it unpacks to, its rows, formulas. Nothing in it is ever carried out.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import TYPE_FORMULA, TYPE_STRING
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_STYLE

from dispensing.rules.start_book import StartBook
from dispensing.rules.start_cells import Cell, Value, folded
from dispensing.rules.start_form import AS_OF_THE_EVENING, COLUMNS, EVENING, EXPLAINED, SHEET, Column, Field, Holds

MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 60_000_000
MOST_OF_A_PART: Final = 8_000_000  # a full form has a sixth of it; a cell of four letters takes 300 bytes of ours
MOST_OF_STYLES: Final = 500_000  # read whole, and a style of five letters takes 600
MOST_PARTS: Final = 200
MOST_ROWS: Final = 1000
_MOST_COLUMNS: Final = 60
_HEADINGS_WITHIN: Final = 10  # rows: a title may stand above them
_ROWS_SHAPED: Final = 600  # of the empty form
_BAD: Final = (BadZipFile, InvalidFileException, ParseError, ZlibError, KeyError, ValueError, TypeError, EOFError,
               AttributeError, IndexError, NotImplementedError, RuntimeError, OSError)  # fmt: skip
_HEADING: Final = Font(bold=True)
_NEEDED: Final = PatternFill("solid", fgColor="FFE7C2")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


class BookRefused(Exception):
    """The file cannot be read as the form; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def read(content: bytes) -> StartBook:
    """The rows of a form that came back. Raises BookRefused."""
    if len(content) > MOST_BYTES:
        words = _("Tệp lớn hơn %(most)d MB. Xóa ảnh và trang tính thừa, hoặc chia tệp.")
        raise BookRefused(words % {"most": MOST_BYTES // 1_000_000})
    try:
        rows = list(_rows(content))
    except _BAD as error:
        words = _("Đây không phải tệp Excel .xlsx, hoặc tệp bị hỏng hay có mật khẩu. Mở bằng Excel rồi lưu lại .xlsx.")
        raise BookRefused(words) from error
    head, columns = _headings(rows)
    found = [
        (number, {field: cells[index] for index, field in columns.items() if index < len(cells)})
        for number, cells in rows[head:]
    ]
    filled = [(number, cells) for number, cells in found if any(not cell.empty for cell in cells.values())]
    if not filled:
        raise BookRefused(_("Tệp chưa có dòng người bệnh nào."))
    if len(filled) > MOST_ROWS:
        raise BookRefused(_("Một tệp có nhiều nhất %(most)d người. Chia thành nhiều tệp.") % {"most": MOST_ROWS})
    letters = {field: get_column_letter(index + 1) for index, field in columns.items()}
    return StartBook(tuple(filled), letters, hashlib.sha256(content).hexdigest())


def _rows(content: bytes) -> Iterable[tuple[int, list[Cell]]]:
    """The rows of the sheet of patients, as far as they may go; formulas stay formulas."""
    with ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise ValueError("Unpacks to more than any form.")
        if any(part.file_size > (MOST_OF_STYLES if part.filename == ARC_STYLE else MOST_OF_A_PART) for part in parts):
            raise ValueError("A part is larger than any form's.")
    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        names = {folded(name): name for name in book.sheetnames}
        sheet: Any = book[names.get(folded(SHEET), book.sheetnames[0])]
        sheet.reset_dimensions()  # what a file says of its size is not believed
        last = _HEADINGS_WITHIN + MOST_ROWS + 1
        for number, cells in enumerate(sheet.iter_rows(max_row=last, max_col=_MOST_COLUMNS), start=1):
            yield number, [_cell(cell) for cell in cells]
    finally:
        book.close()


def _cell(cell: Any) -> Cell:
    if cell.data_type == TYPE_FORMULA:
        return Cell(None, formula=True)
    value: Value = cell.value if isinstance(cell.value, Value | None) else str(cell.value)
    return Cell(value)


def _headings(rows: Sequence[tuple[int, list[Cell]]]) -> tuple[int, Mapping[int, Field]]:
    """(how many rows stand above the first patient, which column is what)."""
    known = {_plain(column.heading): column.field for column in COLUMNS}
    for place, (_number, cells) in enumerate(rows[:_HEADINGS_WITHIN]):
        said = [_plain(cell.value) if isinstance(cell.value, str) else "" for cell in cells]
        if sum(words in known for words in said) < len(COLUMNS) // 2:
            continue
        columns = {index: known[words] for index, words in enumerate(said) if words in known}
        _complain(said, known, columns)
        return place + 1, columns
    words = _("Không thấy hàng tiêu đề. Dùng mẫu của Trạm và giữ nguyên tên các cột.")
    raise BookRefused(words)


def _complain(said: Sequence[str], known: Mapping[str, Field], columns: Mapping[int, Field]) -> None:
    """A column that is missing, twice, or nobody's, is asked about at once: a value could land anywhere."""
    missing = [column.heading for column in COLUMNS if column.field not in columns.values()]
    twice = sorted({words for words in said if words in known and said.count(words) > 1})
    strange = sorted({words for words in said if words and words not in known})
    found = [
        sentence % {"columns": "; ".join(each)}
        for each, sentence in (
            (missing, _("Thiếu cột: %(columns)s.")),
            (twice, _("Cột lặp lại: %(columns)s.")),
            (strange, _("Cột lạ: %(columns)s.")),
        )
        if each
    ]
    if found:
        raise BookRefused(" ".join([*found, _("Dùng mẫu của Trạm và giữ nguyên tên các cột.")]))


def _plain(heading: str) -> str:
    return folded(heading.rstrip(" *"))


def form() -> bytes:
    """The empty form: one sheet to fill in, one that explains each column; in the language of what it holds."""
    with translation.override(settings.LANGUAGE_CODE):
        return _form()


def _form() -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one
    sheet.title = SHEET
    for index, column in enumerate(COLUMNS, start=1):
        _shape(sheet, index, column)
    sheet.freeze_panes = "C2"
    _explain(book.create_sheet(EXPLAINED))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _shape(sheet: Worksheet, index: int, column: Column) -> None:
    heading = f"{column.heading} *" if column.needed else column.heading
    _write(sheet, 1, index, heading, font=_HEADING)
    if column.needed:
        sheet.cell(row=1, column=index).fill = _NEEDED
    letter = get_column_letter(index)
    sheet.column_dimensions[letter].width = 26 if column.field == Field.NAME else 16
    shown = {Holds.TEXT: "@", Holds.DAY: "dd/mm/yyyy", Holds.NUMBER: "General"}[column.holds]
    sheet.column_dimensions[letter].number_format = shown
    if column.words and column.field != Field.ALERTS:
        words = ",".join(column.words)
        choices = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
        choices.error = _("Chọn một từ trong danh sách.")
        sheet.add_data_validation(choices)
        choices.add(f"{letter}2:{letter}{_ROWS_SHAPED + 1}")


def _explain(sheet: Worksheet) -> None:
    heads = [_("Cột"), _("Phải ghi"), _("Cách ghi"), _("Từ được dùng"), _("Ví dụ")]
    for index, words in enumerate(heads, start=1):
        _write(sheet, 1, index, words, font=_HEADING)
    for row, column in enumerate(COLUMNS, start=2):
        asks = f"{column.asks} {EVENING}" if column.field in AS_OF_THE_EVENING else column.asks
        allowed = "; ".join(column.words)
        needed = _("có") if column.needed else ""
        for index, told in enumerate([column.heading, needed, asks, allowed, column.example], start=1):
            _write(sheet, row, index, told)
    notes = [
        _("Số: 4,5 hay 4.5 đều được. Không dùng dấu chấm hàng nghìn."),
        _("Ngày: ngày thật của Excel, hoặc gõ ngày/tháng/năm như 24/11/2026."),
        _("Không dùng công thức. Mỗi người một dòng, không gộp ô."),
        _("Tệp có họ tên người bệnh: giữ kín như sổ đăng ký, và xóa các bản sao sau khi đã lưu."),
    ]
    for row, words in enumerate(notes, start=len(COLUMNS) + 3):
        _write(sheet, row, 1, words)
    for letter, width in zip("ABCDE", (30, 10, 70, 40, 28), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"


def _write(sheet: Worksheet, row: int, column: int, words: str, *, font: Font | None = None) -> None:
    at = sheet.cell(row=row, column=column, value=words)
    at.data_type = TYPE_STRING  # a word that begins with = stays a word
    at.alignment = _WRAPPED
    if font is not None:
        at.font = font
