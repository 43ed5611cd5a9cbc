"""A report is frozen and signed by who made it, approved by somebody else; a correction is the next version."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from core.digests import sha256_of
from oversight.models import Report, ReportApproval
from oversight.queries.reports import get_frozen
from oversight.reports.gather import Gathered, gather
from oversight.reports.places import Place, get_place
from oversight.rules.periods import Period
from oversight.services import report_tasks
from staff.services import pins, signatures

KIND: Final = "report"


class ReportRefused(Exception):
    """Nothing was frozen or signed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, field_name: str | None = None) -> None:
        self.sentence = sentence
        self.field = field_name
        super().__init__(sentence)


@dataclass(frozen=True)
class NewReport:
    """Which report of which place to freeze. `explained`: why a soft check does not hold; `why`: what a new version is
    for.
    """

    id: UUID
    place: str
    period: Period
    explained: str = ""
    why: str = ""
    own_pin: str = field(default="", repr=False)


def freeze(*, command: NewReport, by: Access, now: datetime) -> Report:
    """Count everything now, keep it, and sign it. The same id again by the same person answers the same report.

    Raises NoSuchPlace out of reach, PinRefused, ReportRefused: while the period runs, where a hard check fails, a soft
    one is not explained, or a new version does not say why.
    """
    place = get_place(command.place, access=by, day=command.period.last, permission=Permission.SIGN_REPORTS)
    earlier = _sent_before(command, place, by)
    if earlier is not None:
        return earlier
    if not command.period.over(clock.local_day(now, by.zone)):
        raise ReportRefused(_("Kỳ này chưa kết thúc. Ký được từ ngày sau ngày cuối kỳ."))
    proven = pins.verify(person_id=by.actor_id, pin=command.own_pin, by=by, now=now)
    try:
        with transaction.atomic():
            gathered = gather(place, command.period, by=by, now=now)
            _judge(gathered, command)
            return _write(command, gathered, proven=proven, by=by, now=now)
    except IntegrityError as error:
        if violated(error) not in {"oversight_report_version_once", "oversight_report_corrects_id_key"}:
            raise
        raise ReportRefused(_("Vừa có người khóa báo cáo này. Tải lại trang để xem.")) from error


def approve(*, report_id: UUID, own_pin: str, by: Access, now: datetime) -> ReportApproval:
    """The second signature: of somebody else who answers for the whole place, under the newest version.

    A second time by the same person is the first. Raises Report.DoesNotExist out of reach, PinRefused, ReportRefused.
    """
    report = get_frozen(
        report_id, access=by, day=clock.local_day(now, by.zone), permission=Permission.APPROVE_REPORTS
    ).report
    if report.made_by_id == by.actor_id:
        raise ReportRefused(_("Người lập không tự duyệt. Nhờ người phụ trách khác ký."))
    proven = pins.verify(person_id=by.actor_id, pin=own_pin, by=by, now=now)
    earlier = ReportApproval.objects.filter(pk=report_id).first()
    if earlier is not None and earlier.approved_by_id == by.actor_id:
        return earlier
    if earlier is not None:
        raise ReportRefused(_("Báo cáo này đã có chữ ký duyệt."))
    if Report.objects.filter(corrects=report).exists():
        raise ReportRefused(_("Đã có phiên bản mới hơn. Duyệt phiên bản mới nhất."))
    try:
        with transaction.atomic():
            signature = signatures.sign(
                proven=proven, signer=by, meaning="approved", subject_kind=KIND, subject_id=report.pk,
                digest=report.digest, now=now,
            )  # fmt: skip
            made = ReportApproval.objects.create(
                report=report, made_by_id=report.made_by_id, approved_by_id=by.actor_id, signature=signature,
                approved_at=now,
            )  # fmt: skip
            _audit("report.approved", report, by=by, now=now)
    except IntegrityError as error:
        if violated(error) != "oversight_reportapproval_pkey":
            raise
        raise ReportRefused(_("Báo cáo này đã có chữ ký duyệt.")) from error
    return made


def document(report: Report) -> dict[str, Any]:
    """What is signed: everything that the report says, of what, by which definitions, and what it corrects."""
    return {
        "document": KIND,
        "id": report.pk,
        "kind": report.kind,
        "scope": report.scope,
        "facility": report.facility_id,
        "area": report.area_id,
        "province": report.province_id,
        "period": report.period,
        "starts_on": report.starts_on,
        "ends_on": report.ends_on,
        "version": report.version,
        "corrects": report.corrects_id,
        "why": report.why,
        "figures": report.figures,
        "indicators": report.indicators,
        "rules": report.rules,
        "made_at": report.made_at,
        "made_by": report.made_by_id,
    }


def latest(place: Place, period: Period) -> Report | None:
    """The newest version of this report."""
    of_place = Report.objects.filter(kind=str(period.kind), period=period.code, **place.columns)
    return of_place.order_by("-version").first()


def _sent_before(command: NewReport, place: Place, by: Access) -> Report | None:
    held = Report.objects.filter(pk=command.id).first()
    if held is None:
        return None
    said = {**place.columns, "kind": str(command.period.kind), "period": command.period.code, "made_by_id": by.actor_id}
    if any(getattr(held, column) != value for column, value in said.items()):
        raise ReportRefused(_("Báo cáo này đã được gửi với nội dung khác. Tải lại trang."))
    return held


def _judge(gathered: Gathered, command: NewReport) -> None:
    for check in gathered.checks:
        if check.hard and not check.ok:
            raise ReportRefused(_("Số liệu không khớp: %(check)s") % {"check": check.words})
        if not check.ok and not command.explained.strip():
            raise ReportRefused(_("Giải thích vì sao: %(check)s") % {"check": check.words}, "explained")


def _write(command: NewReport, gathered: Gathered, *, proven: pins.Proven, by: Access, now: datetime) -> Report:
    before = latest(gathered.place, command.period)
    if before is not None and not command.why.strip():
        raise ReportRefused(_("Đã có phiên bản trước. Ghi vì sao cần phiên bản mới."), "why")
    report = Report(
        id=command.id,
        kind=str(command.period.kind),
        period=command.period.code,
        starts_on=command.period.first,
        ends_on=command.period.last,
        version=before.version + 1 if before else 1,
        corrects=before,
        why=command.why.strip() if before else "",
        figures={**gathered.stored(), "explained": command.explained.strip()},
        indicators=gathered.indicators,
        rules=gathered.asked.digest,
        made_at=now,
        made_by_id=by.actor_id,
        **gathered.place.columns,
    )
    report.digest = sha256_of(document(report))
    report.signature = signatures.sign(
        proven=proven, signer=by, meaning="made", subject_kind=KIND, subject_id=report.pk, digest=report.digest, now=now
    )
    report.save(force_insert=True)
    _audit("report.frozen", report, by=by, now=now)
    report_tasks.done(gathered.place, command.period, by=by, now=now)
    return report


def _audit(action: str, report: Report, *, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind=KIND, subject_id=report.pk, facility_id=report.facility_id,
        kind=report.kind, scope=report.scope, period=report.period, version=report.version,
    )  # fmt: skip
