"""Overtime on paper and in Excel: the page's figures, minutes as numbers, no money."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Cell, Column, Fact, Paper, Table
from core.templatetags.tram import day, day_time
from oversight.filters import Filter
from oversight.queries.hours import Hours, Worked
from staff.rules.wording_hours import hours_words


def hours_paper(found: Hours, *, asked: Filter, by: Access, now: datetime) -> Paper:
    """Sites, roles, people, and who is near the limit; names only where the page shows them."""
    year = found.year
    return Paper(
        title=_("Làm thêm giờ: thực tế, được thanh toán, đã trả"),
        unit=by.facility_name or _("Mọi cơ sở trong phạm vi"),
        period=" · ".join(
            part
            for part in (
                _("Tháng %(month)s và từ đầu năm") % {"month": f"{found.month_begins:%m/%Y}"}, asked.area, asked.clinic,
            )
            if part
        ),
        facts=[
            Fact(_("Làm thêm thực tế từ đầu năm"), hours_words(year.overtime)),
            Fact(_("Được thanh toán"), hours_words(year.payable)),
            Fact(_("Đã trả"), hours_words(year.paid)),
            Fact(_("Không được thanh toán"), hours_words(year.unpaid)),
            Fact(_("Số người có giờ làm"), str(found.persons)),
        ],
        tables=[_sites(found), _roles(found), _people(found), _near(found)],
        notes=[
            _("Giờ làm thực tế không bao giờ bị cắt: phần vượt mức đứng riêng ở cột không được thanh toán."),
            _("Số phút tính đến %(at)s.") % {"at": day_time(found.through)} if found.through else "",
        ],
        printed=_("In lúc %(at)s, %(by)s") % {"at": day_time(now), "by": by.label},
        landscape=True,
    )  # fmt: skip


def _minutes() -> list[Column]:
    said = (
        _("Tháng: thực tế (phút)"), _("Tháng: được thanh toán (phút)"), _("Năm: thực tế (phút)"),
        _("Năm: được thanh toán (phút)"), _("Năm: đã trả (phút)"), _("Năm: không được thanh toán (phút)"),
        _("Năm: ngày nghỉ, lễ (phút)"), _("Năm: nghỉ bù (phút)"),
    )  # fmt: skip
    return [Column(words, 2, number=True) for words in said]


def _of(month: Worked, year: Worked) -> list[Cell]:
    return [
        month.overtime, month.payable, year.overtime, year.payable, year.paid, year.unpaid, year.rest + year.holiday,
        year.leave,
    ]  # fmt: skip


def _sites(found: Hours) -> Table:
    return Table(
        (
            Column(_("Cơ sở"), 4), Column(_("Số người"), 1, number=True), *_minutes(),
            Column(_("Người bệnh"), 1, number=True), Column(_("Giờ làm mỗi người bệnh, tháng"), 2, number=True),
        ),
        [
            (site.name, site.people, *_of(site.month, site.year), site.patients, site.per_patient)
            for site in found.sites
        ],
        caption=_("Theo cơ sở"),
        total=(_("Cộng"), found.persons, *_of(found.month, found.year), None, None),
        empty=_("Chưa ai xác nhận giờ làm."),
    )  # fmt: skip


def _roles(found: Hours) -> Table:
    return Table(
        (
            Column(_("Vai trò"), 4), Column(_("Số người"), 1, number=True), Column(_("Được phụ cấp"), 1, number=True),
            *_minutes(),
        ),
        [(role.words, role.people, role.allowed, *_of(role.month, role.year)) for role in found.roles],
        caption=_("Theo vai trò"),
        empty=_("Chưa ai xác nhận giờ làm."),
    )  # fmt: skip


def _people(found: Hours) -> Table:
    return Table(
        (Column(_("Người"), 3), Column(_("Vai trò"), 3), Column(_("Cơ sở"), 3), *_minutes()),
        [(one.name, one.roles_words, one.site, *_of(one.month, one.year)) for one in found.people],
        caption=_("Theo người"),
        empty=_("Chưa ai xác nhận giờ làm."),
    )


def _near(found: Hours) -> Table:
    return Table(
        (
            Column(_("Người"), 3), Column(_("Cơ sở"), 3), Column(_("Làm thêm từ đầu năm (phút)"), 2, number=True),
            Column(_("Mức của năm (phút)"), 2, number=True), Column(_("Tới mức khoảng"), 2),
        ),
        [
            (near.who.name, near.who.site, near.used, near.limit, _("đã tới") if near.reached else day(near.reaches_on))
            for near in found.near
        ],
        caption=_("Gần mức của năm"),
        empty=_("Chưa ai tới 80 % mức."),
    )  # fmt: skip
