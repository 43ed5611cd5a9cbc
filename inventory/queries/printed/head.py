"""What stands on every form of a facility: whose it is, and the last link of its chain."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.access import Access
from core.quantities import UL_PER_ML
from core.templatetags.tram import day_time
from facilities.models import Facility
from inventory.models import BaseUnit, ChainHead, Item


@dataclass(frozen=True)
class Heading:
    """`chain` is "sequence:hash" of the facility's chain at the moment of reading, empty before its first act."""

    unit: str
    authority: str
    chain: str
    printed: str


def heading(*, facility_id: int, by: Access, now: datetime) -> Heading:
    """Two statements."""
    facility = Facility.objects.select_related("area__province").get(pk=facility_id)
    head = ChainHead.objects.filter(facility_id=facility_id).first()
    chain = f"{head.sequence}:{bytes(head.hash).hex()}" if head and head.sequence else ""
    return Heading(
        unit=facility.name,
        authority=_("Sở Y tế %(province)s") % {"province": facility.area.province.name},
        chain=chain,
        printed=_("In lúc %(at)s, %(by)s") % {"at": day_time(now), "by": by.label},
    )


def amount(quantity: int, item: Item) -> Decimal | int:
    """A quantity as its book writes it: mL of a solution, pieces of anything else."""
    return Decimal(quantity) / UL_PER_ML if item.base_unit == BaseUnit.MICROLITRE else quantity


def unit_of(item: Item) -> str:
    return "mL" if item.base_unit == BaseUnit.MICROLITRE else _("ống")
