"""Jobs of the managers' figures. Each may run twice or late without harm."""

from django.utils.translation import gettext_lazy as _

from core.jobs import job
from core.services.runs import Run
from oversight.services import report_tasks, summaries


@job("oversight.tasks.summarise", words=_("Cộng số liệu cho người quản lý"))
def summarise(run: Run) -> dict[str, int]:
    """Days that are over by now, and past days of which something was written since."""
    return summaries.refresh(now=run.now)


@job("oversight.tasks.summarise_anew", words=_("Cộng lại số liệu các tuần gần đây trong đêm"), nightly=True)
def summarise_anew(run: Run) -> dict[str, int]:
    """The last weeks once more, before the proofs of the night compare them."""
    return summaries.anew(now=run.now)


@job("oversight.tasks.ask_for_reports", words=_("Nhắc nộp báo cáo quý"), nightly=True)
def ask_for_reports(run: Run) -> int:
    """Whoever hands in a quarterly report that is missing is asked for it, with its deadline."""
    return report_tasks.ask(now=run.now)
