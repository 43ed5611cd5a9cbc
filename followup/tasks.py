"""Jobs of follow-up. Each may run twice or late without harm."""

from django.utils.translation import gettext_lazy as _

from core.jobs import job
from core.services.runs import Run
from followup.services import escalation


@job("followup.tasks.escalate_overdue", words=_("Báo lên trên việc quá hạn"))
def escalate_overdue(run: Run) -> int:
    """Tell the next rung about what is overdue."""
    return escalation.escalate(now=run.now)
