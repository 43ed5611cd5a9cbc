"""Where a report is, as an address: what is asked for stands in it, so that a page can be kept and passed on."""

from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from core.access import Access, Permission
from oversight.reports.places import Place
from oversight.rules import periods
from oversight.rules.periods import Period, UnknownPeriod
from oversight.rules.report_codes import ReportKind


def which(period: Period) -> str:
    """A report and its period in one word: quarter:2026-Q4."""
    return f"{period.kind}:{period.code}"


def read_which(text: str) -> Period:
    """The period that the word names; raises UnknownPeriod."""
    kind, _colon, code = text.partition(":")
    if kind not in set(ReportKind):
        raise UnknownPeriod(text)
    return periods.read(ReportKind(kind), code)


def path_of(name: str, place: Place, period: Period, **more: str) -> str:
    """A page about one report as it counts now."""
    return f"{reverse(f'oversight:{name}')}?{urlencode({'which': which(period), 'place': place.key, **more})}"


def list_path(_subject_id: UUID, access: Access) -> str | None:
    """The list, which begins with what is still to be handed in; nowhere for who may not see reports."""
    return reverse("oversight:reports") if access.may(Permission.VIEW_REPORTS) else None
