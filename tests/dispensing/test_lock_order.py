"""The one order of locks (docs/architecture.md): patient, consignment, bottle, chain head; several of a kind by id.

Proved from outside: while a service waits for what somebody else holds, all that comes later is still free. So two
services that wait for each other cannot exist.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from copy import deepcopy
from random import Random
from typing import Any, Final

import psycopg
import pytest
from django.db import connections

from core.ids import new_id
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import reviews
from inventory.models import AccountKind, Bottle
from inventory.services import bottles
from inventory.services.bottles import ToDispensing
from patients.models import Patient, Status
from staff.models import Proof
from staff.services import pins
from staff.services.pins import Proven
from tests import cast, world_stock
from tests.dispensing.everything import REFUSALS, Everything
from tests.dispensing.everything_else import ALONE, LATER
from tests.plugins.clones import CommittedDatabase, Prepare

pytestmark = pytest.mark.slow(25)

ORDER: Final = ("patients_patient", "inventory_consignment", "inventory_bottle", "inventory_chainhead")
TRIES: Final = 3  # an act may be refused before it locks; with other dice it is not

# What each service must wait for. A clinical write that does not wait for the patient's row is a fault.
WAITS_FOR: Final = {
    "patients_patient": {
        "absences_announce", "alerts_asked", "alerts_end", "alerts_record", "attempts_record",
        "batches_record_many", "cards_replace", "checkups_record", "closes_close", "consents_give_and_withdraw",
        "contacts_tell_clinic", "cut_offs_start_and_end",
        "data_requests_receive_and_end", "days_decide", "delegations_act", "dose_orders_by_phone",
        "dose_orders_sign", "doses_confirm", "elsewhere_record", "flags_refresh", "holds_lift", "holds_place",
        "looks_run", "questions_ask_and_say",
        "named_orders_countersign", "named_orders_disown", "observations_begin", "observations_check",
        "observations_end", "outcomes_state", "past_record_many_past", "phone_orders_take_down", "photos_keep",
        "placements_move", "placements_visit", "prescription_batches_sign_many", "prescriptions_sign",
        "prescriptions_stop",
        "referrals_draft_needed", "referrals_step", "referrals_step_by_themselves", "stability_assess", "status_change",
        "sweep_sweep", "sync_receive", "take_home_allow", "take_home_hand_out", "vial_tasks_call_back",
        "vials_all_empty", "vials_report", "vials_void", "voids_void", "vomits_record", "wrong_doses_record",
    },
    "inventory_consignment": {
        "consignments_cancel", "consignments_hand_over", "journeys_arrive", "journeys_check_point", "journeys_report",
        "journeys_turn_back", "legs_new_leg", "receipts_inspect", "receipts_not_arrived", "receipts_receive",
        "receipts_take_back", "settlements_admit", "settlements_close", "settlements_settle",
    },
    "inventory_bottle": {
        "bottles_empty", "bottles_move_to_dispensing", "bottles_open", "bottles_quarantine", "checks_device",
        "consignments_hand_over", "counts_record", "destructions_destroy", "duty_hand_over", "losses_record",
        "measures_record", "recalls_declare", "receipts_not_arrived", "receipts_receive", "receipts_take_back",
        "remote_issue_and_sign", "settlements_admit", "settlements_settle", "spills_record", "take_home_hand_out",
        "vials_report", "vials_void", "voids_void", "wrong_doses_record",
    },
    "inventory_chainhead": {
        "batches_record_many", "bottles_empty", "bottles_move_to_dispensing", "bottles_open", "bottles_quarantine",
        "checks_device", "checks_naloxone", "closed_counts_record", "closes_close", "consignments_hand_over",
        "consignments_prepare", "counts_record", "deliveries_receive", "destructions_destroy", "doses_confirm",
        "duty_hand_over", "journeys_arrive", "journeys_check_point", "journeys_report", "journeys_turn_back",
        "keys_hand_over", "keys_report_lost", "keys_take", "legs_new_leg", "losses_record", "measures_record",
        "openings_open_day", "outcomes_state", "past_record_many_past", "recalls_declare", "receipts_inspect",
        "receipts_not_arrived", "receipts_receive", "receipts_take_back", "remote_issue_and_sign",
        "settlements_admit", "settlements_close", "settlements_settle", "spills_record", "sync_receive",
        "take_home_hand_out", "vials_report", "vials_void", "voids_void", "wrong_doses_record",
    },
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def proven_pins() -> Iterator[None]:
    """PINs are checked before an act's transaction; here only what lies inside is looked at."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(pins, "verify", lambda *, person_id, now, **_: Proven(person_id, Proof.PIN, now))
        yield


