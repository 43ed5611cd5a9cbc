"""What happens to closed bottles where they stand: broken, lost, counted, called back, destroyed.

A half of the journeys' state machine, which see: it keeps the model, `at`, of where each bottle is; None is nowhere.
"""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from core.ids import new_id
from inventory.models import Bottle, Lot
from inventory.rules.countkinds import LossKind, SpillKind
from inventory.services import counts, destructions, losses, recalls, spills
from inventory.services.destructions import Destroying
from inventory.services.losses import Loss
from inventory.services.recalls import Recalling
from inventory.services.spills import Spilling
from staff.services.attestations import Present
from tests import cast
from tests.inventory import destroying
from tests.inventory.counting import honest
from tests.inventory.road import acting
from tests.inventory.site import Site
from tests.world import NOW
from tests.world_stock import present

CLINIC, SITE = cast.MAIN_CLINIC, cast.SITE
KEEPERS = {CLINIC: cast.STORE_KEEPER, SITE: cast.DISPENSER}
SECONDS = {CLINIC: cast.CLINIC_PHYSICIAN, SITE: cast.WITNESS}
PLACES = st.sampled_from([CLINIC, SITE])


class Cabinets(RuleBasedStateMachine):
    """Rules over `at`; the machine that mixes them in fills it."""

    at: dict[int, tuple[str, str] | None]
    recalled: set[int]

    def standing(self, place: str, kind: str) -> list[int]:
        return sorted(number for number, where in self.at.items() if where == (place, kind))

    def in_cabinets(self, place: str) -> list[int]:
        return [*self.standing(place, "storage"), *self.standing(place, "quarantine")]

    def second(self, place: str) -> Present:
        return present(SECONDS[place])

    @rule(place=PLACES, nth=st.integers(min_value=0, max_value=3))
    def break_one(self, place: str, nth: int) -> None:
        there = self.in_cabinets(place)
        if nth >= len(there):
            return
        command = Spilling(new_id(), SpillKind.BREAKAGE, 100_000, "rơi", NOW, self.second(place), number=there[nth])
        spills.record(command=command, by=acting(KEEPERS[place]), now=NOW)
        self.at[there[nth]] = None

    @rule(place=PLACES, count=st.integers(min_value=1, max_value=2))
    def lose(self, place: str, count: int) -> None:
        gone = self.in_cabinets(place)[:count]
        if not gone:
            return
        command = Loss(new_id(), LossKind.LOSS, NOW, "x", "không thấy", self.second(place), numbers=tuple(gone))
        losses.record(command=command, by=acting(KEEPERS[place]), now=NOW)
        self.at.update(dict.fromkeys(gone))

    @rule(place=PLACES, missing=st.booleans())
    def count(self, place: str, missing: bool) -> None:
        """What a count does not find of the storage cabinet is gone; what it finds stays where it stands."""
        site = Site(acting(KEEPERS[place]))
        command = replace(honest(site), second=self.second(place))
        gone = self.standing(place, "storage")[:1] if missing else []
        command = replace(command, storage=tuple(number for number in command.storage if number not in gone))
        done = counts.record(command=command, by=site.by, now=NOW)
        assert done.row.agrees == (not gone)
        self.at.update(dict.fromkeys(gone))

    @rule(nth=st.integers(min_value=0, max_value=1))
    def recall(self, nth: int) -> None:
        """A whole lot into quarantine, wherever it stands; not what is on the road."""
        lots = sorted(set(Bottle.objects.filter(number__in=self.at).values_list("lot_id", flat=True)))
        lot = lots[nth]
        if lot in self.recalled:
            return
        command = Recalling(new_id(), lot, "Cục Quản lý Dược", "12/QĐ", "cặn", cast.STORE_KEEPER.pin)
        recalls.declare(command=command, by=acting(cast.STORE_KEEPER), now=NOW)
        self.recalled.add(lot)
        for place in (CLINIC, SITE):
            for number in self.standing(place, "storage"):
                if self.is_recalled(number):
                    self.at[number] = (place, "quarantine")

    def is_recalled(self, number: int) -> bool:
        return Lot.objects.filter(pk__in=self.recalled, bottle__number=number).exists()

    @rule(count=st.integers(min_value=1, max_value=2))
    def destroy(self, count: int) -> None:
        """The committee at the clinic, out of its quarantine."""
        gone = tuple(self.standing(CLINIC, "quarantine")[:count])
        if not gone:
            return
        keeper = acting(cast.STORE_KEEPER)
        command = destroying.plan(keeper, numbers=gone)
        destructions.plan(command=command, by=keeper, now=NOW)
        done = Destroying(command.id, "trộn vôi, chôn ở hố có khóa", destroying.COMMITTEE)
        destructions.destroy(command=done, by=keeper, now=NOW)
        self.at.update(dict.fromkeys(gone))
