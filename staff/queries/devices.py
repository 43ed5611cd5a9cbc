"""Devices: which one a token belongs to, with whoever acts through it; and the list of a facility's own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.gauges import Gauge
from core.operations import Figure
from core.vietnamese import sort_key
from facilities.models import Facility
from staff.models import Device

SEEN_AFTER_SECONDS: Final = 300  # when a device was last seen is kept to so much
SILENT: Final = timedelta(days=7)
_KNOWN: Final = """
SELECT d.id, d.facility_id, d.expires_at, d.revoked_at, seen.at, s.id, s.person_id, s.expires_at, s.ended_at
  FROM staff_device d
  LEFT JOIN staff_deviceseen seen ON seen.device_id = d.id
  LEFT JOIN staff_devicesession s ON s.device_id = d.id AND s.token_digest = %(person)s
 WHERE d.token_digest = %(device)s
"""


@dataclass(frozen=True)
class Spoken:
    """A known device, and the session of whoever says to act through it; without one `session_id` is None."""

    device_id: UUID
    facility_id: int
    expires_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    session_id: UUID | None
    person_id: int | None
    session_expires_at: datetime | None
    session_ended_at: datetime | None


def spoken(*, device_digest: str, person_digest: str) -> Spoken | None:
    """What stands behind the digests of two tokens; None for a device that nobody enrolled. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"device": device_digest, "person": person_digest})
        row = cursor.fetchone()
    return None if row is None else Spoken(*row)


@dataclass(frozen=True)
class DeviceRow:
    """One device of a list. `state`: active, expired or revoked."""

    id: UUID
    name: str
    facility: str
    enrolled_at: datetime
    enrolled_by: str
    expires_at: datetime
    seen_at: datetime | None
    state: str


def devices_of(facility_ids: Collection[int], *, now: datetime) -> tuple[DeviceRow, ...]:
    """Every device of these facilities, those in use first, then the newest. One statement."""
    found = Device.objects.filter(facility_id__in=facility_ids).select_related("facility", "enrolled_by", "seen")
    rows = [_row(device, now) for device in found.order_by("-enrolled_at", "pk")]
    return tuple(sorted(rows, key=lambda row: row.state != "active"))


def get_device(device_id: UUID, *, facility_ids: Collection[int]) -> Device:
    """One within reach; raises Device.DoesNotExist."""
    return Device.objects.select_related("facility").get(pk=device_id, facility_id__in=facility_ids)


def _row(device: Device, now: datetime) -> DeviceRow:
    seen = getattr(device, "seen", None)
    state = "revoked" if device.revoked_at else "expired" if device.expires_at <= now else "active"
    return DeviceRow(
        id=device.pk,
        name=device.name,
        facility=device.facility.name,
        enrolled_at=device.enrolled_at,
        enrolled_by=device.enrolled_by.initials,
        expires_at=device.expires_at,
        seen_at=seen.at if seen else None,
        state=state,
    )


def places_of(facility_ids: Collection[int]) -> tuple[tuple[int, str], ...]:
    """Where a device may be enrolled, by name. One statement."""
    found = Facility.objects.filter(pk__in=facility_ids).values_list("pk", "name")
    return tuple(sorted(found, key=lambda each: sort_key(each[1])))


def figures(now: datetime) -> Iterator[Figure]:
    """For the operations page: devices in use, and those of which nothing was heard for a week. One statement."""
    used, silent = _heard(now)
    yield Figure(_("Thiết bị đang dùng"), str(used))
    yield Figure(_("Quá 7 ngày không có tin"), str(silent), look=silent > 0)


def gauges(now: datetime) -> Iterator[Gauge]:
    """For /metrics."""
    used, silent = _heard(now)
    yield Gauge("devices", "Devices in use.", used)
    yield Gauge("devices_silent", "Devices in use that were not heard of for 7 days.", silent)


def _heard(now: datetime) -> tuple[int, int]:
    late = Q(seen__at__lt=now - SILENT) | Q(seen__isnull=True, enrolled_at__lt=now - SILENT)
    found = Device.objects.filter(revoked_at__isnull=True, expires_at__gt=now).aggregate(
        used=Count("pk"), silent=Count("pk", filter=late)
    )
    return found["used"], found["silent"]
