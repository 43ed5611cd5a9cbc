"""No sequence of services makes or loses a drop: a plain model of bottles is kept beside the books and must agree."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from core import proofs
from core.ids import new_id
from inventory.models import AccountKind, ActKind, Bottle
from inventory.queries.bottles import states
from inventory.rules.countkinds import LossKind, SpillKind
from inventory.rules.kinds import Why
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.violations import Code
from inventory.services import bottles, losses, measures, spills, withdrawals
from inventory.services.acts import StockRefused
from inventory.services.bottles import Emptying, Opening, Quarantining, ToDispensing
from inventory.services.losses import Loss
from inventory.services.measures import Measure
from inventory.services.proofs import PROOFS
from inventory.services.spills import Spilling
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.world import NOW
from tests.world_stock import Shelf

pytestmark = pytest.mark.slow(7)

ALONE = Alone("một mình")
SMALL = 100_000  # a 100 mL bottle, so that doses soon run beyond it
DOSES = st.integers(min_value=1, max_value=60).map(lambda step: step * 1_000)


@dataclass
class Modelled:
    """What the model believes of one bottle: where it stands, what is in the book, what was given beyond it."""

    bottle: Bottle
    place: AccountKind | None = AccountKind.STORAGE
    book: int = SMALL
    beyond: int = 0
    opened: bool = False
    overfill: int = 0


@dataclass(frozen=True)
class Given:
    """One dose: its act and what it took from which bottle."""

    act: UUID
    from_: Modelled
    ul: int


class Stock(RuleBasedStateMachine):
    """Receive, move, open, dose, void, measure, empty, set apart, in any order."""

    stock = Bundle("stock")
    doses = Bundle("doses")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        by = world_stock.act_as(cast.DISPENSER, now=NOW)
        self.shelf = Shelf(facility=world.facility(cast.SITE), by=by, item=world_stock.methadone(), now=NOW)
        self.all: list[Modelled] = []
        self.patients = self.shelf.held(AccountKind.PATIENTS)
        self.poured = self.shelf.held(AccountKind.POURED_OUT)
        self.lost = self.shelf.held(AccountKind.LOSS)

    def teardown(self) -> None:
        broken = [f"{row.row}: {row.what}" for name in PROOFS for row in proofs.run(name)]
        transaction.savepoint_rollback(self.savepoint)
        assert broken == []

    @rule(target=stock, count=st.integers(min_value=1, max_value=3))
    def receive(self, count: int) -> object:
        line = world_stock.line(bottles=count, size_ul=SMALL)
        numbers = world_stock.receive(self.shelf.by, cast.WITNESS, line, now=NOW)
        made = [Modelled(bottle) for bottle in Bottle.objects.filter(number__in=numbers).order_by("number")]
        self.all += made
        return multiple(*made)

    @rule(it=stock)
    def move(self, it: Modelled) -> None:
        command = ToDispensing(id=new_id(), numbers=(it.bottle.number,), second=ALONE)
        try:
            bottles.move_to_dispensing(command=command, by=self.shelf.by, now=NOW)
        except StockRefused:
            assert it.place is not AccountKind.STORAGE or it.book == 0
        else:
            assert it.place is AccountKind.STORAGE
            assert it.book > 0
            it.place = AccountKind.DISPENSING

    @rule(it=stock)
    def open(self, it: Modelled) -> None:
        command = Opening(id=new_id(), number=it.bottle.number, second=ALONE, reason="bất kỳ")
        try:
            bottles.open_bottle(command=command, by=self.shelf.by, now=NOW)
        except StockRefused:
            assert it.opened or it.place in {None, AccountKind.QUARANTINE} or it.book == 0
        else:
            it.opened, it.place = True, AccountKind.OPENED

    @rule(target=doses, it=stock, ul=DOSES)
    def dose(self, it: Modelled, ul: int) -> Given:
        """A dose that was drunk is booked whatever the bottle's state: the books follow."""
        act = self.shelf.act(
            ActKind.DOSE, self.shelf.move(it.bottle, AccountKind.OPENED, AccountKind.PATIENTS, ul, "dose")
        )
        receipt = world_stock.ledger.post(act, facility_id=self.shelf.facility.pk)
        from_book = min(ul, it.book)
        it.book -= from_book
        it.beyond += ul - from_book
        self.patients += ul
        assert receipt.beyond == ul - from_book
        return Given(act.id, it, ul)

    @rule(given=consumes(doses), drunk=st.booleans())
    def void(self, given: Given, drunk: bool) -> None:
        it = given.from_
        moves = withdrawals.void_moves(act_id=given.act, destination="poured_out" if drunk else "opened")
        self.shelf.post(ActKind.DOSE_VOID, *moves, corrects=given.act)
        self.patients -= given.ul
        if drunk:
            self.poured += given.ul
            return
        owed = min(it.beyond, given.ul)
        it.beyond -= owed
        rest = given.ul - owed
        if it.place is not None:
            it.book += rest
        else:
            back = min(rest, it.overfill)
            it.overfill -= back
            self.lost += rest - back

    @rule(it=stock, ml=st.integers(min_value=0, max_value=110))
    def measure(self, it: Modelled, ml: int) -> None:
        """Outside the tolerance the book says then what was read, inside nothing moves; a closed bottle is counted."""
        command = Measure(new_id(), it.bottle.number, Why.WEEKLY, (str(ml),), ALONE)
        try:
            done = measures.record(command=command, by=self.shelf.by, now=NOW)
        except StockRefused:
            assert it.place is None or not it.opened
            return
        assert it.opened
        difference = ml * 1_000 - (it.book - it.beyond)
        assert done.row.difference_ul == difference
        if not done.posted:
            return
        if difference < 0:
            self.lost -= difference
        else:
            it.overfill += difference
        it.book, it.beyond = ml * 1_000, 0

    @rule(it=stock, residue=st.sampled_from([0, 500, 20_000]))
    def empty(self, it: Modelled, residue: int) -> None:
        command = Emptying(id=new_id(), number=it.bottle.number, residue_ul=residue, second=ALONE)
        try:
            bottles.empty(command=command, by=self.shelf.by, now=NOW)
        except StockRefused:
            assert it.place is None or (it.place is not AccountKind.OPENED and it.book > 0)
            return
        self.poured += residue
        self.lost += max(it.book - residue, 0)
        it.overfill += it.beyond + max(residue - it.book, 0)
        it.place, it.book, it.beyond, it.opened = None, 0, 0, True

    @rule(it=stock, ul=DOSES)
    def spill(self, it: Modelled, ul: int) -> None:
        """A spill takes its estimate as far as the book has it; what does not stand here is refused."""
        command = Spilling(new_id(), SpillKind.SPILL, ul, "đổ", NOW, ALONE, number=it.bottle.number)
        try:
            row = spills.record(command=command, by=self.shelf.by, now=NOW)
        except StockRefused:
            assert it.place is None or it.book == 0
            return
        assert row.booked == min(ul, it.book)
        it.book -= row.booked

    @rule(it=stock)
    def lose(self, it: Modelled) -> None:
        """A lost bottle stands nowhere; its own book pays first what it gave beyond it."""
        command = Loss(new_id(), LossKind.LOSS, NOW, "x", "không thấy", ALONE, numbers=(it.bottle.number,))
        try:
            losses.record(command=command, by=self.shelf.by, now=NOW)
        except StockRefused:
            assert it.place is None or it.book == 0
            return
        paid = min(it.book, it.beyond)
        self.lost += it.book - paid
        it.overfill += it.beyond - paid
        it.place, it.book, it.beyond = None, 0, 0

    @rule(it=stock, measured=st.sampled_from([None, 3_000]))
    def set_apart(self, it: Modelled, measured: int | None) -> None:
        command = Quarantining(new_id(), it.bottle.number, QuarantineReason.DIRTY, "", ALONE, measured)
        code = self.refusal(command)
        if it.place in {None, AccountKind.QUARANTINE}:
            assert code in {Code.EMPTIED, Code.QUARANTINED, Code.NOT_HERE}
            return
        if it.book == 0 and measured is None:
            assert code == Code.MEASURE_NEEDED
            return
        assert code is None
        if it.book == 0:
            it.overfill += it.beyond + (measured or 0)
            it.book, it.beyond = measured or 0, 0
        it.place = AccountKind.QUARANTINE

    def refusal(self, command: Quarantining) -> Code | None:
        try:
            bottles.quarantine(command=command, by=self.shelf.by, now=NOW)
        except StockRefused as refused:
            return refused.violations[0].code
        return None

    @invariant()
    def books_say_what_the_model_says(self) -> None:
        ids = [it.bottle.pk for it in self.all]
        known = {state.id: state for state in states(bottle_ids=ids, facility_id=self.shelf.facility.pk)}
        for it in self.all:
            state = known[it.bottle.pk]
            assert (state.place, state.book_ul, state.beyond_ul) == (it.place, it.book, it.beyond)
        assert self.shelf.held(AccountKind.PATIENTS) == self.patients
        assert self.shelf.held(AccountKind.POURED_OUT) == self.poured
        assert self.shelf.held(AccountKind.LOSS) == self.lost

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        for name in ("ledger.sums", "ledger.balances", "ledger.accounts", "bottles.places"):
            assert proofs.run(name) == []


@pytest.mark.django_db
def test_no_sequence_of_services_makes_or_loses_a_drop() -> None:
    profile = settings()
    bounded = settings(profile, max_examples=max(profile.max_examples // 4, 10))  # each writes a whole history
    run_state_machine_as_test(Stock, settings=bounded)
