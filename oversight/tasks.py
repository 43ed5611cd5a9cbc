"""Jobs of the managers' figures. Each may run twice or late without harm."""

from django.utils.translation import gettext_lazy as _

from core.jobs import job
from core.services.runs import Run
from oversight.services import summaries


@job("oversight.tasks.summarise", words=_("Cộng số liệu cho người quản lý"))
def summarise(run: Run) -> dict[str, int]:
    """Days that are over by now, and past days of which something was written since."""
    return summaries.refresh(now=run.now)


@job("oversight.tasks.summarise_anew", words=_("Cộng lại số liệu các tuần gần đây trong đêm"), nightly=True)
def summarise_anew(run: Run) -> dict[str, int]:
    """The last weeks once more, before the proofs of the night compare them."""
    return summaries.anew(now=run.now)
