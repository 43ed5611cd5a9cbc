"""Small differences that lean to one side: the site's, a bottle's, a person's; one case for the same few."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core.access import Access
from core.ids import new_id
from followup.models import Case, CaseKind
from inventory.queries.smalls import smalls
from inventory.rules.kinds import Why
from inventory.rules.patterns import Of, Small, patterns
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code
from inventory.services import bottles, measures
from inventory.services import patterns as service
from inventory.services.bottles import Emptying
from inventory.services.measures import Measure
from staff.models import Proof
from staff.services import signatures
from tests import cast, world, world_stock
from tests.inventory.site import ALONE, WITNESSED, Site
from tests.world import NOW, TODAY

SETTINGS = StockSettings()  # three to one side within seven days


def small(quantity: int, *, bottle: int = 1, person: int = 1, days_ago: int = 0, hour: int = 0) -> Small:
    day: date = TODAY - timedelta(days_ago)
    return Small(day, NOW - timedelta(days_ago) + timedelta(hours=hour), bottle, person, quantity)


def found(*smalls: Small, settings: StockSettings = SETTINGS) -> list[tuple[Of, int, int]]:
    told = patterns(smalls, today=TODAY, settings=settings)
    return [(each.of, each.subject, each.total) for each in told]


def test_three_of_one_bottle_are_told_once_as_the_bottles():
    assert found(small(-3), small(-2), small(-4)) == [(Of.BOTTLE, 1, -9)]


def test_three_of_one_person_at_three_bottles_are_the_persons():
    assert found(small(-3, bottle=1), small(-2, bottle=2), small(-4, bottle=3)) == [(Of.PERSON, 1, -9)]


def test_three_of_three_people_at_three_bottles_are_the_sites():
    several = [small(-3, bottle=n, person=n) for n in (1, 2, 3)]
    assert found(*several) == [(Of.SITE, 0, -9)]


def test_two_people_who_lean_are_told_apart_and_neither_hides_the_other():
    thans = [small(-3, bottle=n, person=1, days_ago=3) for n in (1, 2, 3)]
    hanhs = [small(-5, bottle=n, person=2) for n in (4, 5, 6)]
    assert found(*thans, *hanhs) == [(Of.PERSON, 1, -9), (Of.PERSON, 2, -15)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([-3, -2], False),  # one too few
        ([-3, 2, -4], False),  # not all to one side
        ([3, 2, 4], True),  # more leans as well
        ([2, -3, -2, -4], True),  # the last three
        ([-3, -2, -4, 1], False),  # the last one says otherwise
        ([-3, 0, -2, -4], True),  # nothing is no difference
    ],
)
def test_pattern_is_of_the_last_ones_that_differ(given: list[int], told: bool):
    assert bool(found(*[small(each) for each in given])) is told


@pytest.mark.parametrize(("days_ago", "told"), [(6, True), (7, False)])
def test_pattern_counts_within_its_days(days_ago: int, told: bool):
    assert bool(found(small(-3, days_ago=days_ago), small(-2), small(-4))) is told


@pytest.mark.parametrize(("least", "told"), [(2, True), (3, True), (4, False)])
def test_pattern_needs_as_many_as_the_setting_says(least: int, told: bool):
    settings = replace(SETTINGS, same_sign_measures=least)
    assert bool(found(small(-3), small(-2), small(-4), settings=settings)) is told


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def measured(site: Site, off_ul: int, *, at: datetime = NOW, by: Access | None = None) -> None:
    """The opened bottle is measured: so far from where the last measure left it."""
    state = site.state(site.opened)
    book = (state.book_ul - state.beyond_ul + off_ul) / 1000
    command = Measure(new_id(), site.opened, Why.WEEKLY, (str(book),), ALONE)
    measures.record(command=command, by=by or site.by, now=at)


def lean(site: Site) -> None:
    """Three measures of one bottle, each 3 mL less than before: all inside the tolerance, none posted."""
    for nth in (1, 2, 3):
        measured(site, -3_000 * nth, at=NOW + timedelta(minutes=nth))


def told() -> list[str]:
    rows = Case.objects.filter(kind=CaseKind.SMALL_DIFFERENCES).order_by("opened_at")
    return [str(row.findings[0]["code"]) for row in rows]


def conclude(at: datetime) -> None:
    signature = signatures.record(
        person_id=world.person(cast.SITE_HEAD).pk, facility_id=None, acting_as="", proof=Proof.PAPER,
        meaning="concluded", subject_kind="case", subject_id=new_id(), digest="0" * 64, signed_at=at,
    )  # fmt: skip
    Case.objects.filter(kind=CaseKind.SMALL_DIFFERENCES).update(concluded_at=at, conclusion=signature)


def test_night_opens_one_case_and_not_another_the_next_night_nor_after_its_conclusion(site: Site):
    lean(site)
    assert service.look_everywhere(now=NOW + timedelta(hours=1)) == 1
    assert told() == [Code.PATTERN_BOTTLE]
    assert service.look_everywhere(now=NOW + timedelta(days=1)) == 0
    conclude(NOW + timedelta(days=1))
    assert service.look_everywhere(now=NOW + timedelta(days=2)) == 0
    measured(site, -12_000 + 500, at=NOW + timedelta(days=2, hours=1))
    assert len(told()) == 1


def test_newer_difference_to_the_same_side_is_told_again_after_the_conclusion(site: Site):
    lean(site)
    assert service.look(facility_id=site.here, by=site.by, now=NOW + timedelta(hours=1)) == 1
    conclude(NOW + timedelta(hours=2))
    later = NOW + timedelta(days=1)
    measured(site, -9_900 - 2_900, at=later)
    assert service.look(facility_id=site.here, by=site.by, now=later + timedelta(hours=1)) == 1


def test_emptied_bottle_counts_as_the_last_look_into_it(site: Site):
    for nth in (1, 2):
        measured(site, -3_000 * nth, at=NOW + timedelta(minutes=nth))
    book = site.state(site.opened).book_ul
    number = site.opened
    command = Emptying(new_id(), number, book - 9_000, WITNESSED)
    bottles.empty(command=command, by=site.by, now=NOW + timedelta(minutes=5))
    off = smalls(facility_id=site.here, since=NOW - timedelta(days=7), zone=site.by.zone)
    assert [each.quantity for each in off] == [-3_000, -3_000, -3_000]
    assert told() == [Code.PATTERN_BOTTLE]


def test_bottle_that_is_emptied_as_its_book_says_is_no_difference(site: Site):
    book = site.state(site.opened).book_ul
    command = Emptying(new_id(), site.opened, book, WITNESSED)
    bottles.empty(command=command, by=site.by, now=NOW)
    assert smalls(facility_id=site.here, since=NOW - timedelta(days=7), zone=site.by.zone) == []


def test_looking_costs_the_same_however_many_measures(site: Site, django_assert_max_num_queries):
    for nth in range(12):
        measured(site, 0, at=NOW + timedelta(minutes=nth))
    with django_assert_max_num_queries(8):
        service.look(facility_id=site.here, by=site.by, now=NOW + timedelta(hours=1))
