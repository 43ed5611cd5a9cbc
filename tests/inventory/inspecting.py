"""An inspection of the first site: opened by its head, counted by its dispenser, ended with a written name."""

from dataclasses import replace
from datetime import date

from core.access import Access
from core.ids import new_id
from inventory.models import IdentityPaper, Inspection, InspectionEnd, StockCount
from inventory.rules.countkinds import CountWhy
from inventory.services import inspections
from inventory.services.inspections import Ending, LegalPaper, Starting
from tests import cast, world_stock
from tests.inventory.counting import count
from tests.inventory.site import Site
from tests.world import NOW

INSPECTOR = "Ông Lò Văn Thanh"


def head() -> Access:
    return world_stock.act_as(cast.SITE_HEAD)


def start(by: Access | None = None, **changes: object) -> Inspection:
    usual = Starting(new_id(), INSPECTOR, "Thanh tra Sở Y tế", "112/QĐ-TTr", date(2026, 11, 20))
    return inspections.start(command=replace(usual, **changes), by=by or head(), now=NOW)  # type: ignore[arg-type]


def counted(site: Site, row: Inspection, **changes: object) -> StockCount:
    return count(site, why=CountWhy.INSPECTION, inspection_id=row.pk, **changes)


def allowed(row: Inspection, **changes: object) -> IdentityPaper:
    usual = LegalPaper(
        new_id(), row.pk, "45/QĐ-CSĐT", date(2026, 11, 21), "Cơ quan CSĐT", "mọi người bệnh đang uống tại trạm",
        "Bà Điêu Thị Hạnh, trưởng trạm", cast.SITE_HEAD.pin,
    )  # fmt: skip
    return inspections.allow_identities(command=replace(usual, **changes), by=head(), now=NOW)  # type: ignore[arg-type]


def ended(row: Inspection, **changes: object) -> InspectionEnd:
    usual = Ending(row.pk, INSPECTOR, "", cast.SITE_HEAD.pin)
    return inspections.end(command=replace(usual, **changes), by=head(), now=NOW)  # type: ignore[arg-type]


def seen(site: Site) -> Inspection:
    """An inspection whose bottles are counted, so that its page shows everything."""
    row = start()
    counted(site, row)
    return row
