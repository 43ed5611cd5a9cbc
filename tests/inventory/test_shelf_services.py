"""Ampoules come, go and are asked for; the shelf is checked and signed."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.ids import new_id
from core.models import AuditEvent
from facilities.models import Facility
from followup.models import Case, CaseKind, Notice, Task
from followup.services import escalation
from inventory.models import AccountKind, Balance, Caseload, NaloxoneCheck, RestockRequest, ShelfCheck
from inventory.queries import naloxone
from inventory.queries import shelf as queries
from inventory.rules.shelf_codes import AmpouleFate, Equipment, Lack, Readiness
from inventory.rules.violations import Code
from inventory.services import ampoules, caseloads, deliveries, restocking, shelf_checks
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.ampoules import Injected, Withdrawal
from inventory.services.bottles import OwnPinRefused
from inventory.services.deliveries import Delivery
from inventory.services.packing import Loose
from inventory.services.restocking import Answer
from staff.models import Attestation, Mode
from tests import cast, world, world_stock
from tests.inventory import shelf_hands as hands
from tests.inventory.road import Road
from tests.world import NOW

pytestmark = pytest.mark.django_db


def held(kind: AccountKind, place: str = cast.SITE) -> int:
    rows = Balance.objects.filter(
        account__facility=world.facility(place), account__kind=kind, account__item__code=naloxone.NALOXONE
    )
    return sum(row.quantity for row in rows)


def keeper():
    return world_stock.act_as(cast.STORE_KEEPER)


def test_ampoules_are_received_by_two_without_bottles_or_labels() -> None:
    delivery = Delivery(
        id=new_id(), supplier="Mường Ảng", document_number="PX-9",
        lines=(hands.line(12), world_stock.line(bottles=2)), second=world_stock.present(cast.WITNESS),
    )  # fmt: skip
    done = deliveries.receive(delivery=delivery, by=world_stock.act_as(cast.DISPENSER), now=NOW)
    ampoules_line, bottles_line = done.content["found"]["bottles"]
    assert (ampoules_line, len(bottles_line)) == ([], 2)
    assert held(AccountKind.STORAGE) == 12
    assert naloxone.usable_ampoules(world.facility(cast.SITE).pk, world.TODAY) == 12


def test_expired_ampoules_are_refused_at_the_door_and_never_count_as_usable() -> None:
    with pytest.raises(StockRefused) as refused:
        hands.receive(3, expires_on=date(2026, 11, 23))
    assert refused.value.violations[0].code is Code.LOT_EXPIRED
    hands.receive(6, expires_on=date(2026, 11, 30))
    assert hands.stands().need.usable == 6
    late = hands.stands(now=NOW + hands.days(7))
    assert (late.need.usable, late.need.expired, late.none, late.kind) == (0, 6, True, "stop")


def test_a_site_that_never_had_any_is_red() -> None:
    stands = hands.stands()
    assert (stands.none, stands.kind, stands.need.lack) == (True, "stop", Lack.NONE_USABLE)


@pytest.mark.parametrize(
    ("fate", "where"),
    [(AmpouleFate.USED, AccountKind.PATIENTS), (AmpouleFate.BROKEN, AccountKind.SPILL)],
)
def test_withdraw_moves_ampoules_where_they_went(fate: AmpouleFate, where: AccountKind) -> None:
    lot = hands.receive(12)
    done = hands.take(2, lot, fate=fate, second=world_stock.present(cast.WITNESS))
    assert (held(AccountKind.STORAGE), held(where)) == (10, 2)
    assert Attestation.objects.get(act_id=done.act_id).mode == Mode.PRESENT


def test_withdraw_alone_goes_through_and_stands_visibly() -> None:
    done = hands.take(1, hands.receive(12))
    assert Attestation.objects.get(act_id=done.act_id).mode == Mode.ALONE


def test_withdraw_expired_sets_them_apart_and_asks_for_more() -> None:
    lot = hands.receive(9, expires_on=date(2026, 11, 30))
    later = NOW + hands.days(10)
    hands.take(9, lot, fate=AmpouleFate.EXPIRED, now=later)
    assert (held(AccountKind.STORAGE), held(AccountKind.QUARANTINE)) == (0, 9)
    asked = hands.open_request()
    assert asked is not None
    assert (asked.why, asked.usable, asked.amount) == (Lack.EXPIRES_FIRST, 9, 20)  # asked when they came
    assert Task.objects.get(subject_id=asked.pk).data["usable"] == 0


def test_withdraw_broken_beyond_the_book_is_refused_and_used_beyond_it_is_a_case() -> None:
    lot = hands.receive(2)
    with pytest.raises(StockRefused):
        hands.take(3, lot, fate=AmpouleFate.BROKEN)
    done = hands.take(3, lot)
    assert (held(AccountKind.STORAGE), held(AccountKind.UNRECONCILED), held(AccountKind.PATIENTS)) == (0, -1, 3)
    case = Case.objects.get(subject_id=done.act_id)
    assert (case.kind, case.findings[0]["data"]["book"]) == (CaseKind.UNRECONCILED_STOCK, "2")


def test_expired_ampoule_that_was_used_is_recorded_with_a_case() -> None:
    lot = hands.receive(7, expires_on=date(2026, 11, 30))
    done = hands.take(1, lot, now=NOW + hands.days(10))
    assert Case.objects.get(subject_id=done.act_id).kind == CaseKind.UNUSABLE_BOTTLE


def test_ampoule_injected_on_its_last_day_and_typed_in_after_midnight_was_in_date() -> None:
    lot, by = hands.receive(20, expires_on=world.TODAY), world_stock.act_as(cast.DISPENSER)
    command = Injected(new_id(), lot.pk, 1, hands.ALONE, NOW)
    done = ampoules.inject(command=command, by=by, now=NOW + hands.days(1))
    assert not Case.objects.filter(subject_id=done.act_id).exists()
    with pytest.raises(OtherContent):
        ampoules.inject(command=replace(command, at=NOW - hands.days(1)), by=by, now=NOW + hands.days(1))


def test_same_withdrawal_again_is_the_same_receipt_and_other_content_is_refused() -> None:
    lot, by = hands.receive(12), world_stock.act_as(cast.DISPENSER)
    command = Withdrawal(new_id(), lot.pk, 1, AmpouleFate.USED, hands.ALONE)
    first = ampoules.withdraw(command=command, by=by, now=NOW)
    again = ampoules.withdraw(command=command, by=by, now=NOW)
    assert (again.act_id, again.known, held(AccountKind.STORAGE)) == (first.act_id, True, 11)
    with pytest.raises(OtherContent):
        ampoules.withdraw(command=Withdrawal(command.id, lot.pk, 2, AmpouleFate.USED, hands.ALONE), by=by, now=NOW)


def test_withdraw_by_who_handles_no_stock_is_refused() -> None:
    lot = hands.receive(12)
    with pytest.raises(PermissionDenied):
        hands.take(1, lot, by=world_stock.act_as(cast.COUNSELLOR))


def test_use_down_to_the_minimum_raises_one_request_that_names_the_store_keeper() -> None:
    lot = hands.receive(8)
    assert hands.open_request() is None
    hands.take(2, lot)
    assert hands.open_request() is None
    hands.take(1, lot)
    asked = hands.open_request()
    assert asked is not None
    assert (asked.amount, asked.usable, asked.minimum, asked.why) == (15, 5, 5, Lack.AT_MINIMUM)
    assert asked.raised_by == world.person(cast.DISPENSER)
    task = Task.objects.get(subject_id=asked.pk)
    assert (task.owner, task.due_at) == (world.person(cast.STORE_KEEPER), NOW + hands.days(14))
    told = Notice.objects.get(subject_id=task.pk)
    assert "naloxone" not in str(told.data)
    hands.take(5, lot)
    task.refresh_from_db()
    assert RestockRequest.objects.count() == 1
    assert (task.data["usable"], Notice.objects.filter(subject_id=task.pk).count()) == (0, 2)


def test_nightly_job_twice_asks_once_for_each_site_in_nobodys_name() -> None:
    assert restocking.restock(now=NOW) == restocking.restock(now=NOW) == 2
    assert RestockRequest.objects.filter(raised_by__isnull=True).count() == 2
    assert Task.objects.filter(kind=restocking.TASK).count() == 2
    assert AuditEvent.objects.filter(action="restock.asked").count() == 2


def test_nightly_job_asks_for_what_expires_before_the_next_delivery() -> None:
    hands.receive(15, expires_on=date(2026, 12, 10))
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    assert (asked.why, asked.amount) == (Lack.EXPIRES_FIRST, 15)


def test_caseload_pushed_down_raises_the_minimum() -> None:
    hands.receive(8)
    here = world.facility(cast.SITE).pk
    for _ in range(2):
        caseloads.keep(patients={here: 61}, now=NOW)
    assert Caseload.objects.get().patients == 61
    assert hands.stands().need.minimum == 10
    restocking.restock(now=NOW)
    assert hands.open_request() is not None


def test_what_arrives_ends_the_request_and_its_task() -> None:
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    hands.receive(20)
    asked.refresh_from_db()
    assert (asked.ended_how, asked.ended_by) == ("received", world.person(cast.DISPENSER))
    assert Task.objects.get(subject_id=asked.pk).outcome == "received"
    assert hands.open_request() is None


def test_answer_sent_ends_the_task_and_is_asked_again_when_nothing_comes() -> None:
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    for _ in range(2):
        restocking.answer(command=Answer(asked.pk, sent=True), by=keeper(), now=NOW)
    assert Task.objects.get(subject_id=asked.pk).outcome == "sent"
    restocking.restock(now=NOW + hands.days(13))
    assert Task.objects.filter(subject_id=asked.pk, done_at__isnull=True).count() == 0
    restocking.restock(now=NOW + hands.days(14))
    assert Task.objects.get(subject_id=asked.pk, done_at__isnull=True).data["sent"] is True


def test_answer_refused_needs_words_tells_the_site_and_stands_a_week() -> None:
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    with pytest.raises(StockRefused):
        restocking.answer(command=Answer(asked.pk, sent=False), by=keeper(), now=NOW)
    restocking.answer(command=Answer(asked.pk, sent=False, reason="kho tỉnh hết"), by=keeper(), now=NOW)
    assert Notice.objects.filter(kind=restocking.REFUSED_NOTICE, person=world.person(cast.SITE_HEAD)).count() == 1
    with pytest.raises(StockRefused):
        restocking.answer(command=Answer(asked.pk, sent=True), by=keeper(), now=NOW)
    restocking.restock(now=NOW + hands.days(6))
    assert hands.open_request() is None
    restocking.restock(now=NOW + hands.days(7))
    assert hands.open_request() is not None


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.SITE_HEAD, cast.CLINIC_PHYSICIAN])
def test_answer_by_who_does_not_supply_the_site_is_refused(member: cast.Member) -> None:
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    with pytest.raises(PermissionDenied):
        restocking.answer(command=Answer(asked.pk, sent=True), by=world_stock.act_as(member), now=NOW)


def test_a_consignment_with_ampoules_is_the_answer_and_its_receipt_the_end() -> None:
    lot = hands.receive(40, by=keeper(), second=cast.CLINIC_PHYSICIAN)
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    road = Road(loose=(Loose(lot.pk, 20),))
    road.prepare()
    road.pack()
    road.hand_over()
    asked.refresh_from_db()
    assert (asked.consignment_id, asked.sent_by) == (road.id, world.person(cast.STORE_KEEPER))
    road.arrive()
    road.inspect()
    road.receive()
    asked.refresh_from_db()
    assert (asked.ended_how, hands.stands().need.usable) == ("received", 20)


def test_overdue_request_goes_up_to_the_clinics_head_and_the_area() -> None:
    restocking.restock(now=NOW)
    asked = hands.open_request()
    assert asked is not None
    for day in range(14, 31):
        escalation.escalate(now=NOW + hands.days(day))
    task = Task.objects.get(subject_id=asked.pk)
    told = set(task.events.filter(to__isnull=False).values_list("to__username", flat=True))
    assert {cast.CLINIC_HEAD.username, cast.AREA_MANAGER.username} <= told


def test_main_clinic_asks_nobody() -> None:
    clinic = Facility.objects.get(name=cast.MAIN_CLINIC)
    assert restocking.look(facility_id=clinic.pk, by=SYSTEM, now=NOW) is None


def test_check_is_signed_and_says_since_when_a_thing_is_missing() -> None:
    hands.check(oxygen=Readiness.OK)
    hands.check(oxygen=Readiness.BROKEN, now=NOW + hands.days(31))
    hands.check(oxygen=Readiness.BROKEN, now=NOW + hands.days(62))
    shown = queries.shelf(facility_id=world.facility(cast.SITE).pk, now=NOW + hands.days(63))
    oxygen = next(each for each in shown.things if each.standing.equipment is Equipment.OXYGEN)
    assert (oxygen.standing.state, oxygen.standing.since) == (Readiness.BROKEN, NOW + hands.days(31))
    assert (shown.lacking, shown.check_due, NaloxoneCheck.objects.count()) == (1, False, 3)
    latest = ShelfCheck.objects.order_by("-checked_at")[0]
    assert latest.signature.digest == latest.digest


def test_check_with_another_pin_or_a_thing_left_out_is_refused() -> None:
    by = world_stock.act_as(cast.DISPENSER)
    command = hands.found()
    with pytest.raises(OwnPinRefused):
        shelf_checks.record(command=type(command)(**{**vars_of(command), "pin": "000000"}), by=by, now=NOW)
    states = {thing: state for thing, state in command.states.items() if thing is not Equipment.CAMERA}
    with pytest.raises(StockRefused):
        shelf_checks.record(command=type(command)(**{**vars_of(command), "states": states}), by=by, now=NOW)
    assert (ShelfCheck.objects.count(), NaloxoneCheck.objects.count()) == (0, 0)


def vars_of(command):
    return {name: getattr(command, name) for name in ("id", "usable", "nearest_expiry", "states", "pin", "note")}


def test_check_with_none_usable_is_a_case() -> None:
    hands.check(0)
    assert Case.objects.filter(kind=CaseKind.NO_NALOXONE).count() == 1


def test_same_check_again_is_the_same() -> None:
    command, by = hands.found(), world_stock.act_as(cast.DISPENSER)
    rows = {shelf_checks.record(command=command, by=by, now=NOW).pk for _ in range(2)}
    assert rows == {command.id}


def test_usable_naloxone_costs_one_statement_whatever_the_number_of_sites() -> None:
    ids = [facility.pk for facility in Facility.objects.all()]
    for wanted in (ids[:1], ids):
        with CaptureQueriesContext(connection) as seen:
            naloxone.usable_naloxone(wanted, NOW)
        assert len(seen) == 1
