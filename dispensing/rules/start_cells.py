"""One cell of the form, read as people write: dates, exact numbers, words of a closed list. Pure.

What cannot be read is a sentence that says what is wrong and what to do; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar

from django.utils.translation import gettext as _

from core.quantities import Ambiguous, NotANumber, parse_mg

_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_DATED: Final = re.compile(r"(?P<words>[^()]+?)\s*(?:\((?:từ\s+)?(?P<day>[^()]*)\))?")
_FORMULA: Final = ("=", "+", "-", "@")
_ABROAD: Final = re.compile(r"\+84[\d\s.\-]+")  # a telephone number is no formula
_LONGEST: Final = 200
MOST_MG: Final = Decimal(1000)

Value = str | int | float | bool | date | datetime | None
T = TypeVar("T")


class CellFault(ValueError):
    """What is wrong with a cell, and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. `formula`: it is reckoned by the sheet, so that nobody typed what it shows."""

    value: Value
    formula: bool = False

    @property
    def empty(self) -> bool:
        return not self.formula and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


def folded(text: str) -> str:
    """Words as they are compared: composed letters, small, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().casefold()


def text_of(cell: Cell) -> str:
    """What is written, on one line. Raises CellFault for a formula, an error of the sheet, and what begins like one."""
    if cell.formula:
        raise CellFault(_("Ô này là công thức. Chép lại thành giá trị (Dán đặc biệt → Giá trị)."))
    if cell.value is None:
        return ""
    if isinstance(cell.value, bool):
        raise CellFault(_("Ô này là đúng/sai của Excel. Gõ lại bằng chữ."))
    if isinstance(cell.value, float):
        return _plain(cell.value)
    if isinstance(cell.value, (date, datetime)):
        return f"{cell.value:%d/%m/%Y}"
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(cell.value))).strip()
    if text.startswith(_FORMULA) and not _ABROAD.fullmatch(text):
        raise CellFault(_("Ô này bắt đầu bằng “%(sign)s” như một công thức. Gõ lại.") % {"sign": text[0]})
    if text.startswith("#"):
        raise CellFault(_("Ô này đang báo lỗi của Excel. Gõ lại."))
    if len(text) > _LONGEST or any(unicodedata.category(letter) == "Cc" for letter in text):
        raise CellFault(_("Ô này quá dài hoặc có ký tự lạ. Gõ lại cho ngắn."))
    return text


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def day_of(cell: Cell) -> date:
    """A date of Excel, or dd/mm/yyyy typed as text."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    typed = _DAY.fullmatch(text_of(cell).replace(" ", ""))
    if typed is None:
        raise CellFault(_("Không đọc được ngày. Viết như 24/11/2026 (ngày/tháng/năm)."))
    day, month, year = (int(part) for part in typed.groups())
    try:
        return date(year, month, day)
    except ValueError as error:
        raise CellFault(_("Không có ngày này trong lịch. Viết như 24/11/2026 (ngày/tháng/năm).")) from error


def mg_of(cell: Cell) -> Decimal:
    """An amount in mg: 4,5 and 4.5 alike; what could be a thousand is asked back."""
    text = text_of(cell)
    try:
        mg = parse_mg(text)
    except Ambiguous as error:
        words = _("“%(text)s” có thể đọc là hàng nghìn. Viết số mg với một hoặc hai chữ số sau dấu phẩy, như 4,5.")
        raise CellFault(words % {"text": text}) from error
    except NotANumber as error:
        raise CellFault(_("Không đọc được số mg. Viết như 60 hoặc 62,5.")) from error
    if not 0 < mg <= MOST_MG:
        raise CellFault(_("Số mg phải lớn hơn 0 và nhiều nhất 1000."))
    return mg


def parts_of(cell: Cell) -> tuple[Decimal, ...]:
    """The day's dose, in one part or, written 40+20, in two."""
    text = text_of(cell)
    parts = text.split("+")
    if len(parts) > 2:
        raise CellFault(_("Một ngày chia nhiều nhất hai lần, như 40+20."))
    return tuple(mg_of(Cell(part.strip())) for part in parts)


def count_of(cell: Cell, *, most: int) -> int:
    """A whole number from 0 to `most`."""
    text = text_of(cell)
    if not re.fullmatch(r"\d{1,2}", text) or int(text) > most:
        raise CellFault(_("Viết một số nguyên từ 0 đến %(most)d.") % {"most": most})
    return int(text)


def word_of(cell: Cell, allowed: Mapping[T, str]) -> T:
    """The word of a closed list, whatever its capitals."""
    return _picked(text_of(cell), allowed)


def says(cell: Cell, word: str) -> bool:
    """Whether just this word is written."""
    return not cell.formula and isinstance(cell.value, str) and folded(cell.value) == folded(word)


def _picked(text: str, allowed: Mapping[T, str]) -> T:
    for key, word in allowed.items():
        if folded(text) == folded(word):
            return key
    words = _("“%(text)s” không có trong danh sách. Chọn một trong: %(allowed)s.")
    raise CellFault(words % {"text": text, "allowed": "; ".join(allowed.values())})


def dated_words(cell: Cell) -> Iterable[tuple[str, date | None]]:
    """Words with semicolons between them, each with the day in brackets where it is known."""
    for part in (each.strip() for each in text_of(cell).split(";")):
        if not part:
            continue
        found = _DATED.fullmatch(part)
        if found is None:
            raise CellFault(_("Không đọc được “%(text)s”. Viết như: rượu (01/09/2026); động kinh.") % {"text": part})
        yield found["words"].strip(), day_of(Cell(found["day"])) if found["day"] else None


def dated_picks(cell: Cell, allowed: Mapping[T, str]) -> Iterable[tuple[T, date | None]]:
    """The same, of a closed list."""
    for words, day in dated_words(cell):
        yield _picked(words, allowed), day
