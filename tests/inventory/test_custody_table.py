"""The transition table of custody: who may do what when, in the rules, in the database's constraint and in the docs."""

import re
from typing import Final

import pytest

from core.access import Permission, Role
from inventory.models import CustodyEvent
from inventory.rules.consignments import (
    Arrived,
    ArrivedLoose,
    Difference,
    Sent,
    judge,
    propose,
    seals_whole,
)
from inventory.rules.custody import (
    BY_STEP,
    ENDED,
    PERMISSION_OF,
    Need,
    Side,
    State,
    Step,
    allowed,
    diagram,
    steps_for,
    table,
    ways,
)
from inventory.rules.wording_custody import STATE_WORDS, STEP_WORDS
from staff.roles import ROLES
from tests.plugins.servers import ROOT

DOC: Final = ROOT / "docs" / "custody.md"

# What each side may do in each state, written out by hand beside the table of the rules.
MAY: Final[dict[Side, dict[State, set[Step]]]] = {
    Side.SENDER: {
        State.NEW: {Step.PREPARE},
        State.PREPARED: {Step.PACK, Step.CANCEL},
        State.PACKED: {Step.HAND_OVER, Step.CANCEL},
        State.HANDED_OVER: {Step.NOT_ARRIVED},
        State.ON_ROAD: {Step.NOT_ARRIVED},
        State.RETURNING: {Step.TAKE_BACK, Step.NOT_ARRIVED},
        State.ARRIVED: {Step.NOT_ARRIVED},
        State.PARTIAL: {Step.ADMIT, Step.SETTLE},
        State.DISPUTED: {Step.ADMIT, Step.SETTLE},
        State.RECEIVED: {Step.CLOSE},
        State.RETURNED: {Step.CLOSE},
        State.SETTLED: {Step.CLOSE},
    },
    Side.CARRIER: {
        State.HANDED_OVER: {Step.CHECK_POINT, Step.INCIDENT, Step.NEW_LEG, Step.TURN_BACK, Step.ARRIVE},
        State.ON_ROAD: {Step.CHECK_POINT, Step.INCIDENT, Step.NEW_LEG, Step.TURN_BACK, Step.ARRIVE},
        State.RETURNING: {Step.INCIDENT, Step.NEW_LEG},
        State.ARRIVED: {Step.INCIDENT, Step.TURN_BACK},
    },
    Side.RECEIVER: {
        State.HANDED_OVER: {Step.ARRIVE, Step.TURN_BACK},
        State.ON_ROAD: {Step.ARRIVE, Step.TURN_BACK},
        State.ARRIVED: {Step.INSPECT, Step.TURN_BACK},
        State.INSPECTED: {Step.RECEIVE},
        State.PARTIAL: {Step.SETTLE},
        State.DISPUTED: {Step.SETTLE},
    },
}
HOLDERS: Final = {
    Permission.DISPATCH: {Role.STORE_KEEPER, Role.DISPENSER, Role.PHARMACIST, Role.SITE_HEAD},
    Permission.CARRY: {Role.CARRIER},
    Permission.RECEIVE_DELIVERY: {Role.STORE_KEEPER, Role.DISPENSER, Role.PHARMACIST, Role.SITE_HEAD},
}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_allowed_is_what_the_table_written_by_hand_says(step: Step, state: State, side: Side) -> None:
    assert allowed(step, state=state, side=side) == (step in MAY[side].get(state, set()))


@pytest.mark.parametrize("permission", HOLDERS)
def test_each_side_is_held_by_the_roles_that_need_it_and_no_other(permission: Permission) -> None:
    assert {role for role, is_a in ROLES.items() if permission in is_a.permissions} == HOLDERS[permission]
    assert permission in PERMISSION_OF.values()


def test_steps_for_who_stands_on_two_sides_are_those_of_both() -> None:
    both = steps_for(state=State.ARRIVED, sides=frozenset({Side.CARRIER, Side.RECEIVER}))
    assert both == (Step.INCIDENT, Step.TURN_BACK, Step.INSPECT)


def test_every_state_is_reached_and_every_end_is_an_end() -> None:
    assert {after for _, _, after in ways()} == set(State) - {State.NEW}
    assert {before for before, _, _ in ways()} == set(State) - ENDED


