import httpx
import psycopg

from tests.plugins.clones import CommittedDatabase


def test_served_product_works_on_this_tests_own_database(served: str, committed_db: CommittedDatabase) -> None:
    with httpx.Client(base_url=served, follow_redirects=True) as client:
        assert client.get("/healthz").status_code == httpx.codes.OK
        page = client.get("/")
        assert (page.status_code, page.url.path) == (httpx.codes.OK, "/staff/sign-in/")
    with psycopg.connect(committed_db.super_url) as connection:
        users = connection.execute(
            "SELECT DISTINCT usename::text FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'tram'"
        ).fetchall()
    assert users == [("tram_test",)]
