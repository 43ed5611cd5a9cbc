"""/metrics: for who holds its token, bounded, of nobody; and the same figures for people on the operations page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from core import clock
from core.models import JobRun
from tests import cast
from tests.entrance import signed_in

TOKEN = "a-token-of-this-test"
MOST = 25

pytestmark = pytest.mark.django_db


def asked(client: Client, token: str = TOKEN) -> str:
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).content.decode()


def test_without_the_token_nothing_is_told_not_even_to_who_is_signed_in(client: Client, settings: Settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401
    settings.METRICS_TOKEN = TOKEN
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert signed_in(cast.SYSTEM_ADMINISTRATOR).get("/metrics").status_code == 401


def test_figures_are_prometheus_text_with_the_machinery_and_every_rooms_own(client: Client, settings: Settings):
    settings.METRICS_TOKEN = TOKEN
    now = clock.now()
    for ok, ago in ((True, 60), (False, 30)):
        JobRun.objects.create(
            job="core.tasks.prove", started_at=now - timedelta(minutes=ago), ended_at=now - timedelta(minutes=ago),
            ok=ok, gave_up=not ok, error="" if ok else "KeyError",
        )  # fmt: skip
    client.get("/staff/sign-in/")

    families = {family.name: family for family in text_string_to_metric_families(asked(client))}
    samples = {
        (sample.name, *sample.labels.values()): sample.value for one in families.values() for sample in one.samples
    }

    assert samples["tram_part_up", "database"] == 1.0
    assert 3600 <= samples["tram_job_last_good_age_seconds", "core.tasks.prove"] < 3700
    assert samples["tram_job_failures_24h", "core.tasks.prove"] == 1
    assert samples["tram_job_given_up", "core.tasks.prove"] == 1
    assert samples["tram_requests_total", "GET", "staff:sign-in", "200"] >= 1
    assert {
        "tram_cases_overdue", "tram_tasks_overdue", "tram_messages_waiting", "tram_doses_today", "tram_sites_silent",
        "tram_devices_silent", "tram_chains", "tram_backups_kept", "tram_disk_free_bytes", "tram_database_connections",
        "tram_database_bytes", "tram_request_seconds",
    } <= families.keys()  # fmt: skip


def test_statements_are_few_whatever_the_history(client: Client, settings: Settings):
    settings.METRICS_TOKEN = TOKEN
    now = clock.now()
    JobRun.objects.bulk_create(JobRun(job=f"job.{n % 30}", started_at=now, ended_at=now, ok=True) for n in range(300))
    with CaptureQueriesContext(
        connection,
    ) as statements:
        asked(client)
    assert len(statements) <= MOST


def test_operations_page_shows_sites_devices_chains_and_database():
    shown = signed_in(cast.SYSTEM_ADMINISTRATOR).get("/operations/").content.decode()
    for words in ("Cơ sở quá 26 giờ không có tin", "Thiết bị đang dùng", "Số chuỗi", "Kết nối đang mở"):
        assert words in shown
