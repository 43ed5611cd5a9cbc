"""Jobs of follow-up. Each may run twice or late without harm."""

from dataclasses import asdict

from django.utils.translation import gettext_lazy as _

from core.jobs import job
from core.services.runs import Run
from followup.services import certificates, escalation, messages, outlets, rota_told


@job("followup.tasks.escalate_overdue", words=_("Báo lên trên việc quá hạn"))
def escalate_overdue(run: Run) -> int:
    """Tell the next rung about what is overdue."""
    return escalation.escalate(now=run.now)


@job("followup.tasks.send_messages", words=_("Gửi tin nhắn và thư báo có việc"))
def send_messages(run: Run) -> None:
    """Tell people outside the product that something waits for them inside it."""
    ways = outlets.configured()
    made = messages.make(through=ways, now=run.now)
    went = messages.send(outlets=ways, now=run.now)
    run.result = {"made": made, **asdict(went)}
    if went.failed and not went.sent:
        run.not_well()


@job("followup.tasks.tell_duties", words=_("Báo ca trực ngày mai"))
def tell_duties(run: Run) -> int:
    """Tell people in the afternoon that they are on duty tomorrow."""
    return rota_told.tell_tomorrow(now=run.now)


@job("followup.tasks.warn_of_certificates", words=_("Nhắc chứng chỉ sắp hết hạn"), nightly=True)
def warn_of_certificates(run: Run) -> int:
    """Ask for certificates that end soon or have ended."""
    return certificates.warn(now=run.now)
