"""The transition table of referrals: each state, step and role; constraint and docs are made of it."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.access import Role
from dispensing.models import Referral, ReferralStep
from dispensing.queries.referral_sides import sides_of
from dispensing.rules import referral_table
from dispensing.rules.referral_codes import STATE_WORDS, STEP_WORDS
from dispensing.rules.referral_table import ENDED, TABLE, Kind, Side, State, Step, allowed, steps_for, ways
from dispensing.services import referrals
from dispensing.services.referral_steps import At, ReferralRefused
from tests import cast
from tests.dispensing.referring import NOW, Road
from tests.entrance import access

DOC = Path(__file__).parents[2] / "docs" / "referrals.md"
MAY = {
    Side.SITE: {Role.DISPENSER, Role.PHARMACIST, Role.PHYSICIAN, Role.ASSISTANT_PHYSICIAN, Role.SITE_HEAD},
    Side.CLINIC: {Role.CLINIC_PHYSICIAN},
    Side.PHYSICIAN: {Role.CLINIC_PHYSICIAN},
    Side.HEAD: {Role.CLINIC_HEAD},
    Side.SITE_HEAD: {Role.SITE_HEAD},
    Side.RECEIVER: {Role.DISPENSER, Role.PHARMACIST, Role.PHYSICIAN, Role.ASSISTANT_PHYSICIAN, Role.SITE_HEAD},
    Side.SYSTEM: set(),
}
# What a referral to the clinic lets each side do, written by hand: the table must say the same.
BY_HAND = {
    State.DRAFTED: {Side.SITE: {"send", "cancel"}, Side.SYSTEM: {"send"}},
    State.SENT: {Side.CLINIC: {"acknowledge", "answer", "appoint", "close"}},
    State.ACKNOWLEDGED: {Side.CLINIC: {"answer", "appoint", "close"}},
    State.APPOINTED: {Side.CLINIC: {"answer", "appoint", "close"}, Side.SITE: {"agree", "other_day"}},
    State.EXPECTED: {
        Side.CLINIC: {"arrive", "not_arrive", "go_back", "close"},
        Side.SYSTEM: {"arrive", "not_arrive"},
    },
    State.NOT_ARRIVED: {Side.CLINIC: {"appoint", "arrive", "go_back", "close"}, Side.SYSTEM: {"arrive"}},
    State.ARRIVED: {Side.CLINIC: {"treat", "close"}},
    State.TREATED: {Side.CLINIC: {"keep", "close"}, Side.PHYSICIAN: {"offer"}},
    State.OFFERED: {Side.HEAD: {"countersign", "decline"}, Side.PHYSICIAN: {"decline"}, Side.SITE_HEAD: {"decline"}},
    State.SIGNED: {Side.SITE_HEAD: {"accept", "decline"}, Side.PHYSICIAN: {"decline"}, Side.HEAD: {"decline"}},
    State.MOVING: {Side.RECEIVER: {"settle"}, Side.SYSTEM: {"settle"}, Side.CLINIC: {"close"}},
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("side", list(Side))
def test_allowed_is_what_the_table_written_by_hand_says(state: State, side: Side):
    wanted = BY_HAND.get(state, {}).get(side, set())

    found = {str(step) for step in Step if allowed(step, state=state, kind=Kind.TO_CLINIC, side=side)}

    assert found - {"draft"} == wanted


@pytest.mark.parametrize("kind", list(Kind))
def test_every_state_is_reached_and_leads_to_an_end(kind: Kind):
    onward = {state: {after for before, _step, after in ways(kind) if before is state} for state in State}
    reached, todo = {State.NEW}, [State.NEW]
    while todo:
        for after in onward[todo.pop()]:
            if after not in reached:
                reached.add(after)
                todo.append(after)

    assert not {state for state in reached - ENDED if not onward[state]}
    assert not {state for state in ENDED if onward[state]}


def test_no_step_has_two_rows_in_one_state_of_one_kind():
    seen = [(row.step, state, kind) for row in TABLE for state in row.before for kind in row.kinds]
    drafts = [each for each in seen if each[0] is Step.DRAFT]

    assert len(set(seen)) == len(seen)
    assert len(drafts) == len(Kind)


def test_every_state_and_step_has_words():
    assert set(STATE_WORDS) == set(State)
    assert set(STEP_WORDS) == set(Step)


def test_the_page_shows_the_table_and_the_diagrams_as_they_are():
    text = DOC.read_text(encoding="utf-8")

    assert referral_table.table() in text
    for kind in Kind:
        assert referral_table.diagram(kind) in text


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in State if state in BY_HAND])
def test_each_role_may_take_exactly_its_steps_in_each_state(state: State):
    """As the services judge, for every member of the cast: the site's own roles, the clinic's, and everybody else."""
    road = Road().to(state)
    referral = road.referral

    for role, member in cast.ONE_OF_EACH_ROLE.items():
        sides = {side for side, roles in MAY.items() if role in roles and _stands(member, side)}
        wanted = {step for side in sides for step in BY_HAND[state].get(side, set())}

        found = sides_of(access(member), referral)

        assert {str(step) for step in steps_for(state=state, kind=Kind.TO_CLINIC, sides=found)} == wanted, role


def _stands(member: cast.Member, side: Side) -> bool:
    return member.place == (cast.SITE if side in (Side.SITE, Side.SITE_HEAD, Side.RECEIVER) else cast.MAIN_CLINIC)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.DRAFTED, State.SENT, State.EXPECTED, State.TREATED, State.RETURNED])
@pytest.mark.parametrize("step", list(referrals.PLAIN))
def test_plain_step_is_taken_where_the_table_allows_it_and_refused_elsewhere(state: State, step: Step):
    road = Road().to(state)

    for member in (cast.DISPENSER, cast.CLINIC_PHYSICIAN, cast.OTHER_DISPENSER, cast.CLINIC_HEAD):
        sides = sides_of(access(member), road.referral)
        may = any(allowed(step, state=state, kind=Kind.TO_CLINIC, side=side) for side in sides)
        before = ReferralStep.objects.filter(referral_id=road.id).count()
        with transaction.atomic():
            try:
                referrals.take(at=road.step(step, member, "vì lý do riêng"))
                took = True
            except (PermissionDenied, ReferralRefused):
                took = False
            assert took == may
            assert ReferralStep.objects.filter(referral_id=road.id).count() == before + may
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_who_has_no_part_in_it_is_told_nothing_of_its_state():
    road = Road().to(State.SENT)

    with pytest.raises(PermissionDenied):
        referrals.take(at=road.step(Step.SETTLE, cast.OTHER_DISPENSER))


@pytest.mark.django_db
def test_there_is_no_step_of_a_referral_that_is_not_there():
    road = Road()

    with pytest.raises(Referral.DoesNotExist):
        referrals.take(at=At(road.id, road.id, Step.CLOSE, access(cast.CLINIC_PHYSICIAN), NOW, "x"))
