"""Many people at once, on committed data: real threads, real row locks."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from core import proofs
from core.ids import new_id
from dispensing.models import CoveredDay, Dose, DoseVoid
from dispensing.rules.voids import VoidKind
from dispensing.services import authorisations, doses, outcomes, voids
from dispensing.services.outcomes import NewOutcome, OutcomeRefused
from dispensing.services.voids import NewVoid, VoidRefused
from followup.models import Case
from inventory.models import AccountKind, Balance, Movement
from tests import cast, world
from tests.dispensing import morning

AT_ONCE = 50


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


@pytest.mark.parametrize("seed", range(3))
def test_services_in_random_pairs_never_deadlock(committed_db, seed):
    """Every clinical service against every other on few patients and one bottle; a deadlock would raise."""
    morning.opened_bottle()
    chance = Random(seed)
    by, other = morning.access(cast.DISPENSER), morning.access(cast.SECOND_DISPENSER)
    patients = [morning.patient() for _ in range(3)]
    given = {patient.pk: morning.drink(patient, by).dose_id for patient in patients}
    spare = morning.slip(morning.patient(), by)

    def drink(patient: Any, who: Any) -> Any:
        slip = replace(spare, dose_id=new_id(), patient_id=patient.pk, person_id=who.person_id)
        return doses.confirm(confirmation=morning.confirmation(slip), by=who, now=world.NOW + timedelta(minutes=2))

    def void(patient: Any, who: Any) -> Any:
        command = NewVoid(new_id(), given[patient.pk], VoidKind.NEVER_POURED, "bấm nhầm")
        return voids.void(command=command, by=who, now=world.NOW + timedelta(minutes=3))

    def state(patient: Any, who: Any) -> Any:
        return outcomes.state(command=NewOutcome(new_id(), patient.pk, "refused"), by=who, now=world.NOW)

    def open_card(patient: Any, who: Any) -> Any:
        return authorisations.choose(patient_id=patient.pk, by=who, screen=f"{who.person_id}", now=world.NOW)

    acts = [drink, void, state, open_card]
    for _ in range(8):
        one, two = chance.choice(acts), chance.choice(acts)
        first, second = chance.choice(patients), chance.choice(patients)
        answers = together(lambda: one(first, by), lambda: two(second, other))  # noqa: B023  run before the next turn
        for answer in answers:
            assert not isinstance(answer, Exception) or isinstance(answer, VoidRefused | OutcomeRefused), answer
    assert broken() == []
