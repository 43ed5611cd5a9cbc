"""Naloxone in reach and the measuring devices, looked at (domain 5, 12.1, 12.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from core.clock import local_day
from core.digests import canonical
from core.quantities import format_decimal
from facilities.services import settings
from followup.models import CaseKind
from inventory.models import AccountKind, ActKind, DeviceCheck, Item, MeasuringDevice, NaloxoneCheck
from inventory.queries import bottles as bottle_queries
from inventory.queries.naloxone import book_ampoules
from inventory.rules import checks as rules
from inventory.rules.bottles import refuse
from inventory.rules.kinds import Reason
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code, Level, Violation
from inventory.services import accounts, acts, observing
from inventory.services.acts import StockAct, StockRefused
from inventory.services.ledger import Move
from inventory.services.observing import Observation, Second
from inventory.services.withdrawals import lock_bottles
from staff.services.attestations import Alone, ProvenSecond


@dataclass(frozen=True)
class Naloxone:
    """How many ampoules in reach are in date, and the nearest expiry read on them (None where there is none)."""

    id: UUID
    usable: int
    nearest_expiry: date | None


@dataclass(frozen=True)
class Device:
    """A device against what it should give. `nominal` and `measured` are totals over all strokes: microlitres, or
    milligrams of a scale's weight.

    `poured_out_ul`: what was let through (priming and strokes), out of the bottle `number`; booked as poured out and
    signed by `second`; None where an act of the caller names this check and is attested itself.
    """

    id: UUID
    device_id: int
    nominal: int
    measured: int
    strokes: int = 1
    poured_out_ul: int = 0
    number: int | None = None
    second: Second | None = None


def naloxone(*, command: Naloxone, by: Access, now: datetime) -> NaloxoneCheck:
    """Keep what was seen beside the book of the ampoules; none usable is a case, which nobody may waive.

    Raises StockRefused where some are in date and no expiry is named, PermissionDenied.
    """
    observing.authorise(by)
    expiry = command.nearest_expiry if command.usable else None
    stated = {"usable": command.usable, "nearest_expiry": expiry, "checked_by_id": by.actor_id}
    seen = Observation(command.id, "naloxone_check", by, now, stated)
    with observing.recording(seen):
        earlier = observing.known(seen, NaloxoneCheck)
        if earlier is not None:
            return earlier
        if command.usable and expiry is None:
            words = _("Ghi hạn dùng gần nhất trên các ống.")
            raise StockRefused((Violation(Code.EXPIRY_NEEDED, Level.ASK, words, field="nearest_expiry"),))
        as_of = observing.chain_end(seen.facility_id)
        book = book_ampoules(facility_id=seen.facility_id)
        row = NaloxoneCheck.objects.create(**seen.columns, book=book, as_of=as_of, checked_at=now)
        observing.written(seen, usable=command.usable)
        today = local_day(now, by.zone)
        wrong = rules.check_naloxone(usable=command.usable, nearest_expiry=expiry, today=today)
        observing.open_case(seen, CaseKind.NO_NALOXONE, wrong, count=command.usable, book=book)
        return row


def device(*, command: Device, by: Access, now: datetime) -> DeviceCheck:
    """Keep a device's check; outside the limit it is a case, never a stop. What was poured out is an act of the ledger.

    Raises StockRefused where something was poured out of no bottle or of one that holds less, what `attestations.prove`
    raises, MeasuringDevice.DoesNotExist for another site's, PermissionDenied.
    """
    observing.authorise(by)
    second = observing.prove(command.second, by=by, now=now) if command.second is not None else None
    stated = {
        "device_id": command.device_id,
        "nominal": command.nominal,
        "measured": command.measured,
        "strokes": command.strokes,
        "poured_out_ul": command.poured_out_ul,
        "checked_by_id": by.actor_id,
    }
    seen = Observation(command.id, "device_check", by, now, stated)
    with observing.recording(seen):
        earlier = observing.known(seen, DeviceCheck)
        if earlier is not None:
            return earlier
        checked = MeasuringDevice.objects.get(pk=command.device_id, facility_id=seen.facility_id)
        bottle_id = _pour_out(seen, command, second) if command.poured_out_ul else None
        in_force = settings.for_facility(StockSettings, facility_id=seen.facility_id, at=now)
        error = rules.error_ppm(nominal=command.nominal, measured=command.measured)
        limit = rules.limit_ppm(in_force)
        wrong = rules.check_device(error=error, limit=limit)
        row = DeviceCheck.objects.create(
            **seen.columns,
            error_ppm=error,
            limit_ppm=limit,
            passed=not wrong,
            bottle_id=bottle_id,
            act_id=seen.id if bottle_id is not None else None,
            checked_at=now,
        )
        observing.written(seen, passed=row.passed)
        percent = format_decimal(row.error_pct, separator=".")
        observing.open_case(seen, CaseKind.DEVICE_OFF, wrong, name=checked.name, percent=percent)
        return row


def _pour_out(seen: Observation, command: Device, second: ProvenSecond | Alone | None) -> int:
    """Book what was let through the device; answers the bottle's id."""
    if command.number is None:
        words = _("Chọn chai đã dùng để kiểm tra.")
        raise StockRefused((Violation(Code.BOTTLE_NEEDED, Level.ASK, words, field="number"),))
    bottle_id = bottle_queries.get_id(number=command.number, facility_id=seen.facility_id)
    lock_bottles([bottle_id])
    observing.chain_end(seen.facility_id)
    [state] = bottle_queries.states(bottle_ids=[bottle_id], facility_id=seen.facility_id)
    if state.place is not AccountKind.OPENED:
        raise StockRefused(refuse(Code.EMPTIED if state.emptied_at else Code.NOT_OPENED, state))
    there = accounts.ids(facility_id=seen.facility_id, item=Item.objects.get(pk=state.item_id))
    stated = {**canonical(seen.stated), "bottle": command.number}
    act = StockAct(id=seen.id, kind=ActKind.PRIMING, by=seen.by, now=seen.now, stated=stated)
    source, target = there[AccountKind.OPENED], there[AccountKind.POURED_OUT]
    move = Move(state.lot_id, state.id, source, target, command.poured_out_ul, Reason.PRIMING)
    acts.book(act, moves=[move], second=second)
    return bottle_id
