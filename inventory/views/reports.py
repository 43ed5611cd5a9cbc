"""The monthly report on use, stock and request: on screen, as PDF and as Excel."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.templatetags.tram import ml
from inventory.queries.monthly_report import ReportLine, monthly_report
from inventory.queries.printed import use
from inventory.rules.requests import month_before, month_of
from inventory.views.printed import as_file
from inventory.views.stock import month_asked


@allow(Permission.VIEW_BOOK)
@require_safe
def use_report(request: AccessRequest) -> HttpResponse:
    """The month in the columns of PL1, Mẫu 1: ?month=2026-11; with &as=pdf or xlsx as a file."""
    access, now = request.access, clock.now()
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    today = clock.local_day(now, access.zone)
    month = month_of(month_asked(request.GET.get("month", "")) or today)
    wanted = request.GET.get("as", "")
    if wanted in ("pdf", "xlsx"):
        paper = use.use_paper(facility_id=access.facility_id, month=month, by=access, now=now)
        return as_file(paper, f"su-dung-ton-kho-du-tru-{month:%Y-%m}", excel=wanted == "xlsx")
    report = monthly_report(facility_id=access.facility_id, month=month, zone=access.zone, now=now)
    context = {
        "report": report,
        "columns": use.use_columns(),
        "rows": [_row(line) for line in report.lines],
        "notes": use.notes(report, now),
        "months": _months(today),
    }
    return render(request, "inventory/use_report.html", context)


def _row(line: ReportLine) -> list[str]:
    """The cells of the form in words; nothing where nobody has said."""

    def amount(figure: int | None) -> str:
        if figure is None:
            return ""
        return ml(figure) if line.in_bottles else str(figure)

    name, unit, *_figures = use.use_row(line)
    figures = (line.opening, line.received, line.total, line.issued, line.loss, line.surplus, line.closing)
    people = ["" if count is None else str(count) for count in (line.patients, line.expected_new)]
    return [str(name), str(unit), *map(amount, figures), *people, amount(line.requested)]


def _months(today: date) -> list[date]:
    months = [month_of(today)]
    while len(months) < 12:
        months.append(month_before(months[-1]))
    return months
