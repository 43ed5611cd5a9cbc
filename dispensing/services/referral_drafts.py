"""A referral begins: drafted by hand, or by itself for who is unstable or blocked; a draft that nobody confirms sends
itself. Set-based, and the same when run again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.constraints import violated
from core.digests import canonical, sha256_of
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Referral, ReferralStep
from dispensing.queries.referral_needs import Candidate, candidates
from dispensing.queries.referral_summary import summaries
from dispensing.rules import referrals as rules
from dispensing.rules.referral_codes import DOWN, UP, Initiator
from dispensing.rules.referral_settings import ReferralSettings
from dispensing.rules.referral_table import Kind, Side, State, Step
from dispensing.rules.referrals import Needed, Wrong
from dispensing.rules.settings import DosingSettings
from dispensing.services import referral_tasks
from dispensing.services.doses import lock_patient
from dispensing.services.incidents import lock_patients
from dispensing.services.referral_steps import OtherContent, ReferralRefused
from facilities.models import Facility, FacilityKind, Supervision
from facilities.services import settings as rule_settings
from patients.models import Patient, Placement
from patients.queries.reach import in_force

ZONE: Final = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class NewReferral:
    """What somebody asks for. `to_facility_id`: the satellite that a transfer goes to."""

    id: UUID
    kind: Kind
    patient_id: UUID
    reasons: tuple[str, ...]
    words: str = ""
    urgent: bool = False
    initiator: Initiator = Initiator.SITE
    to_facility_id: int | None = None


@dataclass(frozen=True)
class _Begun:
    """A referral about to be written, with who and where."""

    new: NewReferral
    from_id: int
    to_id: int
    clinic_id: int
    side: Side


def draft_needed(patient_ids: Sequence[UUID], *, by: Access, now: datetime) -> int:
    """Draft the referral of those of these patients who need one and have none open; answers how many were made.

    A few statements, whatever the number; the same when run again, late or by two at once: one open referral for a
    patient is held by the database, and the second draft of two is none.
    """
    if not patient_ids:
        return 0
    today = local_day(now, ZONE)
    with transaction.atomic():
        lock_patients(*patient_ids)
        wanted = [(one, asked) for one in candidates(patient_ids, today=today) if (asked := _needed(one, now))]
        begun = [
            _Begun(
                NewReferral(
                    id=new_id(), kind=Kind.TO_CLINIC, patient_id=one.patient_id,
                    reasons=tuple(str(reason) for reason in asked.reasons), urgent=asked.urgent,
                    initiator=Initiator.SYSTEM,
                ),
                one.facility_id, one.clinic_id, one.clinic_id, Side.SYSTEM,
            )
            for one, asked in wanted
        ]  # fmt: skip
        return len(_write(begun, by=by, now=now))


def draft(*, new: NewReferral, by: Access, now: datetime) -> Referral:
    """Write down that a patient is to go elsewhere. The same id again by the same person answers the same draft.

    Raises Patient.DoesNotExist where the patient does not drink where this person acts, ReferralRefused, OtherContent.
    """
    begun = _begin(new, by, local_day(now, by.zone))
    wrong = rules.check_reasons(new.reasons, new.words, UP if new.kind is Kind.TO_CLINIC else DOWN)
    if wrong:
        raise ReferralRefused(wrong)
    try:
        with transaction.atomic():
            lock_patient(new.patient_id)
            stands = Referral.objects.filter(pk=new.id).first()
            if stands is not None:
                return _same_again(stands, new, by)
            made = _write([begun], by=by, now=now)
    except IntegrityError as error:
        if violated(error) != "dispensing_referral_one_open":
            raise
        made = []
    if not made:
        raise ReferralRefused([Wrong("", _("Người bệnh đã có một phiếu chuyển đang mở. Mở phiếu đó và làm tiếp."))])
    return made[0]


def drafts_to_send(*, now: datetime) -> list[UUID]:
    """The drafts to the clinic that nobody has confirmed in time, oldest first."""
    last = ReferralStep.objects.filter(referral=OuterRef("pk")).order_by("-position")
    drafted = Referral.objects.annotate(state=Subquery(last.values("state")[:1])).filter(
        ended_at__isnull=True, kind=Kind.TO_CLINIC, state=State.DRAFTED
    )
    return [
        each.pk
        for each in drafted.order_by("drafted_at", "pk")
        if rules.sends_itself(
            since=each.drafted_at, urgent=each.urgent, now=now,
            settings=rule_settings.for_facility(ReferralSettings, facility_id=each.from_facility_id, at=now),
        )
    ]  # fmt: skip


def clinic_of(facility_id: int, *, today: date) -> int:
    """The main clinic that answers for a satellite today. Raises PermissionDenied where none does."""
    current = Q(starts_on__lte=today) & (Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    found = Supervision.objects.filter(current, satellite_id=facility_id).values_list("main_clinic_id", flat=True)
    if not found:
        raise PermissionDenied
    return int(found[0])


def _needed(one: Candidate, now: datetime) -> Needed | None:
    settings = rule_settings.for_facility(ReferralSettings, facility_id=one.facility_id, at=now)
    return rules.needed(one.situation, settings=settings, now=now)


def _begin(new: NewReferral, by: Access, today: date) -> _Begun:
    """From where to where; raises PermissionDenied, Patient.DoesNotExist, ReferralRefused."""
    here = by.facility_id
    side = Side.CLINIC if new.kind is Kind.TRANSFER_IN else Side.SITE
    permission = Permission.ANSWER_REFERRAL if side is Side.CLINIC else Permission.REFER_PATIENT
    if here is None or not by.may_at(permission, here):
        raise PermissionDenied
    if not Placement.objects.filter(in_force(today), patient_id=new.patient_id, facility_id=here).exists():
        raise Patient.DoesNotExist(new.patient_id)
    if new.kind is Kind.TO_CLINIC:
        clinic = clinic_of(here, today=today)
        return _Begun(new, here, clinic, clinic, side)
    wanted = Facility.objects.filter(pk=new.to_facility_id or 0, kind=FacilityKind.SATELLITE).exclude(pk=here)
    if not wanted.exists():
        raise ReferralRefused([Wrong("to_facility", _("Chọn trạm trong danh sách."))])
    to_id = new.to_facility_id or 0
    return _Begun(new, here, to_id, here if side is Side.CLINIC else clinic_of(here, today=today), side)


def _write(begun: Sequence[_Begun], *, by: Access, now: datetime) -> list[Referral]:
    """The referrals, those of patients who have an open one left out; their first steps, trail and tasks."""
    if not begun:
        return []
    cases = _cases(begun, now)
    rows = [_referral(each, cases[each.new.patient_id], by, now) for each in begun]
    Referral.objects.bulk_create(rows, ignore_conflicts=True)
    made_ids = set(Referral.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    places = Facility.objects.in_bulk({each.from_id for each in begun})
    made = [row for row in rows if row.pk in made_ids]
    for row in made:
        row.from_facility = places[row.from_facility_id]
    sides = {each.new.id: each.side for each in begun}
    steps = [_first_step(row, sides[row.pk], by, now) for row in made]
    ReferralStep.objects.bulk_create(steps)
    AuditEvent.objects.bulk_create(
        audit.event(
            action="referral.draft", by=by, now=now, subject_kind="referral", subject_id=row.pk,
            patient_id=row.patient_id, facility_id=row.from_facility_id,
        )
        for row in made
    )  # fmt: skip
    referral_tasks.stepped(list(zip(made, steps, strict=True)), by=by, now=now)
    return made


def _cases(begun: Collection[_Begun], now: datetime) -> dict[UUID, dict[str, Any]]:
    facility_id = next(iter(begun)).from_id
    return summaries(
        [each.new.patient_id for each in begun],
        now=now,
        zone=ZONE,
        days=rule_settings.for_facility(ReferralSettings, facility_id=facility_id, at=now).referral_dose_days,
        settings=rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now),
    )


def _referral(begun: _Begun, summary: dict[str, Any], by: Access, now: datetime) -> Referral:
    new = begun.new
    row = Referral(
        id=new.id,
        kind=new.kind,
        patient_id=new.patient_id,
        from_facility_id=begun.from_id,
        to_facility_id=begun.to_id,
        clinic_id=begun.clinic_id,
        initiator=new.initiator,
        urgent=new.urgent,
        reasons=list(new.reasons),
        words=new.words.strip(),
        summary=summary,
        drafted_at=now,
        drafted_by_id=by.person_id,
    )
    row.digest = sha256_of(document(row))
    return row


def document(row: Referral) -> dict[str, Any]:
    """What the digest of a referral is made of: everything that it states when it is drafted."""
    return {
        "document": "tram.referral",
        "id": row.pk,
        "kind": row.kind,
        "patient": row.patient_id,
        "from": row.from_facility_id,
        "to": row.to_facility_id,
        "clinic": row.clinic_id,
        "initiator": row.initiator,
        "urgent": row.urgent,
        "reasons": row.reasons,
        "words": row.words,
        "summary": row.summary,
        "drafted_at": row.drafted_at,
        "drafted_by": row.drafted_by_id,
    }


def _first_step(row: Referral, side: Side, by: Access, now: datetime) -> ReferralStep:
    content = canonical({"document": "tram.referral.draft", "referral": row.pk, "case": row.digest, "stated": {}})
    return ReferralStep(
        id=new_id(),
        referral=row,
        position=1,
        step=Step.DRAFT,
        before=State.NEW,
        state=State.DRAFTED,
        side=side,
        facility_id=row.from_facility_id,
        actor_id=by.person_id,
        actor_label=by.label,
        acting_as=by.roles_text,
        at=now,
        digest=sha256_of(content),
        content=content,
    )


def _same_again(stands: Referral, new: NewReferral, by: Access) -> Referral:
    said = (new.kind, new.patient_id, list(new.reasons), new.words.strip(), by.person_id)
    if said != (stands.kind, stands.patient_id, stands.reasons, stands.words, stands.drafted_by_id):
        raise OtherContent
    return stands
