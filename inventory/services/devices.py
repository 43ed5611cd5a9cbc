"""The measuring devices of a site: one begins to be used, one is put away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from core.clock import local_day
from core.constraints import violated
from inventory.models import MeasuringDevice
from inventory.rules.kinds import DeviceKind
from inventory.rules.violations import Code, Level, Violation
from inventory.services import observing
from inventory.services.acts import StockRefused

ONE_IN_USE = "inventory_measuringdevice_one_in_use"


@dataclass(frozen=True)
class NewDevice:
    """What it measures, in microlitres: its smallest step, the least and the most that it measures at once."""

    kind: DeviceKind
    name: str
    step_ul: int
    min_ul: int
    max_ul: int


def add(*, command: NewDevice, by: Access, now: datetime) -> MeasuringDevice:
    """The site measures with this device from today on. The same device sent again is the one that is there.

    Raises StockRefused where another one that pours is in use: it is put away first. PermissionDenied.
    """
    observing.authorise(by)
    today = local_day(now, by.zone)
    same = {
        "facility_id": by.facility_id or 0,
        "kind": str(command.kind),
        "name": command.name.strip(),
        "step_ul": command.step_ul,
        "min_ul": command.min_ul,
        "max_ul": command.max_ul,
    }
    there = MeasuringDevice.objects.filter(**same, retired_on__isnull=True).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            made = MeasuringDevice.objects.create(**same, starts_on=today)
            _written("added", made, by, now)
            return made
    except IntegrityError as error:
        if violated(error) != ONE_IN_USE:
            raise
        words = _("Cơ sở đang dùng một dụng cụ đong khác. Ngừng dùng dụng cụ đó trước.")
        raise StockRefused((Violation(Code.DEVICE_IN_USE, Level.ASK, words),)) from error


def retire(*, device_id: int, by: Access, now: datetime) -> MeasuringDevice:
    """The site measures with this device no longer; its checks stay. Once: a second send changes nothing.

    Raises MeasuringDevice.DoesNotExist for another site's, PermissionDenied.
    """
    observing.authorise(by)
    with transaction.atomic():
        device = MeasuringDevice.objects.select_for_update().get(pk=device_id, facility_id=by.facility_id or 0)
        if device.retired_on is None:
            device.retired_on = local_day(now, by.zone)
            device.save(update_fields=["retired_on"])
            _written("retired", device, by, now)
    return device


def _written(step: str, device: MeasuringDevice, by: Access, now: datetime) -> None:
    action = f"stock.device_{step}"
    audit.record(action=action, by=by, now=now, subject_kind="measuring_device", subject_id=device.pk)
