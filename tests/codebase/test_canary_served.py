"""The same name through real processes: a web and a worker that log as in production, PostgreSQL that logs as its
container is told to, Valkey. What they wrote to their streams and kept is searched for it.
"""

import json
import re
import socket
from collections import Counter
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
import redis
from psycopg import sql

from config.celery import app
from core.ids import new_id
from core.models import JobRun
from tests import cast, world
from tests.api import hands
from tests.codebase.test_canary import CANARY, MAY_HOLD, NAME, NOTE, PHONE, in_files, tables_with
from tests.dispensing import morning
from tests.entrance import signed_in
from tests.jobs.house import House, house
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import PLAIN
from tests.plugins.servers import Servers
from tests.plugins.warm import Warm
from tests.production.composed import compose

SWEEP: Final = "dispensing.tasks.sweep_days"
NO_TASK: Final = "core.tasks.of_nobody"
CSRF: Final = "c" * 32
METRICS: Final = "metrics-of-the-canary"
# Somebody breaks the database: a status cannot be written, and a job's row neither; both errors tell what was in it.
BROKEN: Final = f"""
ALTER TABLE patients_statuschange ADD CONSTRAINT broken CHECK (reason = '') NOT VALID;
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'broken on purpose' USING DETAIL = '{NAME}', HINT = '{PHONE}', ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER broken BEFORE INSERT ON dispensing_sweptday FOR EACH ROW EXECUTE FUNCTION broken();
"""

pytestmark = pytest.mark.slow


def test_name_is_in_no_stream_of_web_worker_and_database_and_in_nothing_that_they_keep(
    committed_db: CommittedDatabase, servers: Servers, warm: Warm, tmp_path: Path
):
    bird = morning.patient(name=NAME)
    logged_before = (servers.folder / "postgres.log").stat().st_size
    break_it(committed_db)
    with house(committed_db, servers, tmp_path, clock=world.NOW.isoformat(), warm=warm) as it:
        it.environment |= {"TRAM_LOG": "json", "ALLOWED_HOSTS": "127.0.0.1,testserver", "METRICS_TOKEN": METRICS}
        address = it.serve()
        it.worker()
        seen = Counter(answer.status_code for answer in requests(address, bird.pk))
        what_nobody_can_read(it.web.port)
        a_job_that_fails(it)
        metrics = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {METRICS}"}, verify=PLAIN).text
        for number in range(2):
            in_valkey(it.valkey.url(number))

    assert set(seen) >= {200, 302, 400, 403, 404, 405, 422, 500}, seen
    assert not CANARY.search(metrics)
    assert 'tram_requests_total{method="GET",route="dispensing:board",status="200"}' in metrics
    web, worker = (told(tmp_path / f"{name}.log") for name in ("web", "worker"))
    assert {line["status"] for line in web if line["logger"] == "tram.request"} == set(seen)
    assert any("psycopg.errors.CheckViolation 23514 broken" in str(line.get("trace")) for line in web)
    assert any(line.get("job") == SWEEP and "CheckViolation" in str(line.get("trace")) for line in worker), worker
    assert "unregistered" in (tmp_path / "worker.log").read_text()
    for log in tmp_path.glob("*.log"):
        assert not CANARY.search(log.read_text(encoding="utf-8", errors="replace")), log
    of_the_database(servers, committed_db.name, logged_before)
    assert tables_with(CANARY.pattern) <= MAY_HOLD
    assert tables_with(PHONE) == set()
    errors = JobRun.objects.filter(job=SWEEP, ok=False).values_list("error", flat=True)
    assert set(errors) == {"IntegrityError", "PartsFailed"}
    in_files()


def break_it(database: CommittedDatabase) -> None:
    """And have it log this database as production does."""
    told = [one.split("=", 1) for one in compose()["services"]["db"]["command"] if "=" in one]
    quiet = {name: value for name, value in told if "error" in name}
    assert len(quiet) == 3, quiet
    with psycopg.connect(database.super_url) as connection:
        for name, value in quiet.items():
            words = "ALTER DATABASE {} SET {} = {}"
            connection.execute(
                sql.SQL(words).format(sql.Identifier(database.name), sql.Identifier(name), sql.Literal(value))
            )
        connection.execute(BROKEN)


def browser(address: str, member: cast.Member | None = None) -> httpx.Client:
    """Somebody's, with a session and the token of forms; or a stranger's."""
    cookies = {"csrftoken": CSRF}
    if member is not None:
        cookies["sessionid"] = signed_in(member).cookies["sessionid"].value
    return httpx.Client(base_url=address, cookies=cookies, headers={"X-CSRFToken": CSRF}, timeout=20, verify=PLAIN)


