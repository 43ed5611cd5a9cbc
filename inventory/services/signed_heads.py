"""When the ends of the chains were last signed outside the database, for who keeps the product running."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from core.gauges import Gauge
from core.operations import Figure
from core.templatetags.tram import day_time
from inventory.models import ChainHead
from inventory.services.dayheads import SUFFIX

DAYS_BEHIND: Final = timedelta(days=2)  # a day is signed once it is over everywhere


def _newest() -> tuple[date, datetime] | None:
    """The last day of which heads are signed, and when its file was last written."""
    files = {path.stem: path for path in Path(settings.DAY_HEADS_DIR).rglob(f"????-??-??{SUFFIX}")}
    if not files:
        return None
    last = max(files)
    return date.fromisoformat(last), datetime.fromtimestamp(files[last].stat().st_mtime, UTC)


def figures(now: datetime) -> Iterator[Figure]:
    """For the operations page."""
    newest, chains = _newest(), ChainHead.objects.count()
    yield Figure(_("Số chuỗi"), str(chains))
    if newest is None:
        yield Figure(_("Ký số cuối ngày"), _("chưa lần nào"), look=chains > 0)
        return
    day, at = newest
    yield Figure(_("Ngày cuối đã ký"), f"{day:%d/%m/%Y}", look=now.date() - day > DAYS_BEHIND)
    yield Figure(_("Ký lúc"), day_time(at))


def gauges(now: datetime) -> Iterator[Gauge]:
    """For /metrics."""
    yield Gauge("chains", "Chains of the ledger.", ChainHead.objects.count())
    newest = _newest()
    if newest is not None:
        yield Gauge("heads_signed_day_age_days", "Days since the last signed day.", (now.date() - newest[0]).days)
        yield Gauge("heads_signed_age_seconds", "Since heads were last signed.", (now - newest[1]).total_seconds())
