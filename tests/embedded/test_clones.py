import threading

import psycopg
import pytest
from django.db import connection

from tests.plugins.clones import CommittedDatabase
from tests.plugins.databases import database_name

WHERE = "SELECT current_user, current_database()"


def django_row(statement: str) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[object, ...] = cursor.fetchone()
        return row


@pytest.mark.django_db
def test_ordinary_test_works_on_its_workers_own_database() -> None:
    assert django_row(WHERE) == ("tram_test", database_name())


@pytest.mark.parametrize("time", ["first", "second"])
def test_committed_rows_are_gone_with_the_test(committed_db: CommittedDatabase, time: str) -> None:
    assert django_row(WHERE) == ("tram_test", committed_db.name)
    with psycopg.connect(committed_db.owner_url) as owner:
        owner.execute("CREATE TABLE only_once (id integer)")  # the second time it would exist already


def test_committed_db_is_where_other_threads_work_too(committed_db: CommittedDatabase) -> None:
    seen: list[tuple[object, ...]] = []

    def work() -> None:
        seen.append(django_row(WHERE))
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [("tram_test", committed_db.name)]


def test_owner_connection_works_on_the_tests_own_database(
    owner_connection: psycopg.Connection, committed_db: CommittedDatabase
) -> None:
    assert owner_connection.execute(WHERE).fetchone() == ("tram_owner", committed_db.name)
