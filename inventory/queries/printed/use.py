"""Báo cáo tình hình sử dụng, tồn kho và dự trù thuốc Methadone: PL1, Mẫu 1, with exactly its columns (domain 4.1)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Cell, Column, Paper, Signer, Table
from core.quantities import UL_PER_ML, format_decimal
from core.templatetags.tram import day_time, separator
from inventory.queries.monthly_report import MonthlyReport, ReportLine, monthly_report
from inventory.queries.printed.head import heading


def use_columns() -> tuple[Column, ...]:
    """The form's twelve columns, in its order."""
    return (
        Column(_("Tên thuốc, hàm lượng"), 4),
        Column(_("Đơn vị tính"), 2),
        Column(_("Tồn đầu kỳ"), 2, number=True),
        Column(_("Nhập trong kỳ"), 2, number=True),
        Column(_("Tổng số"), 2, number=True),
        Column(_("Xuất trong kỳ"), 2, number=True),
        Column(_("Hao hụt"), 2, number=True),
        Column(_("Dư thừa"), 2, number=True),
        Column(_("Tồn cuối kỳ"), 2, number=True),
        Column(_("Số người bệnh đang điều trị"), 2, number=True),
        Column(_("Số người bệnh dự kiến mới"), 2, number=True),
        Column(_("Số lượng dự trù"), 2, number=True),
    )


def use_row(line: ReportLine) -> tuple[Cell, ...]:
    """One drug in one strength, as the form writes it."""
    figures = (line.opening, line.received, line.total, line.issued, line.loss, line.surplus, line.closing)
    return (
        name_of(line),
        "mL" if line.in_bottles else _("ống"),
        *(_amount(figure, line) for figure in figures),
        line.patients,
        line.expected_new,
        None if line.requested is None else _amount(line.requested, line),
    )


def name_of(line: ReportLine) -> str:
    """Drug and strength."""
    if line.concentration is None or not line.in_bottles:
        return line.item
    return f"{line.item} {format_decimal(line.concentration, separator=separator())} mg/mL"


def _amount(quantity: int, line: ReportLine) -> Decimal | int:
    return Decimal(quantity) / UL_PER_ML if line.in_bottles else quantity


def use_paper(*, facility_id: int, month: date, by: Access, now: datetime) -> Paper:
    """The report as paper and as Excel, with the three who sign it and the chain's last link."""
    report = monthly_report(facility_id=facility_id, month=month, zone=by.zone, now=now)
    head = heading(facility_id=facility_id, by=by, now=now)
    return Paper(
        title=_("Báo cáo tình hình sử dụng, tồn kho và dự trù thuốc Methadone"),
        unit=head.unit,
        authority=head.authority,
        code=_("PL1, Mẫu 1"),
        period=_("Tháng %(month)s") % {"month": f"{report.month:%m/%Y}"},
        tables=[
            Table(use_columns(), [use_row(line) for line in report.lines], empty=_("Tháng này không có thuốc nào."))
        ],
        notes=notes(report, now),
        signers=[
            Signer(_("Người lập báo cáo")),
            Signer(_("Phụ trách cơ sở cấp phát")),
            Signer(_("Thủ trưởng đơn vị quản lý")),
        ],
        chain=head.chain,
        printed=head.printed,
        landscape=True,
    )


def notes(report: MonthlyReport, now: datetime) -> list[str]:
    """How the columns add up, and up to when the figures go."""
    found = [_("Tồn đầu + nhập - xuất - hao hụt + dư thừa = tồn cuối. Hao hụt và dư thừa ghi riêng, không bù trừ.")]
    if not report.over:
        found.append(_("Tháng chưa hết: số liệu đến %(at)s.") % {"at": day_time(now)})
    return found
