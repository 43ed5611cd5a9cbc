"""What each process counts of its requests, for /metrics. Where several web processes count, they do so in files of a
folder (TRAM_METRICS_DIR, config.wsgi), so that whichever answers tells of all of them."""

from collections.abc import Iterable
from typing import Final

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS: Final = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})

_own: Final = CollectorRegistry()
_requests: Final = Counter(
    "tram_requests", "Answers by page, method and status.", ["route", "method", "status"], registry=_own
)
_seconds: Final = Histogram(
    "tram_request_seconds", "How long answers took, by page.", ["route"], buckets=SECONDS, registry=_own
)


def request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. Pages are known by name, so there are as many rows as the product has pages."""
    route = route or "none"
    _requests.labels(route, method if method in METHODS else "other", str(status)).inc()
    _seconds.labels(route).observe(seconds)


def figures() -> Iterable[Metric]:
    """What was counted, of all processes where they count together."""
    if not settings.METRICS_DIR:
        return list(_own.collect())
    together = CollectorRegistry()
    MultiProcessCollector(together, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]
    return list(together.collect())
