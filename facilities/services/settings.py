"""The settings in force at a facility. Rows are kept for a minute per process; they take effect only minutes ahead."""

import json
import threading
import time
from collections.abc import Hashable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import transaction

from core import audit
from core.access import Access, Permission
from facilities.models import SETTING_NOTICE, Area, Facility, Province, RuleSetting
from facilities.rules import SettingRefused, SettingRow, parse_value, resolve

Group = TypeVar("Group")
KEPT_FOR = 60.0  # seconds of this process, well under SETTING_NOTICE: a value is always known before it begins

_groups: dict[str, type] = {}


def register(group: type) -> None:
    """Make a settings group known to the settings page and to `change`."""
    _groups[group.__name__] = group


def groups() -> dict[str, type]:
    return dict(_groups)


class _Store:
    """All rows with their scopes, read at most once a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: tuple[tuple[str, int, SettingRow], ...] = ()
        self._places: dict[int, tuple[int, int]] = {}
        self._read_at: float | None = None  # by the process: history is written at many times of the field

    def rows_for(self, facility_id: int) -> tuple[SettingRow, ...]:
        with self._lock:
            stale = self._read_at is None or time.monotonic() - self._read_at >= KEPT_FOR
            if stale or facility_id not in self._places:
                self._read()
            area, province = self._places[facility_id]
            here = {("facility", facility_id), ("area", area), ("province", province)}
            return tuple(row for scope, place, row in self._rows if (scope, place) in here)

    def _read(self) -> None:
        found: list[tuple[str, int, SettingRow]] = []
        for stored in RuleSetting.objects.order_by("id"):
            if stored.facility_id is not None:
                scope, place, rank = "facility", stored.facility_id, 3
            elif stored.area_id is not None:
                scope, place, rank = "area", stored.area_id, 2
            else:
                scope, place, rank = "province", stored.province_id or 0, 1
            row = SettingRow(stored.key, json.dumps(stored.value), stored.effective_from, rank)
            found.append((scope, place, row))
        self._rows = tuple(found)
        self._places = {
            facility: (area, province)
            for facility, area, province in Facility.objects.values_list("id", "area_id", "area__province_id")
        }
        self._read_at = time.monotonic()

    def forget(self) -> None:
        with self._lock:
            self._read_at = None


_store = _Store()


def forget() -> None:
    """Read the rows anew at the next question. For tests and the simulator."""
    _store.forget()


@lru_cache(maxsize=2000)
def _resolved(group: Hashable, rows: tuple[SettingRow, ...]) -> Any:
    return resolve(
        cast(type, group), rows, max((row.effective_from for row in rows), default=datetime.max.replace(tzinfo=UTC))
    )


def for_facility(group: type[Group], *, facility_id: int, at: datetime) -> Group:
    """The group's values in force at the facility at that instant."""
    begun = tuple(row for row in _store.rows_for(facility_id) if row.effective_from <= at)
    resolved: Group = _resolved(cast(Hashable, group), begun)
    return resolved


class TooSoon(SettingRefused):
    """The value would take effect before every process has read it."""


class NotReached(SettingRefused):
    """The person may not set rules everywhere that the value would reach."""


Scope = Province | Area | Facility


def change(
    *,
    key: str,
    value: object,
    scope: Scope,
    by: Access,
    effective_from: datetime,
    source: str,
    now: datetime,
) -> RuleSetting:
    """Give one setting a new value in a province, an area or a facility from a future moment.

    A mistaken value that has not begun is replaced by another one for the same moment. Raises SettingRefused:
    TooSoon under SETTING_NOTICE ahead, NotReached beyond the person's reach.
    """
    group_name, _, name = key.partition(".")
    if group_name not in _groups:
        raise SettingRefused(f"{key} is no setting.")
    parse_value(_groups[group_name], name, json.dumps(value))
    if effective_from < now + SETTING_NOTICE:
        raise TooSoon("A setting takes effect five minutes from now at the earliest.")
    if not may_set(scope, by=by):
        raise NotReached("The value would reach facilities that are not this person's.")
    with transaction.atomic():
        row = RuleSetting.objects.create(
            key=key,
            value=value,
            province=scope if isinstance(scope, Province) else None,
            area=scope if isinstance(scope, Area) else None,
            facility=scope if isinstance(scope, Facility) else None,
            effective_from=effective_from,
            recorded_at=now,
            source=source,
            set_by_id=by.actor_id,
            set_by_label=by.label,
        )
        audit.record(
            action="setting.changed",
            by=by,
            now=now,
            subject_kind="setting",
            subject_id=row.pk,
            facility_id=scope.pk if isinstance(scope, Facility) else None,
            key=key,
            value=str(value),
            scope=type(scope).__name__.lower(),
            scope_id=scope.pk,
            effective_from=effective_from.isoformat(),
        )
    forget()
    return row


def may_set(scope: Scope, *, by: Access) -> bool:
    """Whether every facility that the value would reach is one where the person sets rules."""
    held = by.reach_by_permission.get(Permission.SET_RULES, frozenset())
    if isinstance(scope, Facility):
        return scope.pk in held
    inside = {"area": scope} if isinstance(scope, Area) else {"area__province": scope}
    return bool(held) and not Facility.objects.filter(**inside).exclude(pk__in=held).exists()
