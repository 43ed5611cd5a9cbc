"""Jobs of stock. Each may run twice or late without harm."""

from celery import shared_task

from core import clock
from inventory.services import dayheads


@shared_task(name="inventory.tasks.sign_day_heads")
def sign_day_heads(**_later: object) -> None:
    """Sign the chain heads of every day that is over and not signed yet."""
    dayheads.sign(now=clock.now())
