"""Working time entered, proposed, approved and paid at the same moment: nothing overlaps, nothing is paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.db.models import Sum

from staff.models import DutyApproval, DutyInterval, PayBatch, PayLine, WorkEvidence
from staff.services import hours_refusals, proposals
from tests import cast
from tests.plugins.clones import CommittedDatabase
from tests.staff.working import NOW, approved, paid, seen_at_work, typed


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answered, or the refusal in words."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        try:
            ready.wait()
            return act()
        except hours_refusals.HoursRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(one, act) for act in acts]]


def test_overlapping_hours_at_once_leave_one_and_tell_the_other(committed_db: CommittedDatabase):
    answers = at_once(
        lambda: typed(begins="06:00", ends="10:00"),
        lambda: typed(begins="07:00", ends="11:00"),
        lambda: typed(begins="08:00", ends="12:00"),
    )

    assert sum(isinstance(answer, hours_refusals.Overlaps) for answer in answers) == 2
    assert DutyInterval.objects.filter(ended_at__isnull=True).count() == 1


def test_proposing_at_once_and_beside_the_person_never_overlaps(committed_db: CommittedDatabase):
    for member in (cast.DISPENSER, cast.SECOND_DISPENSER):
        seen_at_work(member)

    at_once(*[lambda: proposals.propose(now=NOW)] * 3, lambda: typed(begins="06:00", ends="07:00"))

    assert not WorkEvidence.objects.filter(proposed_at__isnull=True).exists()
    assert DutyInterval.objects.filter(person__username=cast.SECOND_DISPENSER.username).count() == 1
    assert DutyInterval.objects.filter(source="typed", ended_at__isnull=True).count() == 1


def test_approving_the_same_at_once_approves_once(committed_db: CommittedDatabase):
    row = typed()

    answers = at_once(lambda: approved(row), lambda: approved(row), lambda: approved(row, by=cast.CLINIC_HEAD))

    assert sorted(answer for answer in answers if isinstance(answer, int)) == [0, 0, 1]
    assert DutyApproval.objects.count() == 1


def test_paying_the_same_month_at_once_pays_it_once(committed_db: CommittedDatabase):
    approved(typed())

    answers = at_once(*[lambda number=number: paid(f"PC {number}") for number in range(3)])

    refused = (hours_refusals.NothingToPay, hours_refusals.Gone)
    assert sum(isinstance(answer, refused) for answer in answers) == 2
    assert PayBatch.objects.count() == 1
    assert PayLine.objects.aggregate(minutes=Sum("minutes")) == {"minutes": 240}
