"""How the messages go that leave the product, in figures: never to whom."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from core.gauges import Gauge
from core.operations import Figure
from core.templatetags.tram import day_time
from followup.models import Case, Message, Task
from followup.rules.channels import CHANNEL_WORDS, Channel, Dropped

LATELY = timedelta(days=1)
LONG = timedelta(hours=1)


def figures(now: datetime) -> Iterable[Figure]:
    """What waits, what went and what could not go within a day, for each channel; one statement."""
    lately = Q(dropped_at__gt=now - LATELY)
    found: dict[str, dict[str, Any]] = {
        row["channel"]: dict(row)
        for row in Message.objects.values("channel").annotate(
            waiting=Count("pk", filter=Q(sent_at__isnull=True, dropped_at__isnull=True)),
            long=Count("pk", filter=Q(sent_at__isnull=True, dropped_at__isnull=True, made_at__lt=now - LONG)),
            sent=Count("pk", filter=Q(sent_at__gt=now - LATELY)),
            last=Max("sent_at"),
            lost=Count("pk", filter=lately & Q(dropped_why__in=[Dropped.TRIES, Dropped.OLD])),
        )
    }
    for channel in Channel:
        label = str(CHANNEL_WORDS[channel])
        if channel not in settings.CHANNELS:
            yield Figure(label, _("chưa cấu hình"))
            continue
        row: dict[str, Any] = found.get(channel, {"waiting": 0, "long": 0, "sent": 0, "last": None, "lost": 0})
        yield Figure(
            label,
            _("24 giờ qua gửi %(sent)d, đang chờ %(waiting)d, không gửi được %(lost)d") % row,
            look=bool(row["long"] or row["lost"]),
        )
        if row["last"]:
            yield Figure(_("%(channel)s: lần gửi gần nhất") % {"channel": label}, day_time(row["last"]))


def gauges(now: datetime) -> Iterable[Gauge]:
    """For /metrics: open cases and tasks and those whose time is over, messages that wait. Three statements."""
    late = Q(due_at__lt=now)
    cases = Case.objects.filter(concluded_at__isnull=True).aggregate(open=Count("pk"), late=Count("pk", filter=late))
    tasks = Task.objects.filter(done_at__isnull=True).aggregate(open=Count("pk"), late=Count("pk", filter=late))
    for what, found in (("cases", cases), ("tasks", tasks)):
        yield Gauge(f"{what}_open", f"Open {what}.", found["open"])
        yield Gauge(f"{what}_overdue", f"Open {what} whose time is over.", found["late"])
    waiting = dict(
        Message.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
        .values("channel").annotate(count=Count("pk")).values_list("channel", "count")
    )  # fmt: skip
    for channel in Channel:
        yield Gauge("messages_waiting", "Messages not sent yet.", waiting.get(channel, 0), {"channel": str(channel)})
