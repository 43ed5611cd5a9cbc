"""What the opening and the close of a site's day ask about its stock. Nothing here tells what the book says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import local_day
from core.scanning import encode
from facilities.services import settings
from inventory.models import AccountKind, Balance, DeviceCheck, MeasuringDevice, NaloxoneCheck
from inventory.queries.closed import closed_numbers
from inventory.queries.keys import Held, holders
from inventory.queries.measures import last_measured_on
from inventory.queries.seals import standing_seals
from inventory.rules.checks import due_on
from inventory.rules.kinds import Method
from inventory.rules.levels import BottleLevel, level
from inventory.rules.measures import METHOD_WORDS, site_method, tare_of
from inventory.rules.scancodes import BOTTLE
from inventory.rules.settings import StockSettings


@dataclass(frozen=True)
class OpenBottle:
    """One opened bottle. `sealed`: the last close put a seal on it, whose number is not shown. `measure_due`: it was
    not measured for as long as the setting allows.
    """

    id: int
    number: int
    label: str
    level: BottleLevel
    sealed: bool
    measured_on: date | None
    measure_due: bool
    asks_tare: bool


@dataclass(frozen=True)
class DeviceDue:
    """A device in use and the day its next check is due; overdue is shown, never a stop."""

    device: MeasuringDevice
    checked_on: date | None
    due_on: date
    due: bool
    passed: bool | None
    error_ppm: int | None


@dataclass(frozen=True)
class OpeningDay:
    """What the screen asks: bottles by label, how the site measures, whether closed bottles are there to be counted
    (their labels are hidden), devices, who holds the keys, when naloxone was looked at last.
    """

    bottles: tuple[OpenBottle, ...]
    method: Method
    any_closed: bool
    devices: tuple[DeviceDue, ...]
    keys: tuple[Held, ...]
    naloxone: NaloxoneCheck | None
    naloxone_least: int

    @property
    def method_words(self) -> str:
        return str(METHOD_WORDS[self.method])


def expected(*, facility_id: int, now: datetime, zone: str) -> OpeningDay:
    """Everything that is asked, in a fixed number of statements."""
    rules = settings.for_facility(StockSettings, facility_id=facility_id, at=now)
    today = local_day(now, zone)
    return OpeningDay(
        bottles=tuple(_bottles(facility_id, today, zone, rules)),
        method=site_method(rules),
        any_closed=bool(closed_numbers(facility_id=facility_id)),
        devices=tuple(devices_due(facility_id=facility_id, now=now, zone=zone, rules=rules)),
        keys=tuple(holders(facility_id=facility_id).values()),
        naloxone=NaloxoneCheck.objects.filter(facility_id=facility_id).order_by("-checked_at", "-pk").first(),
        naloxone_least=rules.naloxone_min_ampoules,
    )


def _bottles(facility_id: int, today: date, zone: str, rules: StockSettings) -> list[OpenBottle]:
    held = Balance.objects.filter(
        account__facility_id=facility_id, account__kind=str(AccountKind.OPENED), bottle__isnull=False
    )
    rows = [
        (balance.bottle, balance.quantity)
        for balance in held.select_related("bottle").order_by("bottle__opened_at", "bottle_id")
        if balance.bottle is not None
    ]
    ids = [bottle.pk for bottle, _ in rows]
    seals, measured = standing_seals(bottle_ids=ids), last_measured_on(bottle_ids=ids, zone=zone)
    found = []
    for bottle, quantity in rows:
        opened_on = local_day(bottle.opened_at, zone) if bottle.opened_at else today
        last = measured.get(bottle.pk)
        found.append(
            OpenBottle(
                id=bottle.pk,
                number=bottle.number,
                label=encode(BOTTLE, bottle.number),
                level=level(book_ul=quantity, next_dose_ul=None, settings=rules),
                sealed=bottle.pk in seals,
                measured_on=last,
                measure_due=(today - (last or opened_on)).days >= rules.measure_every_days,
                asks_tare=tare_of(bottle.size_ul, rules) is None,
            )
        )
    return found


def devices_due(*, facility_id: int, now: datetime, zone: str, rules: StockSettings) -> list[DeviceDue]:
    """The devices in use with the day each is due, soonest first. Two statements."""
    return devices_due_at(zones={facility_id: zone}, now=now, rules={facility_id: rules})[facility_id]


def devices_due_at(
    *, zones: Mapping[int, str], now: datetime, rules: Mapping[int, StockSettings]
) -> dict[int, list[DeviceDue]]:
    """The same for many facilities, each in its zone and by its own settings. Two statements."""
    devices = list(MeasuringDevice.objects.filter(facility_id__in=list(zones), retired_on__isnull=True))
    checks = DeviceCheck.objects.filter(device__in=devices).order_by("device_id", "-checked_at", "-pk")
    last = {check.device_id: check for check in checks.distinct("device_id")}
    found: dict[int, list[DeviceDue]] = {facility_id: [] for facility_id in zones}
    for device in devices:
        zone = zones[device.facility_id]
        due = _due(device, last.get(device.pk), local_day(now, zone), zone, rules[device.facility_id])
        found[device.facility_id].append(due)
    return {facility_id: sorted(due, key=_soonest) for facility_id, due in found.items()}


def _due(device: MeasuringDevice, check: DeviceCheck | None, today: date, zone: str, rules: StockSettings) -> DeviceDue:
    checked_on = local_day(check.checked_at, zone) if check else None
    when = due_on(kind=device.kind, last=checked_on, since=device.starts_on, settings=rules)
    passed, error = (check.passed, check.error_ppm) if check else (None, None)
    return DeviceDue(device, checked_on, when, when <= today or passed is False, passed, error)


def _soonest(due: DeviceDue) -> tuple[date, int]:
    return due.due_on, due.device.pk
