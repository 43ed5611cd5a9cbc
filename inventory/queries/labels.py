"""The labels of a delivery's bottles: digits that a scanner reads, and the words that a person checks."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import segno

from core.scanning import encode
from inventory.models import Act, ActKind, Bottle
from inventory.rules.scancodes import BOTTLE

MODULE = 3  # picture units to a dot of the code; printed size is the style sheet's


@dataclass(frozen=True)
class Label:
    """What is printed for one bottle. `picture` is an SVG of the same digits."""

    digits: str
    picture: str
    item: str
    lot_number: str
    expires_on: date
    concentration: Decimal
    size_ul: int


@dataclass(frozen=True)
class LabelSheet:
    facility: str
    document_number: str
    labels: tuple[Label, ...]


def label_sheet(act_id: UUID, *, facility_id: int) -> LabelSheet:
    """The labels of a delivery to this facility, in the order of its lines; raises Act.DoesNotExist."""
    act = Act.objects.select_related("facility", "document").get(
        pk=act_id, facility_id=facility_id, kind=ActKind.RECEIPT, document__isnull=False
    )
    content = act.document.content
    numbers = [number for line in content["found"]["bottles"] for number in line]
    bottles = Bottle.objects.filter(number__in=numbers).select_related("lot__item").order_by("number")
    return LabelSheet(act.facility.name, content["stated"]["document_number"], tuple(map(_label, bottles)))


def _label(bottle: Bottle) -> Label:
    digits = encode(BOTTLE, bottle.number)
    return Label(
        digits=digits,
        picture=segno.make(digits, error="m", micro=False).svg_inline(
            scale=MODULE, omitsize=True, svgclass=None, lineclass=None, title=digits
        ),
        item=bottle.lot.item.name,
        lot_number=bottle.lot.number,
        expires_on=bottle.lot.expires_on,
        concentration=bottle.lot.concentration or Decimal(0),
        size_ul=bottle.size_ul,
    )
