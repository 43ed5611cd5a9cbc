"""Jobs of stock. Each may run twice or late without harm."""

from django.utils.translation import gettext_lazy as _

from core.jobs import job
from core.services.runs import Run
from inventory.services import cycle, dayheads, patterns, recalls, restocking, watch


@job("inventory.tasks.sign_day_heads", words=_("Ký số cuối ngày của sổ kho"))
def sign_day_heads(run: Run) -> int:
    """Sign the chain heads of every day that is over and not signed yet."""
    return len(dayheads.sign(now=run.now))


@job("inventory.tasks.restock_naloxone", words=_("Xem kệ cấp cứu có đủ naloxone"), nightly=True)
def restock_naloxone(run: Run) -> int:
    """Ask for ampoules wherever a site has reached its minimum, or will before the next delivery."""
    return restocking.restock(now=run.now)


@job("inventory.tasks.remind_requests", words=_("Nhắc lập dự trù và báo cáo"), nightly=True)
def remind_requests(run: Run) -> int:
    """Remind sites of the month's request and clinics of the quarter's report."""
    return cycle.remind(now=run.now)


@job("inventory.tasks.raise_overdue_consignments", words=_("Báo chuyến hàng trễ"))
def raise_overdue_consignments(run: Run) -> int:
    """Tell both ends of every journey that is late, once, and again as it gets worse."""
    return watch.raise_overdue(now=run.now)


@job("inventory.tasks.finish_recalls", words=_("Để riêng thuốc đang bị thu hồi"))
def finish_recalls(run: Run) -> int:
    """Set apart what is still in use of lots that are called back."""
    return recalls.finish(now=run.now)


@job("inventory.tasks.look_for_patterns", words=_("Tìm chênh lệch nhỏ lặp lại cùng một phía"), nightly=True)
def look_for_patterns(run: Run) -> int:
    """Open a case wherever small differences lean to one side again and again, once for the same differences."""
    return patterns.look_everywhere(now=run.now)
