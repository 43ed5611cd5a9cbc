"""Destruction: at a main clinic alone, after its notice, by a committee that is there and signs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core import proofs
from core.access import Access
from core.ids import new_id
from facilities.models import Holiday
from inventory.models import Account, AccountKind, Balance, Bottle, Destruction
from inventory.rules.countkinds import Duty, Gone, SpillKind
from inventory.rules.custody import ConsignmentKind
from inventory.rules.destroying import working_days_after
from inventory.rules.violations import Code
from inventory.services import destructions, spills
from inventory.services.acts import StockRefused
from inventory.services.destructions import Destroying, Member, MemberRefused
from inventory.services.proofs import PROOFS
from inventory.services.spills import Spilling
from staff.models import Signature
from staff.services.attestations import SamePerson
from staff.services.pins import WrongPin
from tests import cast, world, world_stock
from tests.inventory.destroying import COMMITTEE, plan
from tests.inventory.road import Road, acting
from tests.inventory.site import Site, codes
from tests.world import NOW, TODAY


@pytest.fixture
def keeper(db: None) -> Access:
    return world_stock.act_as(cast.STORE_KEEPER)


def test_destroy_moves_quarantine_to_destroyed_and_everybody_signs(keeper: Access):
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    done = destructions.destroy(command=Destroying(planned.pk, "đã hủy đủ", COMMITTEE), by=keeper, now=NOW)
    assert done.done_at == NOW
    assert done.members.count() == Signature.objects.filter(meaning="destroyed").count() == 3
    bottle = Bottle.objects.get(pk=done.lines.get().bottle_id)
    assert bottle.gone_how == Gone.DESTROYED
    assert Balance.objects.get(account__kind=AccountKind.DESTROYED).quantity == bottle.size_ul
    again = destructions.destroy(command=Destroying(planned.pk, "đã hủy đủ", COMMITTEE), by=keeper, now=NOW)
    assert again.act_id == done.act_id
    assert [f"{b.row}: {b.what}" for name in PROOFS for b in proofs.run(name)] == []


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (COMMITTEE[:2], Code.TOO_FEW_MEMBERS),
        (tuple(replace(member, duty=Duty.MEMBER) for member in COMMITTEE), Code.NO_CHAIR),
    ],
)
def test_destroy_without_its_committee_is_refused(keeper: Access, members: tuple[Member, ...], code: Code):
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    with pytest.raises(StockRefused) as refused:
        destructions.destroy(command=Destroying(planned.pk, "đã hủy", members), by=keeper, now=NOW)
    assert codes(refused) == [code]


def test_destroy_before_its_day_is_refused(keeper: Access):
    planned = destructions.plan(command=plan(keeper, planned_on=TODAY + timedelta(1)), by=keeper, now=NOW)
    with pytest.raises(StockRefused) as refused:
        destructions.destroy(command=Destroying(planned.pk, "đã hủy", COMMITTEE), by=keeper, now=NOW)
    assert codes(refused) == [Code.TOO_EARLY]


def test_destroy_with_one_person_twice_or_a_wrong_pin_is_refused(keeper: Access):
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    twice = (COMMITTEE[0], COMMITTEE[1], replace(COMMITTEE[1], duty=Duty.MEMBER))
    with pytest.raises(MemberRefused) as refused:
        destructions.destroy(command=Destroying(planned.pk, "x", twice), by=keeper, now=NOW)
    assert (refused.value.place, type(refused.value.why)) == (2, SamePerson)
    wrong = (*COMMITTEE[:2], replace(COMMITTEE[2], pin="000000"))
    with pytest.raises(MemberRefused) as refused:
        destructions.destroy(command=Destroying(planned.pk, "x", wrong), by=keeper, now=NOW)
    assert (refused.value.place, type(refused.value.why)) == (2, WrongPin)
    assert Destruction.objects.get().done_at is None


def test_plan_with_too_short_a_notice_or_of_what_is_in_use_is_refused(keeper: Access):
    with pytest.raises(StockRefused) as refused:
        destructions.plan(command=plan(keeper, notice_on=TODAY - timedelta(3)), by=keeper, now=NOW)
    assert codes(refused) == [Code.NOTICE_TOO_SHORT]
    stored = Site(keeper).closed()[-1]
    with pytest.raises(StockRefused) as refused:
        destructions.plan(command=plan(keeper, numbers=(stored,)), by=keeper, now=NOW)
    assert codes(refused) == [Code.NOT_IN_QUARANTINE]


def test_plan_of_what_another_plan_lists_is_refused(keeper: Access):
    first = plan(keeper)
    destructions.plan(command=first, by=keeper, now=NOW)
    with pytest.raises(StockRefused) as refused:
        destructions.plan(command=replace(first, id=new_id()), by=keeper, now=NOW)
    assert codes(refused) == [Code.LISTED_ALREADY]
    destructions.cancel(destruction_id=first.id, why="hoãn", by=keeper, now=NOW)
    assert destructions.plan(command=replace(first, id=new_id()), by=keeper, now=NOW).lines.count() == 1


def test_destroy_of_what_is_no_longer_as_listed_is_refused(keeper: Access):
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    number = Bottle.objects.get(pk=planned.lines.get().bottle_id).number
    spilling = Spilling(
        new_id(), SpillKind.SPILL, 5_000, "rò khi xếp lại", NOW, world_stock.present(cast.CLINIC_PHYSICIAN), number
    )  # fmt: skip
    spills.record(command=spilling, by=keeper, now=NOW)
    with pytest.raises(StockRefused) as refused:
        destructions.destroy(command=Destroying(planned.pk, "x", COMMITTEE), by=keeper, now=NOW)
    assert codes(refused) == [Code.CHANGED_MEANWHILE]
    assert Destruction.objects.get().done_at is None


def test_satellite_never_destroys_in_the_service_nor_in_the_database(keeper: Access):
    site = Site(world_stock.act_as(cast.DISPENSER))
    with pytest.raises(StockRefused) as refused:
        destructions.plan(command=plan(keeper), by=site.by, now=NOW)
    assert codes(refused) == [Code.NOT_A_CLINIC]
    with pytest.raises(IntegrityError, match="no main clinic"), transaction.atomic():
        Account.objects.create(
            facility=world.facility(cast.SITE), item=world_stock.methadone(), kind="destroyed", by_bottle=False,
            may_be_negative=False,
        )  # fmt: skip


def test_cancel_ends_it_once(keeper: Access):
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    ended = destructions.cancel(destruction_id=planned.pk, why="hoãn", by=keeper, now=NOW)
    assert ended.cancelled_why == "hoãn"
    with pytest.raises(StockRefused) as refused:
        destructions.destroy(command=Destroying(planned.pk, "x", COMMITTEE), by=keeper, now=NOW)
    assert codes(refused) == [Code.NOT_OPEN]


def test_working_days_leave_out_weekends_and_holidays():
    friday = date(2026, 11, 20)
    assert working_days_after(friday, 1, set()) == date(2026, 11, 23)
    assert working_days_after(friday, 7, {date(2026, 11, 24)}) == date(2026, 12, 2)


def test_notice_runs_over_the_rest_days_kept_by_hand(keeper: Access):
    asked = {"notice_on": date(2026, 11, 2), "facility_id": keeper.facility_id or 0, "now": NOW}
    assert destructions.earliest_on(**asked) == date(2026, 11, 11)
    Holiday.objects.create(day=date(2026, 11, 6), name="Hoán đổi ngày làm việc", kind="rest_day")
    assert destructions.earliest_on(**asked) == date(2026, 11, 12)


def test_bottle_that_came_back_stays_the_clinics_whatever_is_booked_later_of_a_dose_from_it(keeper: Access):
    site = Site(acting(cast.DISPENSER))
    number = site.opened
    dose = site.dose(number, 6_000)
    site.quarantine(number)
    road = Road(
        [number], kind=ConsignmentKind.RETURN, sender=cast.DISPENSER, sender_second=cast.WITNESS,
        receiver=cast.STORE_KEEPER, receiver_second=cast.CLINIC_PHYSICIAN, to=cast.MAIN_CLINIC,
    )  # fmt: skip
    road.at_the_door()
    road.receive()

    site.void(dose, "poured_out")

    assert destructions.plan(command=plan(keeper, numbers=(number,)), by=keeper, now=NOW).lines.count() == 1
