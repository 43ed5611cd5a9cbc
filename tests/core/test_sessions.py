"""Sessions in the database, read in one plain statement."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored() -> SessionStore:
    session = SessionStore()
    session["place"] = "tủ thuốc"
    session.create()
    return session


def test_a_session_is_read_back_in_one_statement(stored: SessionStore, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert SessionStore(stored.session_key)["place"] == "tủ thuốc"


def test_a_session_that_has_ended_is_empty_and_loses_its_key(stored: SessionStore):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    late = SessionStore(stored.session_key)

    assert (late.get("place"), late.session_key) == (None, None)


def test_an_unknown_key_is_no_session(stored: SessionStore):
    assert SessionStore("nobody-has-this-key").get("place") is None
