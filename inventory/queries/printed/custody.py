"""The papers of a consignment: the carrier's pass, and the hand-over record that both sides sign (domain 4.2, 4.7)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day_time
from inventory.models import Consignment, CustodyEvent
from inventory.queries.consignment_lives import LineShown, is_blind, manifest
from inventory.queries.consignments import ConsignmentRow
from inventory.queries.legs import Leg, later_legs, legs_of
from inventory.queries.printed.head import heading
from inventory.rules.custody import Step
from staff.models import Person


def pass_paper(*, row: ConsignmentRow, by: Access, now: datetime) -> Paper:
    """Giấy vận chuyển: who carries, from where to where, in what, until when.

    It travels beside the boxes, so neither the seals' numbers nor what is inside stands on it: the receiver counts
    before being told (docs/custody.md). The hand-over record has both.
    """
    head = heading(facility_id=row.from_id, by=by, now=now)
    legs = later_legs(row.id)
    facts = [
        Fact(_("Nhân viên vận chuyển"), row.carrier),
        *([Fact(_("Nhận chở tiếp"), _taken(legs[-1]))] if legs else []),
        *([Fact(_("Người đi cùng"), row.companion)] if row.companion else []),
        Fact(_("Nơi đi"), _with_phone(row.from_name, row.from_phone)),
        Fact(_("Nơi đến"), _with_phone(row.to_name, row.to_phone)),
        Fact(_("Phương tiện"), row.transport),
        Fact(_("Đường đi"), row.route),
        Fact(_("Dự kiến đến"), day_time(row.expected_at)),
        Fact(_("Số thùng niêm phong"), str(len(row.seals)) if row.seals else _("chưa niêm phong")),
        Fact(_("Mã quét"), row.code),
    ]
    return Paper(
        title=_("Giấy vận chuyển thuốc gây nghiện"),
        unit=head.unit,
        authority=head.authority,
        number=str(row.number),
        facts=facts,
        notes=[
            _("Danh mục và số niêm phong ở biên bản giao nhận, bên giao giữ; nơi nhận đếm trước khi xem."),
            _("Thùng niêm phong không được mở trên đường. Mất, vỡ, bị cướp hoặc thấy nguy hiểm: giữ an toàn cho mình "
              "trước, gọi hai nơi ghi ở trên, rồi ghi sự cố trong Trạm."),
        ],
        signers=[Signer(_("Người giao")), Signer(_("Nhân viên vận chuyển"), row.carrier), Signer(_("Phụ trách cơ sở"))],
        chain=head.chain,
        printed=head.printed,
    )  # fmt: skip


def record_paper(*, row: ConsignmentRow, by: Access, now: datetime) -> Paper:
    """Biên bản giao nhận thuốc Methadone: what left, what arrived, who handed it to whom and when."""
    blind = is_blind(row, by)
    head = heading(facility_id=row.from_id, by=by, now=now)
    events = {event.step: event for event in _events(row.id)}
    arrived = _arrived(events)
    lines = () if blind else manifest(row)
    facts = [
        Fact(_("Bên giao"), _with_phone(row.from_name, row.from_phone)),
        Fact(_("Bên nhận"), _with_phone(row.to_name, row.to_phone)),
        *_carriers(row),
        *([] if blind else [Fact(_("Niêm phong thùng"), ", ".join(row.seals) or _("chưa niêm phong"))]),
        *_handed(events),
        Fact(_("Kết quả"), row.state_words),
    ]
    notes = [_("Chưa đếm ở nơi nhận: danh mục chưa hiện cho bên nhận.")] if blind else []
    return Paper(
        title=_("Biên bản giao nhận thuốc Methadone"),
        unit=head.unit,
        authority=head.authority,
        code=_("PL2, Thông tư 14/2015/TT-BYT"),
        number=str(row.number),
        facts=facts,
        tables=[_table(lines, arrived)] if lines else [],
        notes=notes,
        signers=[
            Signer(_("Người giao"), _who(events.get(Step.HAND_OVER))),
            *(Signer(_("Nhân viên vận chuyển"), name) for name in _names(row)),
            Signer(_("Người nhận"), _who(events.get(Step.RECEIVE) or events.get(Step.TAKE_BACK))),
            Signer(_("Người cùng nhận"), _beside(events.get(Step.RECEIVE) or events.get(Step.TAKE_BACK))),
        ],
        chain=head.chain,
        printed=head.printed,
    )


def _carriers(row: ConsignmentRow) -> list[Fact]:
    """Who carried it and how, leg by leg."""
    first = Consignment.objects.select_related("carrier").get(pk=row.id)
    start = Fact(_("Nhân viên vận chuyển"), f"{first.carrier.full_name}; {first.transport}; {first.route}")
    further = [
        Fact(_("Chặng %(number)d") % {"number": leg.position}, f"{_taken(leg)}; {leg.transport}; {leg.route}")
        for leg in later_legs(row.id)
    ]
    return [start, *further]


def _names(row: ConsignmentRow) -> tuple[str, ...]:
    """Everybody who carried it, once."""
    first = Consignment.objects.select_related("carrier").get(pk=row.id)
    return tuple(dict.fromkeys(leg.carrier for leg in legs_of(first)))


def _taken(leg: Leg) -> str:
    """From whom a leg's carrier took the boxes, and when; or that the same carrier went on another way."""
    at = day_time(leg.since)
    if leg.given_by == leg.carrier:
        return _("%(carrier)s đi tiếp đường khác, %(at)s") % {"carrier": leg.carrier, "at": at}
    return _("%(carrier)s nhận từ %(given_by)s, %(at)s") % {"carrier": leg.carrier, "given_by": leg.given_by, "at": at}


