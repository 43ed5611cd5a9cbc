"""Measures, keys and the close beside doses: nothing twice, and a measure stands beside the book of its moment."""

from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from core import proofs
from core.ids import new_id
from inventory.models import AccountKind, ActKind, Bottle, BottleMeasure, ChainLink, Key, KeyEvent
from inventory.rules.kinds import Why
from inventory.services import days, keys, ledger, measures
from inventory.services.measures import Measure
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.inventory.test_concurrency import at_once, broken, in_place
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW, TODAY
from tests.world_stock import Shelf

ALONE = Alone("một mình buổi sáng")


@pytest.fixture
def site(committed_db: CommittedDatabase) -> Shelf:
    by = world_stock.act_as(cast.DISPENSER, now=NOW)
    return Shelf(facility=world.facility(cast.SITE), by=by, item=world_stock.methadone(), now=NOW)


def read(site: Shelf, bottle: Bottle, litres: str = "1000", id_: UUID | None = None) -> BottleMeasure:
    command = Measure(id_ or new_id(), bottle.number, Why.WEEKLY, (litres,), ALONE)
    return measures.record(command=command, by=site.by, now=NOW).row


def test_same_measure_sent_twenty_times_is_kept_and_posted_once(site: Shelf) -> None:
    [opened] = in_place(site, AccountKind.OPENED)
    id_ = new_id()
    at_once(20, lambda _: read(site, opened, "900", id_).pk)
    assert BottleMeasure.objects.count() == 1
    assert site.held(AccountKind.LOSS) == 100_000
    assert broken() == []


def test_measures_while_doses_are_recorded_stand_beside_the_book_of_their_moment(site: Shelf) -> None:
    [opened] = in_place(site, AccountKind.OPENED)
    at_once(40, lambda n: read(site, opened, str(900 + n)) if n % 4 == 0 else site.dose(opened, 5_000))
    assert BottleMeasure.objects.count() == 10
    assert proofs.run("measures.book") == []
    assert broken() == []


def test_close_and_doses_at_once_never_cross(site: Shelf) -> None:
    [opened] = in_place(site, AccountKind.OPENED)

    def work(n: int) -> object:
        if n == 17:
            return days.close_through(facility_id=site.facility.pk, day=TODAY)
        act = site.act(ActKind.DOSE, site.move(opened, AccountKind.OPENED, AccountKind.PATIENTS, 1_000, "dose"))
        return ledger.post(act, facility_id=site.facility.pk)

    answers = at_once(40, work)
    [end] = [answer for answer in answers if isinstance(answer, days.ChainEnd)]
    for receipt in answers:
        if isinstance(receipt, ledger.Receipt):
            sequence = ChainLink.objects.get(subject_id=receipt.id).sequence
            assert receipt.after_close is (sequence > end.sequence)


def test_key_taken_by_many_at_once_has_one_history(site: Shelf) -> None:
    at_once(12, lambda _: keys.take(command=keys.Take(new_id(), (Key.STORAGE,)), by=site.by, now=NOW))
    events = list(KeyEvent.objects.order_by("pk"))
    assert [event.holder_from_id for event in events] == [None, *[site.by.person_id] * 11]


def test_application_closes_no_day_that_has_not_come(site: Shelf, app_url: str) -> None:
    with psycopg.connect(app_url, autocommit=True) as application:
        with pytest.raises(errors.IntegrityError, match="has not come yet"):
            application.execute("SELECT inventory_close_through(%s, '2099-01-01')", [site.facility.pk])
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute("UPDATE inventory_chainhead SET closed_through = '2020-01-01'")
        [closed] = application.execute(
            "SELECT closed_through FROM inventory_close_through(%s, '2020-01-01')", [site.facility.pk]
        ).fetchone()  # type: ignore[misc]
    assert str(closed) == "2020-01-01"
