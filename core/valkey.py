"""The one connection to Valkey for courtesies (never for correctness). Short timeouts: a dead server costs a moment."""

from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


@lru_cache(maxsize=1)
def client() -> "Redis":
    """A pooled client; every caller catches redis.exceptions.RedisError and goes on without."""
    return Redis.from_url(
        settings.VALKEY_URL,
        decode_responses=True,
        socket_connect_timeout=0.25,
        socket_timeout=0.25,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
