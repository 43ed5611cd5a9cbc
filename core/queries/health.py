"""Whether the parts that the product stands on answer. Never raises for a part that is down: that is the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from core.models import JobRun

BEAT: Final = "heartbeat"
QUEUE: Final = "celery"
BEAT_MAY_BE_OLD: Final = timedelta(minutes=3)
BROKER_TIMEOUT_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Part:
    """One part: does it answer, and since when was it last seen, where that is known."""

    name: str
    ok: bool
    seen_at: datetime | None = None


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()  # the next question gets a new connection
        return False
    return True


def broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=BROKER_TIMEOUT_SECONDS,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def parts(*, now: datetime) -> tuple[Part, ...]:
    """Database, broker, worker and beat. A worker counts as seen when any job of its ended lately."""
    database = database_answers()
    last_job = _latest("") if database else None
    last_beat = _latest(BEAT) if database else None
    return (
        Part("database", database),
        Part("broker", broker_answers()),
        Part("worker", _fresh(last_job, now), last_job),
        Part("beat", _fresh(last_beat, now), last_beat),
    )


def _latest(job: str) -> datetime | None:
    runs = JobRun.objects.filter(ended_at__isnull=False)
    if job:
        runs = runs.filter(job=job)
    return runs.order_by("-ended_at", "-id").values_list("ended_at", flat=True).first()


def _fresh(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment < BEAT_MAY_BE_OLD


def queue_length() -> int | None:
    """How many messages wait for a worker; None while the broker does not answer."""
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=BROKER_TIMEOUT_SECONDS,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
    )
    try:
        return int(client.llen(QUEUE))
    except redis.RedisError:
        return None
    finally:
        client.close()
