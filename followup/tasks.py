"""Jobs of follow-up. Each may run twice or late without harm."""

from celery import shared_task

from core import clock
from followup.services import escalation


@shared_task(name="followup.tasks.escalate_overdue")
def escalate_overdue(**_later: object) -> None:
    """Tell the next rung about what is overdue."""
    escalation.escalate(now=clock.now())
