"""No sequence of journeys, counts, losses, recalls and destructions makes or loses a drop: a plain model of where each
bottle is, beside two places' books.
"""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core import proofs
from core.ids import new_id
from inventory.models import AccountKind, Balance
from inventory.rules.consignments import Arrived, Fate
from inventory.rules.custody import ConsignmentKind, State
from inventory.rules.quarantine import QuarantineReason
from inventory.services import bottles
from inventory.services.acts import StockRefused
from inventory.services.bottles import Quarantining
from inventory.services.proofs import PROOFS
from staff.models import Proof
from staff.services import pins
from staff.services.pins import Proven
from tests import cast, world_stock
from tests.inventory.cabinets import CLINIC, SITE, Cabinets
from tests.inventory.road import Road, acting, second_carrier
from tests.world import NOW
from tests.world_stock import present

pytestmark = pytest.mark.slow(5)

SMALL = 100_000


@dataclass
class Journey:
    """One consignment and the bottles that the model believes are in its boxes."""

    road: Road
    inside: list[int] = field(default_factory=list)


class Journeys(Cabinets):
    """Supply and return, whole, short, extra, torn, turned back, in other hands and lost, in any order."""

    on_the_way = Bundle("on_the_way")
    differing = Bundle("differing")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        lots = [world_stock.line(lot_number=lot, bottles=4, size_ul=SMALL) for lot in ("MTD-2611", "MTD-2612")]
        made = world_stock.receive(acting(cast.STORE_KEEPER), cast.CLINIC_PHYSICIAN, *lots, now=NOW)
        self.at = {number: (CLINIC, "storage") for number in made}
        self.recalled = set()
        self.other = second_carrier()
        self.total = self.everything()

    def teardown(self) -> None:
        broken = [f"{row.row}: {row.what}" for name in PROOFS for row in proofs.run(name)]
        transaction.savepoint_rollback(self.savepoint)
        assert broken == []

    def everything(self) -> int:
        """Every microlitre that is anywhere but with the supplier."""
        return sum(Balance.objects.exclude(account__kind=AccountKind.SUPPLIER).values_list("quantity", flat=True))

    @rule(target=on_the_way, count=st.integers(min_value=1, max_value=3), back=st.booleans())
    def leave(self, count: int, back: bool) -> Journey:
        if back:
            road = Road(
                self.standing(SITE, "quarantine")[:count],
                kind=ConsignmentKind.RETURN,
                sender=cast.PHARMACIST,
                sender_second=cast.WITNESS,
                receiver=cast.STORE_KEEPER,
                receiver_second=cast.CLINIC_PHYSICIAN,
                to=CLINIC,
            )
        else:
            road = Road(self.standing(CLINIC, "storage")[:count])
        if road.numbers:
            road.leave()
        for number in road.numbers:
            self.at[number] = (SITE if back else CLINIC, "transit")
        return Journey(road, list(road.numbers))

    @rule(number=st.integers(min_value=0, max_value=7))
    def set_apart(self, number: int) -> None:
        there = self.standing(SITE, "storage")
        if number >= len(there):
            return
        command = Quarantining(new_id(), there[number], QuarantineReason.DAMAGED, "", present(cast.WITNESS))
        bottles.quarantine(command=command, by=acting(cast.DISPENSER), now=NOW)
        self.at[there[number]] = (SITE, "quarantine")

    @rule(journey=on_the_way, intact=st.booleans())
    def new_leg(self, journey: Journey, intact: bool) -> None:
        """The other of the two carriers goes on with it: nothing moves."""
        road = journey.road
        if road.numbers:
            road.new_leg(self.other if road.carrier is cast.CARRIER else cast.CARRIER, seals_intact=intact)

    @rule(
        target=differing,
        journey=consumes(on_the_way),
        missing=st.integers(min_value=0, max_value=2),
        torn=st.booleans(),
        stranger=st.booleans(),
        doubled=st.booleans(),
    )
    def receive(self, journey: Journey, missing: int, torn: bool, stranger: bool, doubled: bool) -> Journey:
        road = journey.road
        if not road.numbers:
            return journey
        road.arrive()
        road.inspect()
        there = road.numbers[missing:]
        arrived = [Arrived(number, damaged=torn and number == there[-1]) for number in there]
        arrived += [Arrived(88_000_001)] * stranger + arrived[:1] * doubled
        done = road.receive(arrived)
        whole = not (missing or torn or stranger)
        assert (done.state is State.RECEIVED) == whole
        back = road.kind is ConsignmentKind.RETURN
        for number in road.numbers:
            fits = number in there and not (torn and number == there[-1])
            apart = back or self.is_recalled(number)
            into = (CLINIC if back else SITE, "quarantine" if apart else "storage")
            self.at[number] = into if fits else (SITE if back else CLINIC, "discrepancy")
        return journey

    @rule(journey=consumes(on_the_way), lost=st.booleans())
    def never_arrive(self, journey: Journey, lost: bool) -> None:
        road = journey.road
        if not road.numbers:
            return
        sender = SITE if road.kind is ConsignmentKind.RETURN else CLINIC
        if lost:
            road.not_arrived()
        else:
            road.turn_back()
            road.take_back()
        for number in road.numbers:
            self.at[number] = (sender, "discrepancy" if lost else "quarantine")

    @rule(journey=consumes(differing), fate=st.sampled_from([Fate.INTO_STORE, Fate.LOST, Fate.BACK]))
    def settle(self, journey: Journey, fate: Fate) -> None:
        road = journey.road
        if not road.numbers or road.state() not in {State.PARTIAL, State.DISPUTED}:
            return
        back = road.kind is ConsignmentKind.RETURN
        sender, receiver = (SITE, CLINIC) if back else (CLINIC, SITE)
        disputed = [number for number in road.numbers if self.at[number] == (sender, "discrepancy")]
        assert road.settle(fate, by_receiver=fate is Fate.INTO_STORE).state is State.SETTLED
        into = {Fate.INTO_STORE: (receiver, "storage"), Fate.BACK: (sender, "quarantine")}
        for number in disputed:
            self.at[number] = into.get(fate, (sender, "discrepancy"))
            if fate is Fate.INTO_STORE and self.is_recalled(number):
                self.at[number] = (receiver, "quarantine")

    @rule(journey=differing)
    def again(self, journey: Journey) -> None:
        """A second receipt of what was received is told so, whoever tries."""
        if journey.road.numbers:
            with pytest.raises(StockRefused):
                journey.road.receive()

    @invariant()
    def every_bottle_is_where_the_model_says(self) -> None:
        rows = Balance.objects.filter(bottle__number__in=self.at, may_be_negative=False)
        stands = rows.values_list("bottle__number", "account__facility__name", "account__kind")
        where = {number: (place, kind) for number, place, kind in stands}
        assert len(where) == len(stands)
        assert {number: where.get(number) for number in self.at} == self.at

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        assert self.everything() == self.total
        for name in ("ledger.sums", "ledger.balances", "bottles.places", "custody.matches"):
            assert proofs.run(name) == []


@pytest.mark.django_db
def test_no_sequence_of_journeys_makes_or_loses_a_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "verify", lambda *, person_id, now, **_: Proven(person_id, Proof.PIN, now))
    profile = settings()
    bounded = settings(profile, max_examples=max(profile.max_examples // 6, 8), stateful_step_count=15)
    run_state_machine_as_test(Journeys, settings=bounded)
