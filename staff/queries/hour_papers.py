"""Working time on paper and in Excel: one's own month to keep, and a site's month for payroll to sign."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day_time
from facilities.models import Facility
from staff.models import Person
from staff.queries.hours import MyMonth
from staff.queries.payroll import Payroll
from staff.rules.wording_hours import TAKEN_WORDS, hours_words


def my_paper(*, mine: MyMonth, by: Access, now: datetime) -> Paper:
    """One's own record: every entry, and every minute with what becomes of it. For a letter, too."""
    person = Person.objects.get(pk=by.actor_id)
    states = {"confirmed": _("chờ duyệt"), "approved": _("đã duyệt")}
    return Paper(
        title=_("Giờ làm của tôi"),
        unit=by.facility_name,
        period=_("Tháng %(month)s") % {"month": f"{mine.month:%m/%Y}"},
        facts=[
            Fact(_("Họ và tên"), person.full_name),
            Fact(_("Giờ làm thực tế"), hours_words(mine.sum.duty)),
            Fact(_("Trong đó làm thêm giờ"), hours_words(mine.sum.overtime)),
            Fact(_("Được thanh toán"), hours_words(mine.sum.payable)),
            Fact(_("Không được thanh toán"), hours_words(mine.sum.unpaid)),
            *(Fact(str(TAKEN_WORDS[rule]), hours_words(minutes)) for rule, minutes in mine.sum.taken.items()),
            Fact(_("Làm thêm từ đầu năm"), hours_words(mine.year.sum.overtime)),
        ],
        tables=[
            Table(
                (
                    Column(_("Ngày"), 2), Column(_("Từ"), 1), Column(_("Đến"), 1), Column(_("Số phút"), 1, number=True),
                    Column(_("Nơi làm"), 3), Column(_("Nguồn"), 2), Column(_("Ghi chú"), 3), Column(_("Trạng thái"), 2),
                ),
                [
                    (
                        row.day, _clock(row.starts_at), _clock(row.ends_at), row.minutes, row.facility, row.source,
                        row.reason, states.get(row.state, ""),
                    )
                    for row in mine.rows
                ],
                caption=_("Các lần ghi"),
                empty=_("Tháng này chưa có giờ làm nào."),
            ),
            Table(
                (
                    Column(_("Ngày"), 2), Column(_("Từ"), 1), Column(_("Đến"), 1), Column(_("Số phút"), 1, number=True),
                    Column(_("Tính là"), 6),
                ),
                [
                    (part.day, _clock(part.starts_at), _clock(part.ends_at), part.minutes, part.words)
                    for part in mine.explained
                ],
                caption=_("Giải thích từng phút"),
                empty=_("Tháng này chưa có giờ làm nào."),
            ),
        ],
        signers=[Signer(_("Người làm"), person.full_name), Signer(_("Trưởng trạm y tế"))],
        printed=_("In lúc %(at)s, %(by)s") % {"at": day_time(now), "by": by.label},
    )  # fmt: skip


def payroll_paper(*, found: Payroll, facility_id: int, by: Access, now: datetime) -> Paper:
    """The site's month: worked, payable, not payable and why, paid, due; money where rates are known."""
    facility = Facility.objects.select_related("area__province").get(pk=facility_id)
    return Paper(
        title=_("Bảng làm thêm giờ và thanh toán"),
        unit=facility.name,
        authority=_("Sở Y tế %(province)s") % {"province": facility.area.province.name},
        period=_("Tháng %(month)s") % {"month": f"{found.month:%m/%Y}"},
        tables=[
            Table(
                (
                    Column(_("Họ và tên"), 4), Column(_("Vai trò"), 3),
                    Column(_("Làm thêm thực tế (phút)"), 2, number=True),
                    Column(_("Được thanh toán (phút)"), 2, number=True),
                    Column(_("Không được thanh toán (phút)"), 2, number=True), Column(_("Vì sao"), 4),
                    Column(_("Đã trả (phút)"), 2, number=True), Column(_("Còn phải trả (phút)"), 2, number=True),
                    Column(_("Thành tiền (đồng)"), 2, number=True), Column(_("Phụ cấp"), 1),
                ),
                [
                    (
                        line.person, line.roles, line.sum.overtime, line.sum.payable, line.sum.unpaid, line.why,
                        line.paid, line.due, line.due_money, _("có") if line.allowance else _("không"),
                    )
                    for line in found.lines
                ],
                total=(
                    _("Cộng"), "", found.total.overtime, found.total.payable, found.total.unpaid, "",
                    sum(line.paid for line in found.lines), found.due,
                    sum((line.due_money or Decimal(0) for line in found.lines), Decimal(0)), "",
                ),
                empty=_("Tháng này không ai có giờ làm đã xác nhận."),
            ),
            Table(
                (Column(_("Số chứng từ"), 4), Column(_("Ngày chi"), 2), Column(_("Số người"), 1, number=True),
                 Column(_("Số phút"), 2, number=True), Column(_("Người ghi"), 2)),
                [(batch.reference, batch.paid_on, batch.people, batch.minutes, batch.by) for batch in found.batches],
                caption=_("Các lần đã trả"),
                empty=_("Chưa trả lần nào."),
            ),
        ],
        notes=[_("Giờ làm thực tế không bao giờ bị cắt: phần vượt mức đứng riêng ở cột không được thanh toán.")],
        signers=[Signer(_("Kế toán tiền lương")), Signer(_("Trưởng trạm y tế")), Signer(_("Thủ trưởng đơn vị"))],
        printed=_("In lúc %(at)s, %(by)s") % {"at": day_time(now), "by": by.label},
        landscape=True,
    )  # fmt: skip


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
