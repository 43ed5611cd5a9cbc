"""Two people at one case, at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.ids import new_id
from core.models import AuditEvent
from followup.models import Case, CaseEvent, CaseStep
from followup.services import cases
from tests import cast, world
from tests.entrance import access
from tests.followup.hands import opened

pytestmark = pytest.mark.usefixtures("committed_db")
AT_ONCE = 8


def at_once(act):
    """Let several threads do the same at the same moment; their answers or what they raised."""
    gate = Barrier(AT_ONCE)

    def one(number: int):
        try:
            gate.wait()
            return act(number)
        except cases.CaseRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_open_case_at_once_opens_one_with_one_line_and_one_audit_row():
    by, subject = access(cast.DISPENSER), new_id()

    found = at_once(lambda _: opened(by=by, subject_id=subject).pk)

    assert len(set(found)) == 1
    assert Case.objects.count() == CaseEvent.objects.count() == 1
    assert AuditEvent.objects.filter(action="case.opened").count() == 1


def test_conclude_at_once_concludes_once():
    case, by = opened(), access(cast.SITE_HEAD)

    answers = at_once(
        lambda number: cases.conclude(case_id=case.pk, words=f"{number}", pin=cast.PIN, by=by, now=world.NOW).pk
    )

    assert sum(answer == case.pk for answer in answers) == 1
    assert sum(isinstance(answer, cases.AlreadyConcluded) for answer in answers) == AT_ONCE - 1
    assert CaseEvent.objects.filter(step=CaseStep.CONCLUDED).count() == 1
