"""Hands for tests of a site that begins: rows of the form by their headings, as a file, as a book that was read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook

from core.access import Access
from dispensing.forms import start_book
from dispensing.rules.start_book import StartBook
from dispensing.rules.start_form import COLUMNS, Field
from dispensing.services import starting
from dispensing.services.starting import Saved
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning

FIRST_DAY: Final = world.TODAY
YESTERDAY: Final = FIRST_DAY - timedelta(days=1)
HEADINGS: Final = {column.field: str(column.heading) for column in COLUMNS}
GOOD: Final[dict[Field, Any]] = {
    Field.NAME: "Lò Văn Bắt Đầu", Field.SEX: "nam", Field.BORN: 1984, Field.PHONE: 912345678,
    Field.LANGUAGE: "tiếng Thái", Field.TREATED_SINCE: "03/04/2021", Field.PLACE: cast.SITE,
    Field.FIRST_DAY: datetime.combine(FIRST_DAY, datetime.min.time()), Field.DOSE: "60,0",
    Field.ORDER_FROM: "16/11/2026", Field.ORDER_UNTIL: "15/12/2026", Field.PHASE: "Điều trị duy trì",
    Field.PHYSICIAN: cast.PHYSICIAN.username, Field.SIGNED_ON: "15/11/2026", Field.LAST_ON: "23/11/2026",
    Field.LAST_MG: 60.0, Field.MISSED_7: 0, Field.MISSED_30: 2, Field.CHANGED_ON: "02/10/2026", Field.CONSENT: "có",
}  # fmt: skip


def row(**changes: Any) -> dict[Field, Any]:
    """A good row with these columns changed, by the values of Field."""
    return GOOD | {Field(name): value for name, value in changes.items()}


def drank(days_ago: int, **changes: Any) -> dict[Field, Any]:
    """Somebody whose last dose was so many days before the first day here."""
    gap = days_ago - 1
    last = FIRST_DAY - timedelta(days=days_ago)
    counts = {"missed_7": min(gap, 7), "missed_30": min(gap, 30)}
    return row(last_on=last, **counts | changes)


def file(*rows: Mapping[Field, Any], headings: Sequence[str] | None = None) -> bytes:
    """A filled-in form without its looks."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Người bệnh"
    sheet.append(list(headings or HEADINGS.values()))
    for each in rows:
        sheet.append([each.get(field) for field in HEADINGS])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def book(*rows: Mapping[Field, Any]) -> StartBook:
    return start_book.read(file(*rows))


def saved(*rows: Mapping[Field, Any], by: Access | None = None, now: datetime = world.NOW) -> Saved:
    return starting.save(
        book=book(*rows), facility_id=morning.site().pk, by=by or morning.access(cast.SITE_HEAD), now=now
    )


def patient(made: Saved, number: int = 2) -> Patient:
    return Patient.objects.get(code=made.codes[number])


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  a calendar day
