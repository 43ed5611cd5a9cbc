"""Frozen reports that a person may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from core.access import Access, Permission
from facilities.models import Facility
from oversight.models import Report
from oversight.reports.places import Place, places
from oversight.rules import periods
from oversight.rules.periods import Period
from oversight.rules.report_codes import ReportKind, ReportScope

MOST = 60


@dataclass(frozen=True)
class Frozen:
    """One frozen report with the place and period that it is of, as it was."""

    report: Report
    place: Place
    period: Period

    @property
    def approved(self) -> bool:
        return getattr(self.report, "approval", None) is not None

    @property
    def superseded(self) -> bool:
        """Whether a newer version has taken its place."""
        return getattr(self.report, "corrected_by", None) is not None


def visible(own: Collection[Place]) -> QuerySet[Report]:
    """The reports of these places, newest first."""
    of_place = Q(pk__in=[])
    for place in own:
        of_place |= Q(**place.columns)
    rows = Report.objects.select_related("made_by", "signature", "approval__approved_by", "corrects", "corrected_by")
    return rows.filter(of_place).order_by("-starts_on", "kind", "-made_at", "pk")


def frozen(own: Collection[Place]) -> tuple[Frozen, ...]:
    """The newest reports of these places, superseded versions not among them. One statement."""
    names = {place.key: place.name for place in own}
    rows = visible(own).filter(corrected_by__isnull=True).defer("figures")[:MOST]
    return tuple(
        Frozen(row, Place(ReportScope(row.scope), _place_id(row), names[_key(row)], ()), _period(row)) for row in rows
    )


def get_frozen(
    report_id: UUID, *, access: Access, day: date, permission: Permission = Permission.VIEW_REPORTS
) -> Frozen:
    """One of them with its facilities as they were; raises Report.DoesNotExist out of reach."""
    own = places(access=access, day=day, permission=permission)
    row = visible(own).get(pk=report_id)
    name = next(place.name for place in own if place.key == _key(row))
    facilities = tuple((int(pk), str(words)) for pk, words in row.figures["facilities"].items())
    return Frozen(row, Place(ReportScope(row.scope), _place_id(row), name, facilities), _period(row))


def versions(one: Frozen) -> tuple[Report, ...]:
    """Every version of the same report, newest first."""
    rows = Report.objects.filter(kind=one.report.kind, period=one.report.period, **one.place.columns)
    return tuple(rows.select_related("made_by", "approval").defer("figures").order_by("-version"))


def zone_of(place: Place) -> str:
    """By whose clock the place lives."""
    return Facility.objects.values_list("zone", flat=True).get(pk=place.ids[0])


def _place_id(row: Report) -> int:
    return row.facility_id or row.area_id or row.province_id or 0


def _key(row: Report) -> str:
    return f"{row.scope}-{_place_id(row)}"


def _period(row: Report) -> Period:
    return periods.read(ReportKind(row.kind), row.period)
