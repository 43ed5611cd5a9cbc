"""`manage.py import_patients FILE.xlsx --facility PLACE --by USERNAME`: the start of a site (docs/operations.md).

First it only checks and tells what would be made and what is wrong, row by row; `--save` writes all of it or nothing.
`--form FILE.xlsx` makes the empty form. No name is ever printed: rows of the sheet, and codes.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from dispensing.forms import start_book
from dispensing.rules.start_book import StartBook
from dispensing.rules.start_words import last_words, morning_words, order_words, where, whose
from dispensing.services import starting
from dispensing.services.starting import Plan, StartRefused
from facilities.models import Facility
from staff.models import Person
from staff.queries.appointments import standing_at


class Command(BaseCommand):
    help = "Check, and with --save write, the patients of a site that begins, from the Excel form."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the form, filled in")
        parser.add_argument("--form", type=Path, metavar="FILE", help="write the empty form to this file, and end")
        parser.add_argument("--facility", help="the facility: its number or its name")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name; their appointment must allow it")
        parser.add_argument("--save", action="store_true", help="write it; without this nothing is written")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["form"]:
            return self._form(options["form"])
        if not (options["file"] and options["facility"] and options["by"]):
            raise CommandError(_("Cần tệp, --facility và --by. Mẫu trống: --form TỆP.xlsx"))
        facility = _facility(options["facility"])
        book = _read(options["file"])
        asked: dict[str, Any] = {
            "book": book,
            "facility_id": facility.pk,
            "by": _person(options["by"], facility),
            "now": clock.now(),
        }
        try:
            plan = starting.check(**asked)
            self._tell(plan, book)
            if not plan.good:
                raise CommandError(_("%(count)d chỗ cần sửa. Chưa ghi gì.") % {"count": len(plan.faults)})
            if options["save"]:
                self._saved(starting.save(**asked))
            else:
                self.stdout.write(_("Chưa ghi gì. Xem kỹ từng dòng rồi chạy lại với --save."))
        except PermissionDenied as error:
            raise CommandError(_("Người này không được phân công đăng ký người bệnh cho cơ sở này hôm nay.")) from error
        except StartRefused as refused:
            raise CommandError(refused.sentence or _("Tệp vừa có chỗ sai. Kiểm tra lại. Chưa ghi gì.")) from refused

    def _form(self, path: Path) -> None:
        path.write_bytes(start_book.form())
        self.stdout.write(_("Đã tạo mẫu: %(file)s") % {"file": path})

    def _tell(self, plan: Plan, book: StartBook) -> None:
        for planned in plan.fresh:
            row = planned.row
            said = [whose(row), order_words(row), _("liều cuối: %(words)s") % {"words": last_words(row)}]
            if row.take_home_until:
                said.append(_("thuốc mang về đến %(day)s") % {"day": f"{row.take_home_until:%d/%m/%Y}"})
            morning = _("sáng đầu: %(words)s") % {"words": morning_words(planned.morning)}
            self.stdout.write(_("Dòng %(row)d: %(said)s") % {"row": row.number, "said": "; ".join([*said, morning])})
        for number, code in plan.standing:
            self.stdout.write(_("Dòng %(row)d: đã nhập trước, mã số %(code)s") % {"row": number, "code": code})
        for fault in plan.faults:
            self.stdout.write(self.style.ERROR(f"{where(fault, book.letters)}: {fault.sentence}"))
        figures = {"fresh": len(plan.fresh), "standing": len(plan.standing), "faults": len(plan.faults)}
        self.stdout.write(_("%(fresh)d người mới; %(standing)d đã nhập trước; %(faults)d chỗ cần sửa.") % figures)
        if plan.early:
            self.stdout.write(_("Lưu được từ ngày %(day)s.") % {"day": f"{plan.early:%d/%m/%Y}"})

    def _saved(self, saved: starting.Saved) -> None:
        for number, code in sorted(saved.codes.items()):
            self.stdout.write(_("Dòng %(row)d: mã số %(code)s") % {"row": number, "code": code})
        self.stdout.write(_("Đã ghi %(fresh)d người.") % {"fresh": len(saved.plan.fresh)})


def _read(path: Path) -> StartBook:
    try:
        with path.open("rb") as file:
            return start_book.read(file.read(start_book.MOST_BYTES + 1))
    except OSError as error:
        raise CommandError(_("Không mở được tệp %(file)s.") % {"file": path}) from error
    except start_book.BookRefused as refused:
        raise CommandError(refused.sentence) from refused


def _facility(said: str) -> Facility:
    found = list(Facility.objects.filter(pk=int(said)) if said.isdigit() else Facility.objects.filter(name=said))
    if len(found) == 1:
        return found[0]
    listed = "; ".join(f"{pk} {name}" for pk, name in Facility.objects.order_by("pk").values_list("pk", "name"))
    raise CommandError(_("Không rõ cơ sở nào. Ghi số hoặc đúng tên: %(listed)s") % {"listed": listed})


def _person(username: str, facility: Facility) -> Access:
    person = Person.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        raise CommandError(_("Không có người dùng này, hoặc tài khoản đã đóng."))
    return standing_at(facility.pk, person_id=person.pk, now=clock.now())
