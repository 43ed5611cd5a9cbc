"""What becomes of vials taken home: brought back, lost, not drunk; and vials of a hand-out that was not as recorded."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.digests import sha256_of
from dispensing.models import Hold, TakeHome, TakeHomeDay, TakeHomeVial, VialReport, VialVoid
from dispensing.queries import take_home as queries
from dispensing.rules.checkups import Wrong
from dispensing.rules.choices import HoldReason
from dispensing.rules.codes import Unlocker
from dispensing.rules.daycodes import Why
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.take_home_codes import UNCOVERS, VialFate, VialVoidKind
from dispensing.services import days, reviews
from dispensing.services.doses import OtherContent, lock_patient
from dispensing.services.take_home import KIND, TakeHomeRefused
from followup.models import CaseKind
from followup.services import cases
from inventory.models import Act, ActKind
from inventory.services import ledger, withdrawals
from inventory.services.ledger import LedgerRefused, Move, NewAct
from patients.queries.reach import locked_patient
from staff.services import attestations
from staff.services.attestations import Alone, ProvenSecond, SecondPerson

VIAL: Final = "take_home_vial"
BROUGHT_BACK: Final = "take_home_back"
VOID: Final = "take_home_void"
_DESTINATION: Final = {VialVoidKind.NEVER_FILLED: "opened", VialVoidKind.GIVEN_BACK: "poured_out"}


@dataclass(frozen=True)
class NewReport:
    """What became of a vial. `corrects`: the report that this one puts right. Of a vial that came back with something
    in it: `ul`, how much, and `second`, who saw it poured out, or that nobody was there.
    """

    id: UUID
    vial_id: UUID
    what: VialFate
    words: str = ""
    corrects: UUID | None = None
    ul: int | None = None
    second: SecondPerson | None = None


@dataclass(frozen=True)
class NewVialVoid:
    """The vials of these days were not handed out as recorded. `second`: who saw what was given back poured out."""

    id: UUID
    take_home_id: UUID
    days: tuple[date, ...]
    kind: VialVoidKind
    reason: str
    second: SecondPerson | None = None


def report_document(row: VialReport) -> dict[str, Any]:
    """What the act's digest and the second signature of a vial that came back with something in it are bound to."""
    return {
        "document": BROUGHT_BACK, "id": row.pk, "vial": row.vial_id, "what": row.what, "ul": row.ul, "day": row.day,
        "words": row.words, "corrects": row.corrects_id, "recorded_by": row.recorded_by_id,
    }  # fmt: skip


def void_document(rows: list[VialVoid]) -> dict[str, Any]:
    """The same of vials that are voided together."""
    first = rows[0]
    return {
        "document": VOID, "vials": sorted([str(row.pk), str(row.vial_id)] for row in rows), "kind": first.kind,
        "reason": first.reason, "voided_at": first.voided_at, "voided_by": first.voided_by_id,
    }  # fmt: skip


