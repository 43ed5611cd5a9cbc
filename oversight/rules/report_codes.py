"""The closed lists of reports: which report, and of what."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ReportKind(StrEnum):
    """Which report. The value is stored and never renamed."""

    QUARTER = "quarter"
    YEAR = "year"
    MONTH = "month"


class ReportScope(StrEnum):
    """Of what: one facility; a main clinic with the satellites it supplies; an area; a province."""

    FACILITY = "facility"
    CLINIC = "clinic"
    AREA = "area"
    PROVINCE = "province"


KIND_WORDS: Final[dict[ReportKind, str | Promise]] = {
    ReportKind.QUARTER: _("Bảng 3, báo cáo quý"),
    ReportKind.YEAR: _("Bảng 3, báo cáo năm"),
    ReportKind.MONTH: _("Số liệu tháng của địa phương"),
}

SCOPE_WORDS: Final[dict[ReportScope, str | Promise]] = {
    ReportScope.FACILITY: _("cơ sở"),
    ReportScope.CLINIC: _("cơ sở điều trị và các cơ sở cấp phát trực thuộc"),
    ReportScope.AREA: _("khu vực (PL2)"),
    ReportScope.PROVINCE: _("tỉnh (PL4)"),
}
