"""Jobs of dosing. Each may run twice or late without harm."""

from django.utils.translation import gettext_lazy as _

from core.jobs import job
from core.services.runs import Run
from dispensing.services import caseloads, demand


@job("dispensing.tasks.push_caseloads", words=_("Đếm số người bệnh mỗi nơi"), nightly=True)
def push_caseloads(run: Run) -> int:
    """Count the patients of every facility for the rooms below, before the nightly look at the emergency shelves."""
    return caseloads.push(now=run.now)


@job("dispensing.tasks.push_demand", words=_("Tính lượng thuốc mỗi trạm sẽ dùng"), nightly=True)
def push_demand(run: Run) -> int:
    """Tell the room of stock what each site will use, before requests are proposed from it."""
    return demand.push(now=run.now)