def requests(address: str, patient: Any) -> list[httpx.Response]:
    """Register, open, search, mistype; what is not allowed, not there, not readable; and a page that breaks."""
    token = hands.enrolled()[1]
    person = hands.on_device(cast.DISPENSER, token).headers["Tram-Person"]
    device = {"Authorization": f"Bearer {token}", "Tram-Person": person}
    new = {
        "id": str(new_id()), "full_name": NAME, "sex": "m", "birth_year": "1990", "language": "tiếng Mông",
        "treatment_started_on": "2024-01-05", "facility": str(world.facility(cast.SITE).pk),
        "starts_on": world.TODAY.isoformat(), "consent": "yes",
    }  # fmt: skip
    mine = f"/patients/{patient}"
    with (
        browser(address, cast.PHYSICIAN) as physician, browser(address, cast.DISPENSER) as dispenser,
        browser(address, cast.AREA_MANAGER) as manager, browser(address) as stranger,
    ):  # fmt: skip
        shown = physician.post(f"{mine}/identity/")
        assert NAME in shown.text
        broken = physician.post(
            f"{mine}/status/", data={"status": "suspended", "from_day": world.TODAY.isoformat(), "reason": NOTE}
        )
        assert broken.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        assert not CANARY.search(broken.text)
        return [
            shown, broken, physician.post("/patients/new/", data=new),
            physician.post("/patients/new/", data=new | {"birth_year": NAME, "starts_on": NOTE}),
            physician.get("/patients/", params={"q": NAME}), dispenser.get("/dispensing/", params={"q": NAME}),
            dispenser.post(f"{mine}/person/", data={"part": "phones", "phone_0": PHONE, "whose_0": "own"}),
            dispenser.get(f"/dispensing/patients/{patient}/", params={"back": NOTE}),
            manager.get(f"{mine}/", params={"q": NAME}), manager.get(f"/khong-co/{NAME}/", params={"q": PHONE}),
            physician.delete("/patients/", params={"q": NAME}),
            stranger.get("/patients/", params={"q": NAME}),
            stranger.post("/staff/sign-in/", data={"username": NAME, "password": PHONE, "next": f"/?q={NAME}"}),
            httpx.post(f"{address}/staff/sign-in/", data={"username": NAME}, verify=PLAIN),
            httpx.get(f"{address}/", params={"q": NAME}, headers={"Host": "chimxanh.example"}, verify=PLAIN),
            stranger.get("/api/v1/roster/", params={"q": NAME}, headers=device),
            stranger.post(
                "/api/v1/sync/",
                headers=device,
                json={"device_at": world.NOW.isoformat(), "facts": [{"id": str(new_id()), "kind": NAME, "note": NOTE}]},
            ),
            stranger.post("/api/v1/outcomes/", headers=device, json={"note": NOTE, "patient": NAME}),
            stranger.post(
                "/api/v1/outcomes/", headers=device | {"Content-Type": "application/json"}, content=f"{{{NAME}".encode()
            ),
            stranger.get("/api/v1/fhir/Patient", params={"name": NAME}, headers=device),
        ]  # fmt: skip


def what_nobody_can_read(port: int) -> None:
    """Requests that the web server itself refuses."""
    for line in (f"GET /patients/?q={NAME} HTTP/9.9\r\n\r\n", f"{NAME} / HTTP/1.1\r\nHost: {PHONE}\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(line.encode())
            connection.recv(4096)


def a_job_that_fails(it: House) -> None:
    """One that breaks on a row, and a message that is no job's."""
    with app.connection_for_write(it.broker) as broker:
        app.send_task(NO_TASK, kwargs={"name": NAME}, args=[PHONE], connection=broker)
        app.send_task(SWEEP, connection=broker)
    it.until(lambda: "PartsFailed" in (it.folder / "worker.log").read_text(), "the job's failure")


def in_valkey(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            assert not CANARY.search(f"{key!r} {(client.dump(key) or b'').decode('latin-1')}")


def told(log: Path) -> list[dict[str, Any]]:
    """The lines of the product's own; another program's word before its log is set up is none."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]


def of_the_database(servers: Servers, name: str, since: int) -> None:
    """What PostgreSQL wrote about this database; it did write."""
    with (servers.folder / "postgres.log").open("rb") as file:
        file.seek(since)
        lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if re.search(rf"@{name}\b", line)]
    assert any("broken" in line for line in lines)
    assert not CANARY.search("\n".join(lines))