@pytest.fixture(scope="module")
def begun(prepare: Prepare, proven_pins: None) -> tuple[str, Everything]:
    """The site in the middle of its morning, made once: where its rows are, and who and what is there."""
    sites: list[Everything] = []
    name = prepare(lambda: sites.append(Everything()))
    return name, sites[0]


@pytest.fixture(scope="module")
def template(begun: tuple[str, Everything]) -> str:
    return begun[0]


@pytest.fixture
def site(committed_db: CommittedDatabase, begun: tuple[str, Everything]) -> Everything:
    """That site on this test's own database; what it remembers is this test's own, too."""
    return deepcopy(begun[1])


@pytest.fixture
def holder(committed_db: CommittedDatabase) -> Iterator[psycopg.Connection]:
    """Somebody who holds rows until they roll back."""
    with psycopg.connect(committed_db.super_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def onlooker(committed_db: CommittedDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(committed_db.super_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def other(committed_db: CommittedDatabase) -> Iterator[ThreadPoolExecutor]:
    """Somebody else: a thread with a connection of its own, which all their acts share."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(connections.close_all).result()


@contextmanager
def beside(holder: psycopg.Connection, other: ThreadPoolExecutor, act: Callable[[], object]) -> Iterator[Future[Any]]:
    """Let somebody else act; what is held is let go at the end, and the act ends."""
    running = other.submit(act)
    try:
        yield running
    finally:
        holder.rollback()
        wait([running], timeout=10)


def waits(running: Future[Any], holder: psycopg.Connection, onlooker: psycopg.Connection) -> bool:
    """True once the act waits for the holder, False when it has ended without."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if onlooker.execute(asked, [holder.info.backend_pid]).fetchone() != (0,):
            return True
        if running.done():
            return False
        time.sleep(0.01)
    raise AssertionError("The act neither ended nor waited.")


def locked(onlooker: psycopg.Connection, table: str) -> int:
    """How many of the table's rows somebody holds."""
    free = f"SELECT 1 FROM {table} FOR NO KEY UPDATE SKIP LOCKED"
    [[held]] = onlooker.execute(f"SELECT (SELECT count(*) FROM {table}) - count(*) FROM ({free}) AS free").fetchall()
    return int(held)


@pytest.mark.parametrize("table", ORDER)
def test_service_that_waits_holds_nothing_that_comes_later(
    table: str,
    site: Everything,
    holder: psycopg.Connection,
    onlooker: psycopg.Connection,
    other: ThreadPoolExecutor,
):
    waited, out_of_order = set(), defaultdict(set)
    for name, act in site.acts.items():
        for seed in range(TRIES):
            holder.execute(f"SELECT 1 FROM {table} FOR NO KEY UPDATE")
            with beside(holder, other, lambda: act(Random(seed))) as running:  # noqa: B023, S311  run before the next turn
                if waits(running, holder, onlooker):
                    waited.add(name)
                    out_of_order[name] |= {later for later in after(table) if locked(onlooker, later)}
            failed = running.exception(timeout=0)
            assert failed is None or isinstance(failed, REFUSALS), (name, failed)
            if name in waited:
                break

    assert waited == WAITS_FOR[table]
    assert not {name: tables for name, tables in out_of_order.items() if tables}


def after(table: str) -> tuple[str, ...]:
    return ORDER[ORDER.index(table) + 1 :]


@pytest.mark.parametrize("name", ["batches_record_many", "prescription_batches_sign_many"])
def test_several_patients_are_locked_by_their_ids(
    name: str,
    site: Everything,
    holder: psycopg.Connection,
    onlooker: psycopg.Connection,
    other: ThreadPoolExecutor,
):
    ids = [patient.pk for patient in site.patients]
    first = Patient.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)[0]

    for seed in range(TRIES):
        holder.execute("SELECT 1 FROM patients_patient WHERE id = %s FOR NO KEY UPDATE", [first])
        with beside(holder, other, lambda: site.acts[name](Random(seed))) as running:  # noqa: B023, S311  run before the next turn
            assert waits(running, holder, onlooker)
            assert locked(onlooker, "patients_patient") == 1
        running.result(timeout=0)


@pytest.mark.parametrize("whom", ["some", "everybody"])
def test_review_of_several_patients_refers_to_them_by_their_ids(
    whom: str,
    site: Everything,
    holder: psycopg.Connection,
    onlooker: psycopg.Connection,
    other: ThreadPoolExecutor,
):
    """A row that refers to a patient waits for who holds that patient, and makes who comes for another one wait."""
    treated = Patient.objects.filter(status=Status.IN_TREATMENT)
    ids = list(treated.order_by("-pk").values_list("pk", flat=True))
    holder.execute("SELECT 1 FROM patients_patient WHERE id = %s FOR UPDATE", [ids[-1]])
    some = lambda: reviews.due(ids, why=ReviewWhy.ROAD, now=LATER)  # noqa: E731
    everybody = lambda: reviews.due_for_everybody(now=LATER)  # noqa: E731

    with beside(holder, other, some if whom == "some" else everybody) as running:
        assert waits(running, holder, onlooker)
        free = onlooker.execute("SELECT 1 FROM patients_patient FOR UPDATE SKIP LOCKED").fetchall()
        assert len(free) == Patient.objects.count() - 1
    running.result(timeout=0)


def test_several_bottles_are_locked_by_their_ids(
    site: Everything,
    holder: psycopg.Connection,
    onlooker: psycopg.Connection,
    other: ThreadPoolExecutor,
):
    low, high = sorted(
        Bottle.objects.filter(number__in=site.closed[AccountKind.STORAGE][:2]), key=lambda bottle: bottle.pk
    )
    command = ToDispensing(new_id(), (high.number, low.number), ALONE)
    holder.execute("SELECT 1 FROM inventory_bottle WHERE id = %s FOR NO KEY UPDATE", [low.pk])

    move = lambda: bottles.move_to_dispensing(command=command, by=site.dispensers[0], now=LATER)  # noqa: E731
    with beside(holder, other, move) as running:
        assert waits(running, holder, onlooker)
        assert locked(onlooker, "inventory_bottle") == 1
    running.result(timeout=0)


def test_several_new_lots_are_made_in_one_order(
    site: Everything,
    holder: psycopg.Connection,
    onlooker: psycopg.Connection,
    other: ThreadPoolExecutor,
):
    """Two deliveries that bring the same new lots in different order wait for each other, not for ever."""
    by = site.dispensers[0]
    lines = [world_stock.line(lot_number=number) for number in ("MTD-2799", "MTD-2701")]
    new_lot = (
        "INSERT INTO inventory_lot (item_id, number, manufacturer, registration, expires_on, concentration)"
        " SELECT item_id, %s, manufacturer, registration, expires_on, concentration FROM inventory_lot"
        " WHERE number = %s LIMIT 1"
    )
    holder.execute(new_lot, ["MTD-2701", world_stock.LOT])

    with beside(holder, other, lambda: world_stock.receive(by, cast.WITNESS, *lines, now=LATER)) as running:
        assert waits(running, holder, onlooker)
        onlooker.execute("SET lock_timeout = '100ms'")
        with onlooker.transaction(force_rollback=True):
            onlooker.execute(new_lot, ["MTD-2799", world_stock.LOT])  # nobody else has made it yet
    running.result(timeout=0)
