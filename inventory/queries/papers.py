"""What somebody stated when an act of stock was done, in words for its page."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.quantities import format_decimal, format_ml, format_size
from core.scanning import encode
from core.templatetags.tram import separator
from inventory.models import Document
from inventory.queries import count_papers
from inventory.queries.count_papers import Fact as Fact
from inventory.rules.kinds import ActKind
from inventory.rules.quarantine import REASON_WORDS, QuarantineReason
from inventory.rules.scancodes import BOTTLE
from inventory.rules.shelf_codes import AmpouleFate
from inventory.rules.wording_shelf import FATE_WORDS


def facts(kind: str, stated: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The document's own part as label and text; nothing that was left empty."""
    match kind:
        case ActKind.RECEIPT:
            found = [
                Fact(_("Nơi giao"), stated["supplier"]),
                Fact(_("Số phiếu xuất kho"), stated["document_number"]),
                *(Fact(_("Dòng %(n)d") % {"n": n}, _line(line)) for n, line in enumerate(stated["lines"], start=1)),
                Fact(_("Ghi chú"), stated["note"]),
            ]
        case ActKind.TO_DISPENSING:
            found = [Fact(_("Chai"), ", ".join(encode(BOTTLE, number) for number in stated["bottles"]))]
        case ActKind.EMPTYING:
            found = [
                Fact(_("Chai"), encode(BOTTLE, stated["bottle"])),
                Fact(_("Đo được còn lại"), f"{format_ml(stated['residue_ul'], separator=separator())} mL"),
                Fact(_("Ghi chú"), stated["note"]),
            ]
        case ActKind.MEASURE:
            found = [
                Fact(_("Chai"), encode(BOTTLE, stated["bottle"])),
                Fact(_("Đã đọc"), "; ".join(stated["readings"])),
                Fact(_("Đo được"), f"{format_ml(stated['measured_ul'], separator=separator())} mL"),
            ]
        case ActKind.PRIMING:
            found = [
                Fact(_("Chai"), encode(BOTTLE, stated["bottle"])),
                Fact(_("Đã đổ bỏ"), f"{format_ml(stated['poured_out_ul'], separator=separator())} mL"),
            ]
        case ActKind.AMPOULES_OUT:
            found = [
                Fact(_("Số ống"), str(stated["quantity"])),
                Fact(_("Lý do"), str(FATE_WORDS[AmpouleFate(stated["fate"])])),
                Fact(_("Ghi rõ"), stated["words"]),
            ]
        case ActKind.COUNT | ActKind.SPILL | ActKind.BREAKAGE | ActKind.LOSS | ActKind.RECALL | ActKind.DESTRUCTION:
            found = count_papers.facts(kind, stated)
        case _ if "consignment" in stated:
            found = [Fact(_("Chuyến số"), str(stated["number"]))]
        case ActKind.QUARANTINE:
            found = [
                Fact(_("Chai"), encode(BOTTLE, stated["bottle"])),
                Fact(_("Lý do"), str(REASON_WORDS[QuarantineReason(stated["reason"])])),
                Fact(_("Ghi rõ"), stated["words"]),
            ]
        case _:
            found = [
                Fact(_("Chai"), encode(BOTTLE, stated["bottle"])),
                Fact(_("Lý do"), stated["reason"]),
                Fact(_("Ghi sau"), _("chai đã mở từ trước") if stated.get("past") else ""),
            ]
    return tuple(fact for fact in found if fact.text)


def _line(line: Mapping[str, Any]) -> str:
    if line["concentration"] is None:
        told = {
            "count": line["bottles"],
            "lot": line["lot"],
            "day": f"{date.fromisoformat(line['expires_on']):%d/%m/%Y}",
            "maker": line["manufacturer"],
        }
        return _("%(count)d ống, lô %(lot)s, HD %(day)s, %(maker)s") % told
    figures = {
        "bottles": line["bottles"],
        "ml": format_size(line["size_ul"], separator=separator()),
        "lot": line["lot"],
        "day": f"{date.fromisoformat(line['expires_on']):%d/%m/%Y}",
        "strength": format_decimal(Decimal(line["concentration"]), separator=separator()),
        "maker": line["manufacturer"],
    }
    said = _("%(bottles)d chai %(ml)s mL, %(strength)s mg/mL, lô %(lot)s, HD %(day)s, %(maker)s") % figures
    if line.get("held_ul") is None:
        return said
    opened_on = date.fromisoformat(line["opened_on"])
    held = {"said": said, "ml": format_ml(line["held_ul"], separator=separator()), "day": f"{opened_on:%d/%m/%Y}"}
    return _("%(said)s; đã mở từ %(day)s, đo được %(ml)s mL") % held


def summaries(act_ids: Collection[UUID]) -> dict[UUID, str]:
    """What each of these acts was about, on one line. One statement."""
    found = Document.objects.filter(act_id__in=act_ids).values_list("act_id", "act__kind", "content")
    return {
        act_id: " · ".join(f"{fact.label}: {fact.text}" for fact in facts(kind, content["stated"]))
        for act_id, kind, content in found
    }
