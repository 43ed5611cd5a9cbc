"""The managers' doses and stock on paper and in Excel: what the pages show, amounts as numbers, no patient."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Cell, Column, Paper, Table
from core.templatetags.tram import day_time
from oversight.filters import Filter
from oversight.queries.sites import Morning
from oversight.queries.stock import ItemStock, StockPage


def morning_paper(
    *,
    asked: Filter,
    by: Access,
    now: datetime,
    morning: Morning | None = None,
    stock: StockPage | None = None,
) -> Paper:
    """Both, or what of the two is given; every site of the filter, who needs help first."""
    tables = [_doses(morning)] if morning is not None else []
    tables += [_stock(stock), _items(stock)] if stock is not None else []
    return Paper(
        title=_("Sáng nay") if len(tables) > 2 else _("Thuốc") if stock is not None else _("Uống thuốc"),
        unit=by.facility_name or _("Mọi cơ sở trong phạm vi"),
        period=asked.words,
        tables=tables,
        printed=_("In lúc %(at)s, %(by)s") % {"at": day_time(now), "by": by.label},
        landscape=True,
    )


def _numbers(*words: str) -> list[Column]:
    return [Column(each, 2, number=True) for each in words]


def _doses(morning: Morning) -> Table:
    rows: Sequence[Sequence[Cell]] = [
        (
            site.name, site.caseload, site.taken, site.to_come, site.turned_away, site.waiting.blocked,
            site.standing.mishaps.watched, site.cases.open, site.cases.overdue, site.unwitnessed.waiting,
            site.standing.unsigned,
        )
        for site in morning.sites
    ]  # fmt: skip
    return Table(
        (
            Column(_("Cơ sở"), 5),
            *_numbers(
                _("Người bệnh"), _("Đã uống"), _("Chưa đến"), _("Đến mà không được uống"), _("Chờ mở khóa"),
                _("Đang theo dõi"), _("Việc đang mở"), _("Việc quá hạn"), _("Làm một mình"), _("Y lệnh chưa ký"),
            ),
        ),
        rows,
        caption=_("Uống thuốc"),
        empty=_("Không có cơ sở nào như bộ lọc"),
    )  # fmt: skip


def _stock(stock: StockPage) -> Table:
    return Table(
        (
            Column(_("Cơ sở"), 5),
            *_numbers(
                _("Đủ dùng (ngày)"), _("Naloxone dùng được (ống)"), _("Chênh lệch đang mở"), _("Chênh lệch quá hạn"),
                _("Dự trù đang chờ"),
            ),
            Column(_("Kiểm kê gần nhất"), 3),
        ),
        [
            (
                site.name, site.cover_days, site.naloxone.need.usable if site.naloxone is not None else None,
                site.cases, site.cases_late, site.requests, day_time(site.counted_at),
            )
            for site in stock.sites
        ],
        caption=_("Thuốc"),
        empty=_("Không có cơ sở nào như bộ lọc"),
    )  # fmt: skip


def _items(stock: StockPage) -> Table:
    return Table(
        (
            Column(_("Cơ sở"), 5), Column(_("Mặt hàng"), 5), Column(_("Đơn vị"), 1),
            *_numbers(
                _("Chai đóng, ống"), _("Chai đã mở"), _("Trên đường"), _("Biệt trữ"), _("Dùng mỗi ngày"),
                _("Sắp hết hạn"), _("Đã hết hạn"), _("Hao hụt"), _("Dư thừa"),
            ),
        ),
        [
            (site.name, item.name, "mL" if item.in_bottles else _("ống"), *_amounts(item))
            for site in stock.sites
            for item in site.items
        ],
        caption=_("Từng mặt hàng"),
        empty=_("Sổ chưa có gì."),
    )  # fmt: skip


def _amounts(item: ItemStock) -> list[Cell]:
    daily = round(item.used_daily, -2) if item.in_bottles else item.used_daily  # a mean: no finer than it is measured
    held = (
        item.closed, item.opened, item.road, item.set_apart, daily, item.expiring, item.expired, item.loss,
        item.surplus,
    )  # fmt: skip
    return [Decimal(amount) / 1000 if item.in_bottles else amount for amount in held]
