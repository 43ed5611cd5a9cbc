"""One row of the form: what it says of one patient, and everything that is wrong with it at once. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _

from dispensing.rules.facts import Phase
from dispensing.rules.start_cells import (
    Cell,
    CellFault,
    count_of,
    dated_picks,
    dated_words,
    day_of,
    folded,
    mg_of,
    parts_of,
    says,
    text_of,
    word_of,
)
from dispensing.rules.start_form import (
    ALERTS,
    COLUMNS,
    CONSENTS,
    MEDICINES,
    ORDER,
    PHASES,
    PHONES_OF,
    SEXES,
    UNCHANGED,
    UNKNOWN,
    Field,
)
from dispensing.rules.started import MONTH, WEEK, declared_gap
from patients.rules.alerts import OTHER, AlertKind
from patients.rules.codes import LONGEST, SHORTEST
from patients.rules.names import initials_of
from patients.rules.person import tidy_phone

YOUNGEST: Final = 10  # years; a typing slip in the birth year, not a rule of treatment
OLDEST: Final = 1900
FIRST_TREATED: Final = date(2008, 1, 1)  # the country's first methadone site
TAKE_HOME_MOST: Final = 7  # days, as everywhere (domain 2.6)
_ONE_DAY: Final = timedelta(days=1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and what to do; `field` None where it is the whole row. Names nobody."""

    row: int
    field: Field | None
    sentence: str


@dataclass(frozen=True, slots=True)
class StartOrder:
    """The order on paper that is in force; both days are covered. `physician`: their username."""

    parts: tuple[Decimal, ...]
    starts_on: date
    ends_on: date
    phase: Phase
    physician: str
    signed_on: date

    @property
    def dose_mg(self) -> Decimal:
        return sum(self.parts, Decimal(0))


@dataclass(frozen=True, slots=True)
class StartRow:
    """One patient as the book before this one knows them. `number` is the row of the sheet.

    `last` None and `new` False: nobody knows when the last dose was. `new`: the treatment begins here, nothing was
    drunk before. Of a medicine: one of the register's list or `other`, its name, since when.
    """

    number: int
    code: str
    full_name: str
    sex: str
    birth_year: int
    phone: str
    phone_of: str
    language: str
    treated_since: date
    first_day: date
    order: StartOrder | None
    last: tuple[date, Decimal] | None
    new: bool
    missed_7: int | None
    missed_30: int | None
    changed_on: date | None
    before_mg: Decimal | None
    alerts: tuple[tuple[AlertKind, date | None], ...]
    medicines: tuple[tuple[str, str, date | None], ...]
    take_home_until: date | None
    agreed: bool

    @property
    def gap(self) -> int | None:
        """Days without a dose before the first day here, None where the last dose is unknown."""
        return declared_gap(last_on=self.last[0] if self.last else None, first_day=self.first_day)

    @property
    def known_from(self) -> date:
        """The first day of which this book knows what was drunk: after the last dose nothing was."""
        return self.last[0] + _ONE_DAY if self.last else self.first_day

    @property
    def stated(self) -> dict[str, Any]:
        """All that the row says, for telling whether it says the same again; without its place and its code."""
        said = asdict(self)
        del said["number"], said["code"]
        return said

    @property
    def person(self) -> tuple[str, int, str, date]:
        """Who it is, where no code says so."""
        return folded(self.full_name), self.birth_year, self.sex, self.treated_since


class _Row:
    """Reads the cells of a row one by one, and keeps every fault."""

    def __init__(self, number: int, cells: Mapping[Field, Cell]) -> None:
        self.number, self.cells, self.faults = number, cells, list[Fault]()

    def cell(self, field: Field) -> Cell:
        return self.cells.get(field, Cell(None))

    def wrong(self, field: Field | None, sentence: str) -> None:
        self.faults.append(Fault(self.number, field, sentence))

    def take(self, field: Field, read: Callable[[Cell], T]) -> T | None:
        """What stands there; None where it is empty or cannot be read."""
        if self.cell(field).empty:
            return None
        try:
            return read(self.cell(field))
        except CellFault as fault:
            self.wrong(field, fault.sentence)
            return None

    def has(self, field: Field) -> bool:
        return not self.cell(field).empty


