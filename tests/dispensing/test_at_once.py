"""Many people at once, on committed data: real threads, real row locks."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import combinations
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from core import proofs
from core.ids import new_id
from dispensing.models import CoveredDay, Dose, DoseVoid
from dispensing.rules.voids import VoidKind
from dispensing.services import doses, voids
from dispensing.services.voids import NewVoid, VoidRefused
from followup.models import Case
from inventory.models import AccountKind, Balance, Movement
from staff.models import Proof
from staff.services import pins
from staff.services.pins import Proven
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.everything import REFUSALS, Everything
from tests.plugins.profiles import profile

AT_ONCE = 50
HANDFUL = 8
MORNINGS = {"bounded": 1, "full": 5}


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; answers or exceptions, in order."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
        return [future.exception() or future.result() for future in futures]


def broken() -> list[proofs.Broken]:
    return [row for name in proofs.names() for row in proofs.run(name)]


def test_fifty_authorisations_of_one_patient_give_one_hold(committed_db):
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)

    choices = together(*(lambda n=n: morning.choose(patient, by, screen=f"screen {n}") for n in range(AT_ONCE)))

    assert sum(choice.authorisation is not None for choice in choices) == 1
    assert sum(choice.elsewhere is not None for choice in choices) == AT_ONCE - 1


def test_fifty_swallowings_of_one_day_give_one_scheduled_dose_and_the_rest_conflict(committed_db):
    bottle = morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    slip = morning.slip(patient, by)
    slips = [replace(slip, dose_id=new_id()) for _ in range(AT_ONCE)]

    receipts = together(
        *(lambda s=s: doses.confirm(confirmation=morning.confirmation(s), by=by, now=world.NOW) for s in slips)
    )

    assert Counter(receipt.kind for receipt in receipts) == {"scheduled": 1, "conflicting": AT_ONCE - 1}
    assert CoveredDay.objects.filter(patient=patient).count() == 1
    assert Case.objects.filter(kind="conflicting_dose").count() == AT_ONCE - 1
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 1_000_000 - AT_ONCE * 6_500
    assert broken() == []


def test_same_dose_sent_fifty_times_is_recorded_once(committed_db):
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    said = morning.confirmation(morning.slip(patient, by))

    receipts = together(*(lambda: doses.confirm(confirmation=said, by=by, now=world.NOW) for _ in range(AT_ONCE)))

    assert {receipt.dose_id for receipt in receipts} == {said.authorisation.dose_id}
    assert sum(not receipt.known for receipt in receipts) == 1
    assert (
        Dose.objects.filter(patient=patient).count() == Movement.objects.filter(act__dose__patient=patient).count() == 1
    )


def test_storm_on_a_nearly_empty_bottle_leaves_every_sum_exact(committed_db):
    bottle = morning.opened_bottle(ul=40_000)
    by = morning.access(cast.DISPENSER)
    slips = [morning.slip(morning.patient(), by, screen=f"s{n}") for n in range(20)]

    together(*(lambda s=s: doses.confirm(confirmation=morning.confirmation(s), by=by, now=world.NOW) for s in slips))

    assert Dose.objects.filter(pk__in=[slip.dose_id for slip in slips]).count() == 20
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 0
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.UNRECONCILED).quantity == 40_000 - 20 * 6_500
    assert broken() == []


def test_two_voids_of_one_dose_at_once_leave_one(committed_db):
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    dose = morning.drink(patient, by).dose_id
    commands = [NewVoid(new_id(), dose, VoidKind.NEVER_POURED, "bấm nhầm") for _ in range(8)]

    answers = together(*(lambda c=c: voids.void(command=c, by=by, now=world.NOW) for c in commands))

    assert Counter(type(answer) for answer in answers) == {DoseVoid: 1, VoidRefused: 7}
    assert not CoveredDay.objects.filter(patient=patient).exists()
    assert broken() == []


def handfuls(names: list[str], dice: Random) -> Iterator[list[str]]:
    """Random handfuls of services in which every service meets itself and every other at least once."""
    names = dice.sample(names, len(names))
    for at in range(0, len(names), HANDFUL // 2):
        yield names[at : at + HANDFUL // 2] * 2
    strangers = {frozenset(pair) for pair in combinations(names, 2)}
    while strangers:
        hand = sorted(dice.choice(sorted(sorted(pair) for pair in strangers)))
        while len(hand) < HANDFUL:
            others = dice.sample(sorted(set(names) - set(hand)), len(names) - len(hand))
            hand.append(max(others, key=lambda name: sum(frozenset({name, one}) in strangers for one in hand)))
        strangers -= {frozenset(pair) for pair in combinations(hand, 2)}
        yield hand


@pytest.mark.parametrize("seed", range(MORNINGS[profile()]))
def test_services_beside_each_other_never_deadlock(committed_db, monkeypatch, seed):
    """Every service beside every other on three patients and a few bottles: each waits its turn, and the books agree.

    PINs are taken as proven: hashing them lies before the transactions and would only pull these apart.
    """
    monkeypatch.setattr(pins, "verify", lambda *, person_id, now, **_: Proven(person_id, Proof.PIN, now))
    dice, site = Random(seed), Everything()  # noqa: S311  the same morning in every run
    done: Counter[str] = Counter()
    tried = 0
    for hand in handfuls(list(site.acts), dice):
        calls = [partial(site.acts[name], Random(dice.random())) for name in hand]  # noqa: S311
        for name, answer in zip(hand, together(*calls), strict=True):
            assert not isinstance(answer, Exception) or isinstance(answer, REFUSALS), (name, hand, answer)
            done[name] += not isinstance(answer, Exception)
        tried += len(hand)

    assert done.total() > tried / 2  # most were not refused before they met anybody
    assert broken() == []
