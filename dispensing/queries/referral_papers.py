"""The referral slip and the dossier of a transfer (domain 3): what goes with the patient, signed by both sides."""

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day_time
from dispensing.models import ReferralStep
from dispensing.queries.referral_pages import CaseWords, case_words
from dispensing.queries.referrals import Life
from dispensing.rules.referral_codes import ANSWER_WORDS, CHECK_WORDS, CHECKS_OF, INITIATOR_WORDS, Answer, Initiator
from dispensing.rules.referral_table import Kind, Step
from inventory.queries.printed.head import heading

_SIGNED: Final = (Step.SEND, Step.OFFER, Step.COUNTERSIGN, Step.ACCEPT)


def slip(life: Life, *, by: Access, now: datetime) -> Paper:
    """Phiếu chuyển người bệnh: last dose, doses of thirty days, order, tests, reasons, signatures. No name: the code,
    which the treatment card carries too; the name is written in by hand.
    """
    referral, case = life.referral, case_words(life.referral.summary)
    head = heading(facility_id=referral.from_facility_id, by=by, now=now)
    signed = _signatures(life)
    return Paper(
        title=_("Phiếu chuyển người bệnh điều trị Methadone"),
        unit=head.unit,
        authority=head.authority,
        facts=[*_who(life), *_case(case), *_answers(life)],
        tables=[_doses(case)],
        notes=[_("Bản tóm tắt lập từ sổ lúc %(at)s; dấu: %(digest)s") % {
            "at": day_time(referral.drafted_at), "digest": referral.digest[:16],
        }],
        signers=[
            Signer(_("Người chuyển"), signed.get(Step.SEND, "")),
            Signer(_("Phụ trách nơi chuyển")),
            Signer(_("Người nhận"), _acknowledged(life)),
        ],
        chain=head.chain,
        printed=head.printed,
    )  # fmt: skip


def dossier(life: Life, *, by: Access, now: datetime) -> Paper:
    """Hồ sơ chuyển tiếp: the slip with the checklist, and the signatures of both sides (domain 3)."""
    referral, case = life.referral, case_words(life.referral.summary)
    head = heading(facility_id=referral.clinic_id, by=by, now=now)
    signed = _signatures(life)
    kind = Kind(referral.kind)
    return Paper(
        title=_("Hồ sơ chuyển tiếp điều trị Methadone"),
        unit=head.unit,
        authority=head.authority,
        facts=[*_who(life), *_case(case), *_answers(life)],
        tables=[_checklist(life, kind), _doses(case)],
        notes=[
            _("Kèm: đơn tự nguyện đăng ký chuyển tiếp, đơn thuốc đang dùng, thẻ điều trị."),
            _("Liều đầu tiên ở nơi nhận chỉ cấp khi liều cuối ở nơi chuyển (ngày, mg) đã được xác nhận."),
        ],
        signers=[
            Signer(_("Bác sĩ điều trị"), signed.get(Step.OFFER, "")),
            Signer(_("Phụ trách cơ sở điều trị"), signed.get(Step.COUNTERSIGN, "")),
            Signer(_("Trưởng trạm nhận"), signed.get(Step.ACCEPT, "")),
            Signer(_("Người bệnh")),
        ],
        chain=head.chain,
        printed=head.printed,
    )


def _who(life: Life) -> list[Fact]:
    referral, row = life.referral, life.row
    asked = INITIATOR_WORDS[Initiator(referral.initiator)]
    return [
        Fact(_("Mã số người bệnh"), f"{row.code} · {row.initials}"),
        Fact(_("Họ và tên (ghi tay)"), "…………………………………………"),
        Fact(_("Nơi chuyển"), referral.from_facility.name),
        Fact(_("Nơi nhận"), referral.to_facility.name),
        Fact(_("Đề nghị"), str(asked)),
        Fact(_("Lý do"), row.reason_words),
        *([Fact(_("Ghi thêm"), referral.words)] if referral.words else []),
        Fact(_("Tình trạng phiếu"), row.state_words),
        *([Fact(_("Uống ở nơi nhận từ ngày"), f"{row.moves_on:%d/%m/%Y}")] if row.moves_on else []),
    ]


def _case(case: CaseWords) -> list[Fact]:
    last = _("%(mg)s mg ngày %(day)s") % _last(case.doses[0]) if case.doses else _("không có trong 30 ngày")
    facts = [
        Fact(_("Bắt đầu điều trị"), _written(case.started_on)),
        Fact(_("Liều cuối"), last),
        Fact(_("Đơn đang dùng"), case.order or _("không có đơn")),
        Fact(_("Ngày bỏ liều"), case.missed or _("không")),
        Fact(_("Số ngày bỏ liên tiếp"), str(case.missed_running)),
        Fact(_("Xét nghiệm nước tiểu"), " | ".join(case.tests) or _("chưa có")),
        Fact(_("Khám gần nhất"), _written(case.examined_on) or _("chưa ghi")),
        Fact(_("Đánh giá ổn định"), case.stability or _("chưa đánh giá")),
    ]
    if case.alerts:
        facts.append(Fact(_("Cảnh báo"), case.alerts))
    if case.holds:
        facts.append(Fact(_("Đang dừng cấp"), case.holds))
    return facts


def _answers(life: Life) -> list[Fact]:
    answered = [line.step for line in life.lines if line.step.answer]
    return [Fact(_("Bác sĩ trả lời"), _answer(step)) for step in answered]


def _answer(step: ReferralStep) -> str:
    words = str(ANSWER_WORDS[Answer(step.answer)])
    if step.prescription is None:
        return words
    figures = {"words": words, "mg": f"{step.prescription.dose_mg:f}".rstrip("0").rstrip("."), "at": day_time(step.at)}
    return _("%(words)s, %(mg)s mg mỗi ngày, %(at)s") % figures


def _doses(case: CaseWords) -> Table:
    rows: list[tuple[Any, ...]] = [(f"{day:%d/%m/%Y}", mg) for day, mg in (*case.doses, *case.older)]
    return Table(
        caption=_("Liều đã uống, mới nhất trước"),
        columns=[Column(_("Ngày"), 2), Column(_("mg"), 1, number=True)],
        rows=rows,
        empty=_("Không có liều nào trong 30 ngày."),
    )


def _checklist(life: Life, kind: Kind) -> Table:
    offered = next((line.step for line in life.lines if line.step.step == Step.OFFER), None)
    ticked = set(offered.content["found"].get("checks", [])) if offered else set()
    rows = [(str(CHECK_WORDS[check]), _("có") if str(check) in ticked else "") for check in CHECKS_OF[kind]]
    return Table(caption=_("Bảng kiểm"), columns=[Column(_("Mục"), 6), Column(_("Đã có"), 1)], rows=rows)


def _signatures(life: Life) -> dict[str, str]:
    """Who signed what, the newest of each step."""
    found: dict[str, str] = {}
    for line in life.lines:
        if line.step.step in {str(step) for step in _SIGNED} and line.step.signature_id:
            found.setdefault(line.step.step, line.who)
    return found


def _acknowledged(life: Life) -> str:
    taken = [line for line in life.lines if line.step.step in (Step.ACKNOWLEDGE, Step.ARRIVE) and line.step.actor_id]
    return taken[-1].who if taken else ""


def _last(dose: tuple[date, str]) -> dict[str, str]:
    return {"day": f"{dose[0]:%d/%m/%Y}", "mg": dose[1]}


def _written(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
