"""What the opening and close of a day ask of the stock: seals, closed bottles, naloxone, devices, keys, hand-over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import proofs
from core.ids import new_id
from followup.models import Case, CaseKind
from inventory.models import AccountKind, ChainHead, KeyEvent, MeasuringDevice
from inventory.queries.keys import holders
from inventory.queries.opening_day import expected
from inventory.rules.kinds import Key, KeyStep, SealState, Why
from inventory.rules.violations import Code
from inventory.services import checks, closed_counts, days, duty, keys, measures, seals
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.proofs import PROOFS
from staff.models import Attestation, Mode
from tests import cast, world, world_stock
from tests.inventory.site import ALONE, WITNESSED, Site, codes
from tests.world import NOW, TODAY

pytestmark = pytest.mark.django_db
MORNING = NOW + timedelta(hours=12)


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def opening(site: Site):
    return expected(facility_id=site.here, now=NOW, zone=site.by.zone)


def cased(kind: CaseKind) -> list[str]:
    return [finding["code"] for case in Case.objects.filter(kind=kind) for finding in case.findings]


def seal(site: Site, number: str = "N-0417") -> None:
    seals.put_on(command=seals.Seal(new_id(), site.opened, number), by=site.by, now=NOW)


def read(site: Site, number: str) -> seals.SealRead:
    return seals.found(command=seals.Found(new_id(), site.opened, number), by=site.by, now=MORNING)


def test_seal_of_last_night_matches_whatever_its_spaces(site: Site) -> None:
    seal(site)
    assert opening(site).bottles[0].sealed
    found = read(site, " n-0417 ")
    assert (found.state, found.measure_now) == (SealState.MATCHES, False)
    assert not opening(site).bottles[0].sealed
    assert cased(CaseKind.NIGHT_SEAL) == []


@pytest.mark.parametrize(("number", "code"), [("N-0418", Code.SEAL_DIFFERS), ("", Code.SEAL_MISSING)])
def test_seal_that_is_not_last_nights_asks_for_a_measure_and_is_a_case(site: Site, number: str, code: Code) -> None:
    seal(site)
    assert read(site, number).measure_now
    assert cased(CaseKind.NIGHT_SEAL) == [code]


def test_bottle_that_nobody_sealed_and_that_has_no_seal_is_nothing(site: Site) -> None:
    assert (read(site, "").state, read(site, "").measure_now) == (SealState.NONE, False)


def test_seal_without_a_number_is_asked_again(site: Site) -> None:
    with pytest.raises(StockRefused) as refused:
        seal(site, "  ")
    assert codes(refused) == [Code.SEAL_NUMBER_NEEDED]


def test_closed_bottles_all_found_agree(site: Site) -> None:
    numbers = sorted(site.closed() + site.closed(AccountKind.DISPENSING))
    command = closed_counts.ClosedFound(new_id(), Why.OPENING, tuple(reversed(numbers)))
    done = closed_counts.record(command=command, by=site.by, now=NOW)
    assert (done.row.agrees, done.row.found) == (True, numbers)
    assert closed_counts.record(command=command, by=site.by, now=NOW).known
    assert cased(CaseKind.CLOSED_BOTTLES) == []


def test_closed_bottle_missing_and_one_too_many_are_a_case(site: Site) -> None:
    numbers = sorted(site.closed() + site.closed(AccountKind.DISPENSING))
    found = (*numbers[1:], 9_999)
    done = closed_counts.record(command=closed_counts.ClosedFound(new_id(), Why.CLOSE, found), by=site.by, now=NOW)
    assert (done.compared.missing, done.compared.extra) == ((numbers[0],), (9_999,))
    assert cased(CaseKind.CLOSED_BOTTLES) == [Code.CLOSED_MISSING, Code.CLOSED_EXTRA]


def test_naloxone_none_in_date_is_a_case_and_some_is_not(site: Site) -> None:
    some = checks.naloxone(command=checks.Naloxone(new_id(), 6, date(2027, 3, 1)), by=site.by, now=NOW)
    assert (some.usable, cased(CaseKind.NO_NALOXONE)) == (6, [])
    checks.naloxone(command=checks.Naloxone(new_id(), 0, None), by=site.by, now=NOW)
    assert cased(CaseKind.NO_NALOXONE) == [Code.NO_NALOXONE]


def test_naloxone_needs_the_expiry_that_was_read(site: Site) -> None:
    with pytest.raises(StockRefused) as refused:
        checks.naloxone(command=checks.Naloxone(new_id(), 6, None), by=site.by, now=NOW)
    assert codes(refused) == [Code.EXPIRY_NEEDED]


def pump(site: Site) -> MeasuringDevice:
    MeasuringDevice.objects.filter(facility_id=site.here).update(retired_on=TODAY)
    return MeasuringDevice.objects.create(
        facility_id=site.here, kind="pump", name="bơm", step_ul=100, min_ul=1000, max_ul=20_000, starts_on=TODAY
    )


def test_pump_that_gives_what_it_should_passes_and_its_strokes_are_poured_out(site: Site) -> None:
    device, before = pump(site), site.state(site.opened).book_ul
    command = checks.Device(new_id(), device.pk, 50_000, 50_600, 10, 55_000, site.opened, WITNESSED)
    done = checks.device(command=command, by=site.by, now=NOW)
    assert (done.passed, done.error_ppm, str(done.error_pct)) == (True, 12_000, "1.20")
    assert site.state(site.opened).book_ul == before - 55_000
    assert checks.device(command=command, by=site.by, now=NOW) == done
    assert [broken for name in PROOFS for broken in proofs.run(name)] == []
    assert not opening(site).devices[0].due


def test_device_outside_its_limit_is_a_case_and_stays_due(site: Site) -> None:
    device = MeasuringDevice.objects.get(facility_id=site.here)
    done = checks.device(command=checks.Device(new_id(), device.pk, 10_000, 10_300), by=site.by, now=NOW)
    assert (done.passed, cased(CaseKind.DEVICE_OFF)) == (False, [Code.DEVICE_OFF])
    assert opening(site).devices[0].due


def test_device_of_another_site_is_not_found(site: Site) -> None:
    other = MeasuringDevice.objects.exclude(facility_id=site.here).first()
    assert other is not None
    with pytest.raises(MeasuringDevice.DoesNotExist):
        checks.device(command=checks.Device(new_id(), other.pk, 1, 1), by=site.by, now=NOW)


def take(site: Site, *wanted: Key) -> list[KeyEvent]:
    return keys.take(command=keys.Take(new_id(), wanted), by=site.by, now=NOW)


def test_keys_change_hands_with_two_signatures(site: Site) -> None:
    take(site, Key.STORAGE, Key.DISPENSING)
    command = keys.HandOver(new_id(), (Key.DISPENSING,), WITNESSED)
    keys.hand_over(command=command, by=site.by, now=MORNING)
    keys.hand_over(command=command, by=site.by, now=MORNING)
    held = holders(facility_id=site.here)
    assert held[Key.DISPENSING].holder_id == world.person(cast.WITNESS).pk
    assert held[Key.STORAGE].holder_id == site.by.person_id
    assert Attestation.objects.get(act_id=command.id).mode == Mode.PRESENT
    assert KeyEvent.objects.count() == 3
    with pytest.raises(OtherContent):
        keys.hand_over(command=replace(command, keys=(Key.STORAGE,)), by=site.by, now=MORNING)


def test_key_that_another_person_holds_is_not_the_actors_to_give(site: Site) -> None:
    take(site, Key.STORAGE)
    keys.hand_over(command=keys.HandOver(new_id(), (Key.STORAGE,), WITNESSED), by=site.by, now=NOW)
    with pytest.raises(StockRefused) as refused:
        keys.hand_over(command=keys.HandOver(new_id(), (Key.STORAGE,), WITNESSED), by=site.by, now=MORNING)
    assert codes(refused) == [Code.KEY_NOT_HELD]


def test_who_is_alone_seals_the_keys_away_visibly(site: Site) -> None:
    take(site, Key.STORAGE)
    with pytest.raises(StockRefused) as refused:
        keys.hand_over(command=keys.HandOver(new_id(), (Key.STORAGE,), ALONE), by=site.by, now=MORNING)
    assert codes(refused) == [Code.ENVELOPE_NEEDED]
    command = keys.HandOver(new_id(), (Key.STORAGE,), ALONE, "PB-12")
    keys.hand_over(command=command, by=site.by, now=MORNING)
    held = holders(facility_id=site.here)[Key.STORAGE]
    assert (held.step, held.holder_id, held.envelope_number) == (KeyStep.SEALED, None, "PB-12")
    assert Attestation.objects.get(act_id=command.id).mode == Mode.ALONE


def test_lost_key_is_an_incident_with_a_case(site: Site) -> None:
    take(site, Key.STORAGE)
    with pytest.raises(StockRefused):
        keys.report_lost(command=keys.Lost(new_id(), Key.STORAGE, " "), by=site.by, now=MORNING)
    keys.report_lost(command=keys.Lost(new_id(), Key.STORAGE, "không thấy từ tối qua"), by=site.by, now=MORNING)
    assert holders(facility_id=site.here)[Key.STORAGE].step is KeyStep.LOST
    assert cased(CaseKind.KEY_LOST) == [Code.KEY_LOST]


def test_duty_changes_hands_whole_with_one_pair_of_signatures(site: Site) -> None:
    take(site, Key.STORAGE, Key.DISPENSING)
    command = duty.Duty(
        new_id(),
        WITNESSED,
        keys=(Key.STORAGE, Key.DISPENSING),
        measures=(measures.Measure(new_id(), site.opened, Why.HAND_OVER, ("970",)),),
        closed=closed_counts.ClosedFound(new_id(), Why.HAND_OVER, ()),
        open_items=[{"code": "withheld", "count": 1}],
    )
    done = duty.hand_over(command=command, by=site.by, now=MORNING)
    assert done.row.taken_by == world.person(cast.WITNESS)
    assert (done.measured[0].posted, done.counted and done.counted.row.agrees) == (True, False)
    assert {held.holder_id for held in holders(facility_id=site.here).values()} == {done.row.taken_by_id}
    assert Attestation.objects.get(act_id=command.id).digest == done.row.digest
    assert duty.hand_over(command=command, by=site.by, now=MORNING).known
    assert [broken for name in PROOFS for broken in proofs.run(name)] == []


def test_duty_with_a_part_that_is_refused_keeps_nothing(site: Site) -> None:
    take(site, Key.STORAGE)
    wrong = measures.Measure(new_id(), site.opened, Why.HAND_OVER, ("1900",))
    with pytest.raises(StockRefused):
        duty.hand_over(
            command=duty.Duty(new_id(), WITNESSED, keys=(Key.STORAGE,), measures=(wrong,)), by=site.by, now=NOW
        )
    assert holders(facility_id=site.here)[Key.STORAGE].holder_id == site.by.person_id


def test_expected_tells_no_figure_of_the_book(site: Site) -> None:
    asked = opening(site)
    assert [bottle.number for bottle in asked.bottles] == [site.opened]
    assert (asked.any_closed, asked.keys, asked.devices[0].due) == (True, (), True)
    assert str(site.closed()[0]) not in repr(asked)


def test_close_through_answers_the_end_of_the_chain_and_never_moves_back(site: Site) -> None:
    head = ChainHead.objects.get(pk=site.here)
    end = days.close_through(facility_id=site.here, day=TODAY)
    assert (end.sequence, end.hash, end.closed_through) == (head.sequence, bytes(head.hash).hex(), TODAY)
    again = days.close_through(facility_id=site.here, day=TODAY - timedelta(days=3))
    assert again.closed_through == TODAY


def test_key_is_given_away_under_the_lock_of_the_chain(site: Site) -> None:
    """Of two who give one key away at once the second sees that it is gone."""
    take(site, Key.STORAGE)
    with CaptureQueriesContext(connection) as asked:
        keys.hand_over(command=keys.HandOver(new_id(), (Key.STORAGE,), WITNESSED), by=site.by, now=NOW)
    said = [query["sql"] for query in asked]
    lock = next(n for n, sql in enumerate(said) if "inventory_post" in sql)
    read = next(n for n, sql in enumerate(said) if "DISTINCT ON" in sql and "inventory_keyevent" in sql)
    assert lock < read
