"""A name that nobody else has goes through the product, by pages, wrong input, refusals, an error, API and worker; then
everything that leaves, and everything that is kept, is searched for it."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core import clock, logs, tasks, valkey
from core.access import Role
from core.ids import new_id
from core.models import JobRun
from core.tables import our_models
from facilities.models import Province
from patients.models import Patient
from tests import cast, world
from tests.api import hands
from tests.codebase.pages import every_page
from tests.dispensing import morning
from tests.entrance import access, signed_in

WORD: Final = "chimxanh"  # in the name and in the note; with the telephone it is what is searched for
NAME, PHONE, NOTE = "Vàng Chimxanh Phượng", "0988777123", "Nhà ở dưới bản Chimxanh"
CANARY: Final = re.compile(rf"{WORD}|{PHONE}", re.IGNORECASE)
MAY_HOLD: Final = {"patients_statuschange"}  # what somebody wrote as a fact; names and telephones are sealed
LISTS: Final = {
    "/", "/patients/", "/dispensing/", "/dispensing/work/", "/dispensing/prescriptions/", "/cases/", "/cases/tasks/",
    "/inventory/", "/oversight/", "/oversight/audit/", "/oversight/reports/", "/operations/", "/staff/people/",
    "/api/v1/roster/", "/api/v1/fhir/Patient",
}  # fmt: skip

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    """The log as production writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def written() -> Iterator[list[str]]:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    with clock.at(world.NOW):
        yield handler.lines
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def bird(written: list[str]) -> Patient:
    valkey.client().flushdb()
    return morning.patient(name=NAME)


def test_name_telephone_and_note_stand_nowhere_but_where_they_belong(
    bird: Patient, written: list[str], monkeypatch: pytest.MonkeyPatch
):
    answers = [*through_pages(bird), *wrong_and_refused(bird), *by_programs(bird), *an_error(bird, monkeypatch)]
    a_job_that_fails(monkeypatch)

    assert len(written) > 20
    assert not CANARY.search("\n".join(written))
    for answer in answers:
        assert not CANARY.search(answer.get("Location", "") + answer.get("HX-Redirect", "")), answer.request
        addresses = re.findall(
            r'(?:href|src|action|hx-\w+)="(?!tel:)([^"]*)"', answer.content.decode("utf-8", "replace")
        )
        assert not CANARY.search(" ".join(addresses)), answer.request
    assert tables_with(CANARY.pattern) <= MAY_HOLD
    assert tables_with(PHONE) == set()
    for session in Session.objects.all():
        assert not CANARY.search(json.dumps(session.get_decoded(), default=str, ensure_ascii=False))
    in_valkey()
    in_files()
    others_see_nothing()


def through_pages(bird: Patient) -> list[Any]:
    """Registered, opened, corrected, called, dosed, noted, printed."""
    physician, dispenser = signed_in(cast.PHYSICIAN), signed_in(cast.DISPENSER)
    mine, window = f"/patients/{bird.pk}", f"/dispensing/patients/{bird.pk}"
    new = {
        "id": str(new_id()), "full_name": NAME, "sex": "m", "birth_year": "1990", "language": "tiếng Mông",
        "treatment_started_on": "2024-01-05", "facility": str(world.facility(cast.SITE).pk),
        "starts_on": world.TODAY.isoformat(), "consent": "yes",
    }  # fmt: skip
    phones = {"part": "phones", "phone_0": PHONE, "whose_0": "own", "whose_1": "own", "whose_2": "own"}
    status = {"status": "suspended", "from_day": world.TODAY.isoformat(), "reason": NOTE}
    seen = [
        physician.post("/patients/new/", new), physician.post(f"{mine}/identity/"), physician.post(f"{mine}/person/"),
        dispenser.post(f"{mine}/person/", phones), dispenser.post(f"{mine}/telephones/"), dispenser.get(f"{window}/"),
        dispenser.get(f"/dispensing/?q={NAME}"), physician.get(f"/patients/?q={NAME}"),
        physician.post(f"{mine}/known/", {"why": "asked", "part": "open"}),
        physician.post(f"{mine}/known/", {"why": "asked", "part": "print"}),
    ]  # fmt: skip
    morning.recorded(morning.drink(bird, access(cast.DISPENSER)))
    seen.append(physician.post(f"{mine}/status/", status))
    assert NAME in seen[1].content.decode()  # it was really shown to who may see it
    return [answer for answer in seen if answer.headers["Content-Type"].startswith("text/")]


