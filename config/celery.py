"""The worker and beat. Every job that beat starts stands in BEAT, one readable place.

What becomes of a message: it is acknowledged when the work is done, so that a killed worker's comes again; it is gone
when its turn has passed, so that an hour without broker is no flood; a night's job that never began, or failed for a
passing reason, is sent again from its record (core.services.overdue), whatever became of its message.
"""

import contextlib
import logging.config
import os
from datetime import timedelta
from typing import Any, Final

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ROOMS: Final = ("core", "followup", "inventory", "dispensing", "oversight", "config")
VISIBILITY: Final = timedelta(hours=1)  # how long a message may be in somebody's hands; longer than any job may take
HOUR: Final = timedelta(hours=1)

app = Celery("tram")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="Asia/Ho_Chi_Minh",
    task_acks_late=True,
    task_acks_on_failure_or_timeout=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": VISIBILITY.total_seconds(),
        "socket_timeout": 30,
        "socket_connect_timeout": 10,
        "socket_keepalive": True,
    },
)
app.autodiscover_tasks(list(ROOMS))


@setup_logging.connect
def log_as_the_web_does(**_of_the_signal: Any) -> None:
    """Celery leaves the lines to us: its own formats print what an exception says."""
    logging.config.dictConfig(settings.LOGGING)


@beat_init.connect
def say_that_beat_is_there(**_of_the_signal: Any) -> None:
    """The first sign of life at once, not a minute after the start; without a broker the next one says it."""
    with contextlib.suppress(BrokerError, OSError):
        app.send_task("core.tasks.beat_seen", expires=60.0, retry=False)


def every(minutes: int, task: str) -> dict[str, Any]:
    """At these minutes of each hour; a message that was not taken by the next turn is gone."""
    return {"task": task, "schedule": crontab(minute=f"*/{minutes}"), "options": {"expires": minutes * 60.0}}


def hourly(minute: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": crontab(minute=minute), "options": {"expires": HOUR.total_seconds()}}


def afternoons(minute: int, task: str) -> dict[str, Any]:
    """Each hour from three in the afternoon to eight in the evening, by the clock of the country."""
    schedule = crontab(minute=minute, hour="15-20")
    return {"task": task, "schedule": schedule, "options": {"expires": HOUR.total_seconds()}}


def daily(hour: int, minute: int, task: str) -> dict[str, Any]:
    """Once a day, by the clock of the country."""
    schedule = crontab(minute=minute, hour=hour)
    return {"task": task, "schedule": schedule, "options": {"expires": 6 * HOUR.total_seconds()}}


BEAT: Final[dict[str, dict[str, Any]]] = {
    "heartbeat": {"task": "core.tasks.beat_seen", "schedule": 60.0, "options": {"expires": 60.0}},
    "send-what-is-missing": every(1, "core.tasks.send_what_is_missing"),
    "send-messages": every(2, "followup.tasks.send_messages"),
    "review-patients": every(2, "dispensing.tasks.review_patients"),
    "sweep-days": every(10, "dispensing.tasks.sweep_days"),
    "step-referrals": every(15, "dispensing.tasks.step_referrals"),
    "ship-log": every(5, "config.tasks.ship_log"),
    "raise-overdue-consignments": every(10, "inventory.tasks.raise_overdue_consignments"),
    "finish-recalls": every(15, "inventory.tasks.finish_recalls"),
    "escalate-overdue": every(15, "followup.tasks.escalate_overdue"),
    "sign-day-heads": hourly(20, "inventory.tasks.sign_day_heads"),
    "tell-duties": afternoons(40, "followup.tasks.tell_duties"),
    "warn-of-tomorrow": afternoons(30, "dispensing.tasks.warn_of_tomorrow"),
    "summarise": hourly(40, "oversight.tasks.summarise"),
    "push-demand": daily(0, 30, "dispensing.tasks.push_demand"),
    "push-caseloads": daily(0, 50, "dispensing.tasks.push_caseloads"),
    "push-work": daily(1, 0, "dispensing.tasks.push_work"),
    "restock-naloxone": daily(1, 10, "inventory.tasks.restock_naloxone"),
    "review-everybody": daily(1, 30, "dispensing.tasks.review_everybody"),
    "warn-of-certificates": daily(1, 50, "followup.tasks.warn_of_certificates"),
    "look-for-patterns": daily(2, 10, "inventory.tasks.look_for_patterns"),
    "summarise-anew": daily(2, 20, "oversight.tasks.summarise_anew"),
    "prove-ledger": daily(2, 40, "core.tasks.prove"),
    "copy-cluster": daily(3, 5, "config.tasks.copy_cluster"),
    "back-up": daily(3, 20, "config.tasks.back_up"),
    "prune-runs": daily(3, 50, "core.tasks.prune_runs"),
    "remind-requests": daily(6, 30, "inventory.tasks.remind_requests"),
    "ask-for-reports": daily(6, 40, "oversight.tasks.ask_for_reports"),
}
app.conf.beat_schedule = BEAT