def report(*, command: NewReport, by: Access, now: datetime) -> VialReport:
    """Write down what became of a vial. The same id again answers the same row.

    A vial that nobody drank on its day uncovers it: that day is decided again, and where it is today or ahead, dosing
    stops until a physician has looked. What is still in it is poured out before a second person, never back into a
    bottle. Raises TakeHomeRefused, OtherContent, TakeHomeVial.DoesNotExist, Patient.DoesNotExist out of reach, and what
    the second signature raises.
    """
    vial = TakeHomeVial.objects.select_related("take_home").get(pk=command.vial_id)
    second = _proven(command.second if command.what is VialFate.RETURNED_FULL else None, by, now)
    today = local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(vial.patient_id, access=by, permission=Permission.GIVE_DOSE, day=today)
        row = VialReport(
            id=command.id, vial=vial, what=str(command.what), day=today, words=command.words.strip(),
            ul=command.ul if command.what is VialFate.RETURNED_FULL else None, corrects_id=command.corrects,
            recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        stands = VialReport.objects.filter(pk=row.pk).first()
        if stands is not None:
            if _content(stands) != _content(row):
                raise OtherContent
            return stands
        before = queries.standing_report(vial.pk)
        _check_report(row, before, second, today, by)
        _pour_out(row, before, second, by)
        row.save(force_insert=True)
        audit.record(
            action="take_home.reported", by=by, now=now, subject_kind=VIAL, subject_id=vial.pk,
            patient_id=vial.patient_id, what=row.what, day=vial.day.isoformat(),
        )  # fmt: skip
        if command.what in UNCOVERS and vial.day >= today:
            _stop(row, by, now)
        days.after_the_day(patient_id=vial.patient_id, day=vial.day, by=by, now=now, why=Why.LATE_FACT)
        reviews.due([vial.patient_id], why=ReviewWhy.TAKE_HOME, now=now)
    return row


def _proven(second: SecondPerson | None, by: Access, now: datetime) -> ProvenSecond | Alone | None:
    if second is None:
        return None
    return attestations.prove(second=second, actor=by, facility_id=by.facility_id or 0, now=now)


def _check_report(
    row: VialReport, before: VialReport | None, second: ProvenSecond | Alone | None, today: date, by: Access
) -> None:
    vial = row.vial
    if (before.pk if before else None) != row.corrects_id or VialVoid.objects.filter(vial=vial).exists():
        raise TakeHomeRefused(Wrong("", _("Đã có người ghi về lọ này. Mở lại trang người bệnh để xem.")))
    if row.what == VialFate.RETURNED_EMPTY and vial.day > today:
        raise TakeHomeRefused(Wrong("what", _("Lọ của ngày sau mà đã rỗng: chọn mất, vỡ hay đổ, và ghi rõ.")))
    if row.what != VialFate.RETURNED_EMPTY and not row.words:
        raise TakeHomeRefused(Wrong("words", _("Ghi chuyện gì đã xảy ra.")))
    poured = row.what == VialFate.RETURNED_FULL
    if (poured or (before and before.ul)) and vial.take_home.facility_id != by.facility_id:
        words = _("Lọ do cơ sở khác giao: trả ở nơi đó. Ở đây ghi là chưa uống, lọ còn ở nhà.")
        raise TakeHomeRefused(Wrong("what", words))
    if poured and not 1 <= (row.ul or 0) <= vial.ul:
        raise TakeHomeRefused(Wrong("ul", _("Ghi số mL đo được, không quá số đã rót; nhiều hơn thì ghi rõ ở dưới.")))
    if poured and second is None:
        raise TakeHomeRefused(Wrong("what", _("Đổ bỏ phải có người thứ hai thấy, hoặc ghi rõ vì sao một mình.")))


def _pour_out(row: VialReport, before: VialReport | None, second: ProvenSecond | Alone | None, by: Access) -> None:
    """Book what was in the vial as poured out; take back what the report before this one had booked so."""
    made, undone = row.vial.take_home, (before.ul or 0) if before else 0
    if not row.ul and not undone:
        return
    digest = sha256_of(report_document(row))
    moves = withdrawals.vial_moves(
        act_id=made.act_id, bottle_id=row.vial.bottle_id, back_ul=row.ul or 0, undone_ul=undone
    )
    try:
        _post(row.pk, made, moves, digest, by, row.recorded_at)
    except LedgerRefused as error:
        raise TakeHomeRefused(Wrong("", _("Thuốc đã đổ bỏ không còn ở cơ sở: gọi người phụ trách kho."))) from error
    row.act = Act(pk=row.pk)
    if second is not None:
        row.attestation = attestations.attest(
            act_kind=BROUGHT_BACK, act_id=row.pk, digest=digest, facility_id=made.facility_id, actor=by, second=second,
            now=row.recorded_at,
        )  # fmt: skip


def _post(act_id: UUID, made: TakeHome, moves: list[Move], digest: str, by: Access, now: datetime) -> None:
    ledger.post(
        NewAct(
            id=act_id, kind=ActKind.TAKE_HOME_VOID, actor_id=by.actor_id, actor_label=by.label, occurred_at=now,
            recorded_at=now, document_digest=digest, moves=moves, corrects=made.act_id,
        ),
        facility_id=made.facility_id,
    )  # fmt: skip


def _stop(row: VialReport, by: Access, now: datetime) -> None:
    """Nothing covers that day, and nobody knows what the patient drank: a physician says what is poured."""
    hold = Hold(
        id=uuid5(row.pk, "hold"), patient_id=row.vial.patient_id, facility_id=row.vial.take_home.facility_id,
        reason=HoldReason.PHYSICIAN_REVIEW, note=row.words, unlocker=Unlocker.PHYSICIAN, placed_at=now,
        placed_by_id=by.actor_id,
    )  # fmt: skip
    hold.save(force_insert=True)
    audit.record(
        action="hold.placed", by=by, now=now, subject_kind="hold", subject_id=hold.pk, patient_id=hold.patient_id,
        facility_id=hold.facility_id, reason=hold.reason, unlocker=hold.unlocker,
    )  # fmt: skip


def _content(row: VialReport) -> tuple[Any, ...]:
    return (row.vial_id, row.what, row.ul, row.words, row.corrects_id, row.recorded_by_id)


def all_empty(*, send_id: UUID, patient_id: UUID, by: Access, now: datetime) -> int:
    """Every vial of a day before today that nothing is reported of came back empty, in one step; answers how many.

    A second send finds none. Raises Patient.DoesNotExist out of reach.
    """
    today = local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.GIVE_DOSE, day=today)
        found = queries.due_back(patient_id, today=today)
        rows = [
            VialReport(
                id=uuid5(send_id, str(vial.pk)), vial=vial, what=str(VialFate.RETURNED_EMPTY), day=today,
                recorded_at=now, recorded_by_id=by.actor_id,
            )
            for vial in found
        ]  # fmt: skip
        VialReport.objects.bulk_create(rows)
        for row in rows:
            audit.record(
                action="take_home.reported", by=by, now=now, subject_kind=VIAL, subject_id=row.vial_id,
                patient_id=patient_id, what=row.what, day=row.vial.day.isoformat(),
            )  # fmt: skip
        if rows:
            reviews.due([patient_id], why=ReviewWhy.TAKE_HOME, now=now)
    return len(rows)


