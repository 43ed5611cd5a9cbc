"""The product's own Celery application in a hurry: every job of beat is due each second, and a message that a dead
worker took is given to another after a second instead of an hour.

    celery --app tests.jobs.quick:app worker
"""

from config.celery import app

SECONDS = 1.0

app.conf.beat_schedule = {name: {**entry, "schedule": SECONDS} for name, entry in app.conf.beat_schedule.items()}
app.conf.broker_transport_options = {"visibility_timeout": SECONDS}
