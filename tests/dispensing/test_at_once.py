"""Many people at once, on committed data: real threads, real row locks."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
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

pytestmark = pytest.mark.slow(25)

AT_ONCE = 50
HANDFUL = 24  # wide, so that few are needed before everybody has met everybody
MORNINGS = {"bounded": 1, "full": 5}


class Crowd:
    """So many threads, each with a connection of its own, that act at the same moment as often as they are asked to."""

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(size)
        self._start = Barrier(size)

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_: object) -> None:
        self.act([connections.close_all] * self._start.parties)
        self._pool.shutdown()

    def act(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Answers or exceptions, in order. One call for each thread: none starts before all are there."""
        futures = [self._pool.submit(self._run, call) for call in calls]
        return [future.exception() or future.result() for future in futures]

    def _run(self, call: Callable[[], Any]) -> Any:
        self._start.wait(timeout=30)
        return call()


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; answers or exceptions, in order."""
    with Crowd(len(calls)) as crowd:
        return crowd.act(calls)


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
    names, half = dice.sample(names, len(names)), HANDFUL // 2
    for at in range(0, len(names), half):
        yield names[min(at, len(names) - half) :][:half] * 2
    strangers = {name: set(names) - {name} for name in names}
    while unmet := [name for name in names if strangers[name]]:
        hand = [dice.choice(unmet)]
        while len(hand) < HANDFUL:
            others = [name for name in dice.sample(names, len(names)) if name not in hand]
            hand.append(max(others, key=lambda n: (len(strangers[n].intersection(hand)), len(strangers[n]))))
        for name in hand:
            strangers[name].difference_update(hand)
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
    acts = site.acts
    with Crowd(HANDFUL) as crowd:
        for hand in handfuls(list(acts), dice):
            answers = crowd.act([partial(acts[name], Random(dice.random())) for name in hand])  # noqa: S311
            for name, answer in zip(hand, answers, strict=True):
                assert not isinstance(answer, Exception) or isinstance(answer, REFUSALS), (name, hand, answer)
                done[name] += not isinstance(answer, Exception)
            tried += len(hand)

    assert done.total() > tried / 2  # most were not refused before they met anybody
    assert broken() == []
