"""The rota's rule: nobody away, nobody twice, gaps named, weekends and holidays to who had fewest."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.access import Role
from staff.rules.rota import AT_THE_PLACE, Crew, Entry, Gap, GapKind, Why, gaps, propose, roles_for
from staff.rules.rota_codes import RotaRole

POUR, SECOND, PHYSICIAN, CARRY = RotaRole
MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
FOUR_WEEKS = [MONDAY + timedelta(days=n) for n in range(28)]
HEAVY = frozenset(day for day in FOUR_WEEKS if day.isoweekday() > 5)


def somebody(number: int, *roles: RotaRole, heavy: int = 0, **rest: frozenset) -> Crew:
    can = frozenset((day, role) for day in FOUR_WEEKS for role in roles or (POUR, SECOND))
    return Crew(number, can, heavy=heavy, **rest)


def test_who_may_pour_is_who_holds_the_permission():
    assert roles_for(POUR) == {Role.DISPENSER, Role.PHARMACIST, Role.SITE_HEAD}
    assert roles_for(PHYSICIAN) == {Role.PHYSICIAN, Role.CLINIC_PHYSICIAN}
    assert roles_for(CARRY) == {Role.CARRIER}
    assert Role.WITNESS in roles_for(SECOND)


def test_weekend_goes_to_who_had_the_fewest_and_says_so():
    crew = [somebody(1, heavy=9), somebody(2, heavy=4), somebody(3, heavy=6)]

    [sunday] = propose([WEEK[6]], heavy=HEAVY, needed=[POUR], planned=[], crew=crew)

    assert (sunday.entry.person_id, sunday.why, sunday.count, sunday.others) == (2, Why.FEWEST_HEAVY, 4, 6)


def test_head_pours_only_where_nobody_else_can():
    head = somebody(1, POUR, reserve=frozenset({POUR}))
    other = somebody(2, POUR, heavy=30, away=frozenset({WEEK[1]}))

    found = propose(WEEK[:2], heavy=(), needed=[POUR], planned=[], crew=[head, other])

    assert [(one.entry.person_id, one.why) for one in found] == [(2, Why.ONLY_ONE), (1, Why.ONLY_ONE)]


def test_gaps_name_what_is_missing_and_whose_plan_does_not_work_out():
    sunday = WEEK[6]
    crew = [
        somebody(1, POUR, away=frozenset({sunday})),
        somebody(2, SECOND, elsewhere=frozenset({sunday})),
        somebody(3, PHYSICIAN, elsewhere=frozenset({sunday})),
    ]
    planned = [Entry(sunday, POUR, 1), Entry(sunday, SECOND, 2), Entry(sunday, PHYSICIAN, 3), Entry(sunday, CARRY, 9)]

    found = gaps([sunday], needed=[POUR, SECOND, PHYSICIAN], planned=planned, crew=crew)

    assert found == (
        Gap(sunday, POUR, GapKind.AWAY, 1), Gap(sunday, POUR, GapKind.NOBODY_CAN),
        Gap(sunday, SECOND, GapKind.ELSEWHERE, 2), Gap(sunday, SECOND, GapKind.NOBODY_CAN),
        Gap(sunday, CARRY, GapKind.ENDED, 9),
    )  # fmt: skip
    assert gaps([MONDAY], needed=[POUR], planned=[], crew=crew) == (Gap(MONDAY, POUR, GapKind.MISSING),)


people = st.lists(
    st.tuples(
        st.sets(st.sampled_from(list(RotaRole)), min_size=1),
        st.sets(st.sampled_from(FOUR_WEEKS), max_size=9),
        st.sets(st.sampled_from(FOUR_WEEKS), max_size=9),
        st.integers(0, 20),
    ),
    max_size=6,
)


@given(people)
def test_proposal_plans_nobody_away_or_twice_and_leaves_open_only_what_nobody_can(drawn):
    crew = [
        somebody(number, *roles, away=frozenset(away), elsewhere=frozenset(elsewhere), heavy=heavy)
        for number, (roles, away, elsewhere, heavy) in enumerate(drawn)
    ]
    asked = {"heavy": HEAVY, "needed": [POUR, SECOND, PHYSICIAN], "planned": [], "crew": crew}
    found = propose(FOUR_WEEKS, **asked)
    entries = [one.entry for one in found]

    assert found == propose(FOUR_WEEKS, **asked)
    assert all(crew[entry.person_id].free(entry.day, entry.role) for entry in entries)
    at_place = Counter((entry.day, entry.person_id) for entry in entries if entry.role in AT_THE_PLACE)
    assert set(at_place.values()) <= {1}
    for gap in gaps(FOUR_WEEKS, needed=[POUR, PHYSICIAN], planned=entries, crew=crew):
        assert gap.kind in {GapKind.NOBODY_CAN, GapKind.MISSING}
        assert gap.role is not PHYSICIAN or gap.kind is GapKind.NOBODY_CAN
    again = propose(FOUR_WEEKS, **asked | {"planned": entries})
    assert all((one.entry.day, one.entry.role) not in {(e.day, e.role) for e in entries} for one in again)


@given(st.integers(2, 6), st.integers(0, 9))
def test_weekends_of_people_who_can_alike_differ_by_one_at_most(count, before):
    crew = [somebody(number, POUR, heavy=before) for number in range(count)]

    found = propose(FOUR_WEEKS, heavy=HEAVY, needed=[POUR], planned=[], crew=crew)

    shares = Counter(one.entry.person_id for one in found if one.entry.day in HEAVY)
    days = Counter(one.entry.person_id for one in found)
    assert max(shares.values()) - min(shares.get(number, 0) for number in range(count)) <= 1
    assert len(found) == len(FOUR_WEEKS)
    assert set(days) == set(range(count))
