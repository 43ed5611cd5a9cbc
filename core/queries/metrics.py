"""What /metrics and the operations page say of the machinery itself: jobs, broker, database."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from django.db import connection
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core import gauges, measured
from core.gauges import Gauge
from core.models import JobRun
from core.operations import Figure
from core.queries import health

LATELY: Final = timedelta(days=1)
MANY_CONNECTIONS: Final = 0.8
_DATABASE: Final = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       current_setting('max_connections')::int, pg_database_size(current_database())
"""


def text(*, now: datetime) -> bytes:
    """The answer to Prometheus: what was counted of requests, and every registered figure as it stands now."""
    registry = CollectorRegistry()
    registry.register(_Told([*measured.figures(), *_families(gauges.gauges(now=now))]))
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _families(found: Iterable[Gauge]) -> Iterator[Metric]:
    for name, group in groupby(sorted(found, key=lambda one: one.name), key=lambda one: one.name):
        same = list(group)
        family = GaugeMetricFamily(f"tram_{name}", same[0].words, labels=list(same[0].labels))
        for one in same:
            family.add_metric(list(one.labels.values()), one.value)
        yield family


def machinery(now: datetime) -> Iterator[Gauge]:
    """Which parts answer, how each job goes, what the database holds. Six statements."""
    for part in health.parts(now=now):
        yield Gauge("part_up", "1 while the part answers.", float(part.ok), {"part": part.name})
        if part.seen_at:
            yield Gauge(
                "part_seen_age_seconds", "Since the part was last seen.", _age(part.seen_at, now), {"part": part.name}
            )
    waiting = health.queue_length()
    if waiting is not None:
        yield Gauge("queue_length", "Messages that wait for a worker.", waiting)
    yield from _jobs(now)
    used, most, size = _database()
    yield Gauge("database_connections", "Connections to the database.", used)
    yield Gauge("database_connections_max", "Connections that the server takes.", most)
    yield Gauge("database_bytes", "Size of the database.", size)


def _jobs(now: datetime) -> Iterator[Gauge]:
    well, failed = Q(ok=True), Q(ok=False, ended_at__gt=now - LATELY)
    dead = Q(gave_up=True, seen_at__isnull=True)
    whole = JobRun.objects.filter(part_of_id__isnull=True).values("job").order_by("job")
    for job, last, failures, given_up in whole.annotate(
        last=Max("ended_at", filter=well), failures=Count("pk", filter=failed), given_up=Count("pk", filter=dead)
    ).values_list("job", "last", "failures", "given_up"):
        if last:
            yield Gauge("job_last_good_age_seconds", "Since the job last went well.", _age(last, now), {"job": job})
        yield Gauge("job_failures_24h", "Runs that failed within a day.", failures, {"job": job})
        yield Gauge("job_given_up", "Runs given up that nobody has seen.", given_up, {"job": job})


def database(_now: datetime) -> Iterator[Figure]:
    """For the page: how full the server is of connections, how large the data."""
    used, most, size = _database()
    yield Figure(_("Kết nối đang mở"), f"{used} / {most}", look=used > most * MANY_CONNECTIONS)
    yield Figure(_("Dung lượng"), _("%(count)d MB") % {"count": -(-size // 1_000_000)})


def _database() -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        used, most, size = cursor.fetchone() or (0, 1, 0)
    return used, most, size


def _age(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())
