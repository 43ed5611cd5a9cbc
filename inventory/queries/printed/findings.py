"""The records of what a site found: a count, a spill or breakage, a loss (domain 4.5 to 4.7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Cell, Column, Fact, Paper, Signer, Table
from core.scanning import encode
from core.templatetags.tram import day_time, ml
from inventory.models import AccountKind, CountLine, Lot, Movement, Spill
from inventory.queries.count_pages import ShownCount, ShownLine, ShownLoss, ShownSpill
from inventory.queries.printed.head import amount, heading, unit_of
from inventory.rules.countkinds import Outcome
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import PLACE_WORDS, REASON_WORDS
from staff.models import AT_ONCE, Attestation, Mode

OUT: Final = (AccountKind.SPILL, AccountKind.LOSS)  # where what is gone is booked


@dataclass(frozen=True)
class LotSum:
    """A lot in one place as counted: base units. Less and more stand apart, never netted (domain 4.5)."""

    lot: Lot
    place: str
    book: int
    found: int
    less: int
    more: int


def lot_sums(lines: Iterable[CountLine]) -> tuple[LotSum, ...]:
    """The lines of a count lot by lot and place by place, each difference on its own side. No statement."""
    sums: dict[tuple[str, int], list[CountLine]] = defaultdict(list)
    for line in lines:
        if line.lot_id is not None:
            sums[line.place, line.lot_id].append(line)
    found = []
    for (place, _lot_id), group in sums.items():
        lot = group[0].lot
        assert lot is not None  # noqa: S101  grouped by it
        less = sum(max(0, line.book - line.found) for line in group)
        more = sum(max(0, line.found - line.book) for line in group)
        book, seen = sum(line.book for line in group), sum(line.found for line in group)
        found.append(LotSum(lot, place, book, seen, less, more))
    return tuple(sorted(found, key=lambda each: (each.lot.item.name, each.lot.expires_on, each.lot.number, each.place)))


def count_paper(*, shown: ShownCount, by: Access, now: datetime) -> Paper:
    """Biên bản kiểm kê: book and found of each lot, then what differs line by line."""
    head = heading(facility_id=shown.row.facility_id, by=by, now=now)
    row, second = shown.row, _second(shown.signed)
    return Paper(
        title=_("Biên bản kiểm kê thuốc"),
        unit=head.unit,
        authority=head.authority,
        facts=[
            Fact(_("Kiểm kê"), shown.why_words),
            *([Fact(_("Theo yêu cầu của"), row.asked_by)] if row.asked_by else []),
            Fact(_("Bắt đầu đếm"), day_time(row.started_at)),
            Fact(_("Đếm xong"), day_time(row.counted_at)),
            Fact(_("So với sổ đến dòng số"), str(row.as_of)),
            Fact(_("Kết quả"), _("khớp sổ") if row.agrees else _("có chênh lệch")),
            *([Fact(_("Ghi chú"), row.note)] if row.note else []),
        ],
        tables=[_lots(lot_sums(line.row for line in shown.lines)), _differences(shown.differing)],
        notes=[
            _("Hao hụt và dư thừa ghi riêng, không bù trừ. Liều ghi sau dòng sổ nêu trên không tính vào chênh lệch."),
            *_alone(shown.signed),
        ],
        signers=[
            Signer(_("Người kiểm kê"), row.counted_by.full_name),
            Signer(_("Người cùng kiểm kê"), second),
            Signer(_("Phụ trách cơ sở")),
        ],
        chain=head.chain,
        printed=head.printed,
        landscape=True,
    )


def _lots(sums: Sequence[LotSum]) -> Table:
    columns = (
        Column(_("STT"), 1, number=True), Column(_("Tên thuốc, hàm lượng"), 4), Column(_("Đơn vị"), 1),
        Column(_("Số lô"), 2), Column(_("Hạn dùng"), 2), Column(_("Nơi để"), 3), Column(_("Sổ sách"), 2, number=True),
        Column(_("Thực tế"), 2, number=True), Column(_("Hao hụt"), 2, number=True),
        Column(_("Dư thừa"), 2, number=True),
    )  # fmt: skip
    rows = [
        (
            nth, lot_name(each.lot), unit_of(each.lot.item), each.lot.number, each.lot.expires_on,
            str(PLACE_WORDS[AccountKind(each.place)]), amount(each.book, each.lot.item),
            amount(each.found, each.lot.item), _part(each.less, each.lot), _part(each.more, each.lot),
        )
        for nth, each in enumerate(sums, start=1)
    ]  # fmt: skip
    return Table(columns, rows, caption=_("Theo lô"), empty=_("Sổ không có thuốc nào ở cơ sở này."))


def _differences(lines: Sequence[ShownLine]) -> Table:
    columns = (
        Column(_("STT"), 1, number=True), Column(_("Chai hoặc lô"), 4), Column(_("Nơi để"), 3),
        Column(_("Thấy"), 4), Column(_("Hao hụt"), 2, number=True), Column(_("Dư thừa"), 2, number=True),
        Column(_("Đơn vị"), 1),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for nth, line in enumerate(lines, start=1):
        lot, row = line.row.lot, line.row
        less, more = max(0, row.book - row.found), max(0, row.found - row.book)
        sides = (_part(less, lot), _part(more, lot), unit_of(lot.item)) if lot else (None, None, None)
        rows.append((nth, line.label, line.place_words, line.words, *sides))
    return Table(columns, rows, caption=_("Chênh lệch, từng dòng"), empty=_("Không có chênh lệch."))


def spill_paper(*, row: Spill, by: Access, now: datetime) -> Paper:
    """Biên bản xác nhận đổ vỡ, hao hụt: what happened, what left the book, who saw it."""
    head = heading(facility_id=row.facility_id, by=by, now=now)
    signed = _attested(row.pk)
    other = row.other_witness.full_name if row.other_witness else ""
    shown = ShownSpill(row)
    estimated = f"{ml(row.estimated)} mL" if row.bottle else f"{row.estimated} {unit_of(row.item)}"
    return Paper(
        title=_("Biên bản xác nhận đổ vỡ, hao hụt thuốc"),
        unit=head.unit,
        authority=head.authority,
        facts=[
            Fact(_("Đã xảy ra"), f"{shown.words}, {day_time(row.happened_at)}"),
            Fact(_("Nơi để"), str(PLACE_WORDS[AccountKind(row.place)])),
            *([Fact(_("Chai"), shown.label)] if row.bottle else []),
            Fact(_("Ước lượng đã mất"), estimated),
            *([Fact(_("Đo được còn lại trong chai"), f"{ml(row.measure.measured_ul)} mL")] if row.measure else []),
            Fact(_("Diễn biến"), row.words),
            *([Fact(_("Người khác đã thấy"), row.also_saw)] if row.also_saw else []),
        ],
        tables=[moved_table(gone(row.pk), caption=_("Đã ghi sổ"))],
        notes=[*_alone(signed), *([] if other else [_("Quy định cần hai người chứng kiến; mới có chữ ký nêu dưới.")])],
        signers=[
            Signer(_("Người lập biên bản"), row.recorded_by.full_name),
            Signer(_("Người chứng kiến"), _second(signed)),
            Signer(_("Người chứng kiến thứ hai"), other),
            Signer(_("Phụ trách cơ sở")),
        ],
        chain=head.chain,
        printed=head.printed,
    )


def loss_paper(*, shown: ShownLoss, by: Access, now: datetime) -> Paper:
    """Báo cáo thất thoát: what is gone by the ledger, how it was found, who was told."""
    row = shown.row
    head = heading(facility_id=row.facility_id, by=by, now=now)
    signed = _attested(row.act_id or row.pk)
    return Paper(
        title=_("Báo cáo thất thoát thuốc"),
        unit=head.unit,
        authority=head.authority,
        number=row.report_number or "",
        facts=[
            Fact(_("Kính gửi"), row.sent_to or "…………………………"),
            Fact(_("Đã xảy ra"), shown.words),
            Fact(_("Phát hiện lúc"), f"{day_time(row.found_at)}, {row.found_by}"),
            Fact(_("Diễn biến"), row.words),
            Fact(_("Nguy hiểm cho người"), row.danger_words or _("không")),
            Fact(_("Công an"), f"{row.police_unit}, {day_time(row.police_at)}" if row.police_at else _("chưa báo")),
            Fact(_("Hạn báo cáo"), day_time(row.due_at)),
            *([Fact(_("Đã gửi"), day_time(row.sent_at))] if row.sent_at else []),
        ],
        tables=[moved_table(lost_by(shown), caption=_("Đã ghi sổ là mất"))],
        notes=[*_alone(signed), *_counted(shown)],
        signers=[
            Signer(_("Người lập báo cáo"), row.recorded_by.full_name),
            Signer(_("Người cùng ký"), _second(signed)),
            Signer(_("Phụ trách cơ sở")),
        ],
        chain=head.chain,
        printed=head.printed,
    )


def gone(act_id: UUID) -> QuerySet[Movement]:
    """What an act booked as gone, in its order. One statement when it is read."""
    return (
        Movement.objects.filter(act_id=act_id, target__kind__in=[str(kind) for kind in OUT])
        .select_related("item", "lot", "bottle", "source", "target")
        .order_by("position")
    )


def lost_by(shown: ShownLoss) -> Sequence[Movement]:
    """What the ledger says is lost of a report: by its own act, or by the count whose line it names."""
    row = shown.row
    if row.act_id is not None:
        return list(gone(row.act_id))
    if row.line is None:
        return []
    about = (row.line.lot_id, row.line.bottle_id)
    return [each for each in gone(row.line.count_id) if (each.lot_id, each.bottle_id) == about]


def moved_table(moves: Iterable[Movement], *, caption: str) -> Table:
    """Movements of the ledger as a form has them, with the sum of each unit below where there is only one."""
    told = list(moves)
    columns = (
        Column(_("STT"), 1, number=True), Column(_("Tên thuốc, hàm lượng"), 4), Column(_("Nhãn chai"), 3),
        Column(_("Số lô"), 2), Column(_("Hạn dùng"), 2), Column(_("Lý do"), 3), Column(_("Số lượng"), 2, number=True),
        Column(_("Đơn vị"), 1),
    )  # fmt: skip
    rows = [
        (
            nth, lot_name(each.lot), encode(BOTTLE, each.bottle.number) if each.bottle else None, each.lot.number,
            each.lot.expires_on, str(REASON_WORDS.get(each.reason, "")), amount(each.quantity, each.item),
            unit_of(each.item),
        )
        for nth, each in enumerate(told, start=1)
    ]  # fmt: skip
    items = {each.item_id: each.item for each in told}
    total: tuple[Cell, ...] | None = None
    if len(items) == 1:
        [item] = items.values()
        whole = amount(sum(each.quantity for each in told), item)
        total = (None, _("Cộng"), None, None, None, None, whole, unit_of(item))
    return Table(columns, rows, caption=caption, total=total, empty=_("Chưa ghi sổ khoản nào."))


def lot_name(lot: Lot) -> str:
    """Drug and strength as a form names them."""
    if lot.concentration is None or not lot.item.in_bottles:
        return lot.item.name
    strength = f"{lot.concentration:f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{lot.item.name} {strength} mg/mL"


def _part(quantity: int, lot: Lot) -> Cell:
    """Nothing where nothing differs, as the paper form has it."""
    return amount(quantity, lot.item) if quantity else None


def _attested(act_id: UUID) -> Attestation | None:
    return Attestation.objects.filter(act_id=act_id, mode__in=AT_ONCE).select_related("second").first()


def _second(signed: Attestation | None) -> str:
    return signed.second.full_name if signed and signed.second else ""


def _alone(signed: Attestation | None) -> list[str]:
    if signed is None or signed.mode != Mode.ALONE:
        return []
    return [_("Làm một mình: %(reason)s. Chờ người quản lý xem lại.") % {"reason": signed.reason}]


def _counted(shown: ShownLoss) -> list[str]:
    line = shown.row.line
    if line is None:
        return []
    found = line.outcome == Outcome.MISSING
    words = _("Theo kiểm kê lúc %(at)s: không thấy.") if found else _("Theo kiểm kê lúc %(at)s.")
    return [words % {"at": day_time(line.count.counted_at)}]
