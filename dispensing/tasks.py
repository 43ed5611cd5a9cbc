"""Jobs of dosing. Each may run twice or late without harm."""

from celery import shared_task

from core import clock
from dispensing.services import caseloads, demand


@shared_task(name="dispensing.tasks.push_caseloads")
def push_caseloads(**_later: object) -> None:
    """Count the patients of every facility for the rooms below, before the nightly look at the emergency shelves."""
    caseloads.push(now=clock.now())


@shared_task(name="dispensing.tasks.push_demand")
def push_demand(**_later: object) -> None:
    """Tell the room of stock what each site will use, before requests are proposed from it."""
    demand.push(now=clock.now())