def wrong_and_refused(bird: Patient) -> list[Any]:
    """What cannot be read, what is not allowed, and addresses that were made up."""
    physician, stranger = signed_in(cast.PHYSICIAN), Client()
    wrong = physician.post("/patients/new/", {"full_name": NAME, "birth_year": NAME, "starts_on": NOTE})
    assert wrong.status_code == 422
    refused = [
        signed_in(cast.WITNESS).post(f"/patients/{bird.pk}/identity/", {"q": NAME}),
        signed_in(cast.AREA_MANAGER).get(f"/patients/{bird.pk}/?q={NAME}"),
        stranger.get(f"/patients/{NAME}/"),
        stranger.post(
            f"/staff/sign-in/?next=/patients/%3Fq={NAME}", {"username": NAME, "password": PHONE, "next": NAME}
        ),
        Client(enforce_csrf_checks=True).post("/staff/sign-in/", {"username": NAME}),
    ]
    assert [answer.status_code for answer in refused[:2]] == [403, 403]
    return [wrong, *refused]


def by_programs(bird: Patient) -> list[Any]:
    """The API: what is well formed and what is not."""
    caller = hands.on_device(cast.DISPENSER, hands.enrolled()[1])
    return [
        caller.get("/roster/", q=NAME), caller.get("/fhir/Patient", name=NAME),
        caller.get(f"/fhir/Patient/{bird.pk}"), caller.post("/outcomes/", {"note": NOTE, "patient": NAME}),
        caller.post("/sync/", {"facts": [{"id": str(new_id()), "kind": NAME, "note": NOTE}]}),
        caller.client.post("/api/v1/outcomes/", f"{{{NAME}", content_type="application/json", headers=caller.headers),
    ]  # fmt: skip


def an_error(bird: Patient, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Something of ours breaks with the name in its hands, and PostgreSQL says the whole row."""

    def broken(**_asked: object) -> None:
        try:
            with transaction.atomic():
                Province.objects.create(name=NAME)
                Province.objects.create(name=NAME)
        except IntegrityError as error:
            raise ValueError(f"{NAME} {PHONE}") from error

    physician = signed_in(cast.PHYSICIAN)
    physician.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("patients.views.patient.identity.look", broken)
        answer = physician.post(f"/patients/{bird.pk}/identity/", {"note": NOTE})
    assert answer.status_code == 500
    assert not CANARY.search(answer.content.decode())
    return [answer]


def a_job_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record holds the class, the log no message."""

    def broken(**_asked: object) -> None:
        raise ValueError(NAME)

    with monkeypatch.context() as patched:
        patched.setattr("core.services.runs.prune", broken)
        tasks.prune_runs.apply()
    assert JobRun.objects.get(job="core.tasks.prune_runs").error == "ValueError"


def tables_with(words: str) -> set[str]:
    """The tables of which any row holds them, as text."""
    tables = [model._meta.db_table for model in our_models()] + ["axes_accessattempt", "django_admin_log"]
    found = set()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ~* %s)",
                [words],
            )
            if (cursor.fetchone() or (False,))[0]:
                found.add(table)
    return found


def in_valkey() -> None:
    client = valkey.client()
    for key in client.scan_iter():
        value = client.dump(key) or b""
        assert not CANARY.search(f"{key!r} {value.decode('latin-1')}")


def in_files() -> None:
    """What stands in the demo's and tests' folder of messages; nothing of it says more than that something waits."""
    for file in Path(settings.DATA_DIR, "messages").rglob("*"):
        if file.is_file():
            assert not CANARY.search(file.read_text(encoding="utf-8", errors="replace")), file


def others_see_nothing() -> None:
    """Lists carry codes and initials, for every role; so do the pages of who has nothing to do with patients."""
    there = {f"/{page.route}" for page in every_page()}
    for role in Role:
        client = signed_in(cast.ONE_OF_EACH_ROLE[role])
        for address in sorted(LISTS & there):
            assert not CANARY.search(client.get(address).content.decode()), f"{role} {address}"
    assert len(LISTS & there) > 10
