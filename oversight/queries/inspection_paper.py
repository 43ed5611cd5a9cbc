"""The record of an inspection on paper, with the frozen link as QR and blocks to sign by hand."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Cell, Column, Fact, Paper, Signer, Table
from core.quantities import UL_PER_ML
from core.templatetags.tram import day, day_time
from inventory.models import Inspection
from inventory.queries.inspections import Compared
from inventory.queries.printed.head import heading
from oversight.queries.inspections import InspectionPage, Rest


def inspection_paper(page: InspectionPage, rest: Rest, *, by: Access, now: datetime) -> Paper:
    """Biên bản thanh tra, kiểm tra: what was frozen, counted and found open. No patient."""
    row = page.row
    head = heading(facility_id=row.facility_id, by=by, now=now)
    end = getattr(row, "end", None)
    return Paper(
        title=_("Biên bản thanh tra, kiểm tra thuốc gây nghiện"),
        unit=head.unit,
        authority=head.authority,
        facts=_facts(page, row),
        tables=[_bottles(rest), *_movements(rest), *_open(rest), *_kept(rest)],
        notes=[_("Ý kiến của đoàn: %(words)s") % {"words": end.remarks}] if end and end.remarks else [],
        signers=[
            Signer(_("Trưởng đoàn"), end.inspector if end else row.inspector),
            Signer(_("Người kiểm kê"), page.count.counted_by.full_name if page.count else ""),
            Signer(_("Phụ trách cơ sở"), end.ended_by.full_name if end else ""),
        ],
        chain=f"{row.as_of}:{row.head_hash}",
        printed=head.printed,
        landscape=True,
    )


def _facts(page: InspectionPage, row: Inspection) -> list[Fact]:
    counted = _("chưa kiểm kê")
    if page.count is not None:
        counted = _("%(at)s, so với sổ đến dòng %(number)s") % {
            "at": day_time(page.count.counted_at), "number": page.count.as_of,
        }  # fmt: skip
    paper = getattr(row, "identitypaper", None)
    said = {"number": row.paper_number, "on": day(row.paper_on)}
    facts = [
        Fact(_("Trưởng đoàn"), row.inspector),
        Fact(_("Cơ quan"), row.authority),
        Fact(_("Văn bản"), _("%(number)s ngày %(on)s") % said),
        Fact(_("Mốc của sổ"), _("%(at)s, dòng %(number)s") % {"at": day_time(row.pressed_at), "number": row.as_of}),
        Fact(_("Kiểm kê"), counted),
    ]
    if paper is not None:
        said = {"number": paper.number, "who": paper.authority, "until": day_time(paper.until_at)}
        facts.append(Fact(_("Xem danh tính theo"), _("%(number)s, %(who)s, đến %(until)s") % said))
    return facts


def _bottles(rest: Rest) -> Table:
    return Table(
        caption=_("Từng chai, từng lô: sổ tại mốc và kiểm kê (mL, hoặc ống)"),
        columns=(
            Column(_("Nhãn"), 3), Column(_("Nơi"), 3), Column(_("Sổ tại mốc"), 2, number=True),
            Column(_("Ghi sau mốc"), 2, number=True), Column(_("Sổ lúc đếm"), 2, number=True),
            Column(_("Đếm được"), 2, number=True), Column(_("Chênh lệch"), 2, number=True), Column(_("Kết quả"), 3),
        ),
        rows=[_bottle(each) for each in rest.told],
        empty=_("Không có chai nào."),
    )  # fmt: skip


def _bottle(each: Compared) -> tuple[Cell, ...]:
    book, found = (each.line.book, each.line.found) if each.line else (None, None)
    words = each.words or _("không còn lúc đếm")
    figures = [_amount(figure, each.in_ml) for figure in (each.frozen, each.since, book, found, each.difference)]
    return (each.label, each.place_words, *figures, words)


def _amount(quantity: int | None, in_ml: bool) -> Cell:
    if quantity is None:
        return None
    return Decimal(quantity) / UL_PER_ML if in_ml else quantity


def _movements(rest: Rest) -> Iterator[Table]:
    yield Table(
        caption=_("Xuất nhập %(days)d ngày trước mốc") % {"days": rest.days},
        columns=(
            Column(_("Ngày"), 2), Column(_("Thuốc"), 4), Column(_("Nhập"), 2, number=True),
            Column(_("Cấp uống"), 2, number=True), Column(_("Xuất khác"), 2, number=True),
            Column(_("Số việc"), 2, number=True),
        ),
        rows=[
            (one.day, one.item, _amount(one.came, one.in_ml), _amount(one.given, one.in_ml),
             _amount(one.went, one.in_ml), one.acts)
            for one in rest.moved
        ],
        empty=_("Không có."),
    )  # fmt: skip
    yield Table(
        caption=_("Việc trong kho, trừ cấp liều"),
        columns=(Column(_("Dòng sổ"), 1, number=True), Column(_("Lúc"), 2), Column(_("Việc"), 4), Column(_("Ai"), 2)),
        rows=[(act.sequence, day_time(act.at), act.words, act.by) for act in rest.acts],
        empty=_("Không có."),
    )


def _open(rest: Rest) -> Iterator[Table]:
    yield Table(
        caption=_("Chênh lệch chưa kết luận"),
        columns=(Column(_("Mở lúc"), 2), Column(_("Việc"), 6), Column(_("Người phụ trách"), 3), Column(_("Hạn"), 2)),
        rows=[(day_time(case.opened_at), case.what or case.kind, case.owner, case.due) for case in rest.cases],
        empty=_("Không có."),
    )
    yield Table(
        caption=_("Việc làm một mình, chưa ai xem lại"),
        columns=(Column(_("Lúc"), 2), Column(_("Việc"), 4), Column(_("Ai"), 2), Column(_("Vì sao"), 5)),
        rows=[(day_time(act.at), act.act, act.actor, act.reason) for act in rest.alone],
        empty=_("Không có."),
    )
    yield Table(
        caption=_("Y lệnh bác sĩ chưa ký"),
        columns=(Column(_("Ghi lúc"), 2), Column(_("Y lệnh"), 6), Column(_("Bác sĩ"), 2), Column(_("Người ghi"), 2)),
        rows=[(day_time(one.recorded_at), one.what, one.physician, one.done_by) for one in rest.unsigned],
        empty=_("Không có."),
    )


def _kept(rest: Rest) -> Iterator[Table]:
    yield Table(
        caption=_("Chìa khóa"),
        columns=(Column(_("Chìa khóa"), 4), Column(_("Ở ai"), 4), Column(_("Từ"), 2)),
        rows=[
            (line.name, line.held.holder or line.step_words, day_time(line.held.since))
            if line.held else (line.name, _("chưa ghi trong sổ"), None)
            for line in rest.keys
        ],
    )  # fmt: skip
    yield Table(
        caption=_("Kiểm tra dụng cụ đong"),
        columns=(Column(_("Lúc"), 2), Column(_("Dụng cụ"), 4), Column(_("Kết quả"), 3), Column(_("Ai"), 2)),
        rows=[
            (day_time(one.checked_at), one.device.name, _("đạt") if one.passed else _("lệch quá mức"),
             one.checked_by.initials)
            for one in rest.checks
        ],
        empty=_("Chưa kiểm tra lần nào."),
    )  # fmt: skip
    yield Table(
        caption=_("Thuốc, chai gửi trả"),
        columns=(Column(_("Chuyến"), 1, number=True), Column(_("Loại"), 3), Column(_("Nơi đến"), 4),
                 Column(_("Tình trạng"), 3)),
        rows=[(one.number, one.kind_words, one.to_name, one.state_words) for one in rest.returns],
        empty=_("Không có."),
    )  # fmt: skip
    yield Table(
        caption=_("Hồ sơ hủy thuốc"),
        columns=(
            Column(_("Thông báo"), 3),
            Column(_("Dự kiến hủy"), 2),
            Column(_("Nơi hủy"), 4),
            Column(_("Đã hủy"), 2),
        ),
        rows=[
            (one.notice_number, one.planned_on, one.place, day_time(one.done_at) if one.done_at else None)
            for one in rest.destructions
        ],
        empty=_("Cơ sở này không hủy thuốc, hoặc chưa có hồ sơ."),
    )
