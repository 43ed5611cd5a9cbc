"""The health pages, the first page and the scanner's door, asked by a stranger."""

import json
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from core import clock
from core.services import jobs

pytestmark = pytest.mark.django_db


def test_healthz_answers_ok_with_one_query(client: Client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_without_a_heartbeat_names_what_is_missing(client: Client):
    response = client.get("/readyz")

    parts = json.loads(response.content)
    assert response.status_code == 503
    assert parts["database"]["ok"]
    assert parts["broker"]["ok"]
    assert not parts["worker"]["ok"]
    assert not parts["beat"]["ok"]


def test_readyz_after_a_heartbeat_is_ready(client: Client):
    jobs.beat(now=clock.now(), keep=timedelta(days=1))

    assert client.get("/readyz").status_code == 200


def test_readyz_after_an_old_heartbeat_is_not_ready(client: Client):
    jobs.beat(now=clock.now() - timedelta(minutes=4), keep=timedelta(days=1))

    parts = json.loads(client.get("/readyz").content)

    assert not parts["beat"]["ok"]
    assert parts["beat"]["seen_at"]


@override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0")
def test_readyz_without_a_broker_says_so_and_healthz_stays_well(client: Client):
    assert not json.loads(client.get("/readyz").content)["broker"]["ok"]
    assert client.get("/healthz").status_code == 200
