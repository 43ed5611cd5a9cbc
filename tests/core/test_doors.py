"""Every kind of answer carries the same guards: pages, errors, refusals, the API, files, what machines ask."""

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tests.entrance import signed_in

GUARDS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

pytestmark = pytest.mark.django_db


def test_every_kind_of_answer_carries_the_guards(monkeypatch: pytest.MonkeyPatch):
    stranger, administrator = Client(), signed_in(cast.SYSTEM_ADMINISTRATOR)

    def broken(**_asked: object) -> None:
        raise RuntimeError

    kinds = [
        (stranger.get("/staff/sign-in/"), 200), (stranger.get("/nowhere/"), 404), (stranger.get("/healthz"), 200),
        (stranger.get("/patients/"), 302), (administrator.get("/patients/"), 403), (stranger.get("/metrics"), 401),
        (stranger.get("/api/v1/roster/"), 401), (stranger.get("/static/css/tram.css"), 200),
        (Client(enforce_csrf_checks=True).post("/staff/sign-in/"), 403), (stranger.get("/sw.js"), 200),
    ]  # fmt: skip
    monkeypatch.setattr("core.views.operations.health.parts", broken)
    administrator.raise_request_exception = False
    kinds.append((administrator.get("/operations/"), 500))

    for answer, status in kinds:
        asked = answer.request["PATH_INFO"]
        assert answer.status_code == status, asked
        assert {name: answer.headers.get(name) for name in GUARDS} == GUARDS, asked
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, asked
        assert "unsafe" not in policy, asked
        if not asked.startswith("/static/"):
            assert "no-store" in answer.headers["Cache-Control"] or asked == "/sw.js", asked
        answer.close()


def test_the_session_is_no_scripts_business_and_nobody_elses_site():
    client = Client()
    person = {"username": cast.DISPENSER.username, "password": cast.PASSWORD}
    client.post("/staff/sign-in/", person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert settings.SESSION_COOKIE_AGE <= 14 * 3600
    assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE is settings.PRODUCTION


def test_a_form_of_very_many_fields_and_a_very_long_one_are_refused():
    client = Client()
    many = client.post("/staff/sign-in/", {f"f{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)})
    long = client.post("/staff/sign-in/", {"username": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert (many.status_code, long.status_code) == (400, 400)
