import psutil
import psycopg
import pytest
import redis

from tests.plugins.servers import Servers


def all_rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_cluster_sorts_and_compares_as_production_does(super_url: str) -> None:
    assert all_rows(
        super_url,
        "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding)"
        " FROM pg_database WHERE datname = current_database()",
    ) == [("b", "C.UTF-8", "UTF8")]
    assert all_rows(super_url, "SELECT current_setting('server_version_num')::int / 10000") == [(18,)]


def test_postgres_with_wrong_password_refuses(servers: Servers) -> None:
    wrong = servers.postgres.url(role="tram_app", password="guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_every_way_into_postgres_asks_for_a_scram_password(super_url: str) -> None:
    ways = all_rows(super_url, "SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    hashes = all_rows(super_url, "SELECT DISTINCT left(rolpassword, 13) FROM pg_authid WHERE rolpassword <> ''")
    assert ways == [("scram-sha-256",)]
    assert hashes == [("SCRAM-SHA-256",)]


def test_servers_listen_on_loopback_only_and_never_run_as_root(servers: Servers) -> None:
    for port in (servers.postgres.port, servers.valkey.port):
        [server] = [process for process in psutil.process_iter() if _listens_on(process, port)]
        assert {each.laddr.ip for each in server.net_connections() if each.status == "LISTEN"} == {"127.0.0.1"}
        assert server.uids().effective != 0


def test_valkey_without_password_refuses(servers: Servers) -> None:
    with (
        redis.Redis(host="127.0.0.1", port=servers.valkey.port) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def _listens_on(process: psutil.Process, port: int) -> bool:
    try:
        return any(each.laddr.port == port for each in process.net_connections() if each.status == "LISTEN")
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return False