def read_row(number: int, cells: Mapping[Field, Cell], *, place: str) -> tuple[StartRow | None, tuple[Fault, ...]]:
    """The row, or None with everything that is wrong with it. `place`: the facility that the file is for."""
    row = _Row(number, cells)
    for column in COLUMNS:
        if column.needed and not row.has(column.field):
            row.wrong(column.field, _("Ô này còn trống. %(asks)s") % {"asks": column.asks})
    told_place = row.take(Field.PLACE, text_of)
    if told_place is not None and folded(told_place) != folded(place):
        words = _("Tệp này nhập cho “%(place)s”, dòng này ghi nơi khác. Để dòng này sang tệp của nơi đó.")
        row.wrong(Field.PLACE, words % {"place": place})
    known = _last_dose(row) | _missed(row) | _change(row)
    read = StartRow(
        number=number,
        code=row.take(Field.CODE, _code) or "",
        full_name=row.take(Field.NAME, _name) or "",
        sex=row.take(Field.SEX, lambda cell: word_of(cell, SEXES)) or "",
        birth_year=row.take(Field.BORN, _year) or 0,
        phone=row.take(Field.PHONE, _phone) or "",
        phone_of=row.take(Field.PHONE_OF, lambda cell: word_of(cell, PHONES_OF)) or "own",
        language=row.take(Field.LANGUAGE, _language) or "",
        treated_since=row.take(Field.TREATED_SINCE, day_of) or date.min,
        first_day=row.take(Field.FIRST_DAY, day_of) or date.min,
        order=_order(row),
        alerts=row.take(Field.ALERTS, lambda cell: tuple(dated_picks(cell, ALERTS))) or (),
        medicines=row.take(Field.MEDICINES, _medicines) or (),
        take_home_until=row.take(Field.TAKE_HOME, day_of),
        agreed=row.take(Field.CONSENT, lambda cell: word_of(cell, CONSENTS)) == "yes",
        **known,
    )
    if not row.faults:
        _together(row, read)
    return (None if row.faults else read), tuple(row.faults)


def check_new(row: StartRow, *, today: date) -> tuple[Fault, ...]:
    """What cannot be so today, asked of a row that is not in the books yet."""
    found = []
    days = [
        (Field.LAST_ON, row.last[0] if row.last else None),
        (Field.SIGNED_ON, row.order.signed_on if row.order else None),
        *((Field.ALERTS, day) for _kind, day in row.alerts),
        *((Field.MEDICINES, day) for _medicine, _name, day in row.medicines),
    ]
    if row.first_day < today:
        words = _("Ngày đầu không được ở trước hôm nay: buổi đã uống thì đã ở sổ giấy. Ghi hôm nay hoặc ngày mai.")
        found.append(Fault(row.number, Field.FIRST_DAY, words))
    for field, day in days:
        if day is not None and day > today:
            found.append(Fault(row.number, field, _("Ngày này chưa tới. Xem lại.")))
    if row.birth_year > today.year - YOUNGEST:
        found.append(Fault(row.number, Field.BORN, _("Năm sinh này quá gần. Kiểm tra lại.")))
    return tuple(found)


def _code(cell: Cell) -> str:
    text = text_of(cell)
    if not (text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST):
        raise CellFault(_("Mã số gồm 4 đến 10 chữ số. Mã có chữ cái: để trống, Trạm cấp mã mới."))
    return text


def _name(cell: Cell) -> str:
    text = text_of(cell)
    try:
        initials_of(text)
    except ValueError as error:
        raise CellFault(_("Họ và tên cần có chữ cái.")) from error
    if len(text) > 120:
        raise CellFault(_("Họ và tên dài nhất 120 chữ."))
    return text


def _year(cell: Cell) -> int:
    text = text_of(cell)
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) >= OLDEST):
        raise CellFault(_("Năm sinh gồm bốn chữ số, như 1984."))
    return int(text)


def _phone(cell: Cell) -> str:
    """A sheet takes the first zero away from what it holds for a number."""
    text = text_of(cell)
    try:
        return tidy_phone(f"0{text}" if isinstance(cell.value, (int, float)) else text)
    except ValueError as error:
        raise CellFault(_("Số điện thoại gồm 10 hoặc 11 chữ số, như 0912 345 678.")) from error


def _language(cell: Cell) -> str:
    text = text_of(cell)
    if len(text) > 40:
        raise CellFault(_("Viết tên một thứ tiếng, ngắn hơn."))
    return text


