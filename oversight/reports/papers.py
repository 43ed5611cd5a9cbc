"""A report on paper and as an Excel file, as the form has it: Bảng 3 of Circular 05/2023, or the local monthly set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import Access
from core.clock import local_day
from core.papers import Cell, Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day_time
from facilities.models import Province
from oversight.models import Report
from oversight.reports.indicators import OF, Indicator
from oversight.reports.places import Place
from oversight.reports.shown import Look, Row, row, rows
from oversight.rules.figures import Figures
from oversight.rules.periods import Period
from oversight.rules.report_codes import SCOPE_WORDS, ReportKind, ReportScope

BANG_3: Final = gettext_lazy("Bảng 3. Điều trị nghiện các chất dạng thuốc phiện bằng thuốc Methadone")
MONTH: Final = gettext_lazy("Số liệu tháng về điều trị bằng thuốc Methadone")
SITES_BESIDE: Final = 10  # columns of one table, on a sheet across
_FORM: Final = {ReportScope.AREA: "PL2", ReportScope.PROVINCE: "PL4"}


@dataclass(frozen=True)
class Printed:
    """What goes on the paper: the figures by place, and the frozen report that they are, or None as they count now."""

    place: Place
    period: Period
    figures: Mapping[int | None, Figures]
    report: Report | None
    day_counted: str


def paper(printed: Printed, *, look: Look, by: Access, now: datetime) -> Paper:
    """The form with its total, and, where the place has several facilities, each of them."""
    month = printed.period.kind is ReportKind.MONTH
    total = rows(printed.period.kind, printed.figures[None], look=look)
    tables = [_month_table(total) if month else _bang_3_table(total)]
    if not printed.place.single:
        tables += _sites_beside(printed, look) if month else [_by_site(printed, look)]
    report = printed.report
    authority, unit = _head(printed.place)
    return Paper(
        title=str(MONTH if month else BANG_3),
        unit=unit,
        authority=authority,
        code="" if month else " · ".join(["TT 05/2023/TT-BYT", *filter(None, [_FORM.get(printed.place.scope)])]),
        period=f"{printed.period.words} ({printed.period.days_words})",
        facts=_facts(printed),
        tables=tables,
        notes=_notes(printed),
        signers=_signers(report),
        printed=_("In ngày %(day)s, bởi %(who)s") % {"day": f"{local_day(now, by.zone):%d/%m/%Y}", "who": by.label},
        landscape=not printed.place.single,
    )


def _head(place: Place) -> tuple[str, str]:
    """Whose paper it is, as the head of an official paper says it: the authority above, and the unit."""
    province = Province.objects.filter(area__facility=place.ids[0]).values_list("name", flat=True).first()
    health = _("Sở Y tế %(province)s") % {"province": province}
    if place.scope is ReportScope.PROVINCE:
        return "", health
    return health, _("Khu vực %(name)s") % {"name": place.name} if place.scope is ReportScope.AREA else place.name


def _facts(printed: Printed) -> list[Fact]:
    report = printed.report
    of = [Fact(_("Của"), str(SCOPE_WORDS[printed.place.scope]))] if printed.place.scope is ReportScope.CLINIC else []
    if report is None:
        return [*of, Fact(_("Số liệu"), _("tạm tính đến %(day)s, chưa ký") % {"day": printed.day_counted})]
    found = [
        *of,
        Fact(_("Phiên bản"), str(report.version)),
        Fact(_("Số liệu ngày"), printed.day_counted),
        Fact(_("Ký lập"), day_time(report.made_at)),
    ]
    approval = getattr(report, "approval", None)
    if approval is not None:
        found.append(Fact(_("Ký duyệt"), day_time(approval.approved_at)))
    if report.why:
        found.append(Fact(_("Vì sao có phiên bản này"), report.why))
    return [*found, Fact(_("Mã kiểm tra"), report.digest[:16])]


def _notes(printed: Printed) -> list[str]:
    report = printed.report
    explained = report.figures.get("explained", "") if report else ""
    return [_("Giải thích: %(words)s") % {"words": explained}] if explained else []


def _signers(report: Report | None) -> list[Signer]:
    approval = getattr(report, "approval", None)
    return [
        Signer(_("Người lập báo cáo"), report.made_by.full_name if report else ""),
        Signer(_("Thủ trưởng đơn vị"), approval.approved_by.full_name if approval else ""),
    ]


def _bang_3_table(total: Sequence[Row]) -> Table:
    return Table(
        columns=(
            Column(_("TT"), 1),
            Column(_("Chỉ số"), 8),
            Column(_("Tổng số"), 2, number=True),
            Column(_("Nam"), 2, number=True),
            Column(_("Nữ"), 2, number=True),
        ),
        rows=[
            (one.indicator.code, str(one.words), _cell(one.value), _cell(one.male), _cell(one.female)) for one in total
        ],
    )


def _month_table(total: Sequence[Row]) -> Table:
    return Table(
        columns=(
            Column(_("Nhóm"), 3),
            Column(_("Chỉ số"), 5),
            Column(_("Số liệu"), 2, number=True),
            Column(_("Trong số"), 2, number=True),
            Column(_("Cách tính"), 7),
        ),
        rows=[
            (
                str(one.indicator.group),
                str(one.words),
                _cell(one.value),
                _cell(one.of),
                " / ".join(filter(None, [str(one.indicator.numerator), str(one.indicator.denominator)])),
            )
            for one in total
        ],
    )


def _by_site(printed: Printed, look: Look) -> Table:
    """One row for each facility, one column for each line of the form, by its number."""
    known = _known(printed)
    return Table(
        caption=_("Từng cơ sở"),
        columns=(Column(_("Cơ sở"), 4), *(Column(one.code, 2, number=True) for one in known)),
        rows=[(name, *_shown(printed, look, pk)) for pk, name in printed.place.facilities],
    )


def _sites_beside(printed: Printed, look: Look) -> list[Table]:
    """One row for each figure of the month, the facilities beside each other, so many as one sheet holds legibly."""
    sites = printed.place.facilities
    words = [str(one.words) for one in _known(printed)]
    return [
        Table(
            caption=_("Từng cơ sở"),
            columns=(Column(_("Chỉ số"), 5), *(Column(name, 2, number=True) for _pk, name in group)),
            rows=list(zip(words, *(_shown(printed, look, pk) for pk, _name in group), strict=True)),
        )
        for group in (sites[first : first + SITES_BESIDE] for first in range(0, len(sites), SITES_BESIDE))
    ]


def _known(printed: Printed) -> list[Indicator]:
    return [one for one in OF[printed.period.kind] if one.code in printed.figures[None]]


def _shown(printed: Printed, look: Look, pk: int) -> list[Cell]:
    figures = printed.figures.get(pk, {})
    return [
        _cell(row(one, figures[one.code], look=look).value) if one.code in figures else "" for one in _known(printed)
    ]


def _cell(text: str) -> Cell:
    """Whole numbers as numbers, so that an Excel file can be reckoned with; everything else as it is read."""
    return int(text) if text.isascii() and text.isdigit() else text
