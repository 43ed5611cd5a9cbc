"""Jobs of stock. Each may run twice or late without harm."""

from celery import shared_task

from core import clock
from inventory.services import cycle, dayheads, recalls, restocking, watch


@shared_task(name="inventory.tasks.sign_day_heads")
def sign_day_heads(**_later: object) -> None:
    """Sign the chain heads of every day that is over and not signed yet."""
    dayheads.sign(now=clock.now())


@shared_task(name="inventory.tasks.restock_naloxone")
def restock_naloxone(**_later: object) -> None:
    """Ask for ampoules wherever a site has reached its minimum, or will before the next delivery."""
    restocking.restock(now=clock.now())


@shared_task(name="inventory.tasks.remind_requests")
def remind_requests(**_later: object) -> None:
    """Remind sites of the month's request and clinics of the quarter's report."""
    cycle.remind(now=clock.now())


@shared_task(name="inventory.tasks.raise_overdue_consignments")
def raise_overdue_consignments(**_later: object) -> None:
    """Tell both ends of every journey that is late, once, and again as it gets worse."""
    watch.raise_overdue(now=clock.now())


@shared_task(name="inventory.tasks.finish_recalls")
def finish_recalls(**_later: object) -> None:
    """Set apart what is still in use of lots that are called back."""
    recalls.finish(now=clock.now())
