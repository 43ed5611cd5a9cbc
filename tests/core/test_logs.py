"""Lines of the log: whose request, at which page, what came of it; and nothing of what anybody typed or is called."""

import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.test import Client

from config.environment import Environment
from core import logs
from core.access import Role
from facilities.models import Province
from tests import cast, world
from tests.entrance import signed_in

CANARY = "Hoàng Yến Phượng"


class Kept(logging.Handler):
    """Every line of the root logger as production writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def requests(self) -> list[dict[str, object]]:
        return [line for line in map(json.loads, self.lines) if line["logger"] == "tram.request"]


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def line(name: str, message: object, *args: object, error: BaseException | None = None) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "/x/y.py", 7, message, args, info)
    return json.loads(logs.JsonFormatter().format(record))


@pytest.mark.django_db
def test_a_request_is_one_line_by_page_name_under_the_number_of_the_answer(kept: Kept):
    number = "0192f3aa-1c55-7000-8000-0123456789ab"
    client = signed_in(cast.SYSTEM_ADMINISTRATOR)

    answer = client.get(f"/operations/?q={CANARY}", headers={"X-Request-ID": number})
    other = client.get("/operations/", headers={"X-Request-ID": CANARY.encode("unicode_escape").decode()})

    assert answer["X-Request-ID"] == number
    assert UUID(other["X-Request-ID"])  # a number of ours: theirs was none
    told = next(each for each in kept.requests() if each["request_id"] == number)
    assert (told["route"], told["method"], told["status"]) == ("core:operations", "GET", 200)
    assert told["actor"] == world.person(cast.SYSTEM_ADMINISTRATOR).pk
    assert told["role"] == Role.SYSTEM_ADMINISTRATOR
    assert isinstance(told["ms"], int)
    assert not {"path", "query"} & told.keys()
    assert CANARY not in "".join(kept.lines)


def test_nobodys_words_stand_in_a_line():
    assert line("django.request", "Not Found: %s", f"/patients/{CANARY}/")["message"] == "Not Found: …"
    assert CANARY not in str(line("django.security.DisallowedHost", f"Invalid HTTP_HOST header: {CANARY}"))
    assert CANARY not in str(line("somebody.else", f"Cannot read {CANARY}"))
    assert line("celery.beat", "Sending due task %s (%s)", "a-b", "core.tasks.x")["message"].endswith("(core.tasks.x)")
    run = {"name": "core.tasks.x", "id": "7", "exc": f"KeyError('{CANARY}')", "description": CANARY}
    told = line("celery.app.trace", "Task %(name)s[%(id)s] %(description)s: %(exc)s", run)["message"]
    assert told == "Task core.tasks.x[7] …: …"
    assert line("core.jobs", "%d rows: %s", 3, ValueError(CANARY))["message"] == "3 rows: ValueError"
    assert line("core", ValueError(CANARY))["message"] == "… y.py:7"


@pytest.mark.django_db
def test_of_an_exception_stand_class_constraint_and_way_and_never_its_message():
    def fail() -> None:
        try:
            with transaction.atomic():  # PostgreSQL's detail has the whole row
                Province.objects.create(name=CANARY)
                Province.objects.create(name=CANARY)
        except IntegrityError as error:
            raise ValueError(f"{CANARY} again") from error

    with pytest.raises(ValueError, match=CANARY) as raised:
        fail()
    said = line("django.request", "Internal Server Error: %s", "/x", error=raised.value)

    assert CANARY not in json.dumps(said, ensure_ascii=False)
    assert said["error"] == "ValueError"
    assert "psycopg.errors.UniqueViolation 23505 facilities_province_name_key" in said["trace"]
    assert any("tests/core/test_logs.py" in step and "fail" in step for step in said["trace"])
    plain = logs.PlainFormatter().format(
        logging.makeLogRecord({"name": "core", "exc_info": (None, raised.value, None), "msg": "x"})
    )
    assert CANARY not in plain


def test_log_is_json_in_production_and_another_word_is_refused():
    assert settings.LOG == "plain"
    assert Environment({"TRAM_ENV": "production"}).one_of("TRAM_LOG", ("json", "plain"), "json") == "json"
    with pytest.raises(ImproperlyConfigured, match="TRAM_LOG"):
        Environment({"TRAM_LOG": "xml"}).one_of("TRAM_LOG", ("json", "plain"), "json")


@pytest.mark.django_db
def test_page_of_an_error_tells_the_number_of_its_line(kept: Kept, monkeypatch: pytest.MonkeyPatch):
    def broken(**_asked: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("core.views.operations.health.parts", broken)
    client = signed_in(cast.SYSTEM_ADMINISTRATOR)
    client.raise_request_exception = False
    answer = client.get("/operations/")

    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    [error] = [each for each in map(json.loads, kept.lines) if each.get("error")]
    assert (error["error"], error["request_id"]) == ("RuntimeError", answer["X-Request-ID"])
    assert kept.requests()[-1]["level"] == "error"
    assert CANARY not in "".join(kept.lines) + answer.content.decode()


@pytest.mark.django_db
def test_what_machines_ask_each_minute_is_no_line(kept: Kept, client: Client):
    client.get("/healthz")
    assert kept.requests() == []
