"""Many hands at once: nothing twice, nothing lost, nobody stuck."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from core import proofs
from core.ids import new_id
from inventory.models import AccountKind, Act, ActKind, Balance, Bottle
from inventory.rules.quarantine import QuarantineReason
from inventory.services import bottles, ledger, withdrawals
from inventory.services.acts import StockRefused
from inventory.services.bottles import Emptying, Opening, Quarantining
from inventory.services.ledger import Status
from inventory.services.proofs import PROOFS
from staff.models import Attestation
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW
from tests.world_stock import LITRE, Shelf

ALONE = Alone("một mình buổi sáng")
PROVED = sorted(set(PROOFS) - {"ledger.documents"})  # shelves post through the bare door, without documents


@pytest.fixture
def site(committed_db: CommittedDatabase) -> Shelf:
    by = world_stock.act_as(cast.DISPENSER, now=NOW)
    return Shelf(facility=world.facility(cast.SITE), by=by, item=world_stock.methadone(), now=NOW)


def at_once(count: int, work: Callable[[int], object], *, threads: int = 8) -> list[object]:
    """Run `work(0..count-1)` in that many threads, each with its own connection, all starting together."""
    barrier = Barrier(threads)

    def mine(first: int) -> list[object]:
        try:
            barrier.wait(timeout=30)
            return [work(n) for n in range(first, count, threads)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return [answer for answers in pool.map(mine, range(threads)) for answer in answers]


def in_place(site: Shelf, kind: AccountKind) -> list[Bottle]:
    return list(Bottle.objects.filter(balance__account=site.accounts[kind]).order_by("number"))


def broken() -> list[str]:
    return [f"{row.row}: {row.what}" for name in PROVED for row in proofs.run(name)]


def test_same_dose_sent_fifty_times_is_booked_once(site: Shelf) -> None:
    [opened] = in_place(site, AccountKind.OPENED)
    act = site.act(ActKind.DOSE, site.move(opened, AccountKind.OPENED, AccountKind.PATIENTS, 6_500))
    answers = at_once(50, lambda _: ledger.post(act, facility_id=site.facility.pk).status)
    assert Counter(answers) == {Status.POSTED: 1, Status.KNOWN: 49}
    assert site.held(AccountKind.PATIENTS) == 6_500


def test_same_opening_sent_fifty_times_is_one(site: Shelf) -> None:
    [bottle, *_] = in_place(site, AccountKind.DISPENSING)
    command = Opening(id=new_id(), number=bottle.number, second=ALONE)
    answers = at_once(50, lambda _: bottles.open_bottle(command=command, by=site.by, now=NOW))
    assert Counter(done.known for done in answers) == {False: 1, True: 49}  # type: ignore[attr-defined]
    assert len({done.digest for done in answers}) == 1  # type: ignore[attr-defined]
    assert Attestation.objects.filter(act_id=command.id).count() == 1


def test_two_people_opening_one_bottle_open_it_once(site: Shelf) -> None:
    [bottle, *_] = in_place(site, AccountKind.DISPENSING)

    def open_it(_: int) -> str:
        try:
            command = Opening(id=new_id(), number=bottle.number, second=ALONE)
            bottles.open_bottle(command=command, by=site.by, now=NOW)
        except StockRefused as refused:
            return str(refused.violations[0].code)
        return "opened"

    assert Counter(at_once(8, open_it)) == {"opened": 1, "bottle_already_opened": 7}


def test_storm_on_one_nearly_empty_bottle_leaves_sums_exact(site: Shelf) -> None:
    [opened] = in_place(site, AccountKind.OPENED)
    site.dose(opened, LITRE - 100_000)
    sizes = [5_000, 6_500, 8_000, 12_000]
    answers = at_once(80, lambda n: site.dose(opened, sizes[n % 4]).beyond)
    given = sum(sizes[n % 4] for n in range(80))
    assert sum(answers) == given - 100_000  # type: ignore[arg-type]
    assert site.held(AccountKind.OPENED, opened) == 0
    assert site.held(AccountKind.UNRECONCILED, opened) == 100_000 - given
    assert site.held(AccountKind.PATIENTS) == LITRE - 100_000 + given
    assert broken() == []


def test_storm_of_everything_on_the_same_bottles_never_deadlocks(site: Shelf) -> None:
    """Random services in random order at the same site: each waits its turn, and the books stay true."""
    choice = random.Random(20261124)  # noqa: S311  the same storm every time
    work = [choice.randrange(6) for _ in range(64)]
    doses: list[UUID] = []

    def one(n: int) -> str:
        dice = random.Random(n)  # noqa: S311
        everywhere = list(Bottle.objects.filter(balance__account__facility=site.facility).distinct())
        bottle = dice.choice(everywhere)
        try:
            return act(work[n], bottle, dice)
        except (StockRefused, Bottle.DoesNotExist):
            return "refused"

    def act(kind: int, bottle: Bottle, dice: random.Random) -> str:
        number = bottle.number
        if kind == 0:
            bottles.open_bottle(command=Opening(new_id(), number, ALONE, "thử"), by=site.by, now=NOW)
        elif kind == 1:
            empty = Emptying(new_id(), number, dice.choice([0, 2_000]), ALONE)
            bottles.empty(command=empty, by=site.by, now=NOW)
        elif kind == 2:
            apart = Quarantining(new_id(), number, QuarantineReason.DIRTY, "", ALONE, 1_000)
            bottles.quarantine(command=apart, by=site.by, now=NOW)
        elif kind == 3 and doses:
            given = doses.pop()
            with transaction.atomic():
                moves = withdrawals.void_moves(act_id=given, destination="opened")
                site.post(ActKind.DOSE_VOID, *moves, corrects=given)
        else:
            dose = site.act(ActKind.DOSE, site.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 7_000))
            ledger.post(dose, facility_id=site.facility.pk)
            doses.append(dose.id)
        return "done"

    answers = at_once(len(work), one)
    assert Counter(answers)["done"] > len(work) / 4
    assert broken() == []


def test_two_sites_write_their_chains_side_by_side(site: Shelf) -> None:
    by = world_stock.act_as(cast.OTHER_DISPENSER, now=NOW)
    other = Shelf(facility=world.facility(cast.OTHER_SITE), by=by, item=world_stock.methadone(), now=NOW)
    shelves = [(each, in_place(each, AccountKind.OPENED)[0]) for each in (site, other)]
    at_once(60, lambda n: shelves[n % 2][0].dose(shelves[n % 2][1], 5_000))
    for each, _ in shelves:
        assert Act.objects.filter(facility=each.facility, kind=ActKind.DOSE).count() == 30
    assert sum(Balance.objects.values_list("quantity", flat=True)) == 0
    assert broken() == []


def test_balance_read_under_the_chains_lock_stays_as_read(site: Shelf) -> None:
    """Emptying and a dose that is recorded at the same moment: whoever is first, nothing is lost."""
    [opened] = in_place(site, AccountKind.OPENED)
    site.dose(opened, LITRE - 5_000)

    def one(n: int) -> object:
        if n == 0:
            empty = Emptying(new_id(), opened.number, 0, ALONE)
            return bottles.empty(command=empty, by=site.by, now=NOW)
        return site.dose(opened, 1_000)

    at_once(8, one)
    assert broken() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM inventory_balance WHERE bottle_id = %s AND NOT may_be_negative", [opened.pk]
        )
        assert cursor.fetchone() == (0,)
