"""The life of a bottle through its services: moved, opened, emptied, set apart."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.ids import new_id
from core.models import AuditEvent
from followup.models import Case, CaseKind
from inventory.models import AccountKind, Act, Bottle
from inventory.queries.bottles import settled_overfill
from inventory.rules.kinds import Reason
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.violations import Code
from inventory.services import bottles
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import Opening, ToDispensing
from staff.models import Attestation, Mode, Signature
from tests import cast, world, world_stock
from tests.inventory.site import ALONE, WITNESSED, Site, codes
from tests.world import NOW
from tests.world_stock import LITRE

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def test_move_to_dispensing_witnessed_moves_whole_bottles(site: Site) -> None:
    numbers = site.closed()[:2]
    command = ToDispensing(id=new_id(), numbers=tuple(numbers), second=WITNESSED)
    done = bottles.move_to_dispensing(command=command, by=site.by, now=NOW)
    assert {site.state(number).place for number in numbers} == {AccountKind.DISPENSING}
    assert Attestation.objects.get(act_id=done.act_id).mode == Mode.PRESENT
    assert bottles.move_to_dispensing(command=command, by=site.by, now=NOW).known


def test_move_to_dispensing_bottle_that_is_not_in_storage_is_refused(site: Site) -> None:
    command = ToDispensing(id=new_id(), numbers=(site.opened,), second=WITNESSED)
    with pytest.raises(StockRefused) as refused:
        bottles.move_to_dispensing(command=command, by=site.by, now=NOW)
    assert codes(refused) == [Code.WRONG_PLACE]


def test_move_to_dispensing_of_a_bottle_with_nothing_in_the_book_is_refused(site: Site) -> None:
    number = site.closed()[0]
    site.dose(number, site.state(number).book_ul)
    command = ToDispensing(id=new_id(), numbers=(number,), second=WITNESSED)
    with pytest.raises(StockRefused) as refused:
        bottles.move_to_dispensing(command=command, by=site.by, now=NOW)
    assert codes(refused) == [Code.RAN_OUT]


def test_open_witnessed_is_recorded_on_the_bottle_and_attested(site: Site) -> None:
    number = site.closed(AccountKind.DISPENSING)[0]
    done = site.open(number)
    bottle, state = Bottle.objects.get(number=number), site.state(number)
    assert (bottle.opened_at, bottle.opened_by_id) == (NOW, site.by.person_id)
    assert (state.place, state.book_ul) == (AccountKind.OPENED, LITRE)
    attested = Attestation.objects.get(act_id=done.act_id)
    assert (attested.mode, attested.digest, attested.second) == (
        Mode.PRESENT,
        done.digest,
        world.person(cast.WITNESS),
    )


def test_open_alone_goes_through_and_stands_as_unwitnessed(site: Site) -> None:
    done = site.open(site.closed()[0], ALONE)
    attested = Attestation.objects.get(act_id=done.act_id)
    assert (attested.mode, attested.second, attested.reason) == (Mode.ALONE, None, ALONE.reason)


def test_open_same_id_again_gives_same_receipt(site: Site) -> None:
    command = Opening(id=new_id(), number=site.closed()[0], second=WITNESSED)
    first = bottles.open_bottle(command=command, by=site.by, now=NOW)
    again = bottles.open_bottle(command=command, by=site.by, now=NOW + timedelta(seconds=9))
    assert (again.known, again.digest) == (True, first.digest)
    with pytest.raises(OtherContent):
        bottles.open_bottle(command=replace(command, number=site.closed()[0]), by=site.by, now=NOW)
    assert AuditEvent.objects.filter(action="stock.refused", subject_id=str(command.id)).count() == 1


def test_open_bottle_of_another_site_is_not_found(site: Site) -> None:
    elsewhere = Site(world_stock.act_as(cast.OTHER_DISPENSER)).closed()[0]
    with pytest.raises(Bottle.DoesNotExist):
        site.open(elsewhere)


def test_open_expired_bottle_is_refused(site: Site) -> None:
    number = site.receive(lot_number="SOON", expires_on=date(2026, 11, 30))
    later = NOW + timedelta(days=7)
    with pytest.raises(StockRefused) as refused:
        bottles.open_bottle(
            command=Opening(id=new_id(), number=number, second=WITNESSED),
            by=site.by,
            now=later,
        )
    assert Code.EXPIRED in codes(refused)
    assert site.state(number).opened_at is None


def test_open_on_the_day_of_expiry_is_allowed(site: Site) -> None:
    number = site.receive(lot_number="SOON", expires_on=date(2026, 11, 24))
    assert site.open(number)


def test_open_quarantined_bottle_is_refused(site: Site) -> None:
    number = site.closed()[0]
    site.quarantine(number)
    with pytest.raises(StockRefused) as refused:
        site.open(number)
    assert codes(refused) == [Code.QUARANTINED]


def test_open_twice_is_refused(site: Site) -> None:
    with pytest.raises(StockRefused) as refused:
        site.open(site.opened)
    assert codes(refused) == [Code.ALREADY_OPENED]


def test_open_later_expiry_asks_for_one_reason(site: Site) -> None:
    later = site.receive(lot_number="LATER", expires_on=date(2028, 10, 31))
    with pytest.raises(StockRefused) as refused:
        site.open(later)
    assert codes(refused) == [Code.LATER_EXPIRY]
    done = site.open(later, reason="chai kia đang niêm phong chờ kiểm kê")
    assert done.content["stated"]["reason"].startswith("chai kia")


def test_open_other_strength_while_one_is_open_is_refused_whoever_signs(site: Site) -> None:
    five = site.receive(lot_number="MTD5-01", concentration=Decimal(5), expires_on=date(2027, 1, 31))
    with pytest.raises(StockRefused) as refused:
        site.open(five, own_pin=cast.PIN)
    assert codes(refused) == [Code.TWO_STRENGTHS]


def test_open_other_strength_after_the_last_bottle_needs_both_signatures(site: Site) -> None:
    five = site.receive(lot_number="MTD5-01", concentration=Decimal(5), expires_on=date(2027, 1, 31))
    site.empty(site.opened, residue_ul=LITRE)
    for second, own_pin in ((WITNESSED, ""), (ALONE, cast.PIN)):
        with pytest.raises(StockRefused) as refused:
            site.open(five, second, own_pin=own_pin)
        assert codes(refused) == [Code.OTHER_STRENGTH]
    done = site.open(five, WITNESSED, own_pin=cast.PIN)
    signers = Signature.objects.filter(subject_id=done.act_id, digest=done.digest)
    assert {signed.person_id for signed in signers} == {site.by.person_id, world.person(cast.WITNESS).pk}
    assert site.state(five).concentration == Decimal(5)


def test_record_opened_expired_bottle_is_recorded_set_apart_and_a_case(site: Site) -> None:
    number = site.receive(lot_number="SOON", expires_on=date(2026, 11, 25))
    later = NOW + timedelta(days=3)
    done = bottles.record_opened(
        command=Opening(id=new_id(), number=number, second=ALONE),
        opened_at=later - timedelta(hours=1),
        by=site.by,
        now=later,
    )
    state = site.state(number)
    assert (state.place, state.opened_at) == (AccountKind.QUARANTINE, later - timedelta(hours=1))
    case = Case.objects.get(subject_id=done.act_id, kind=CaseKind.UNUSABLE_BOTTLE)
    assert case.findings == [{"code": "bottle_expired", "data": {"label": state.label}}]


def test_record_opened_usable_bottle_is_simply_open(site: Site) -> None:
    number = site.closed()[0]
    done = bottles.record_opened(
        command=Opening(id=new_id(), number=number, second=WITNESSED),
        opened_at=NOW - timedelta(hours=1),
        by=site.by,
        now=NOW,
    )
    assert site.state(number).place is AccountKind.OPENED
    assert not Case.objects.filter(subject_id=done.act_id).exists()


def test_empty_with_residue_pours_it_out_and_books_the_rest_as_loss(site: Site) -> None:
    number = site.opened
    site.dose(number, LITRE - 8_000)
    done = site.empty(number, residue_ul=3_000)
    assert (site.moved(number, Reason.RESIDUE), site.moved(number, Reason.UNDERFILL)) == (3_000, 5_000)
    assert done.content["found"] == {
        "book_ul": 8_000,
        "beyond_ul": 0,
        "overfill_ul": 0,
        "underfill_ul": 5_000,
    }
    state = site.state(number)
    assert (state.place, state.book_ul, state.emptied_at) == (None, 0, NOW)
    assert not Case.objects.filter(subject_id=done.act_id).exists()


def test_empty_underfill_beyond_tolerance_opens_a_case(site: Site) -> None:
    number = site.opened
    site.dose(number, LITRE - 12_000)
    done = site.empty(number)
    case = Case.objects.get(subject_id=done.act_id, kind=CaseKind.BOTTLE_YIELD)
    assert case.findings[0]["code"] == "bottle_underfill"
    assert case.findings[0]["data"]["underfill_ml"] == "12.0"


def test_empty_overfill_is_settled_as_surplus_and_never_netted(site: Site) -> None:
    number = site.opened
    site.dose(number, LITRE - 2_000)
    site.dose(number, 8_000)  # 6 mL more than the label said
    assert site.state(number).beyond_ul == 6_000
    done = site.empty(number, residue_ul=1_000)
    assert done.content["found"]["overfill_ul"] == 7_000
    assert (site.moved(number, Reason.OVERFILL), site.moved(number, Reason.RESIDUE)) == (7_000, 1_000)
    assert site.moved(number, Reason.UNDERFILL) == 0
    assert site.state(number).beyond_ul == 0
    assert settled_overfill(bottle_id=site.state(number).id) == 7_000


def test_empty_bottle_whose_book_ended_exactly_moves_nothing_and_ends_it(site: Site) -> None:
    number = site.opened
    site.dose(number, LITRE)
    done = site.empty(number)
    assert Act.objects.get(pk=done.act_id).movements.count() == 0
    assert (site.state(number).place, site.state(number).emptied_at) == (None, NOW)


def test_empty_closed_bottle_is_refused(site: Site) -> None:
    with pytest.raises(StockRefused) as refused:
        site.empty(site.closed()[0])
    assert codes(refused) == [Code.NOT_OPENED]


def test_empty_twice_is_refused(site: Site) -> None:
    number = site.opened
    site.empty(number)
    with pytest.raises(StockRefused) as refused:
        site.empty(number)
    assert codes(refused) == [Code.EMPTIED]


def test_quarantine_opened_bottle_takes_what_it_holds(site: Site) -> None:
    number = site.opened
    site.dose(number, 300_000)
    site.quarantine(number)
    state = site.state(number)
    assert (state.place, state.book_ul) == (AccountKind.QUARANTINE, 700_000)


def test_quarantine_other_reason_needs_words(site: Site) -> None:
    with pytest.raises(StockRefused) as refused:
        site.quarantine(site.closed()[0], reason=QuarantineReason.OTHER)
    assert codes(refused) == [Code.WORDS_NEEDED]
    assert site.quarantine(site.closed()[0], reason=QuarantineReason.OTHER, words="nhãn mờ")


def test_quarantine_bottle_whose_book_ran_out_is_measured(site: Site) -> None:
    number = site.opened
    site.dose(number, LITRE + 2_000)
    with pytest.raises(StockRefused) as refused:
        site.quarantine(number)
    assert codes(refused) == [Code.MEASURE_NEEDED]
    site.quarantine(number, measured_ul=4_000)
    state = site.state(number)
    assert (state.place, state.book_ul, state.beyond_ul) == (AccountKind.QUARANTINE, 4_000, 0)
    assert settled_overfill(bottle_id=state.id) == 6_000


def test_refusals_name_the_bottle_in_words(site: Site) -> None:
    with pytest.raises(StockRefused) as refused:
        site.open(site.opened)
    [violation] = refused.value.violations
    assert site.state(site.opened).label in violation.words
    assert violation.todo
