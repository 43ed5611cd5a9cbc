"""What goes beside the doses of a morning in the stock: the road, requests, counts, losses, recall, destruction.

A third of everything.py, which see. Each step of the road that ends something has a consignment of its own, so that it
is taken once and refused afterwards; what may be done again and again shares one.
"""

from datetime import timedelta
from itertools import count
from random import Random

from core.access import Access
from core.ids import new_id
from inventory.models import AccountKind, Balance, Lot, MeasuringDevice
from inventory.rules.consignments import Fate, Incident
from inventory.rules.countkinds import CountWhy, LossKind, SpillKind
from inventory.services import checks, counts, destructions, losses, recalls, spills
from inventory.services.counts import Counting
from inventory.services.destructions import Destroying
from inventory.services.losses import Loss
from inventory.services.recalls import Recalling
from inventory.services.spills import Spilling
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.inventory import asking, destroying
from tests.inventory.asking import Asking
from tests.inventory.road import Road, acting, stored, trip
from tests.inventory.site import Site

ALONE = Alone("một mình buổi sáng")
LATER = world.NOW + timedelta(minutes=2)
SMALL = 100_000
LOTS = ("MTD-2621", "MTD-2622", "MTD-2623")


class EverythingInStock:
    """What has to be there before, and the acts. `dispensers` and `closed`: Everything's."""

    dispensers: list[Access]
    closed: dict[AccountKind, list[int]]

    def _prepare_the_stock(self) -> None:
        self.keeper = acting(cast.STORE_KEEPER)
        world_stock.receive(
            self.keeper, cast.CLINIC_PHYSICIAN, world_stock.line(lot_number="MTD-2620", bottles=12, size_ul=SMALL)
        )
        lots = [world_stock.line(lot_number=lot, bottles=1, size_ul=SMALL) for lot in LOTS]
        world_stock.receive(self.dispensers[0], cast.WITNESS, *lots, now=world.NOW)
        self._prepare_the_roads()
        self.sent = asking.sent()
        Site(self.keeper).quarantine(self.spare, second=world_stock.present(cast.CLINIC_PHYSICIAN))
        self.plan = destroying.plan(self.keeper, numbers=(self.spare,))
        destructions.plan(command=self.plan, by=self.keeper, now=world.NOW)
        self.devices = list(MeasuringDevice.objects.filter(facility=world.facility(cast.SITE)).order_by("pk"))
        self.further = count(1)

    def _prepare_the_roads(self) -> None:
        """One consignment for each step, one bottle in each, in the state from which the step is taken."""
        fresh = stored(cast.MAIN_CLINIC, 1_000)[-12:]
        made = [Road([number], now=LATER) for number in fresh[:8]]
        self.going, self.near, self.away, self.arrived, self.back, self.missing, self.whole, self.beside = made
        self.short = Road(fresh[8:10], now=LATER)
        for road in (*made[:6], self.whole, self.beside, self.short):
            road.leave()
        self.arrived.arrive()
        self.back.turn_back()
        for road in (self.whole, self.beside, self.short):
            road.arrive()
            road.inspect()
        self.whole.receive()
        self.unlisted, self.spare = fresh[10:]
        self.beside.receive([*self.beside.all_of_them(), *Road([self.unlisted]).all_of_them()])
        self.short.receive(self.short.all_of_them()[1:])

    # The road

    def journeys_check_point(self, dice: Random) -> object:
        return self.going.check_point(seals_intact=dice.random() < 0.8)

    def journeys_report(self, dice: Random) -> object:
        return self.going.trouble(dice.choice([Incident.BROKEN, Incident.UNSAFE]))

    def legs_new_leg(self, dice: Random) -> object:
        """The same carrier another way, every time another one."""
        way = trip(route=f"đường tránh {next(self.further)}", expected_at=LATER + timedelta(hours=dice.randint(1, 9)))
        return self.going.new_leg(trip=way)

    def journeys_arrive(self, _dice: Random) -> object:
        return self.near.arrive()

    def journeys_turn_back(self, _dice: Random) -> object:
        return self.away.turn_back()

    def receipts_inspect(self, _dice: Random) -> object:
        return self.arrived.inspect()

    def receipts_take_back(self, _dice: Random) -> object:
        return self.back.take_back()

    def receipts_not_arrived(self, _dice: Random) -> object:
        return self.missing.not_arrived()

    def settlements_settle(self, dice: Random) -> object:
        return self.short.settle(dice.choice([Fate.LOST, Fate.BROKEN, Fate.BACK]))

    def settlements_admit(self, _dice: Random) -> object:
        return self.beside.admit([self.unlisted])

    def settlements_close(self, _dice: Random) -> object:
        return self.whole.close()

    # Requests

    def requests_draft(self, dice: Random) -> object:
        """Beside the monthly one, as many as anybody likes."""
        return Asking(now=LATER).draft(dice.randint(1, 3), monthly=False)

    def requests_revise(self, dice: Random) -> object:
        return self.sent.revise(dice.randint(1, 5))

    def requests_send(self, _dice: Random) -> object:
        return self.sent.send()

    def requests_withdraw(self, _dice: Random) -> object:
        return self.sent.withdraw()

    def approvals_approve(self, dice: Random) -> object:
        return self.sent.change(dice.randint(1, 3))

    def approvals_give_back(self, _dice: Random) -> object:
        return self.sent.give_back()

    def approvals_cancel(self, _dice: Random) -> object:
        return self.sent.cancel()

    # What is found, spilt, missing, called back, destroyed

    def checks_device(self, dice: Random) -> object:
        """Ten strokes out of an opened bottle."""
        number = dice.choice(self.closed[AccountKind.OPENED])
        device = dice.choice(self.devices).pk
        command = checks.Device(new_id(), device, 50_000, 50_600, 10, 500, number, ALONE)
        return checks.device(command=command, by=dice.choice(self.dispensers), now=LATER)

    def counts_record(self, dice: Random) -> object:
        """The storage cabinet of the other site, of which a bottle is missing or not."""
        by = acting(cast.OTHER_DISPENSER)
        there = stored(cast.OTHER_SITE, 10)
        left = tuple(there[dice.choice([0, 1]) :])
        command = Counting(new_id(), CountWhy.MONTHLY, LATER, ALONE, storage=left)
        return counts.record(command=command, by=by, now=LATER)

    def spills_record(self, dice: Random) -> object:
        number = dice.choice(self.closed[AccountKind.OPENED])
        command = Spilling(new_id(), SpillKind.SPILL, 1_000, "trượt tay", LATER, ALONE, number=number)
        return spills.record(command=command, by=dice.choice(self.dispensers), now=LATER)

    def losses_record(self, dice: Random) -> object:
        numbers = (dice.choice(self._of_lots(LOTS[:1])),) if dice.random() < 0.5 else ()
        command = Loss(new_id(), LossKind.LOSS, world.NOW, "Anh Tủa", "không thấy", ALONE, numbers=numbers)
        return losses.record(command=command, by=dice.choice(self.dispensers), now=LATER)

    def recalls_declare(self, dice: Random) -> object:
        lot = Lot.objects.get(number=dice.choice(LOTS))
        command = Recalling(new_id(), lot.pk, "Cục Quản lý Dược", "12/QĐ", "cặn", cast.PIN)
        return recalls.declare(command=command, by=self.keeper, now=LATER)

    def destructions_destroy(self, _dice: Random) -> object:
        done = Destroying(self.plan.id, "trộn vôi, chôn", destroying.COMMITTEE)
        return destructions.destroy(command=done, by=self.keeper, now=LATER)

    # Whom and what

    def _of_lots(self, lots: tuple[str, ...]) -> list[int]:
        held = Balance.objects.filter(lot__number__in=lots, bottle__isnull=False)
        return list(held.order_by("bottle__number").values_list("bottle__number", flat=True)) or [0]
