"""Where a report is, as an address: what is asked for stands in it, so that a page can be kept and passed on."""

from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from core.access import Access, Permission
from oversight.reports.places import Place
from oversight.rules.periods import Period


def query(place: Place, period: Period, **more: str) -> str:
    """The part after the question mark that names one report."""
    return urlencode({"kind": str(period.kind), "period": period.code, "place": place.key, **more})


def live_path(place: Place, period: Period, **more: str) -> str:
    """One report as it counts now."""
    return f"{reverse('oversight:report')}?{query(place, period, **more)}"


def list_path(_subject_id: UUID, access: Access) -> str | None:
    """The list, which begins with what is still to be handed in; nowhere for who may not see reports."""
    return reverse("oversight:reports") if access.may(Permission.VIEW_REPORTS) else None
