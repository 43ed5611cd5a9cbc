"""Looking at a kept connection asks the server nothing, and still notices that the server has ended it."""

import psycopg
import pytest
from django.db import connection

from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.usefixtures("committed_db")


def asked(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        [answer] = cursor.fetchone()
    return answer


def test_a_connection_as_it_was_left_is_usable_without_a_statement():
    asked("SELECT 1")
    statements: list[str] = []
    connection.connection.cursor_factory = lambda *_args, **_named: statements.append("asked")

    assert connection.is_usable()
    assert statements == []


def test_a_connection_that_the_server_ended_is_replaced_before_the_next_statement(committed_db: CommittedDatabase):
    before = asked("SELECT pg_backend_pid()")
    with psycopg.connect(committed_db.super_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

    connection.health_check_enabled, connection.health_check_done = True, False  # as at the start of a request

    assert not connection.is_usable()
    assert asked("SELECT pg_backend_pid()") != before


def test_a_connection_left_in_a_transaction_is_asked():
    connection.set_autocommit(False)
    try:
        asked("SELECT 1")
        assert connection.is_usable()
    finally:
        connection.rollback()
        connection.set_autocommit(True)
