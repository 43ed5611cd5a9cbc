"""Two days and a morning of random facts, through the services, for tests that add them up."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from core.access import SYSTEM
from core.ids import new_id
from dispensing.rules.choices import HoldReason, MissedReason
from dispensing.rules.daycodes import Why
from dispensing.rules.facts import Answers
from dispensing.rules.violations import Unlocker
from dispensing.rules.voids import VoidKind
from dispensing.services import days, demand, holds, outcomes, past, voids
from dispensing.services.holds import NewHold
from dispensing.services.outcomes import NewOutcome
from dispensing.services.voids import NewVoid
from facilities.models import Area, Facility
from inventory.models import AccountKind
from inventory.queries.counted import loose_here
from inventory.rules.countkinds import SpillKind
from inventory.services import spills
from inventory.services.counts import LooseFound
from inventory.services.spills import Spilling
from staff.models import DutyInterval
from staff.services import leave
from staff.services.attestations import Present
from tests import cast, world
from tests.dispensing import mishaps, morning, paper, phoned
from tests.entrance import access
from tests.inventory import asking, counting, shelf_hands
from tests.inventory.road import Road, stored
from tests.inventory.site import ALONE, WITNESSED, Site
from tests.staff import working
from tests.staff.planning import set_rule

DAY: Final = timedelta(days=1)
LAST: Final = world.NOW + 2 * DAY  # the third morning, 26 November at 06:10; before it, two days that are over
READ_AT: Final = LAST + timedelta(hours=2)  # when the figures are read
TODAY: Final = LAST.date()
SITES: Final = (cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC)
FAR: Final = "Sín Thầu"
DOSERS: Final = {cast.SITE: cast.DISPENSER, cast.OTHER_SITE: cast.OTHER_DISPENSER}
ANSWERS: Final = Answers(last_dose_proof="card", missed_reason=MissedReason.ILL, clinic_told=True, second_look=True)


def happened(dice: Random) -> None:
    """Two days that are over and the morning of a third, at two sites; a far one in another area."""
    before_the_first_dose()
    people = {
        name: [morning.patient(at=world.facility(name)) for _ in range(number)]
        for name, number in ((cast.SITE, 7), (cast.OTHER_SITE, 4))
    }
    for name in people:
        morning.opened_bottle(at=world.facility(name))
    for back in (2, 1, 0):
        for name, treated in people.items():
            a_morning(dice, name, treated, LAST - back * DAY)
    on_the_last_day(people)
    far_away()
    demand.push(now=LAST)
    for name in SITES:
        for back in (2, 1):
            days.decide(facility_id=world.facility(name).pk, day=TODAY - back * DAY, by=SYSTEM, now=LAST, why=Why.SWEEP)
    hours_worked(dice)


def before_the_first_dose() -> None:
    site = Site(access(cast.DISPENSER))
    shelf_hands.receive(5)
    Road(stored(cast.MAIN_CLINIC, 2)).leave()
    asking.sent()
    site.open(site.closed(AccountKind.DISPENSING)[0], second=ALONE)
    [ampoules] = loose_here(facility_id=site.here)
    counting.count(site, loose=(LooseFound(ampoules.place, ampoules.lot_id, ampoules.held - 1),))
    phoned.phone_order()


def a_morning(dice: Random, name: str, treated: list[Any], begins: datetime) -> None:
    """Most drink, some are stated, one is typed in on the next day; now and then a dose turns out to be none."""
    by = morning.access(DOSERS[name], at=name, now=begins)
    given = []
    for turn, patient in enumerate(treated):
        now, chance = begins + turn * timedelta(minutes=1), dice.random()
        if chance < 0.6:
            given.append(morning.drink(patient, by, now=now, answers=ANSWERS).dose_id)
        elif chance < 0.9:
            code = dice.choice(["stock_out", "sent_away", "refused", "absent"])
            outcomes.state(command=NewOutcome(new_id(), patient.pk, code), by=by, now=now)
        elif begins < LAST:
            fact = paper.drank(patient, by, at=now)
            past.record_many_past(
                commands=[fact], by=morning.access(DOSERS[name], at=name, now=now + DAY), now=now + DAY
            )
    if given:
        wrong = NewVoid(new_id(), dice.choice(given), VoidKind.NEVER_POURED, "bấm nhầm")
        voids.void(command=wrong, by=by, now=begins + timedelta(minutes=30))


def on_the_last_day(people: dict[str, list[Any]]) -> None:
    by = morning.access(cast.DISPENSER, now=LAST)
    hold = NewHold(new_id(), people[cast.SITE][0].pk, HoldReason.ILLNESS, Unlocker.PHYSICIAN)
    holds.place(command=hold, by=morning.access(cast.PHYSICIAN, now=LAST), now=LAST + timedelta(minutes=31))
    mishaps.watched(people[cast.SITE][1].pk, by, now=LAST + timedelta(minutes=32))
    other = Present(cast.SECOND_DISPENSER.username, cast.SECOND_DISPENSER.pin)
    spilt = Spilling(
        new_id(), SpillKind.SPILL, 20_000, "trượt tay khi rót", LAST, WITNESSED, number=Site(by).opened, other=other
    )
    spills.record(command=spilt, by=by, now=LAST + timedelta(minutes=33))


def far_away() -> None:
    area = Area.objects.create(province=world.facility(cast.SITE).area.province, name="Mường Nhé", label="huyện")
    far = Facility.objects.create(area=area, kind="satellite", name=FAR)
    for _ in range(3):
        morning.patient(at=far)


def hours_worked(dice: Random) -> None:
    """On weekends, where all of it is overtime; one person beyond the forty hours of a month."""
    set_rule("WorkSettings.leave_instead", value=True)
    october, november = date(2026, 10, 4), date(2026, 11, 1)
    for member, number, least in ((cast.DISPENSER, 3, 60), (cast.PHARMACIST, 5, 500), (cast.OTHER_DISPENSER, 2, 60)):
        for first in (october, november):
            weekend = [first + (7 * week - turn) * DAY for week in range(4) for turn in (0, 1) if week or not turn]
            for day in sorted(dice.sample(weekend, number)):
                begins, minutes = 6 * 60 + dice.randrange(60), least + dice.randrange(100)
                entry = working.typed(
                    member, day=day, begins=f"{begins // 60}:{begins % 60}",
                    ends=f"{(begins + minutes) // 60}:{(begins + minutes) % 60}",
                )  # fmt: skip
                if member is not cast.OTHER_DISPENSER:
                    working.approved(entry)
    working.paid(month=october.replace(day=1))
    newest = DutyInterval.objects.filter(person=world.person(cast.DISPENSER)).latest("day")
    choice = leave.NewChoice(new_id(), newest.pk, 25)
    leave.choose(command=choice, by=access(cast.DISPENSER), now=world.NOW)
