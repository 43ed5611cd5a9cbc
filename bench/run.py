"""The measurements, in order; Django is set up as the owner by bench.__main__."""

import json
import logging
import os
import platform
import re
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import count
from pathlib import Path
from random import Random
from statistics import mean
from subprocess import Popen
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import limit
from bench.cost import Meter
from bench.load import drive, request
from bench.population import MG, PASSWORD, Population, Site, earlier_doses
from core import clock
from core.ids import new_id
from dispensing.models import Dose
from staff.models import Person

CONNECTIONS = 8
SECONDS = 15.0
LIMIT_SECONDS = 10
FACTS, SYNCS = 200, 5  # in one request, and how many requests
SITES, PATIENTS, HOT_PATIENTS, EARLIER_DAYS = 20, 1_000, 10_000, 10
RESULTS = Path(__file__).parent / "results" / "latest.json"


def run(
    *,
    port: int,
    start: Callable[[], Popen[bytes]],
    stop: Callable[[Popen[bytes]], None],
    postgres: int,
    limit_url: str,
    pgbench: Path,
) -> dict[str, Any]:
    """Measure it all. `postgres`: the process id of the server, `limit_url`: its superuser on an empty database."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    now = clock.now()
    machine = about_the_machine(now)
    today = now.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    say("people and bottles")
    population = Population(now=now, today=today)
    sites = [population.site(patients=PATIENTS, dispensers=1) for _ in range(SITES)]
    hot = population.site(patients=HOT_PATIENTS, dispensers=CONNECTIONS)
    offline = population.site(patients=FACTS * SYNCS, dispensers=1)
    boards = {size: population.site(patients=size, dispensers=1) for size in (20, 200)}
    limit.prepare(limit_url)
    vacuum()

    def limits() -> tuple[float, float]:
        say("pgbench")
        return (
            limit.rate(pgbench=pgbench, url=limit_url, sites=SITES, seconds=LIMIT_SECONDS),
            limit.rate(pgbench=pgbench, url=limit_url, sites=1, seconds=LIMIT_SECONDS),
        )

    first = limits()
    server = start()

    def doses(requests: Iterator[bytes]) -> dict[str, Any]:
        meter = Meter(web=server.pid, postgres=postgres)
        timed = drive(port, requests, connections=CONNECTIONS, seconds=SECONDS)
        return {**asdict(timed), **meter.ms_each(timed.answered)}

    try:
        wait_for(port)
        say("doses over 20 sites")
        spread = doses(spread_requests(port, sites, today, now))
        say("doses from one bottle")
        before = doses(hot_requests(port, hot, range(HOT_PATIENTS // 2), today, now))
        say("100,000 earlier doses of the site")
        began = time.perf_counter()
        earlier = earlier_doses(hot, days=EARLIER_DAYS, now=now, today=today)
        batch_rate = round(earlier / (time.perf_counter() - began), 1)
        vacuum()
        after = doses(hot_requests(port, hot, range(HOT_PATIENTS // 2, HOT_PATIENTS), today, now))
        say("what was offline")
        earlier_doses(offline, days=1, now=now, today=today)
        synced = sync_run(port, offline)
        say("boards")
        board = {str(size): board_run(port, site, today) for size, site in boards.items()}
    finally:
        stop(server)
    spread_limit, hot_limit = (mean(rates) for rates in zip(first, limits(), strict=True))
    statements = dose_statements(sites[0], today, now)
    results = {
        "machine": machine,
        "dose": figures(spread, spread_limit, statements),
        "dose_hot": figures(before, hot_limit, statements),
        "dose_hot_after_100000": {"earlier_doses": earlier, **figures(after, hot_limit, statements)},
        "batch": {"doses_per_second": batch_rate},
        "sync": synced,
        "board": board,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    show(results)
    return results


def say(words: str) -> None:
    print(f"… {words}", flush=True)


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def about_the_machine(now: datetime) -> dict[str, Any]:
    """What the figures depend on. `load`: how many processes wanted a core in the minute before; more than a few tenths
    means that rates were shared with other work."""
    built = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "python": platform.python_version(),
        "python_optimised": "--enable-optimizations" in built,
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "at": now.isoformat(),
    }


def figures(measured: dict[str, Any], limit_rate: float, statements: int) -> dict[str, Any]:
    ratio = round(measured["rate"] / limit_rate, 3)
    return {**measured, "limit_rate": round(limit_rate, 1), "ratio": ratio, "statements": statements}


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", headers={"Host": "localhost"}).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("The web server did not start.")


def signed_in(port: int, username: str) -> tuple[str, str]:
    """Sign in as a person would; the cookies, and the token that forms carry."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": "localhost"}) as browser:
        page = browser.get("/staff/sign-in/").text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if found is None:
            raise RuntimeError("The sign-in page has no token.")
        jar = {cookie.name: cookie.value for cookie in browser.cookies.jar}
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        data = {"csrfmiddlewaretoken": found.group(1), "username": username, "password": PASSWORD}
        answer = browser.post("/staff/sign-in/", data=data, headers={"Cookie": cookies})
        if answer.status_code not in {302, 303}:
            raise RuntimeError(f"Sign-in answered {answer.status_code}: {answer.text[:400]}")
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            jar[name] = rest.partition(";")[0]
    return "; ".join(f"{name}={value}" for name, value in jar.items()), jar["csrftoken"]