def _medicines(cell: Cell) -> tuple[tuple[str, str, date | None], ...]:
    found = []
    for name, day in dated_words(cell):
        if len(name) > 80:
            raise CellFault(_("Tên thuốc dài nhất 80 chữ. Nhiều thuốc: cách nhau bằng dấu chấm phẩy."))
        found.append((MEDICINES.get(folded(name), OTHER), name, day))
    return tuple(found)


def _last_dose(row: _Row) -> dict[str, Any]:
    """The last dose, known or said to be unknown; empty for who begins here."""
    if says(row.cell(Field.LAST_ON), UNKNOWN):
        if row.has(Field.LAST_MG):
            row.wrong(Field.LAST_MG, _("Không rõ ngày thì để trống số mg của liều cuối."))
        return {"last": None, "new": False}
    day, mg = row.take(Field.LAST_ON, day_of), row.take(Field.LAST_MG, mg_of)
    if row.has(Field.LAST_ON) and not row.has(Field.LAST_MG):
        row.wrong(Field.LAST_MG, _("Ghi số mg của liều cuối. Không biết: ghi “không rõ” ở ngày uống liều cuối."))
    if row.has(Field.LAST_MG) and not row.has(Field.LAST_ON):
        row.wrong(Field.LAST_ON, _("Ghi ngày uống liều cuối, hoặc viết: không rõ."))
    return {"last": (day, mg) if day and mg else None, "new": not row.has(Field.LAST_ON)}


def _missed(row: _Row) -> dict[str, Any]:
    fields = (Field.MISSED_7, Field.MISSED_30)
    unknown = [says(row.cell(field), UNKNOWN) for field in fields]
    if any(unknown):
        if not all(unknown):
            row.wrong(fields[unknown.index(False)], _("Hai ô số ngày vắng cùng là số, hoặc cùng viết: không rõ."))
        return {"missed_7": None, "missed_30": None}
    found = [
        row.take(field, lambda cell, most=most: count_of(cell, most=most))  # type: ignore[misc]
        for field, most in zip(fields, (WEEK, MONTH), strict=True)
    ]
    if row.has(Field.LAST_ON):
        for field in fields:
            if not row.has(field):
                row.wrong(field, _("Ô này còn trống. Viết 0 nếu uống đủ, hoặc viết: không rõ."))
    return {"missed_7": found[0], "missed_30": found[1]}


def _change(row: _Row) -> dict[str, Any]:
    nothing = any(says(row.cell(Field.CHANGED_ON), word) for word in (UNKNOWN, UNCHANGED))
    if nothing and row.has(Field.BEFORE_MG):
        row.wrong(Field.BEFORE_MG, _("Có liều trước khi đổi thì ghi cả ngày đổi liều, hoặc để trống ô này."))
    return {
        "changed_on": None if nothing else row.take(Field.CHANGED_ON, day_of),
        "before_mg": row.take(Field.BEFORE_MG, mg_of),
    }


def _order(row: _Row) -> StartOrder | None:
    """The six cells of the order: all of them, or none."""
    given = [field for field in ORDER if row.has(field)]
    if not given:
        return None
    for field in ORDER:
        if field not in given:
            row.wrong(field, _("Ô này còn trống. Ghi đủ sáu ô về đơn, hoặc để trống cả sáu."))
    parts = row.take(Field.DOSE, parts_of)
    starts_on, ends_on = row.take(Field.ORDER_FROM, day_of), row.take(Field.ORDER_UNTIL, day_of)
    phase = row.take(Field.PHASE, lambda cell: word_of(cell, PHASES))
    physician, signed_on = row.take(Field.PHYSICIAN, text_of), row.take(Field.SIGNED_ON, day_of)
    if not (parts and starts_on and ends_on and phase and physician and signed_on):
        return None
    return StartOrder(parts, starts_on, ends_on, phase, physician.lower(), signed_on)


