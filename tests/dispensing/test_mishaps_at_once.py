"""Two people at once: one wrong dose, one vomiting, one order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections

from core import proofs
from core.ids import new_id
from dispensing.models import Dose, DoseOrder, DoseVoid, VomitRecord, WrongDose
from dispensing.services.incidents import IncidentRefused
from tests import cast, world
from tests.dispensing import mishaps, morning

LATER = world.NOW + timedelta(minutes=20)


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """What each answered; a refusal is an answer."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except IncidentRefused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_wrong_dose_recorded_by_two_at_once_is_put_right_once(committed_db) -> None:
    one, other = morning.access(cast.DISPENSER), morning.access(cast.SECOND_DISPENSER)
    morning.opened_bottle()
    owner, drinker = morning.patient(), morning.patient()
    dose = morning.drink(owner, one).dose_id
    answers = _at_once(
        lambda: mishaps.drunk_by(drinker.code, dose, one),
        lambda: mishaps.drunk_by(drinker.code, dose, other),
        lambda: mishaps.drunk_by(drinker.code, dose, one),
    )
    assert sum(isinstance(answer, WrongDose) for answer in answers) == 1
    assert (DoseVoid.objects.count(), Dose.objects.filter(patient=drinker).count()) == (1, 1)
    for name in ("dose.stock", "dose.covered_days", "dose.ordered", "ledger.balances"):
        assert proofs.run(name) == []


def test_two_who_drank_each_others_dose_never_wait_for_ever(committed_db) -> None:
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    first, second = morning.patient(), morning.patient()
    doses = morning.drink(first, by).dose_id, morning.drink(second, by).dose_id
    answers = _at_once(
        lambda: mishaps.drunk_by(second.code, doses[0], by), lambda: mishaps.drunk_by(first.code, doses[1], by)
    )
    assert all(isinstance(answer, WrongDose) for answer in answers)
    assert proofs.run("dose.covered_days") == []


def test_one_vomiting_recorded_and_ordered_by_two_at_once_is_one(committed_db) -> None:
    one, other = morning.access(cast.DISPENSER), morning.access(cast.SECOND_DISPENSER)
    morning.opened_bottle()
    dose = morning.drink(morning.patient(), one).dose_id
    _at_once(lambda: mishaps.vomited(dose, one), lambda: mishaps.vomited(dose, other))
    vomit = VomitRecord.objects.get()
    id_ = new_id()
    answers = _at_once(
        lambda: mishaps.ordered_by_phone(vomit, one, mg="65", now=LATER, id_=id_),
        lambda: mishaps.ordered_by_phone(vomit, other, mg="65", now=LATER),
    )
    assert sum(isinstance(answer, DoseOrder) for answer in answers) == 1
    assert DoseOrder.objects.count() == 1