def test_what_leaves_or_enters_a_store_is_signed_by_two() -> None:
    for step in (Step.RECEIVE, Step.TAKE_BACK, Step.NOT_ARRIVED, Step.ADMIT, Step.SETTLE):
        assert {Need.SIGNATURE, Need.SECOND} <= set(BY_STEP[step].needs)
    for step in (Step.HAND_OVER, Step.NEW_LEG):
        assert {Need.SIGNATURE, Need.CARRIER} <= set(BY_STEP[step].needs)


def test_every_state_and_step_has_words() -> None:
    assert set(STATE_WORDS) == set(State)
    assert set(STEP_WORDS) == set(Step)


def test_docs_show_the_table_and_its_diagram() -> None:
    text = DOC.read_text(encoding="utf-8")
    [shown] = re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL)
    assert shown == diagram(), "docs/custody.md is stale: paste inventory.rules.custody.diagram()"
    assert table() in text, "docs/custody.md is stale: paste inventory.rules.custody.table()"


def test_the_databases_constraint_is_the_table() -> None:
    [known] = [each for each in CustodyEvent._meta.constraints if each.name == "inventory_custodyevent_known_way"]
    said = {tuple(dict(way.children)[key] for key in ("before", "step", "state")) for way in known.condition.children}  # type: ignore[attr-defined]
    assert said == {(str(before), str(step), str(after)) for before, step, after in ways()}


def bottle(number: int, seal: str = "") -> Sent:
    return Sent(number, 1, 1, "L1", 1000, number, number, seal)


LOOSE: Final = Sent(9, 2, 5, "NX-1", 20)


def test_judge_everything_there_is_received() -> None:
    judged = judge([bottle(1), LOOSE], [Arrived(1)], [ArrivedLoose("nx-1 ", 20)], box_whole=True)
    assert (judged.state, judged.apart, judged.differences) == (State.RECEIVED, (), ())


def test_judge_only_missing_is_in_part_and_anything_else_disputed() -> None:
    missing = judge([bottle(1), LOOSE], [], [ArrivedLoose("NX-1", 12)], box_whole=True)
    assert missing.state is State.PARTIAL
    assert [(line.position, quantity) for line, quantity in missing.apart] == [(1, 1000), (9, 8)]
    assert judge([bottle(1)], [Arrived(1), Arrived(2)], [], box_whole=True).state is State.DISPUTED


@pytest.mark.parametrize(
    ("there", "box_whole", "expected"),
    [
        (Arrived(1), True, None),
        (Arrived(1, "a7 "), True, None),
        (Arrived(1, "B8"), True, Difference.SEAL_DIFFERS),
        (Arrived(1), False, Difference.SEAL_NOT_READ),
        (Arrived(1, "A7"), False, None),
        (Arrived(1, "A7", damaged=True), True, Difference.DAMAGED),
    ],
)
def test_judge_one_bottle_by_its_seal(there: Arrived, box_whole: bool, expected: Difference | None) -> None:
    judged = judge([bottle(1, "A7")], [there], [], box_whole=box_whole)
    found = {each.what for each in judged.differences} - {Difference.BOX}
    assert found == ({expected} if expected else set())


def test_judge_two_readings_of_one_bottle_take_the_worse() -> None:
    twice = judge([bottle(1, "A7")], [Arrived(1, "A7"), Arrived(1, "B8")], [], box_whole=True)
    assert (twice.doubled, [each.what for each in twice.differences]) == ((1,), [Difference.SEAL_DIFFERS])
    broken = judge([bottle(1)], [Arrived(1, damaged=True), Arrived(1)], [], box_whole=True)
    assert [each.what for each in broken.differences] == [Difference.DAMAGED]


def test_judge_more_of_a_lot_is_extra_and_another_lot_is_named() -> None:
    judged = judge([LOOSE], [], [ArrivedLoose("NX-1", 21), ArrivedLoose("NX-2", 3)], box_whole=True)
    assert [(each.what, each.lot_number, each.quantity) for each in judged.differences] == [
        (Difference.EXTRA, "NX-1", 1),
        (Difference.OTHER_LOT, "NX-2", 3),
    ]
    assert judged.apart == ()


def test_seals_whole_compares_numbers_and_says_so_of_a_torn_one() -> None:
    assert seals_whole(put_on=["A1", "b2"], read=["B2 ", "a1"], intact=True)
    assert not seals_whole(put_on=["A1"], read=["A1"], intact=False)
    assert not seals_whole(put_on=["A1"], read=[], intact=True)


def test_propose_takes_the_first_to_expire_first() -> None:
    assert propose(wanted=5, closed=[(0, 3), (1, 4), (2, 9)]) == {0: 3, 1: 2, 2: 0}
