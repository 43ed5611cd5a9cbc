"""What a simulated site looks at beside its doses: night seals, measures, naloxone, devices, keys.

The seals of each night are written in bulk, as the services would; everything else goes through the services, once a
week, and a pump each morning.
"""

from datetime import date, datetime, timedelta
from typing import Final

from core.quantities import format_ml
from demo import dice, stock
from demo.sites import Site
from demo.window import OpenBottles
from inventory.models import DeviceKind, Key, MeasuringDevice, NightSeal, SealFound, SealState, Why
from inventory.queries.keys import holders
from inventory.queries.naloxone import book_ampoules
from inventory.queries.window import WindowBottle
from inventory.services import checks, keys, measures
from inventory.services.checks import Device, Naloxone
from inventory.services.keys import HandOver, Take
from inventory.services.measures import Measure

STROKES: Final = 10
STROKE_UL: Final = 1_000
PRIMING_UL: Final = 2_000
AMPOULES_LEFT: Final = timedelta(days=500)  # how long the ampoules of the first delivery are in date at least
DEVICE_EVERY: Final = 28
NOISE_UL: Final = 3_000
HALF_ML: Final = 500


def morning(site: Site, day: date, *, at: datetime) -> None:
    """What is looked at before the first dose: last night's seals, and the pump."""
    sealed = NightSeal.objects.filter(facility_id=site.facility_id, put_on_at=_sealed_at(site, day - timedelta(days=1)))
    by = site.dispenser(day, 0)
    SealFound.objects.bulk_create(
        SealFound(
            id=site.id(at, "seal found", seal.bottle_id),
            facility_id=site.facility_id,
            bottle_id=seal.bottle_id,
            seal=seal,
            number=seal.number,
            state=SealState.MATCHES,
            found_by_id=by.person_id,
            found_at=at,
            recorded_at=at,
        )
        for seal in sealed
    )
    if site.spec.busy:
        _check_pump(site, day, at=at)


def _check_pump(site: Site, day: date, *, at: datetime) -> None:
    """Ten strokes into a cylinder, poured out with what primed the pump."""
    pump = MeasuringDevice.objects.filter(
        facility_id=site.facility_id, kind=DeviceKind.PUMP, retired_on__isnull=True
    ).first()
    need_ul = STROKES * STROKE_UL + PRIMING_UL
    opened = [bottle for bottle in OpenBottles(site).bottles if not bottle.quarantined and bottle.balance_ul > need_ul]
    if pump is None or not opened:
        return
    nominal = STROKES * STROKE_UL
    off = int((site.share("pump", day) - 0.5) * 0.02 * nominal)
    command = Device(
        id=site.id(at, "pump"),
        device_id=pump.pk,
        nominal=nominal,
        measured=nominal + off,
        strokes=STROKES,
        poured_out_ul=need_ul,
        number=opened[0].number,
        second=stock.second(site, "pump", day),
    )
    checks.device(command=command, by=site.dispenser(day, 0).access, now=at)


def evening(site: Site, day: date, opened: OpenBottles) -> None:
    """What is done when the cabinet is closed: seals for the night; once a week measures, naloxone and keys."""
    at = _sealed_at(site, day)
    bottles = [bottle for bottle in opened.bottles if not bottle.quarantined]
    if day.toordinal() % 7 == dice.below(7, site.seed, site.spec.key, "week"):
        _weekly(site, day, bottles, at=at)
    NightSeal.objects.bulk_create(
        NightSeal(
            id=site.id(at, "seal", bottle.id),
            facility_id=site.facility_id,
            bottle_id=bottle.id,
            number=f"NP{100_000 + dice.below(800_000, site.seed, site.spec.key, 'seal', day, bottle.id)}",
            put_on_by_id=site.dispenser(day, 0).person_id,
            put_on_at=at,
            recorded_at=at,
        )
        for bottle in bottles
    )


def _sealed_at(site: Site, day: date) -> datetime:
    return site.moment(day, 16, 50)


def _weekly(site: Site, day: date, bottles: list[WindowBottle], *, at: datetime) -> None:
    by = site.dispenser(day, 0)
    for place, bottle in enumerate(bottles):
        _measure(site, bottle, at=at - timedelta(minutes=20 + place))
    book = book_ampoules(facility_id=site.facility_id)
    found = Naloxone(site.id(at, "naloxone check"), book, day + AMPOULES_LEFT if book else None)
    checks.naloxone(command=found, by=by.access, now=at - timedelta(minutes=10))
    if not site.spec.busy and (day - site.first_day).days % DEVICE_EVERY < 7:
        _check_syringe(site, day, at=at - timedelta(minutes=8))
    _hand_over_keys(site, day, at=at - timedelta(minutes=5))


def _measure(site: Site, bottle: WindowBottle, *, at: datetime) -> None:
    """Read to half a millilitre, within what a cylinder may be off."""
    day = at.astimezone(site.zone).date()
    noise = int((site.share("measure", day, bottle.number) - 0.5) * 2 * NOISE_UL)
    read = max(0, bottle.balance_ul + noise) // HALF_ML * HALF_ML
    command = Measure(
        id=site.id(at, "measure", bottle.number),
        number=bottle.number,
        why=Why.WEEKLY,
        readings=(format_ml(read),),
        second=stock.second(site, "measure", day),
    )
    measures.record(command=command, by=site.dispenser(day, 0).access, now=at)


def _check_syringe(site: Site, day: date, *, at: datetime) -> None:
    syringe = MeasuringDevice.objects.filter(facility_id=site.facility_id, retired_on__isnull=True).first()
    if syringe is None:
        return
    off = int((site.share("syringe", day) - 0.5) * 200)
    command = Device(site.id(at, "syringe"), syringe.pk, nominal=10_000, measured=10_000 + off)
    checks.device(command=command, by=site.dispenser(day, 0).access, now=at)


def _hand_over_keys(site: Site, day: date, *, at: datetime) -> None:
    """Whoever begins the next week takes the keys; at a site of one, the first evening alone is written down."""
    held = holders(facility_id=site.facility_id)
    wanted = (Key.STORAGE, Key.DISPENSING)
    giver, taker = site.dispenser(day, 0), site.dispenser(day + timedelta(days=1), 0)
    if not all(key in held for key in wanted) or any(held[key].holder_id != giver.person_id for key in wanted):
        keys.take(command=Take(site.id(at, "keys"), wanted), by=giver.access, now=at)
    if taker.person_id != giver.person_id:
        command = HandOver(site.id(at, "hand over"), wanted, taker.signs())
        keys.hand_over(command=command, by=giver.access, now=at + timedelta(minutes=1))
