"""No sequence of deliveries, uses, breakages and expiries makes or loses an ampoule, or leaves a low site unasked."""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import proofs
from inventory.models import AccountKind, Balance, Lot, RestockRequest
from inventory.queries.naloxone import NALOXONE
from inventory.rules.shelf_codes import AmpouleFate
from inventory.services import restocking
from inventory.services.acts import StockRefused
from inventory.services.proofs import PROOFS
from tests import cast, world
from tests.inventory import shelf_hands as hands
from tests.world import NOW

pytestmark = pytest.mark.slow(12)

LOTS = {"SOON": date(2026, 12, 2), "LATER": date(2028, 6, 30)}
COUNTS = st.integers(min_value=1, max_value=9)
WENT = {
    AmpouleFate.USED: AccountKind.PATIENTS,
    AmpouleFate.BROKEN: AccountKind.SPILL,
    AmpouleFate.EXPIRED: AccountKind.QUARANTINE,
}


class Ampoules(RuleBasedStateMachine):
    """One site's shelf; the days go by, so that what was usable expires."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = NOW
        self.here = world.facility(cast.SITE)
        self.books: Counter[AccountKind] = Counter()
        self.held: Counter[str] = Counter()

    def teardown(self) -> None:
        broken = [f"{row.row}: {row.what}" for name in PROOFS for row in proofs.run(name)]
        transaction.savepoint_rollback(self.savepoint)
        assert broken == []

    @rule(number=st.sampled_from(sorted(LOTS)), count=COUNTS)
    def receive(self, number: str, count: int) -> None:
        try:
            hands.receive(count, lot=number, expires_on=LOTS[number], now=self.now)
        except StockRefused:
            assert LOTS[number] < self.today
        else:
            self.held[number] += count
            self.books[AccountKind.STORAGE] += count

    @rule(number=st.sampled_from(sorted(LOTS)), count=COUNTS, fate=st.sampled_from(list(AmpouleFate)))
    def take(self, number: str, count: int, fate: AmpouleFate) -> None:
        """What was injected is booked whatever the book holds; the rest only where it is there."""
        lot = Lot.objects.filter(number=number).first()
        if lot is None:
            return
        there, expired = self.held[number], LOTS[number] < self.today
        fits = count <= there and (fate is not AmpouleFate.EXPIRED or expired)
        try:
            hands.take(count, lot, fate=fate, now=self.now)
        except StockRefused:
            assert fate is not AmpouleFate.USED
            assert not fits
            return
        assert fits or fate is AmpouleFate.USED
        taken = min(count, there)
        self.held[number] -= taken
        self.books[AccountKind.STORAGE] -= taken
        self.books[AccountKind.UNRECONCILED] -= count - taken
        self.books[WENT[fate]] += count

    @rule(count=st.integers(min_value=1, max_value=12))
    def days_go_by(self, count: int) -> None:
        self.now += hands.days(count)
        restocking.restock(now=self.now)

    @property
    def today(self) -> date:
        return self.now.date()

    @invariant()
    def books_say_what_the_model_says(self) -> None:
        rows = Balance.objects.filter(account__facility=self.here, account__item__code=NALOXONE)
        books: Counter[AccountKind] = Counter()
        for kind, quantity in rows.values_list("account__kind", "quantity"):
            books[AccountKind(kind)] += quantity
        books.pop(AccountKind.SUPPLIER, None)
        assert {kind: n for kind, n in books.items() if n} == {kind: n for kind, n in self.books.items() if n}

    @invariant()
    def a_low_site_has_asked_once(self) -> None:
        asked = RestockRequest.objects.filter(facility=self.here, ended_at__isnull=True).count()
        touched = Balance.objects.filter(account__facility=self.here, account__item__code=NALOXONE).exists()
        stands = hands.stands(now=self.now)
        assert asked == int(stands.need.lack is not None) or not touched

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        assert proofs.run("ledger.sums") == []


@pytest.mark.django_db
def test_no_sequence_of_services_makes_or_loses_an_ampoule() -> None:
    profile = settings()
    bounded = settings(profile, max_examples=max(profile.max_examples // 4, 10))  # each writes a whole history
    run_state_machine_as_test(Ampoules, settings=bounded)
