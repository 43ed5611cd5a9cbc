import psycopg
import pytest

from config.embedded.roles import ROLES_SQL
from tests.plugins.clones import CommittedDatabase


def test_application_owns_nothing_and_cannot_make_anything(app_url: str) -> None:
    with psycopg.connect(app_url) as connection:
        owned = connection.execute("SELECT count(*) FROM pg_class WHERE relowner = 'tram_app'::regrole").fetchone()
        assert owned == (0,)
        for statement in ("CREATE TABLE mine ()", "CREATE TEMPORARY TABLE mine ()", "CREATE SCHEMA mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


def test_application_writes_rows_of_the_owners_tables_but_cannot_truncate(
    committed_db: CommittedDatabase, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute("CREATE TABLE drafts (id bigserial PRIMARY KEY, words text)")
    owner_connection.commit()
    with psycopg.connect(committed_db.app_url) as connection:
        connection.execute("INSERT INTO drafts (words) VALUES ('one')")
        connection.execute("UPDATE drafts SET words = 'two'")
        connection.execute("DELETE FROM drafts")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("TRUNCATE drafts")


@pytest.mark.parametrize(
    ("role", "signs_in", "own_clock"),
    [
        ("tram_app", True, False),
        ("tram_owner", True, True),
        ("tram_ledger", False, False),
        ("tram_own_clock", False, True),
    ],
)
def test_role_has_no_more_rights_than_its_work_needs(
    super_url: str, role: str, signs_in: bool, own_clock: bool
) -> None:
    with psycopg.connect(super_url) as connection:
        found = connection.execute(
            "SELECT rolcanlogin, pg_has_role(rolname, 'tram_own_clock', 'MEMBER'),"
            " rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
            " FROM pg_roles WHERE rolname = %s",
            [role],
        ).fetchone()
    assert found == (signs_in, own_clock, False)


def test_owner_hands_a_function_to_the_ledger_and_replaces_it_later(
    owner_connection: psycopg.Connection,
) -> None:
    make = "CREATE OR REPLACE FUNCTION handed_over() RETURNS integer LANGUAGE sql AS 'SELECT {}'"
    owner_connection.execute(make.format(1))
    owner_connection.execute("ALTER FUNCTION handed_over() OWNER TO tram_ledger")
    owner_connection.execute(make.format(2))
    assert owner_connection.execute("SELECT handed_over()").fetchone() == (2,)


def test_stranger_role_cannot_even_connect(committed_db: CommittedDatabase) -> None:
    with psycopg.connect(committed_db.super_url) as connection:
        granted = connection.execute(
            "SELECT has_database_privilege('tram_ledger', current_database(), 'CONNECT'),"
            " has_schema_privilege('tram_own_clock', 'public', 'USAGE')"
        ).fetchone()
    assert granted == (False, False)


def test_roles_sql_run_again_changes_nothing(super_url: str) -> None:
    state = (
        "SELECT (SELECT array_agg(r ORDER BY oid) FROM pg_roles r)::text,"
        " (SELECT array_agg(m ORDER BY oid) FROM pg_auth_members m)::text,"
        " (SELECT array_agg(d ORDER BY oid) FROM pg_default_acl d)::text"
    )
    with psycopg.connect(super_url) as connection:
        connection.execute(ROLES_SQL.read_bytes())
        before = connection.execute(state).fetchone()
        connection.execute(ROLES_SQL.read_bytes())
        assert connection.execute(state).fetchone() == before
        connection.rollback()
