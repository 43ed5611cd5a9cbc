"""What a count, a spill, a loss, a recall or a destruction stated, as label and text for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.quantities import format_ml
from core.scanning import encode
from core.templatetags.tram import separator
from inventory.rules.countkinds import CountWhy, LossKind
from inventory.rules.kinds import ActKind
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording_counts import LOSS_WORDS, WHY_WORDS


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


def facts(kind: str, stated: Mapping[str, Any]) -> list[Fact]:
    """The document's own part; empty texts are left out by who asks."""
    match kind:
        case ActKind.COUNT:
            return [
                Fact(_("Kiểm kê"), str(WHY_WORDS[CountWhy(stated["why"])])),
                Fact(_("Người yêu cầu"), stated["asked_by"]),
                Fact(_("Ghi chú"), stated["note"]),
            ]
        case ActKind.SPILL | ActKind.BREAKAGE:
            bottle = stated["bottle"]
            amount = f"{format_ml(stated['estimated'], separator=separator())} mL" if bottle else stated["estimated"]
            return [
                Fact(_("Chai"), encode(BOTTLE, bottle) if bottle else ""),
                Fact(_("Ước lượng đã mất"), str(amount)),
                Fact(_("Đã xảy ra thế nào"), stated["words"]),
                Fact(_("Cùng thấy"), stated["also_saw"]),
            ]
        case ActKind.LOSS:
            return [
                Fact(_("Loại"), str(LOSS_WORDS[LossKind(stated["kind"])])),
                Fact(_("Chai"), _labels(stated["bottles"])),
                Fact(_("Người phát hiện"), stated["found_by"]),
                Fact(_("Diễn biến"), stated["words"]),
            ]
        case ActKind.RECALL:
            return [
                Fact(_("Lô"), stated["lot"]),
                Fact(_("Văn bản"), stated["paper"]),
                Fact(_("Lý do"), stated["reason"]),
            ]
        case _:
            return [Fact(_("Biên bản"), stated["minutes"]), Fact(_("Nơi hủy"), stated["place"])]


def _labels(numbers: list[int]) -> str:
    return ", ".join(encode(BOTTLE, number) for number in numbers)