def _together(row: _Row, read: StartRow) -> None:
    """What each cell says by itself and what cannot be so together."""
    if read.treated_since < FIRST_TREATED or read.treated_since.year < read.birth_year + YOUNGEST:
        row.wrong(Field.TREATED_SINCE, _("Ngày này quá sớm. Xem lại năm."))
    if read.treated_since > read.first_day:
        row.wrong(Field.TREATED_SINCE, _("Ngày bắt đầu điều trị không thể sau ngày đầu uống tại đây."))
    _last_together(row, read)
    _missed_together(row, read)
    _order_together(row, read)
    if read.changed_on is not None and not read.treated_since <= read.changed_on <= read.first_day:
        row.wrong(Field.CHANGED_ON, _("Ngày đổi liều phải từ ngày bắt đầu điều trị đến ngày đầu uống tại đây."))
    if len({kind for kind, _day in read.alerts}) != len(read.alerts):
        row.wrong(Field.ALERTS, _("Một điều được ghi hai lần. Giữ lại một."))


def _last_together(row: _Row, read: StartRow) -> None:
    if read.new and read.treated_since < read.first_day:
        words = _("Người đã điều trị thì phải có liều cuối. Ghi ngày uống liều cuối, hoặc viết: không rõ.")
        row.wrong(Field.LAST_ON, words)
    if read.last is None:
        return
    if read.last[0] >= read.first_day:
        words = _("Liều cuối phải ở trước ngày đầu uống tại đây; từ ngày đầu thì ghi trong Trạm.")
        row.wrong(Field.LAST_ON, words)
    if read.last[0] < read.treated_since:
        row.wrong(Field.LAST_ON, _("Liều cuối không thể ở trước ngày bắt đầu điều trị."))


def _missed_together(row: _Row, read: StartRow) -> None:
    """The declared days beside each other and beside the last dose."""
    week, month, gap = read.missed_7, read.missed_30, read.gap
    if week is None or month is None:
        return
    if not week <= month <= week + MONTH - WEEK:
        row.wrong(Field.MISSED_30, _("Số ngày vắng trong 30 ngày không khớp với số ngày vắng trong 7 ngày. Đếm lại."))
    if gap is None:
        return
    for field, count, days in ((Field.MISSED_7, week, WEEK), (Field.MISSED_30, month, MONTH)):
        least, most = min(gap, days), days - (gap < days)
        if not least <= count <= most:
            words = _("Liều cuối cách ngày đầu %(gap)d ngày, nên ô này phải từ %(least)d đến %(most)d. Đếm lại.")
            row.wrong(field, words % {"gap": gap, "least": least, "most": most})


def _order_together(row: _Row, read: StartRow) -> None:
    order = read.order
    if read.take_home_until is not None:
        if order is None:
            row.wrong(Field.TAKE_HOME, _("Có thuốc mang về thì phải có đơn còn hạn: mỗi lọ là liều cả ngày theo đơn."))
        if not read.first_day <= read.take_home_until < read.first_day + timedelta(days=TAKE_HOME_MOST):
            words = _("Thuốc mang về: từ ngày đầu uống tại đây, nhiều nhất %(days)d ngày. Hết trước đó thì để trống.")
            row.wrong(Field.TAKE_HOME, words % {"days": TAKE_HOME_MOST})
    if order is None:
        return
    if order.ends_on < order.starts_on:
        row.wrong(Field.ORDER_UNTIL, _("Ngày cuối của đơn ở trước ngày đầu. Xem lại."))
    elif order.ends_on < read.first_day:
        words = _("Đơn hết hạn trước ngày đầu uống tại đây. Hỏi bác sĩ đơn mới, hoặc để trống cả sáu ô về đơn.")
        row.wrong(Field.ORDER_UNTIL, words)
    if order.starts_on > read.first_day:
        row.wrong(Field.ORDER_FROM, _("Đơn bắt đầu sau ngày đầu uống tại đây: ngày đầu sẽ không có liều. Hỏi bác sĩ."))
    if order.signed_on > order.starts_on:
        row.wrong(Field.SIGNED_ON, _("Đơn phải ký trước hoặc đúng ngày đầu của đơn. Xem lại."))
    if read.changed_on is not None and read.changed_on > order.starts_on:
        row.wrong(Field.CHANGED_ON, _("Ngày đổi liều sau ngày đầu của đơn: đơn này chưa có liều đó. Xem lại."))
    if read.before_mg is not None and read.before_mg == order.dose_mg:
        row.wrong(Field.BEFORE_MG, _("Liều trước khi đổi bằng liều theo đơn. Xem lại ngày đổi liều."))
