"""The worker and beat. Every job that beat starts stands in BEAT, one readable place."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tram")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="Asia/Ho_Chi_Minh",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600},
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks(["core", "followup", "inventory", "dispensing"])

app.conf.beat_schedule = {
    "heartbeat": {"task": "core.tasks.beat_seen", "schedule": 60.0},
    "sign-day-heads": {"task": "inventory.tasks.sign_day_heads", "schedule": crontab(minute=20, hour="*")},
    "restock-naloxone": {"task": "inventory.tasks.restock_naloxone", "schedule": crontab(minute=10, hour=1)},
    "push-caseloads": {"task": "dispensing.tasks.push_caseloads", "schedule": crontab(minute=50, hour=0)},
    "push-demand": {"task": "dispensing.tasks.push_demand", "schedule": crontab(minute=30, hour=0)},
    "remind-requests": {"task": "inventory.tasks.remind_requests", "schedule": crontab(minute=30, hour=6)},
    "raise-overdue-consignments": {
        "task": "inventory.tasks.raise_overdue_consignments",
        "schedule": crontab(minute="*/10"),
    },
    "finish-recalls": {"task": "inventory.tasks.finish_recalls", "schedule": crontab(minute="*/15")},
    "escalate-overdue": {"task": "followup.tasks.escalate_overdue", "schedule": crontab(minute="*/15")},
    "prove-ledger": {"task": "core.tasks.prove", "schedule": crontab(minute=40, hour=2)},
    "prune-runs": {"task": "core.tasks.prune_runs", "schedule": crontab(minute=50, hour=3)},
}
