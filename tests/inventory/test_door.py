"""The ledger's one door: what it books, what it refuses, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction

from core.digests import microseconds
from inventory.models import AccountKind, Act, ActKind, Balance, ChainHead, ChainLink
from inventory.rules.chain import GENESIS, HashedAct, HashedMovement, content_digest, link_hash
from inventory.services import accounts, ledger
from inventory.services.ledger import LedgerRefused, Move, Short, Status
from tests import cast, world, world_stock
from tests.inventory.conftest import access_at, make_site
from tests.world_stock import Shelf


def test_post_receipt_moves_balances_and_links_chain(shelf: Shelf) -> None:
    bottle = shelf.bottle(ul=1_000_000)
    assert shelf.held(AccountKind.STORAGE, bottle) == 1_000_000
    assert shelf.held(AccountKind.SUPPLIER) == -1_000_000
    head = ChainHead.objects.get(facility=shelf.facility)
    link = ChainLink.objects.get(facility=shelf.facility, sequence=1)
    assert (head.sequence, bytes(head.hash)) == (1, bytes(link.hash))
    assert bytes(link.previous_hash) == GENESIS


def test_post_same_id_again_gives_same_receipt_and_writes_nothing(shelf: Shelf) -> None:
    bottle = shelf.bottle(place=AccountKind.OPENED, ul=5_000)
    act = shelf.act(ActKind.DOSE, shelf.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 8_000))
    first = ledger.post(act, facility_id=shelf.facility.pk)
    again = ledger.post(act, facility_id=shelf.facility.pk)
    assert (first.status, again.status) == (Status.POSTED, Status.KNOWN)
    assert first.beyond == again.beyond == 3_000
    assert shelf.held(AccountKind.PATIENTS) == 8_000
    assert Act.objects.filter(facility=shelf.facility).count() == 3


@pytest.mark.parametrize("change", [{"document_digest": "1" * 64}, {"kind": ActKind.DOSE_VOID}])
def test_post_same_id_other_content_is_refused(shelf: Shelf, change: dict[str, object]) -> None:
    bottle = shelf.bottle(place=AccountKind.OPENED)
    act = shelf.act(ActKind.DOSE, shelf.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 8_000))
    ledger.post(act, facility_id=shelf.facility.pk)
    with pytest.raises(LedgerRefused) as refused:
        ledger.post(replace(act, **change), facility_id=shelf.facility.pk)  # type: ignore[arg-type]
    assert refused.value.receipt.status is Status.OTHER_CONTENT
    assert shelf.held(AccountKind.PATIENTS) == 8_000


def test_post_same_id_other_actor_is_refused(shelf: Shelf) -> None:
    bottle = shelf.bottle(place=AccountKind.OPENED)
    act = shelf.act(ActKind.DOSE, shelf.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 8_000))
    ledger.post(act, facility_id=shelf.facility.pk)
    [receipt] = ledger.post_many(
        [replace(act, actor_id=world.person(cast.SECOND_DISPENSER).pk)], facility_id=shelf.facility.pk
    )
    assert receipt.status is Status.OTHER_CONTENT


def test_post_beyond_the_book_takes_the_rest_from_unreconciled(shelf: Shelf) -> None:
    bottle = shelf.bottle(place=AccountKind.OPENED, ul=5_000)
    receipt = shelf.dose(bottle, 8_000)
    assert receipt.beyond == 3_000
    assert shelf.held(AccountKind.OPENED, bottle) == 0
    assert shelf.held(AccountKind.UNRECONCILED, bottle) == -3_000
    assert shelf.held(AccountKind.PATIENTS) == 8_000


def test_post_dose_from_bottle_in_quarantine_takes_its_own_content_first(shelf: Shelf) -> None:
    bottle = shelf.bottle(ul=5_000)
    shelf.post(ActKind.QUARANTINE, shelf.move(bottle, AccountKind.STORAGE, AccountKind.QUARANTINE, 5_000))
    receipt = shelf.dose(bottle, 8_000)
    assert receipt.beyond == 3_000
    assert shelf.held(AccountKind.QUARANTINE, bottle) == 0
    assert shelf.held(AccountKind.UNRECONCILED, bottle) == -3_000


def test_post_preventable_act_short_of_stock_is_refused_and_writes_nothing(shelf: Shelf) -> None:
    bottle = shelf.bottle(ul=5_000)
    move = shelf.move(bottle, AccountKind.STORAGE, AccountKind.DISPENSING, 6_000)
    with pytest.raises(LedgerRefused) as refused:
        shelf.post(ActKind.TO_DISPENSING, move, short=Short.REFUSE)
    receipt = refused.value.receipt
    assert (receipt.status, receipt.held, receipt.wanted) == (Status.SHORT, 5_000, 6_000)
    assert (receipt.account_id, receipt.bottle_id) == (shelf.accounts[AccountKind.STORAGE].pk, bottle.pk)
    assert not Act.objects.filter(facility=shelf.facility, kind=ActKind.TO_DISPENSING).exists()
    assert shelf.held(AccountKind.STORAGE, bottle) == 5_000


def test_post_many_answers_each_act_in_order(shelf: Shelf) -> None:
    bottle = shelf.bottle(ul=10_000, place=AccountKind.OPENED)
    good = shelf.act(ActKind.DOSE, shelf.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 4_000))
    short = shelf.act(
        ActKind.QUARANTINE,
        shelf.move(bottle, AccountKind.OPENED, AccountKind.QUARANTINE, 7_000),
        short=Short.REFUSE,
    )
    last = shelf.act(ActKind.DOSE, shelf.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 6_000))
    receipts = ledger.post_many([good, short, last, good], facility_id=shelf.facility.pk)
    assert [r.status for r in receipts] == [Status.POSTED, Status.SHORT, Status.POSTED, Status.KNOWN]
    assert [r.id for r in receipts] == [good.id, short.id, last.id, good.id]
    assert shelf.held(AccountKind.PATIENTS) == 10_000


def test_post_item_without_bottles_moves_a_sum_per_lot(shelf: Shelf) -> None:
    other = replace(shelf, item=world_stock.naloxone())
    lot = other.lot("NLX-1")
    there = other.accounts
    move = Move(lot.pk, None, there[AccountKind.SUPPLIER].pk, there[AccountKind.STORAGE].pk, 10, "delivery")
    used = Move(lot.pk, None, there[AccountKind.STORAGE].pk, there[AccountKind.PATIENTS].pk, 2, "used")
    other.post(ActKind.RECEIPT, move)
    other.post(ActKind.DOSE, used)
    assert (other.held(AccountKind.STORAGE), other.held(AccountKind.PATIENTS)) == (8, 2)


@pytest.mark.parametrize(
    "wrong", ["other facility", "other item's lot", "other lot's bottle", "no bottle", "nothing", "no reason"]
)
def test_post_movement_that_mixes_things_is_an_error(shelf: Shelf, wrong: str) -> None:
    bottle = shelf.bottle()
    move = shelf.move(bottle, AccountKind.STORAGE, AccountKind.DISPENSING, 1_000_000)
    if wrong == "other facility":
        away = accounts.ensure(facility_id=make_site("Trạm bên").pk, item=shelf.item)
        move = replace(move, target_id=away[AccountKind.DISPENSING].pk)
    elif wrong == "other item's lot":
        move = replace(move, lot_id=replace(shelf, item=world_stock.naloxone()).lot("NLX-1").pk)
    elif wrong == "other lot's bottle":
        move = replace(move, bottle_id=shelf.bottle(shelf.lot("MTD-2602")).pk)
    elif wrong == "no bottle":
        move = replace(move, bottle_id=None)
    elif wrong == "nothing":
        move = replace(move, quantity=0)
    elif wrong == "no reason":
        move = replace(move, reason="")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        shelf.post(ActKind.TO_DISPENSING, move)
    assert error.value.__cause__.diag.constraint_name == "inventory_movement_fits"  # type: ignore[union-attr]


def test_post_act_without_movement_is_an_error(shelf: Shelf) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        shelf.post(ActKind.DOSE)
    assert error.value.__cause__.diag.constraint_name == "inventory_act_moves_something"  # type: ignore[union-attr]


def test_post_half_a_bottle_into_another_place_is_an_error(shelf: Shelf) -> None:
    bottle = shelf.bottle()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        shelf.post(ActKind.TO_DISPENSING, shelf.move(bottle, AccountKind.STORAGE, AccountKind.DISPENSING, 500_000))
    assert error.value.__cause__.diag.constraint_name == "inventory_balance_bottle_in_one_place"  # type: ignore[union-attr]


def test_post_on_a_closed_day_is_booked_and_said(committed_shelf: Shelf, superuser: psycopg.Connection) -> None:
    shelf = committed_shelf
    bottle = shelf.bottle(place=AccountKind.OPENED)
    superuser.execute("UPDATE inventory_chainhead SET closed_through = '2026-11-23'")
    yesterday = shelf.now - timedelta(days=1)
    assert shelf.dose(bottle, 1_000, occurred_at=yesterday).after_close is True
    assert shelf.dose(bottle, 1_000).after_close is False  # 23:10 UTC is already the 24th at the site


def test_recorded_at_of_the_application_is_the_databases_clock(committed_shelf: Shelf, app_url: str) -> None:
    shelf = committed_shelf
    bottle = shelf.bottle(place=AccountKind.OPENED)
    really = datetime.now(UTC)
    tries = {timedelta(minutes=-6): "clock", timedelta(minutes=6): "clock", timedelta(minutes=-4): "posted"}
    with psycopg.connect(app_url, autocommit=True) as application:
        for off, expected in tries.items():
            act = shelf.act(
                ActKind.DOSE,
                shelf.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, 1_000),
                recorded_at=really + off,
                occurred_at=really + off,
            )
            [[answer]] = application.execute(
                "SELECT inventory_post(%s::jsonb)", [ledger.as_batch([act], facility_id=shelf.facility.pk)]
            ).fetchall()
            assert [row["status"] for row in answer] == [expected]
    assert shelf.held(AccountKind.PATIENTS) == 1_000


def test_recorded_at_of_who_may_use_an_own_clock_is_taken(shelf: Shelf) -> None:
    bottle = shelf.bottle(place=AccountKind.OPENED)
    assert shelf.dose(bottle, 1_000, recorded_at=datetime(2026, 1, 1, tzinfo=UTC)).status is Status.POSTED


def test_chain_of_sql_equals_chain_of_python(shelf: Shelf) -> None:
    bottle = shelf.bottle(place=AccountKind.OPENED, ul=5_000)
    shelf.dose(bottle, 8_000)  # two movements: one from the bottle, one from beyond its book
    dose = Act.objects.get(kind=ActKind.DOSE, facility=shelf.facility)
    shelf.post(
        ActKind.DOSE_VOID,
        shelf.move(bottle, AccountKind.PATIENTS, AccountKind.OPENED, 5_000, "trả lại"),
        corrects=dose.pk,
    )
    previous = GENESIS
    for link in ChainLink.objects.filter(facility=shelf.facility).order_by("sequence"):
        act = Act.objects.get(pk=link.subject_id)
        content = content_digest(
            HashedAct(
                id=act.pk,
                kind=act.kind,
                facility_id=act.facility_id,
                actor_id=act.actor_id,
                actor_label=act.actor_label,
                occurred_us=microseconds(act.occurred_at),
                recorded_us=microseconds(act.recorded_at),
                document_digest=act.document_digest,
                corrects=act.corrects_id,
                movements=tuple(
                    HashedMovement(
                        m.position, m.item_id, m.lot_id, m.bottle_id, m.source_id, m.source.kind,
                        m.target_id, m.target.kind, m.quantity, m.reason,
                    )
                    for m in act.movements.order_by("position").select_related("source", "target")
                ),
            )
        )  # fmt: skip
        assert bytes(link.content_digest) == content
        previous = link_hash(
            previous=previous, facility_id=act.facility_id, sequence=link.sequence, kind=link.kind,
            subject_id=act.pk, content=content,
        )  # fmt: skip
        assert bytes(link.hash) == previous
    assert bytes(ChainHead.objects.get(facility=shelf.facility).hash) == previous


def test_chain_of_each_facility_is_its_own(shelf: Shelf) -> None:
    shelf.bottle()
    site = make_site("Trạm bên")
    neighbour = world_stock.shelf(site, access_at(site))
    neighbour.bottle()
    here = ChainLink.objects.filter(facility__in=[shelf.facility, site])
    assert {(link.facility_id, link.sequence) for link in here} == {(shelf.facility.pk, 1), (site.pk, 1)}


def test_instants_keep_every_microsecond(shelf: Shelf) -> None:
    odd = datetime(2026, 11, 23, 23, 10, 59, 999_999, tzinfo=UTC)
    bottle = shelf.bottle(place=AccountKind.OPENED)
    shelf.dose(bottle, 1_000, occurred_at=odd, recorded_at=odd + timedelta(microseconds=1))
    act = Act.objects.get(kind=ActKind.DOSE, facility=shelf.facility)
    assert (act.occurred_at, act.recorded_at) == (odd, odd + timedelta(microseconds=1))


def test_balances_sum_to_zero(shelf: Shelf) -> None:
    shelf.dose(shelf.bottle(place=AccountKind.OPENED, ul=3_000), 5_000)
    assert sum(balance.quantity for balance in Balance.objects.all()) == 0
