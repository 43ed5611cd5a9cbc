"""The product's own Celery application in a hurry: every job of beat is due within seconds, and a message that a dead
worker took is given to another after a second instead of an hour. QUICK_JOBS names the only entries of beat, if any.

    celery --app tests.jobs.quick:app worker
"""

import os

from config.celery import app
from tests.jobs import SECONDS

OTHERS_SECONDS = 3.0  # one worker on a busy machine has to come round to all of them
ONLY = os.environ.get("QUICK_JOBS", "").split()

app.conf.beat_schedule = {
    name: {**entry, "schedule": SECONDS if ONLY or name == "heartbeat" else OTHERS_SECONDS}
    for name, entry in app.conf.beat_schedule.items()
    if not ONLY or name in ONLY
}
app.conf.broker_transport_options = {"visibility_timeout": SECONDS}