def void(*, command: NewVialVoid, by: Access, now: datetime) -> list[VialVoid]:
    """Correct vials of a hand-out of the acting facility: stock, days, second signature and trail in one transaction.

    The days are free again: whoever comes is dosed at the window. The same id again answers the same rows. Raises
    TakeHome.DoesNotExist for another site's, TakeHomeRefused, OtherContent, and what the second signature raises.
    """
    second = _proven(command.second if command.kind is VialVoidKind.GIVEN_BACK else None, by, now)
    with transaction.atomic():
        made = TakeHome.objects.get(pk=command.take_home_id, facility_id=by.facility_id or 0)
        lock_patient(made.patient_id)
        vials = {vial.day: vial for vial in made.vials.filter(day__in=command.days)}
        rows = [
            VialVoid(
                id=uuid5(command.id, day.isoformat()), vial=vial, kind=str(command.kind),
                reason=command.reason.strip(), voided_at=now, voided_by_id=by.actor_id,
            )
            for day, vial in sorted(vials.items())
        ]  # fmt: skip
        stand = list(VialVoid.objects.filter(pk__in=[row.pk for row in rows]))
        if stand:
            if {_said(row) for row in stand} != {_said(row) for row in rows}:
                raise OtherContent
            return stand
        _check_void(rows, command, second)
        _put_back(rows, made, command, second, by)
        VialVoid.objects.bulk_create(rows)
        TakeHomeDay.objects.filter(vial__in=list(vials.values())).delete()
        for row in rows:
            days.after_the_day(patient_id=made.patient_id, day=row.vial.day, by=by, now=now, why=Why.VOID)
        reviews.due([made.patient_id], why=ReviewWhy.TAKE_HOME, now=now)
        audit.record(
            action="take_home.voided", by=by, now=now, subject_kind=KIND, subject_id=made.pk,
            patient_id=made.patient_id, kind=str(command.kind), vials=len(rows),
        )  # fmt: skip
        if command.kind is VialVoidKind.WITH_ANOTHER:
            cases.open_case(
                kind=CaseKind.WRONG_DOSE, facility_id=made.facility_id, subject_kind=KIND, subject_id=made.pk,
                patient_id=made.patient_id, findings=[{"code": "void_opens_case", "data": {}}], by=by, now=now,
            )  # fmt: skip
    return rows


def _said(row: VialVoid) -> tuple[Any, ...]:
    return (row.vial_id, row.kind, row.reason, row.voided_by_id)


def _check_void(rows: list[VialVoid], command: NewVialVoid, second: ProvenSecond | Alone | None) -> None:
    if not rows or len(rows) != len(set(command.days)):
        raise TakeHomeRefused(Wrong("days", _("Chọn lọ nào không đúng.")))
    if not command.reason.strip():
        raise TakeHomeRefused(Wrong("reason", _("Ghi chuyện gì đã xảy ra.")))
    if command.kind is VialVoidKind.GIVEN_BACK and second is None:
        raise TakeHomeRefused(Wrong("kind", _("Đổ bỏ phải có người thứ hai thấy, hoặc ghi rõ vì sao một mình.")))
    vials = [row.vial for row in rows]
    poured = VialReport.objects.filter(vial__in=vials, corrected_by__isnull=True, ul__isnull=False)
    if VialVoid.objects.filter(vial__in=vials).exists() or poured.exists():
        raise TakeHomeRefused(Wrong("days", _("Có lọ đã được ghi lại trước đó. Mở lại trang người bệnh để xem.")))


def _put_back(
    rows: list[VialVoid], made: TakeHome, command: NewVialVoid, second: ProvenSecond | Alone | None, by: Access
) -> None:
    """Never filled: back into the books of the bottle. Given back: poured out. With somebody else: it stays given."""
    destination = _DESTINATION.get(command.kind)
    if destination is None:
        return
    only: Counter[int] = Counter()
    for row in rows:
        only[row.vial.bottle_id] += row.vial.ul
    now, digest = rows[0].voided_at, sha256_of(void_document(rows))
    moves = withdrawals.void_moves(act_id=made.act_id, destination=destination, only=only)
    _post(command.id, made, moves, digest, by, now)
    withdrawals.explain_void(act_id=command.id, moves=moves, facility_id=made.facility_id, by=by, now=now)
    if second is not None:
        attested = attestations.attest(
            act_kind=VOID, act_id=command.id, digest=digest, facility_id=made.facility_id, actor=by, second=second,
            now=now,
        )  # fmt: skip
    for row in rows:
        row.act = Act(pk=command.id)
        row.attestation = attested if second is not None else None