def _events(consignment_id: UUID) -> list[CustodyEvent]:
    return list(
        CustodyEvent.objects.filter(consignment_id=consignment_id)
        .select_related("actor", "witness", "facility")
        .order_by("position")
    )


def _arrived(events: dict[str, CustodyEvent]) -> set[int] | None:
    """The labels that the receiver counted; None before the count."""
    counted = events.get(Step.RECEIVE) or events.get(Step.TAKE_BACK)
    return (
        None if counted is None else {int(number) for number, _seal, _damaged in counted.content["stated"]["bottles"]}
    )


def _table(lines: tuple[LineShown, ...], arrived: set[int] | None = None) -> Table:
    """The lines as packed; beside each, whether it was counted at the other end."""
    columns = [
        Column(_("STT"), 1, number=True), Column(_("Nhãn chai"), 3), Column(_("Số lô"), 2), Column(_("Hạn dùng"), 2),
        Column(_("Số lượng"), 2, number=True), Column(_("Niêm phong"), 2),
    ]  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (place, line.label, line.lot, line.expires_on, line.amount, line.seal)
        for place, line in enumerate(lines, start=1)
    ]
    if arrived is not None:
        columns.append(Column(_("Đếm được"), 2))
        rows = [
            (*row, _came(line, arrived)) for row, line in zip(rows, lines, strict=True)
        ]  # fmt: skip
    return Table(columns=columns, rows=rows)


def _came(line: LineShown, arrived: set[int]) -> str:
    if line.number is None:
        return ""
    return _("có") if line.number in arrived else _("không có")


def _handed(events: dict[str, CustodyEvent]) -> list[Fact]:
    named = (
        (Step.HAND_OVER, _("Giao lúc")), (Step.ARRIVE, _("Đến lúc")), (Step.INSPECT, _("Đếm lúc")),
        (Step.RECEIVE, _("Nhận lúc")), (Step.TAKE_BACK, _("Nhận lại lúc")),
    )  # fmt: skip
    return [
        Fact(name, f"{day_time(events[step].occurred_at)}, {events[step].actor.full_name}")
        for step, name in named
        if step in events
    ]


def _who(event: CustodyEvent | None) -> str:
    return event.actor.full_name if event else ""


def _beside(event: CustodyEvent | None) -> str:
    witness: Person | None = event.witness if event else None
    return witness.full_name if witness else ""


def _with_phone(name: str, phone: str) -> str:
    return f"{name} ({phone})" if phone else name
