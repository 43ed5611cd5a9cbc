"""Rows of one act in one statement."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from core import audit, rows
from core.access import Access
from core.ids import new_id
from core.models import AuditEvent, JobRun
from tests import world

pytestmark = pytest.mark.django_db
BY = Access(person_id=7, label="T.", facility_id=3)


def event(about: UUID, **detail: object) -> AuditEvent:
    return audit.event(
        action="test.seen", by=BY, now=world.NOW, subject_kind="test", subject_id=about, patient_id=about, **detail
    )


def test_insert_writes_rows_of_several_tables_in_one_statement(django_assert_num_queries):
    subject, run = new_id(), JobRun(job="test", subject="rows", started_at=world.NOW, result={"ấ": [1, None]})

    with django_assert_num_queries(1):
        rows.insert(run, event(subject, codes=["one"]), event(subject))

    assert JobRun.objects.get(job="test").result == {"ấ": [1, None]}
    written = AuditEvent.objects.filter(subject_id=str(subject)).order_by("id")
    assert sorted(str(one.detail) for one in written) == ["{'codes': ['one']}", "{}"]
    assert {(one.actor_id, one.patient_id, one.at) for one in written} == {(7, subject, world.NOW)}


def test_insert_of_a_row_that_breaks_a_constraint_writes_none():
    subject, unpaired = new_id(), JobRun(job="test", started_at=world.NOW, ok=True)

    with pytest.raises(IntegrityError, match="core_jobrun_ended_paired"), transaction.atomic():
        rows.insert(event(subject), unpaired)

    assert not AuditEvent.objects.filter(subject_id=str(subject)).exists()


def test_insert_many_writes_any_number_in_one_statement(django_assert_num_queries):
    subjects = [new_id() for _ in range(300)]

    with django_assert_num_queries(1):
        rows.insert_many(event(subject, words="Ấm 'và' \\ \n", none=None) for subject in subjects)

    written = AuditEvent.objects.filter(subject_id__in=[str(subject) for subject in subjects])
    assert {(one.actor_id, one.patient_id, one.at) for one in written} == {
        (7, subject, world.NOW) for subject in subjects
    }
    assert {str(one.detail) for one in written} == {str({"none": None, "words": "Ấm 'và' \\ \n"})}


def test_insert_many_of_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        rows.insert_many([])


def test_insert_many_with_a_value_of_no_plain_kind_writes_none():
    subject = new_id()

    with pytest.raises(TypeError, match="bytes"):
        rows.insert_many([event(subject), event(subject, picture=b"x")])

    assert not AuditEvent.objects.filter(subject_id=str(subject)).exists()
