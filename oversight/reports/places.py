"""What a report is of: a facility, a clinic with its satellites, an area, a province; and who may see which."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from core.access import Access, Permission, Role
from core.vietnamese import sort_key
from facilities.models import Area, Facility, FacilityKind, Province, Supervision
from oversight.rules.report_codes import SCOPE_WORDS, ReportScope
from patients.queries.reach import dosing_facilities

_SIGNERS: Final = {
    ReportScope.AREA: frozenset({Role.AREA_MANAGER, Role.PROVINCE_MANAGER}),
    ReportScope.PROVINCE: frozenset({Role.PROVINCE_MANAGER}),
}


class NoSuchPlace(Exception):
    """There is no such place, or not all of it is within this person's reach."""


@dataclass(frozen=True)
class Place:
    """One place with its dosing facilities, by name. `key` stands in addresses: area-3."""

    scope: ReportScope
    id: int
    name: str
    facilities: tuple[tuple[int, str], ...]

    @property
    def key(self) -> str:
        return f"{self.scope}-{self.id}"

    @property
    def words(self) -> str:
        return f"{self.name} · {SCOPE_WORDS[self.scope]}"

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(pk for pk, _name in self.facilities)

    @property
    def single(self) -> bool:
        """Whether one facility is all of it."""
        return len(self.facilities) == 1

    def all_in(self, reach: Collection[int]) -> bool:
        """Whether every facility of it lies within the reach."""
        return bool(self.facilities) and set(self.ids) <= set(reach)

    @property
    def columns(self) -> dict[str, object]:
        """The columns of a stored report that say what it is of."""
        column = self.scope if self.scope in (ReportScope.AREA, ReportScope.PROVINCE) else "facility"
        return {"scope": str(self.scope), f"{column}_id": self.id}


def places(*, access: Access, day: date, permission: Permission = Permission.VIEW_REPORTS) -> tuple[Place, ...]:
    """Every place all of whose facilities the permission reaches, the widest first. Two statements.

    A clinic's satellites are those that it supplied on that day.
    """
    if not access.reach_by_permission.get(permission):
        return ()
    return tuple(place for place in _all(day) if answers_for(place, access=access, permission=permission))


def answers_for(place: Place, *, access: Access, permission: Permission) -> bool:
    """Whether the permission reaches all of the place. Signing for an area or a province also takes the manager of one,
    even where somebody else happens to reach all that there is.
    """
    signing = permission in (Permission.SIGN_REPORTS, Permission.APPROVE_REPORTS)
    if signing and place.scope in _SIGNERS and not access.roles & _SIGNERS[place.scope]:
        return False
    return place.all_in(access.reach_by_permission.get(permission, frozenset()))


def get_place(key: str, *, access: Access, day: date, permission: Permission = Permission.VIEW_REPORTS) -> Place:
    """One of them; raises NoSuchPlace."""
    for place in places(access=access, day=day, permission=permission):
        if place.key == key:
            return place
    raise NoSuchPlace(key)


def every_place(day: date) -> tuple[Place, ...]:
    """Every place of the installation, for jobs."""
    return tuple(_all(day))


def _all(day: date) -> list[Place]:
    rows = list(dosing_facilities().select_related("area__province"))
    supplied: dict[int, list[int]] = defaultdict(list)
    in_force = Supervision.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), starts_on__lte=day)
    for satellite, clinic in in_force.values_list("satellite_id", "main_clinic_id"):
        supplied[clinic].append(satellite)
    return [
        *_of_provinces(rows),
        *_of_areas(rows),
        *(
            _place(ReportScope.CLINIC, row.pk, row.name, [one for one in rows if one.pk in {row.pk, *supplied[row.pk]}])
            for row in rows
            if row.kind == FacilityKind.MAIN_CLINIC
        ),
        *(_place(ReportScope.FACILITY, row.pk, row.name, [row]) for row in rows),
    ]


def _of_provinces(rows: list[Facility]) -> list[Place]:
    found: dict[Province, list[Facility]] = defaultdict(list)
    for row in rows:
        found[row.area.province].append(row)
    made = [_place(ReportScope.PROVINCE, one.pk, one.name, of) for one, of in found.items()]
    return sorted(made, key=lambda place: (sort_key(place.name), place.id))


def _of_areas(rows: list[Facility]) -> list[Place]:
    found: dict[Area, list[Facility]] = defaultdict(list)
    for row in rows:
        found[row.area].append(row)
    made = [_place(ReportScope.AREA, one.pk, one.name, of) for one, of in found.items()]
    return sorted(made, key=lambda place: (sort_key(place.name), place.id))


def _place(scope: ReportScope, pk: int, name: str, rows: list[Facility]) -> Place:
    ordered = sorted(rows, key=lambda row: (sort_key(row.name), row.pk))
    return Place(scope, pk, name, tuple((row.pk, row.name) for row in ordered))
