"""Biên bản hủy thuốc, and before it the list that goes with the notice (domain 4.6, 4.7)."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Cell, Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day, day_time
from inventory.queries.destructions import ShownDestruction
from inventory.queries.printed.findings import lot_name
from inventory.queries.printed.head import amount, heading, unit_of


def destruction_paper(*, shown: ShownDestruction, by: Access, now: datetime) -> Paper:
    """What is to be destroyed, or was: the figures of the list, once it is done those of the ledger."""
    row, done = shown.row, shown.row.done_at is not None
    head = heading(facility_id=row.facility_id, by=by, now=now)
    return Paper(
        title=_("Biên bản hủy thuốc") if done else _("Danh mục thuốc đề nghị hủy"),
        unit=head.unit,
        authority=head.authority,
        facts=[
            Fact(_("Thông báo"), f"{row.notice_number}, {day(row.notice_on)}"),
            Fact(_("Gửi đến"), row.notice_to),
            Fact(_("Ngày hủy"), day_time(row.done_at) if done else day(row.planned_on)),
            Fact(_("Nơi hủy"), row.place),
            Fact(_("Cách hủy"), row.method),
            *[Fact(duty, name) for duty, name in shown.signed],
            *([Fact(_("Diễn biến, kết quả"), row.minutes or "")] if done else []),
        ],
        tables=[_table(shown)],
        notes=_notes(shown),
        signers=_signers(shown),
        chain=head.chain,
        printed=head.printed,
    )


def _table(shown: ShownDestruction) -> Table:
    columns = (
        Column(_("STT"), 1, number=True), Column(_("Tên thuốc, hàm lượng"), 4), Column(_("Nhãn chai"), 3),
        Column(_("Số lô"), 2), Column(_("Hạn dùng"), 2), Column(_("Lý do hủy"), 3),
        Column(_("Số lượng"), 2, number=True), Column(_("Đơn vị"), 1),
    )  # fmt: skip
    rows = [
        (
            nth, lot_name(each.lot), each.label if each.bottle else None, each.lot.number, each.lot.expires_on,
            each.why, amount(each.quantity, each.lot.item), unit_of(each.lot.item),
        )
        for nth, each in enumerate(shown.things, start=1)
    ]  # fmt: skip
    items = {each.lot.item_id: each.lot.item for each in shown.things}
    total: tuple[Cell, ...] | None = None
    if len(items) == 1:
        [item] = items.values()
        whole = amount(sum(each.quantity for each in shown.things), item)
        total = (None, _("Cộng"), None, None, None, None, whole, unit_of(item))
    return Table(columns, rows, total=total, empty=_("Danh mục không có gì."))


def _notes(shown: ShownDestruction) -> list[str]:
    if shown.row.cancelled_at is not None:
        return [_("Đợt hủy này đã bỏ: %(why)s") % {"why": shown.row.cancelled_why or ""}]
    if shown.row.done_at is None:
        return [
            _("Chưa hủy. Sớm nhất %(day)s, theo số ngày làm việc phải báo trước.") % {"day": day(shown.row.earliest_on)}
        ]
    return [_("Từng người trong hội đồng đã ký bằng PIN của mình; bản in ký lại bằng tay.")]


def _signers(shown: ShownDestruction) -> list[Signer]:
    if shown.signed:
        return [Signer(duty, name) for duty, name in shown.signed]
    return [Signer(_("Người lập danh mục"), shown.row.prepared_by.full_name), Signer(_("Phụ trách cơ sở"))]