def confirm(site: Site, place: int, dispenser: int, session: tuple[str, str], today: date, now: datetime) -> bytes:
    cookies, token = session
    slip = site.slip(place, dispenser=dispenser, day=today, at=now)
    body = urlencode({"csrfmiddlewaretoken": token, "slip": slip.slip(), "identified_by": "known"})
    path = f"/dispensing/patients/{slip.patient_id}/confirm/"
    return request("POST", path, cookies=cookies, body=body, headers="HX-Request: true\r\n")


def spread_requests(port: int, sites: list[Site], today: date, now: datetime) -> Iterator[bytes]:
    """Doses at all sites in mixed order; every patient once."""
    sessions = [signed_in(port, site.dispensers[0][1]) for site in sites]
    order = [(number, place) for number in range(len(sites)) for place in range(PATIENTS)]
    Random(1).shuffle(order)  # noqa: S311  an order, not a secret
    made = [confirm(sites[n], place, 0, sessions[n], today, now) for n, place in order[: len(order) // 2]]
    return iter(made)


def hot_requests(port: int, site: Site, places: range, today: date, now: datetime) -> Iterator[bytes]:
    """Doses of one site from its one bottle, by eight people at once."""
    sessions = [signed_in(port, username) for _, username in site.dispensers]
    turn = count()
    made = []
    for place in places:
        dispenser = next(turn) % CONNECTIONS
        made.append(confirm(site, place, dispenser, sessions[dispenser], today, now))
    return iter(made)


def sync_run(port: int, site: Site) -> dict[str, Any]:
    """A morning that was offline: the doses of a site by the hundred, one request after the other.

    Drunk just now, under orders that stood by then: an ordinary dose opens no case.
    """
    cookies, token = signed_in(port, site.dispensers[0][1])
    at = clock.now().isoformat()
    made = []
    for first in range(0, FACTS * SYNCS, FACTS):
        facts = [
            {"id": str(new_id()), "patient": str(patient), "occurred_at": at, "mg": str(MG)}
            for patient, _prescription in site.patients[first : first + FACTS]
        ]
        body = json.dumps({"facts": facts})
        headers = f"X-CSRFToken: {token}\r\n"
        made.append(
            request("POST", "/api/v1/sync/", cookies=cookies, body=body, headers=headers, kind="application/json")
        )
    before = Dose.objects.filter(facility_id=site.facility_id).count()
    timed = drive(port, iter(made), connections=1, seconds=60)
    recorded = Dose.objects.filter(facility_id=site.facility_id).count() - before
    if recorded != timed.answered * FACTS:
        raise RuntimeError(f"Of {timed.answered * FACTS} doses that were sent {recorded} are recorded.")
    return {"doses_per_second": round(timed.rate * FACTS, 1), "p50_ms": timed.p50_ms, "facts": FACTS}


def board_run(port: int, site: Site, today: date) -> dict[str, Any]:
    cookies, _ = signed_in(port, site.dispensers[0][1])
    ask = request("GET", "/dispensing/", cookies=cookies)
    timed = drive(port, iter([ask] * 60), connections=1, seconds=30)
    client = inside(site, 0)
    client.get("/dispensing/", headers={"Host": "localhost"})  # what a process asks once is no question of the page
    with CaptureQueriesContext(connection) as asked:
        client.get("/dispensing/", headers={"Host": "localhost"})
    return {"p50_ms": timed.p50_ms, "p95_ms": timed.p95_ms, "queries": len(asked)}


def inside(site: Site, dispenser: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=site.dispensers[dispenser][0]), backend="staff.backends.PersonBackend")
    return client


def dose_statements(site: Site, today: date, now: datetime) -> int:
    """SQL statements of one whole confirming request, BEGIN and COMMIT included."""
    client = inside(site, 0)
    slip = site.slip(PATIENTS - 1, dispenser=0, day=today, at=now)
    path = f"/dispensing/patients/{slip.patient_id}/confirm/"
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(
            path, {"slip": slip.slip(), "identified_by": "known"}, headers={"Host": "localhost", "HX-Request": "true"}
        )
    if answer.status_code != 200:
        raise RuntimeError(f"A dose answered {answer.status_code}.")
    return len(asked)


COLUMNS = {
    "rate/s": "rate", "p50 ms": "p50_ms", "p95 ms": "p95_ms", "limit/s": "limit_rate", "ratio": "ratio",
    "statements": "statements", "refused": "refused", "web cpu ms": "web_cpu_ms", "pg cpu ms": "postgres_cpu_ms",
}  # fmt: skip


def show(results: dict[str, Any]) -> None:
    print(f"{'':24}", *(f"{head:>10}" for head in COLUMNS))
    for name in ("dose", "dose_hot", "dose_hot_after_100000"):
        print(f"{name:24}", *(f"{results[name][key]:>10}" for key in COLUMNS.values()))
    print(f"{'batch':24} {results['batch']['doses_per_second']:>10}")
    print(f"{'sync of ' + str(results['sync']['facts']):24} {results['sync']['doses_per_second']:>10}")
    for size, row in results["board"].items():
        print(f"{'board ' + size:24} {'':>10} {row['p50_ms']:>10} {row['p95_ms']:>10}   queries {row['queries']}")
    machine = results["machine"]
    print(f"{machine['cores']} cores, load before the run {machine['load']}, Python {machine['python']}")
