"""`python -m bench.managers [sites patients days]`: what managers' pages, reports and jobs cost when there is history.

A cluster of its own (not durable: nothing of it is kept), the product's schema, and by set-based INSERTs of the
superuser (bench/years.sql) two years of facts of 300 sites: 2,000,000 doses. Then each page is asked for as a
province's manager asks for it, and the jobs run as the worker runs them. Writes bench/results/managers.json.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from config.embedded import places
from config.embedded.credentials import generate
from config.embedded.postgres import Postgres
from config.embedded.roles import prepare_database

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "managers.json"
SITES, PATIENTS, DAYS = 300, 10, 730
AREA_SITES = 30  # the first of each area is its main clinic
DAY = timedelta(days=1)
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "8GB", "maintenance_work_mem": "256MB"}


def main() -> None:
    sites, patients, days = map(int, sys.argv[1:4]) if len(sys.argv) > 3 else (SITES, PATIENTS, DAYS)
    with cluster() as postgres:
        ready(postgres)
        say(f"{sites} sites, {sites * patients * days} patient-days")
        fill(postgres.superuser_url(), sites=sites, patients=patients, days=days)
        measure()


@contextlib.contextmanager
def cluster() -> Iterator[Postgres]:
    """A server of its own, taken away at the end."""
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="tram-bench-", dir=places.PRIVATE_ROOT))
        places.make_data_folder(folder)
        stack.callback(places.remove, folder)
        postgres = Postgres(places.settle(folder), generate(), folder / "log", durable=False, settings=SETTINGS)
        stack.callback(postgres.stop)
        postgres.start()
        yield postgres


def ready(postgres: Postgres) -> None:
    """The schema, and Django as the owner."""
    prepare_database(postgres)
    os.environ.update(
        {
            "TRAM_ENV": "test",
            "TRAM_DATABASE_ROLE": "owner",
            "DATABASE_OWNER_URL": postgres.owner_url(),
            "DATABASE_URL": postgres.application_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
    )
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
    setup()


def setup() -> None:
    import django

    django.setup()


def fill(superuser_url: str, *, sites: int, patients: int, days: int) -> None:
    """Sites, people and patients by their models, two years of their facts by bench/years.sql."""
    from core import clock

    now = clock.now()
    today = now.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    first = today - (days - 1) * DAY
    rows, people = reference(sites, patients, first, now)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("CREATE UNLOGGED TABLE bench_asked (first date, today date, now timestamptz)")
        connection.execute("INSERT INTO bench_asked VALUES (%s, %s, %s)", [first, today, now])
        connection.execute(f"CREATE UNLOGGED TABLE bench_site ({', '.join(f'{name} bigint' for name in rows[0])})")
        connection.execute("CREATE UNLOGGED TABLE bench_patient (patient_id uuid, site bigint, place int)")
        cursor = connection.cursor()
        for table, values in (("bench_site", [tuple(row.values()) for row in rows]), ("bench_patient", people)):
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        for statement in (ROOT / "bench" / "years.sql").read_text(encoding="utf-8").split(";\n"):
            began = time.perf_counter()
            if statement.strip():
                connection.execute(statement)
                head = next(line for line in statement.strip().splitlines() if not line.startswith("--"))
                say(f"  {head[:60]}: {time.perf_counter() - began:.1f} s")
        connection.execute("VACUUM ANALYZE")


def reference(sites: int, patients: int, first: date, now: datetime) -> tuple[list[dict[str, int]], list[Any]]:
    """What is few: places, people, items, accounts; patients with their places. What bench_site
    and bench_patient hold."""
    from decimal import Decimal

    from facilities.models import Area, Facility, Province, Supervision
    from inventory.models import AccountKind, Item, Lot, MeasuringDevice
    from inventory.queries.window import METHADONE
    from inventory.services import accounts
    from patients.models import Patient, Placement, StatusChange
    from staff.models import Appointment, Person

    province = Province.objects.create(name="Bench")
    item = Item.objects.create(code=METHADONE, name="Methadone", base_unit="ul", in_bottles=True)
    naloxone = Item.objects.create(code="naloxone-0.4", name="Naloxone", base_unit="ampoule", in_bottles=False)
    lot, ampoules = (
        Lot.objects.create(item=one, number="B1", manufacturer="Bench", expires_on=first + 1400 * DAY, concentration=mg)
        for one, mg in ((item, Decimal(10)), (naloxone, None))
    )
    rows: list[dict[str, int]] = []
    treated: list[tuple[Patient, Facility, int, int]] = []
    clinic = area = None
    for number in range(sites):
        if number % AREA_SITES == 0:
            area = Area.objects.create(province=province, name=f"Area {number // AREA_SITES}", label="khu vực")
        kind = "satellite" if number % AREA_SITES else "main_clinic"
        place = Facility.objects.create(
            area=area, kind=kind, name=f"Site {number}", went_live_on=first,
            latitude=Decimal(210 + number // 20) / 10, longitude=Decimal(1030 + number % 20) / 10,
        )  # fmt: skip
        clinic = place if kind == "main_clinic" else clinic
        if clinic is not place:
            Supervision.objects.create(satellite=place, main_clinic=clinic, starts_on=first)
        MeasuringDevice.objects.create(
            facility=place, kind="syringe", name="Bơm 10 mL", step_ul=100, min_ul=100, max_ul=10_000, starts_on=first
        )
        staff = [
            Person.objects.create(username=f"b{number}.{turn}", full_name="Bench", initials="B.", created_at=now)
            for turn in range(3)
        ]
        for person, role in zip(staff, ("dispenser", "dispenser", "site_head"), strict=True):
            Appointment.objects.create(person=person, role=role, facility=place, starts_on=first)
        held, shelf = (accounts.ids(facility_id=place.pk, item=one) for one in (item, naloxone))
        rows.append(
            {
                "site": number, "facility_id": place.pk, "dispenser": staff[0].pk, "second": staff[1].pk,
                "head": staff[2].pk, "lot_id": lot.pk, "item_id": item.pk, "naloxone_lot": ampoules.pk,
                "naloxone_id": naloxone.pk, "naloxone_supplier": shelf[AccountKind.SUPPLIER],
                "naloxone_storage": shelf[AccountKind.STORAGE],
                **{str(kind): held[kind] for kind in (
                    AccountKind.SUPPLIER, AccountKind.STORAGE, AccountKind.DISPENSING, AccountKind.OPENED,
                    AccountKind.PATIENTS, AccountKind.POURED_OUT,
                )},
            }
        )  # fmt: skip
        for turn in range(patients):
            known = Patient(
                code=f"{number:04d}{turn:04d}", initials="B.", sex="mf"[turn % 2], birth_year=1985, known_from=first,
                treatment_started_on=first - 200 * DAY, registered_at=now,
            )  # fmt: skip
            treated.append((known, place, number, turn))
    Patient.objects.bulk_create([one for one, *_ in treated], batch_size=2000)
    keeper = staff[0]
    Placement.objects.bulk_create(
        [Placement(patient=one, facility=place, kind="home", starts_on=first - DAY, recorded_at=now, recorded_by=keeper)
         for one, place, *_ in treated], batch_size=2000,
    )  # fmt: skip
    StatusChange.objects.bulk_create(
        [StatusChange(patient=one, status="in_treatment", from_day=first - DAY, recorded_at=now, recorded_by=keeper)
         for one, *_ in treated], batch_size=2000,
    )  # fmt: skip
    manager = Person.objects.create(username="manager", full_name="Bench", initials="B.", created_at=now)
    Appointment.objects.create(person=manager, role="province_manager", province=province, starts_on=first)
    return rows, [(one.pk, number, turn) for one, _place, number, turn in treated]


def measure() -> None:
    """Jobs first, since pages read what they make."""
    from django.db import connection

    from core import clock
    from facilities.models import Facility, Province
    from oversight.models import SiteDay, Summarised
    from oversight.services import summaries

    now = clock.now()
    found: dict[str, Any] = {}
    if not Summarised.objects.exists():
        found["rebuild of everything"] = job(lambda: summaries.rebuild(now=now))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    ago = now - timedelta(hours=1)
    Summarised.objects.update(through=ago)
    found["hourly, nothing new"] = job(lambda: summaries.refresh(now=now))
    yesterday = SiteDay.objects.order_by("-day").values_list("day", flat=True).first()
    SiteDay.objects.filter(day=yesterday).delete()
    Summarised.objects.update(last_day=yesterday - DAY, through=now - DAY)
    found["a day that is over"] = job(lambda: summaries.refresh(now=now))
    found["the night, 35 days anew"] = job(lambda: summaries.anew(now=now))
    province, place = Province.objects.get().pk, Facility.objects.filter(kind="satellite").first()
    assert place is not None
    pages = {
        "/oversight/": "", "/oversight/doses/": "", "/oversight/stock/": "", "/oversight/hours/": "",
        "/oversight/?as=xlsx": "", f"/oversight/?area={place.area_id}": "", "/oversight/doses/?from=2026-01-01": "",
        f"/oversight/sites/{place.pk}/": "", f"/oversight/sites/{place.pk}/seconds/": "", "/oversight/reports/": "",
        f"/oversight/reports/show/?which=month:2026-10&place=province-{province}": "",
        f"/oversight/reports/show/?which=quarter:2026-Q3&place=province-{province}": "",
        f"/oversight/reports/show/?which=month:2026-10&place=facility-{place.pk}": "",
        "/oversight/audit/": "", "/dispensing/work/figures/": "", "/cases/": "",
    }  # fmt: skip
    for address in pages:
        found[address] = page(address)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def job(run: Callable[[], Any]) -> dict[str, Any]:
    """How long it takes, and what it says it did."""
    began = time.perf_counter()
    done = run()
    took = {"seconds": round(time.perf_counter() - began, 2), "done": done}
    say(f"{took}")
    return took


def page(address: str) -> dict[str, Any]:
    """The middle of three, its statements, and the three that took longest."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from staff.models import Person

    manager = Person.objects.get(username="manager")
    device, _ = TOTPDevice.objects.get_or_create(user=manager, name="bench", defaults={"key": "31" * 20})
    client = Client()
    client.force_login(manager, backend="staff.backends.PersonBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    times, own = [], []
    for _ in range(3):
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(address)
        times.append(time.perf_counter() - began)
        own.append(time.process_time() - used)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    slow = sorted(queries.captured_queries, key=lambda one: -float(one["time"]))[:3]
    took = {
        "status": answer.status_code,
        "ms": round(1000 * median(times)),
        "python_cpu_ms": round(1000 * median(own)),
        "bytes": len(answer.content),
        "statements": len(queries),
        "sql_ms": round(1000 * sum(float(one["time"]) for one in queries.captured_queries)),
        "slowest": [[float(one["time"]), " ".join(one["sql"].split())[:160]] for one in slow],
    }
    spent = f"{took['ms']} ms ({took['python_cpu_ms']} of Python)"
    say(f"{address}: {took['status']}, {spent}, {took['statements']} statements of {took['sql_ms']} ms")
    for seconds, sql in took["slowest"]:
        say(f"    {seconds:.3f} {sql[:130]}")
    return took


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
