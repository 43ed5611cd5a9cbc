"""The product's roles and database in an embedded cluster, by the `config/sql/roles.sql` of production."""

from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded.postgres import APPLICATION, DATABASE, OWNER, Postgres

ROLES_SQL = Path(__file__).resolve().parent.parent / "sql" / "roles.sql"


def prepare_database(server: Postgres, *, name: str = DATABASE) -> None:
    """Make the database where it is missing, bring roles and rights up to date, set the passwords."""
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as maintenance:
        found = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(server.superuser_url(name)) as connection:
        connection.execute(ROLES_SQL.read_bytes())
        passwords = {OWNER: server.credentials.owner, APPLICATION: server.credentials.application}
        for role, password in passwords.items():
            set_password(connection, role=role, password=password)


def set_password(connection: psycopg.Connection, *, role: str, password: str) -> None:
    """Set a role's password, hashed on this side, so that it reaches no log of the server."""
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed)))
