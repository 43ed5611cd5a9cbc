"""What the simulator plans, without a database: who comes, who the patients are, what is ordered."""

import functools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.access import Role
from demo import dice
from demo.attendance import Visit, plan
from demo.cohort import Member, cohort, order_ends
from demo.orders import coming_back, first, following
from demo.people import PASSWORD, SIGN_IN, staff
from demo.province import DEMO, generated
from dispensing.rules.facts import Phase, PrescriptionFact
from patients.rules.codes import is_code
from patients.rules.names import initials_of
from staff.roles import ROLES
from staff.rules.pins import too_simple

FIRST = date(2026, 9, 25)
FIRST_MOMENT = datetime(2026, 9, 25, tzinfo=UTC)
DAY = timedelta(days=1)
BUSY = [site for site in DEMO.sites if site.busy]


@functools.cache
def members(site, through=FIRST):
    return cohort(DEMO, site, first_day=FIRST, through=through)


@functools.cache
def visits(site, day):
    return {m.number: plan(seed=DEMO.seed, site=site, member=m, day=day) for m in members(site)}


@pytest.mark.parametrize("site", BUSY, ids=lambda site: site.key)
def test_plan_any_day_of_a_larger_site_tells_every_story(site):
    for ahead in range(40, 100, 3):
        days = [visits(site, FIRST + (ahead - back) * DAY) for back in range(5)]
        today = days[0]
        away_4 = [n for n in today if all(day[n].visit in (Visit.AWAY, Visit.BLOCKED) for day in days)]
        back_soon = [n for n, p in today.items() if p.special and days[1][n].visit is Visit.AWAY and n not in away_4]
        assert away_4
        assert back_soon
        assert sum(p.visit is Visit.WITHHELD for p in today.values()) >= 1
        assert sum(p.visit is Visit.AFTER_HOLD for p in today.values()) == 1


def test_plan_over_months_misses_and_leaves_as_published():
    missed, months, left = 0, 0, 0
    for site in DEMO.sites:
        for member in members(site):
            days = [plan(seed=DEMO.seed, site=site, member=member, day=FIRST + k * DAY) for k in range(120)]
            left += all(day.visit is Visit.AWAY for day in days[-30:])
            for month in range(0, 120, 30):
                months += 1
                missed += any(not day.present for day in days[month : month + 30])
    assert 0.05 <= missed / months <= 0.11
    assert left / sum(site.patients for site in DEMO.sites) <= 0.035


def test_cohort_of_the_demo_looks_like_a_vietnamese_one():
    everybody = [member for site in DEMO.sites for member in members(site)]

    doses = [member.target_mg for member in everybody]
    assert all(30 <= mg <= 150 and mg % 5 == 0 for mg in doses)
    assert 80 <= sum(doses) / len(doses) <= 92
    assert sum(member.name.female for member in everybody) / len(everybody) < 0.1
    assert all(20 <= member.joined_on.year - member.birth_year <= 64 for member in everybody)
    assert len({member.code for member in everybody}) == len(everybody)
    assert all(is_code(member.code) for member in everybody)
    assert {site.patients for site in DEMO.sites if not site.busy} == {22, 24, 19, 13, 2}


def test_cohort_of_a_larger_site_has_some_but_not_mostly_equal_initials():
    initials = [initials_of(member.name.full_name) for member in members(BUSY[0])]

    alike = sum(initials.count(each) > 1 for each in initials)

    assert 2 <= alike <= len(initials) / 3


def test_cohort_twice_is_the_same_and_later_only_longer():
    site = next(site for site in DEMO.sites if site.inducts)

    at_first, later = members(site), members(site, FIRST + 21 * DAY)

    assert members(site) == at_first
    assert later[: len(at_first)] == at_first
    assert len(later) == len(at_first) + 3


def order(phase: Phase, mg: int) -> PrescriptionFact:
    return PrescriptionFact(
        dice.fact_id(FIRST_MOMENT, "order"), phase, Decimal(mg), (Decimal(mg),), FIRST, FIRST, (), None, None, False
    )


def newcomer() -> Member:
    site = next(site for site in DEMO.sites if site.inducts)
    return next(member for member in members(site) if member.newcomer)


def test_following_from_the_first_day_reaches_the_dose_that_holds():
    member, day = newcomer(), FIRST
    given = first(member, day)
    doses: list[Decimal] = []
    while given.phase is not Phase.MAINTENANCE:
        length = (given.ends_on - day).days + 1
        assert length <= (1 if given.phase is Phase.INDUCTION else 5)
        doses += [given.dose_mg] * length
        day = given.ends_on + DAY
        given = following(order(given.phase, int(given.dose_mg)), member, day)

    assert doses[0] == 20
    assert all(later - earlier <= 30 for earlier, later in zip(doses, doses[7:], strict=False))
    assert given.dose_mg == member.target_mg


@pytest.mark.parametrize(
    ("missed", "phase", "mg"),
    [(3, Phase.MAINTENANCE, 90), (4, Phase.ADJUSTMENT, 40), (5, Phase.ADJUSTMENT, 40), (6, Phase.ADJUSTMENT, 30)],
)
def test_coming_back_after_missed_days_follows_the_table(missed, phase, mg):
    member = members(BUSY[0])[0]

    given = coming_back(Decimal(90), missed, member, FIRST)

    assert (given.phase, given.dose_mg) == (phase, mg)


def test_order_ends_on_any_day_is_at_most_thirty_days_long():
    member = members(BUSY[0])[4]

    lengths = {(order_ends(member, FIRST + k * DAY) - (FIRST + k * DAY)).days + 1 for k in range(60)}

    assert lengths == set(range(1, 31))


def test_staff_of_the_demo_fills_every_role_and_every_site():
    posts = staff(DEMO)

    assert {post.role for post in posts} == set(Role)
    assert len({post.username for post in posts}) == len(posts)
    for site in DEMO.sites:
        here = [post.role for post in posts if post.place == site.key]
        window = here.count(Role.DISPENSER) + here.count(Role.PHARMACIST)
        assert window == (1 if not site.busy else 2 if site.patients < 80 else 3)
        assert here.count(Role.WITNESS) == 1
    assert all(bool(post.totp_secret) == ROLES[post.role].needs_second_factor for post in posts)
    assert not [pin for _, pin in SIGN_IN.values() if too_simple(pin) or len(pin) != 6]
    assert PASSWORD.isascii()


def test_generated_any_scale_has_its_own_keys():
    spec = generated(sites=23, patients=9, seed="7")

    assert len(spec.sites) == len({site.key for site in spec.sites}) == 23
    assert len(spec.clinics) == 3
    assert {site.clinic for site in spec.sites} == {clinic.key for clinic in spec.clinics}


def test_fact_id_same_key_is_the_same_id_of_version_seven():
    one, same, other = (dice.fact_id(FIRST_MOMENT, "dose", n) for n in (1, 1, 2))

    assert one == same != other
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
