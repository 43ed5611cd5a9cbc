"""The cabinets of a simulated site: deliveries, bottles taken over for the day, bottles past their date.

Everything goes through the services of inventory and is signed by two, or openly alone where a small site is.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from demo import consigned, dice
from demo.clinics import clinic_of
from demo.places import NALOXONE
from demo.sites import Hand, NobodyThere, Site
from inventory.models import AccountKind, ActKind, Balance, Lot
from inventory.queries.naloxone import book_ampoules
from inventory.queries.window import METHADONE
from inventory.rules.deliveries import DeliveredLine
from inventory.rules.kinds import Reason
from inventory.rules.quarantine import QuarantineReason
from inventory.services import accounts, acts, bottles, deliveries
from inventory.services.acts import StockAct
from inventory.services.bottles import Quarantining, ToDispensing
from inventory.services.deliveries import Delivery
from inventory.services.ledger import Move
from staff.services import attestations
from staff.services.attestations import Alone, SecondPerson

UL_PER_ML: Final = 1000
STRENGTH: Final = Decimal(10)
SHELF_LIFE: Final = timedelta(days=730)  # 24 months (domain 2.1)
DELIVERY_DAY: Final = 27  # of the month, before the 30th (domain 4.1)
LITTLE_DAYS: Final = 2  # less stock than this and somebody fetches more at once
SHORT_DATED_DAYS: Final = 5
AMPOULES, AMPOULES_SMALL = 20, 10
ALONE: Final = 0.34  # share of hand-overs at a small site with nobody else there
ALONE_WHY: Final = "Trạm chỉ có một người trực sáng nay"

HA_TAY: Final = ("Hà Tây", "VD-29589-18", "HT")  # maker, registration, ending of its lot numbers (domain 2.1)
DANAPHA: Final = ("Danapha", "VD-27703-17", "DN")


@dataclass(frozen=True)
class Closed:
    """A closed bottle in one of the two cabinets."""

    number: int
    size_ul: int
    expires_on: date
    place: AccountKind

    def keeps(self, day: date) -> bool:
        """Whether it is good for use and not about to be sent back."""
        return self.expires_on >= day + timedelta(days=30)


def closed_bottles(site: Site) -> list[Closed]:
    """First expiry first. One statement."""
    found = Balance.objects.filter(
        account__facility_id=site.facility_id,
        account__item=site.items[METHADONE],
        account__kind__in=[AccountKind.STORAGE, AccountKind.DISPENSING],
        bottle__opened_at__isnull=True,
        quantity__gt=0,
    ).values_list("bottle__number", "quantity", "lot__expires_on", "account__kind")
    return sorted(
        (Closed(number, size, expires_on, AccountKind(kind)) for number, size, expires_on, kind in found if number),
        key=lambda bottle: (bottle.expires_on, bottle.number),
    )


def second(site: Site, *key: object) -> SecondPerson:
    """Who signs beside: the witness, but at a small site now and then nobody is there."""
    if not site.spec.busy and site.share("alone", *key) < ALONE:
        return Alone(ALONE_WHY)
    return site.team.witness.signs()


def stock_up(site: Site, *, daily_ul: int, opened_ul: int, at: datetime, first: bool = False) -> bool:
    """Receive a delivery where one is due: monthly, or at once where there is little left; says whether one came."""
    day = at.astimezone(site.zone).date()
    if not first:
        with suppress(NobodyThere):
            consigned.bring_in(site, at=at)
    closed_ul = sum(bottle.size_ul for bottle in closed_bottles(site) if bottle.keeps(day))
    low = site.spec.cover_days <= LITTLE_DAYS
    monthly = day.day == DELIVERY_DAY and not low
    if not (first or monthly or closed_ul + opened_ul < LITTLE_DAYS * daily_ul or not (closed_ul or low)):
        return False
    until_next = 0 if low else _days_to_next(day)
    wanted_ul = daily_ul * (until_next + site.spec.cover_days) - closed_ul - opened_ul
    size_ul = site.spec.bottle_ml * UL_PER_ML
    count = max(1, -(-wanted_ul // size_ul))
    receive(site, count=count, at=at, first=first)
    return True


def _days_to_next(day: date) -> int:
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    due = (day if day.day < DELIVERY_DAY else next_month).replace(day=DELIVERY_DAY)
    return (due - day).days


def receive(site: Site, *, count: int, at: datetime, first: bool = False) -> None:
    """Take so many bottles into storage, two people signing: by consignment from the main clinic, but for what the site
    begins with, ampoules of naloxone among it.
    """
    day = at.astimezone(site.zone).date()
    lines = [_line(site, day, bottles=part, place=place) for place, part in enumerate(_parts(count))]
    number = f"GN {day:%d%m%y}-{dice.below(90, site.seed, site.spec.key, day) + 10}"
    if not first:
        with suppress(NobodyThere):  # a clinic without its people: the site fetches it itself
            consigned.deliver(site, tuple(lines), document_number=number, at=at)
            return
    if first and site.spec.expired_bottle:
        expires_on = day + timedelta(days=SHORT_DATED_DAYS)
        lines.append(_line(site, day, bottles=1, place=len(lines), expires_on=expires_on))
    by = site.dispenser(day, 0)
    deliveries.receive(
        delivery=Delivery(
            id=site.id(at, "delivery"),
            supplier=site.supplier,
            document_number=number,
            lines=tuple(lines),
            second=site.team.witness.signs(),
        ),
        by=by.access,
        now=at,
    )
    if first:
        ampoules = AMPOULES if site.spec.busy else AMPOULES_SMALL
        received = at + timedelta(minutes=2)
        _receive_ampoules(site, site.facility_id, by, site.team.witness, site.supplier, ampoules, at=received)
        with suppress(NobodyThere):
            clinic = clinic_of(site)
            if not book_ampoules(facility_id=clinic.facility_id):  # the clinic's own shelf, once
                store = site.province.store
                _receive_ampoules(site, clinic.facility_id, clinic.keeper, clinic.beside, store, AMPOULES, at=received)


def send_now(site: Site, *, now: datetime) -> None:
    """Today a box of four bottles is on its way here."""
    day = now.astimezone(site.zone).date()
    lines = (_line(site, day, bottles=4, place=90),)
    consigned.on_the_road(site, lines, document_number=f"GN {day:%d%m%y}-09", now=now)


def _parts(count: int) -> list[int]:
    """A delivery's lines: one act takes no more than some hundred bottles of a line."""
    most = 400
    return [most] * (count // most) + ([count % most] if count % most else [])


def _line(site: Site, day: date, *, bottles: int, place: int, expires_on: date | None = None) -> DeliveredLine:
    maker, registration, ending = HA_TAY if site.spec.bottle_ml == 1000 else DANAPHA
    made = (day.replace(day=1) - timedelta(days=100)).replace(day=1)
    if expires_on is not None:
        made = expires_on - SHELF_LIFE
    seal = 100_000 + dice.below(800_000, site.seed, site.spec.key, day, place)
    return DeliveredLine(
        item_id=site.items[METHADONE].pk,
        lot_number=f"{made:%d%m%y}{ending}" if expires_on else f"{made:%m%y}{ending}",
        manufacturer=maker,
        registration=registration,
        expires_on=expires_on or made + SHELF_LIFE,
        concentration=STRENGTH,
        size_ul=site.spec.bottle_ml * UL_PER_ML,
        bottles=bottles,
        seals=tuple(str(seal + number) for number in range(bottles)),
    )


def _receive_ampoules(
    site: Site, facility_id: int, by: Hand, beside: Hand, supplier: str, ampoules: int, *, at: datetime
) -> None:
    """Naloxone comes in ampoules, which carry no label of ours: one quantity of one lot, to the shelf of a facility."""
    item = site.items[NALOXONE]
    made = at.astimezone(site.zone).date().replace(day=1) - timedelta(days=200)
    lot, _ = Lot.objects.get_or_create(
        item=item,
        manufacturer="Dược phẩm mẫu",
        number=f"NX{made:%m%y}",
        defaults={"expires_on": made + timedelta(days=1095), "concentration": Decimal("0.4")},
    )
    act = StockAct(
        id=site.id(at, "naloxone", facility_id),
        kind=ActKind.RECEIPT,
        by=by.access,
        now=at,
        stated={"supplier": supplier, "item": item.pk, "lot": lot.number, "ampoules": ampoules},
    )
    signs = attestations.prove(second=beside.signs(), actor=by.access, facility_id=facility_id, now=at)
    with acts.booking(act):
        if acts.known(act) is None:
            there = accounts.ids(facility_id=facility_id, item=item)
            source, target = there[AccountKind.SUPPLIER], there[AccountKind.STORAGE]
            acts.book(act, moves=[Move(lot.pk, None, source, target, ampoules, Reason.DELIVERY)], second=signs)


def prepare_cabinet(site: Site, *, daily_ul: int, opened_ul: int, at: datetime) -> None:
    """Take over from storage what tomorrow and the day after need, and set apart what is past its date."""
    day = at.astimezone(site.zone).date()
    closed = closed_bottles(site)
    _set_apart([bottle for bottle in closed if bottle.expires_on < day], site, at)
    ready_ul = opened_ul + sum(b.size_ul for b in closed if b.place is AccountKind.DISPENSING and b.keeps(day))
    if ready_ul >= daily_ul * 3 // 2:
        return
    taken: list[Closed] = []
    for bottle in closed:
        if bottle.place is AccountKind.STORAGE and bottle.keeps(day) and ready_ul < daily_ul * 5 // 2:
            taken.append(bottle)
            ready_ul += bottle.size_ul
    if taken:
        take_over(site, taken, at=at)


def take_over(site: Site, taken: list[Closed], *, at: datetime) -> None:
    """Closed bottles from the storage to the daily dispensing cabinet."""
    bottles.move_to_dispensing(
        command=ToDispensing(
            id=site.id(at, "to dispensing"),
            numbers=tuple(bottle.number for bottle in taken),
            second=second(site, "to dispensing", at),
        ),
        by=site.dispenser(at.astimezone(site.zone).date(), 0).access,
        now=at,
    )


def _set_apart(expired: list[Closed], site: Site, at: datetime) -> None:
    for place, bottle in enumerate(expired):
        moment = at + timedelta(minutes=place)
        bottles.quarantine(
            command=Quarantining(
                id=site.id(moment, "quarantine", place),
                number=bottle.number,
                reason=QuarantineReason.EXPIRED,
                words="",
                second=site.team.witness.signs(),
            ),
            by=site.dispenser(at.astimezone(site.zone).date(), 0).access,
            now=moment,
        )
