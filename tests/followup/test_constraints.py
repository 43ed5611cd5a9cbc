"""What the database itself refuses about cases."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.constraints import violated
from core.ids import new_id
from followup.models import Case, CaseEvent
from tests import world
from tests.followup.hands import opened

pytestmark = pytest.mark.django_db


def refused(sql: str, *values: object) -> str:
    """The name of the constraint that refuses a statement."""
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return violated(error.value)


COLUMNS = "kind, facility_id, subject_kind, subject_id, findings, owner_id, due_at, opened_at, opened_by_id"


def test_a_second_open_case_about_the_same_is_refused_by_name():
    case = opened()

    again = f"INSERT INTO followup_case (id, {COLUMNS}) SELECT %s, {COLUMNS} FROM followup_case WHERE id = %s"
    assert refused(again, new_id(), case.pk) == "followup_case_open_once"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [("kind = 'gossip'", "followup_case_kind_known"), ("concluded_at = now()", "followup_case_concluded_at_paired")],
)
def test_a_case_out_of_shape_is_refused_by_name(change: str, constraint: str):
    case = opened()

    assert refused(f"UPDATE followup_case SET {change} WHERE id = %s", case.pk) == constraint


def test_an_unknown_step_is_refused_by_name():
    case = opened()

    gossip = (
        "INSERT INTO followup_caseevent (id, case_id, step, at, by_id, words) VALUES (%s, %s, 'gossip', %s, %s, '')"
    )
    assert refused(gossip, new_id(), case.pk, world.NOW, case.owner_id) == "followup_caseevent_step_known"


@pytest.mark.parametrize("statement", ["UPDATE followup_caseevent SET words = 'x'", "DELETE FROM followup_caseevent"])
def test_a_timeline_is_never_rewritten(statement: str):
    opened()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert CaseEvent.objects.count() == Case.objects.count() == 1
